"""Cuts what a provider heard into sentences, by its text and by the times of its words.

Providers cut anywhere: Whisper where its window of 30 s ends or it writes a time, services every few seconds. Here a
segment ends at the end of a sentence or at a pause. What has no words stays as it came, as nothing is known of its
inside.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.domain import Segment, Word
from core.domain.scripts import has_unspaced, join_prose
from core.domain.sentence_ends import ends_clause, ends_sentence
from core.domain.word_places import parts, word_places

PAUSE_S = 1.5
"""A silence this long ends a segment, also within a sentence: text isn't shown while nobody speaks."""

LONGEST_S = 12.0
"""Longer sentences are cut where that disturbs least."""

SHORTEST_S = 1.0
_CLOSE_S = 0.7
"""A sentence shorter than the former is put together with one that is as close as the latter."""

_EDGE_SHARE = 0.2
"""Of a sentence that is cut, neither part is to be shorter than this."""

_COMMA_S = 0.6
_PROVIDERS_CUT_S = 0.3
"""What a comma, or a cut of the provider, counts for in the search for the longest pause."""

_MIDDLE_S = 0.2
"""How much longer the pause at a sentence's edge has to be than one in its middle."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word of a segment with the text up to the next one. `is_last` of its segment, as the provider cut it."""

    text: str
    words: tuple[Word, ...]
    is_last: bool

    @property
    def start_s(self) -> float:
        return self.words[0].start_s

    @property
    def end_s(self) -> float:
        return self.words[-1].end_s


def sentences(segments: Iterable[Segment]) -> list[Segment]:
    """The same text and words in segments that end at a sentence's end or a pause and are 1 to 12 s long, as a rule.

    Segments have to be in order. No segment holds the words of two speakers.
    """
    found: list[Segment] = []
    pieces: list[_Piece] = []
    speaker: str | None = None
    for segment in segments:
        own = _pieces(segment)
        if pieces and (not own or segment.speaker != speaker):
            found += _cut(pieces, speaker)
            pieces = []
        if own:
            pieces += own
            speaker = segment.speaker
        elif segment.text.strip():
            found.append(segment)
    return found + _cut(pieces, speaker)


class SentenceStream:
    """Publishes sentences while their segments arrive. The last one is held back until it is complete."""

    def __init__(self, publish: Callable[[Segment], None]) -> None:
        self._publish = publish
        self._held: list[Segment] = []

    def add(self, segment: Segment) -> None:
        """The next segment."""
        *complete, last = sentences([*self._held, segment]) or [segment]
        self._held = [last]
        for sentence in complete:
            self._publish(sentence)
        if not last.words or ends_sentence(last.text):
            self.flush()

    def flush(self) -> None:
        """Publish what is held back, as nothing follows it soon."""
        held, self._held = self._held, []
        for segment in held:
            self._publish(segment)


def _pieces(segment: Segment) -> list[_Piece]:
    """The segment's text, cut before each word; none where no word is found in it."""
    starts: list[int] = []
    groups: list[list[Word]] = []
    waiting: list[Word] = []
    places = word_places(segment.text, (word.text for word in segment.words))
    for word, place in zip(segment.words, places, strict=True):
        # Spelt in another way than in the text, or a part of a word, it goes with the word before.
        if place is None or (groups and not _may_cut(segment.text, place[0])):
            (groups[-1] if groups else waiting).append(word)
        else:
            starts.append(place[0])
            groups.append([word])
    if not groups:
        return []
    groups[0][:0] = waiting
    limits = [0, *starts[1:], len(segment.text)]
    return [
        _Piece(segment.text[begin:end], tuple(words), end == len(segment.text))
        for (begin, end), words in zip(pairwise(limits), groups, strict=True)
    ]


def _may_cut(text: str, place: int) -> bool:
    """Whether a sentence may begin here: after a space, or in a script without spaces."""
    return text[place - 1].isspace() or (parts(text, place) and has_unspaced(text[place - 1 : place + 1]))


def _cut(pieces: Sequence[_Piece], speaker: str | None) -> list[Segment]:
    """The sentences of one speaker's words."""
    found: list[Sequence[_Piece]] = []
    first = 0
    for index in range(1, len(pieces) + 1):
        if index == len(pieces) or _ends_between(pieces[index - 1], pieces[index]):
            found += _short_enough(pieces[first:index])
            first = index
    return [_segment(sentence, speaker) for sentence in _long_enough(found)]


def _ends_between(left: _Piece, right: _Piece) -> bool:
    if right.start_s - left.end_s >= PAUSE_S:
        return True
    return ends_sentence(left.text, right.text)


def _short_enough(pieces: Sequence[_Piece]) -> list[Sequence[_Piece]]:
    """The sentence, cut at its longest pauses until no part is too long."""
    start_s, end_s = pieces[0].start_s, pieces[-1].end_s
    length_s = end_s - start_s
    if length_s <= LONGEST_S or len(pieces) < 2:
        return [pieces]
    inner = [
        index
        for index in range(1, len(pieces))
        if _EDGE_SHARE * length_s <= pieces[index].start_s - start_s <= (1 - _EDGE_SHARE) * length_s
    ]

    def fitness(index: int) -> float:
        left, right = pieces[index - 1], pieces[index]
        middle_share = abs((left.end_s + right.start_s) / 2 - (start_s + end_s) / 2) / length_s
        return (
            right.start_s
            - left.end_s
            + _COMMA_S * ends_clause(left.text)
            + _PROVIDERS_CUT_S * left.is_last
            - _MIDDLE_S * middle_share
        )

    cut = max(inner or range(1, len(pieces)), key=fitness)
    return [*_short_enough(pieces[:cut]), *_short_enough(pieces[cut:])]


def _long_enough(found: Sequence[Sequence[_Piece]]) -> list[list[_Piece]]:
    """Sentences of a word or two are put together with the next one, or the one before, where they are close to it."""
    joined: list[list[_Piece]] = []
    for sentence in found:
        before = joined[-1] if joined else None
        if before is not None and _belong_together(before, sentence):
            before.extend(sentence)
        else:
            joined.append(list(sentence))
    return joined


def _belong_together(before: Sequence[_Piece], after: Sequence[_Piece]) -> bool:
    shortest_s = min(group[-1].end_s - group[0].start_s for group in (before, after))
    is_close = after[0].start_s - before[-1].end_s < _CLOSE_S
    return shortest_s < SHORTEST_S and is_close and after[-1].end_s - before[0].start_s <= LONGEST_S


def _segment(pieces: Sequence[_Piece], speaker: str | None) -> Segment:
    texts = [""]  # One for each segment of the provider, with the spaces that are in it.
    for piece in pieces:
        texts[-1] += piece.text
        if piece.is_last:
            texts.append("")
    words = tuple(word for piece in pieces for word in piece.words)
    return Segment(pieces[0].start_s, max(word.end_s for word in words), join_prose(texts), words, speaker)
