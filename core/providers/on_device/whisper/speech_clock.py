"""Places the words that Whisper heard in joined speech where they were spoken in the chunk.

Whisper is given the stretches of speech of a chunk with most of the silence between them left out. Its word times come
from dynamic time warping (https://github.com/openai/whisper/blob/main/whisper/timing.py), which knows no silence: each
word ends where the next one begins, so a pause belongs to one of the two. What is known of the speech tells which, and
where the word really begins and ends.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter

from core.domain import Word
from core.domain.transcript import Segment

_EDGE_S = 0.6
"""An utterance begins with its first word and ends with its last one, if the alignment is as near as this."""

_HEARD_IN_SILENCE = 3
"""So many words between two utterances are no inexactness of the alignment: there is speech that was not detected."""

_UNHEARD_S = 1.2
"""In seconds of speech; words aren't placed so far from where they are spoken."""

_LONG_S = 2.0
_LEAST_WORDS_PER_S = 1.0
"""Fewer are hardly ever all that is said in a long utterance: people say two to four words a second."""

_PAUSE_S = 0.8
"""Text without word times is cut at silences from here on; shorter than what the pipeline keeps of a long one."""

_SHORTEST_WORD_S = 0.02


@dataclass(frozen=True, slots=True)
class Utterance:
    """Uninterrupted speech, with its times in the joined speech.

    `shift_s` added to a time gives the time in the chunk. Words may be moved as far as `earliest_s` and `latest_s`,
    the limits of the sound around the utterance that was kept, where the speech itself is uncertain.
    """

    start_s: float
    end_s: float
    shift_s: float
    earliest_s: float
    latest_s: float


class SpeechClock:
    """Maps times in joined speech to times in the chunk. `utterances` are in order and don't overlap."""

    def __init__(self, utterances: Sequence[Utterance]) -> None:
        self._utterances = tuple(utterances)

    def place(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """The words, in order, with their times in the chunk: each within one utterance, where there is any."""
        if not self._utterances:
            return tuple(words)
        utterances = _with_what_was_missed(self._utterances, words)
        groups: list[list[Word]] = [[] for _ in utterances]
        index = 0
        for word in words:
            index = max(index, _utterance_of(utterances, word))
            groups[index].append(word)
        return tuple(
            replace(word, start_s=word.start_s + utterance.shift_s, end_s=word.end_s + utterance.shift_s)
            for utterance, group in zip(utterances, groups, strict=True)
            for word in _within(utterance, group)
        )

    @property
    def pauses(self) -> list[tuple[float, float]]:
        """The silences between utterances, from and to, in the joined speech."""
        return [(left.end_s, right.start_s) for left, right in pairwise(self._utterances)]

    def unheard(
        self, words: Sequence[Word], start_s: float, end_s: float, texts: Sequence[tuple[float, float]] = ()
    ) -> list[tuple[float, float]]:
        """Where in this part of the joined speech somebody speaks and nothing is written, with the silence around.

        `texts` are the times of text without words. Shorter speech may be a breath or a cough, or its words may lie a
        little beside it.
        """
        shares = [0.0 for _ in self._utterances]
        for word in words:
            shares[_utterance_of(self._utterances, word)] += 1
        for index, one in enumerate(self._utterances):
            shares[index] += any(start <= (one.start_s + one.end_s) / 2 <= end for start, end in texts)
        found: list[tuple[float, float]] = []
        first = 0
        while first < len(self._utterances):
            last = first
            while last < len(self._utterances) and not shares[last] and self._utterances[last].end_s <= end_s:
                last += 1
            silent = [one for one in self._utterances[first:last] if one.start_s >= start_s]
            if sum(one.end_s - one.start_s for one in silent) >= _UNHEARD_S:
                begin = self._middle_before(self._utterances.index(silent[0]))
                found.append((max(start_s, begin), min(end_s, self._middle_before(last))))
            first = max(last, first) + 1
        return found

    def thinly_written(self, words: Sequence[Word], start_s: float, end_s: float) -> list[tuple[float, float]]:
        """The long utterances in this part of the joined speech with words too few for it, with the silence around.

        The words may belong to what is said before or behind: the alignment lays them on speech that isn't written.
        """
        return self._sparse(
            words, start_s, end_s, lambda one, written: _is_slow(one, written) or _has_gap(one, written)
        )

    def partly_unheard(self, words: Sequence[Word], start_s: float, end_s: float) -> list[tuple[float, float]]:
        """Those of them in which no word is for as long as no word is drawn out, with the silence around."""
        return self._sparse(words, start_s, end_s, _has_gap)

    def _sparse(
        self,
        words: Sequence[Word],
        start_s: float,
        end_s: float,
        is_sparse: Callable[[Utterance, Sequence[Word]], bool],
    ) -> list[tuple[float, float]]:
        own: list[list[Word]] = [[] for _ in self._utterances]
        for word in words:
            own[_utterance_of(self._utterances, word)].append(word)
        return [
            (max(start_s, self._middle_before(index)), min(end_s, self._middle_before(index + 1)))
            for index, (one, written) in enumerate(zip(self._utterances, own, strict=True))
            if start_s <= one.start_s
            and one.end_s <= end_s
            and one.end_s - one.start_s >= _LONG_S
            and written
            and is_sparse(one, written)
        ]

    def within(self, words: Iterable[Word], start_s: float, end_s: float) -> list[Word]:
        """Those of the words that belong to an utterance in this part of the joined speech."""
        return [word for word in words if start_s <= self._middle_of(word) <= end_s]

    def in_chunk(self, start_s: float, end_s: float) -> tuple[float, float]:
        """From where to where in the chunk somebody speaks in this part of the joined speech."""
        spoken = [one for one in self._utterances if start_s <= (one.start_s + one.end_s) / 2 <= end_s]
        if not spoken:
            return start_s, end_s
        return spoken[0].start_s + spoken[0].shift_s, spoken[-1].end_s + spoken[-1].shift_s

    def _middle_of(self, word: Word) -> float:
        """The middle of the utterance that the word belongs to."""
        one = self._utterances[_utterance_of(self._utterances, word)]
        return (one.start_s + one.end_s) / 2

    def _middle_before(self, index: int) -> float:
        """The middle of the silence before an utterance, or of what follows the last one."""
        before = self._utterances[index - 1] if index else None
        behind = self._utterances[index] if index < len(self._utterances) else None
        if before is None or behind is None:
            only = before or behind
            return 0.0 if only is None else (only.latest_s if before else only.earliest_s)
        return (before.end_s + behind.start_s) / 2

    def phrases(self, start_s: float, end_s: float, text: str) -> tuple[Segment, ...]:
        """Text of which only start and end are known, cut where there is a pause between two of its words.

        The words are taken to follow each other evenly while there is speech. Times given are in the joined speech.
        """
        utterances = [
            utterance for utterance in self._utterances if utterance.end_s > start_s and utterance.start_s < end_s
        ]
        if not utterances:
            utterances = (
                [min(self._utterances, key=lambda utterance: abs(utterance.start_s - start_s))]
                if self._utterances
                else []
            )
        spans = [(max(start_s, utterance.start_s), min(end_s, utterance.end_s), utterance) for utterance in utterances]
        spans = [span for span in spans if span[1] > span[0]] or [(s.start_s, s.end_s, s) for s in utterances]
        pieces = text.split(" ")
        if not spans:
            return (Segment(start_s, end_s, text),)
        total_s = sum(end - start for start, end, _ in spans)
        per_character_s = total_s / max(1, len(text))
        phrases: list[Segment] = []
        heard: list[list[str]] = [[] for _ in spans]
        limits = [sum(end - start for start, end, _ in spans[: number + 1]) for number in range(len(spans))]
        at = 0
        for piece in pieces:
            middle_s = (at + len(piece) / 2) * per_character_s
            heard[min(bisect_right(limits, middle_s), len(spans) - 1)].append(piece)
            at += len(piece) + 1
        for (start, end, utterance), own in zip(spans, heard, strict=True):
            if not own:
                continue
            phrase = Segment(start + utterance.shift_s, end + utterance.shift_s, " ".join(own))
            before = phrases[-1] if phrases else None
            if before is not None and phrase.start_s - before.end_s < _PAUSE_S:
                phrases[-1] = replace(before, end_s=phrase.end_s, text=f"{before.text} {phrase.text}")
            else:
                phrases.append(phrase)
        return tuple(phrases)


def _with_what_was_missed(utterances: Sequence[Utterance], words: Sequence[Word]) -> list[Utterance]:
    """The utterances, longer where words lie in the silence between them as only words do that were spoken there."""
    ends = [word.end_s for word in words]
    wider = [utterances[0]]
    for utterance in utterances[1:]:
        before = wider[-1]
        first = bisect_right(ends, before.end_s)
        missed = [word for word in words[first:] if word.start_s >= before.end_s and word.end_s <= utterance.start_s]
        if len(missed) < _HEARD_IN_SILENCE:
            wider.append(utterance)
        elif before.latest_s >= utterance.earliest_s:  # The silence was kept, so there is one utterance.
            wider[-1] = replace(before, end_s=utterance.end_s, latest_s=utterance.latest_s)
        else:
            wider[-1] = replace(before, end_s=before.latest_s)
            wider.append(replace(utterance, start_s=utterance.earliest_s))
    return wider


def _is_slow(utterance: Utterance, words: Sequence[Word]) -> bool:
    return len(words) < _LEAST_WORDS_PER_S * (utterance.end_s - utterance.start_s)


def _has_gap(utterance: Utterance, words: Sequence[Word]) -> bool:
    """Whether no word is for long in speech without a pause, where each word ends where the next one begins."""
    at_s = utterance.start_s
    for word in sorted(words, key=attrgetter("start_s")):
        if word.start_s - at_s >= _UNHEARD_S:
            return True
        at_s = max(at_s, word.end_s)
    return utterance.end_s - at_s >= _UNHEARD_S


def _utterance_of(utterances: Sequence[Utterance], word: Word) -> int:
    """The utterance that the word shares most time with, or the nearest one."""

    def shared_s(index: int) -> float:
        """Below zero for a utterance that is so far away."""
        utterance = utterances[index]
        return min(word.end_s, utterance.end_s) - max(word.start_s, utterance.start_s)

    return max(range(len(utterances)), key=shared_s)


def _within(utterance: Utterance, words: Sequence[Word]) -> list[Word]:
    """The words with times inside of the utterance, none of them without a duration where there is room for it."""
    if not words:
        return []
    times = []
    at_s = utterance.start_s
    for word in words:
        start_s = min(max(word.start_s, at_s), utterance.end_s)
        at_s = min(max(word.end_s, start_s), utterance.end_s)
        times.append((start_s, at_s))
    if times[0][0] - utterance.start_s < _EDGE_S:
        times[0] = (utterance.start_s, times[0][1])
    if utterance.end_s - times[-1][1] < _EDGE_S:
        times[-1] = (times[-1][0], utterance.end_s)
    spread = _spread(times, [max(1, len(word.text)) for word in words])
    return [replace(word, start_s=start, end_s=end) for word, (start, end) in zip(words, spread, strict=True)]


def _spread(times: Sequence[tuple[float, float]], lengths: Sequence[int]) -> list[tuple[float, float]]:
    """Words that were pushed together share the time of their neighbour, by their lengths."""
    spread = list(times)
    first = 0
    while first < len(spread):
        last = first
        while last + 1 < len(spread) and spread[last][1] - spread[last][0] < _SHORTEST_WORD_S:
            last += 1
        if last == len(spread) - 1 and spread[last][1] - spread[last][0] < _SHORTEST_WORD_S:
            first = max(0, first - 1)  # At the end the neighbour is the word before.
        start_s, end_s = spread[first][0], spread[last][1]
        if last > first:
            total, passed = sum(lengths[first : last + 1]), 0
            for index in range(first, last + 1):
                begin_s = start_s + (end_s - start_s) * passed / total
                passed += lengths[index]
                spread[index] = (begin_s, start_s + (end_s - start_s) * passed / total)
        first = last + 1
    return spread
