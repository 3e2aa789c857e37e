"""Watches which language is spoken while a chunk is read, clip by clip. Imported only by the engine process."""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise
from typing import Protocol

from core.domain import Word
from core.providers.on_device.whisper import language_check
from core.providers.on_device.whisper.language_changes import Heard, doubtful, languages_of
from core.providers.on_device.whisper.speech_detection import WINDOW_S, Span, Speech

_SHORTEST_PART_S = 0.8
_LONGEST_PART_S = 6.0
"""What is judged at once: speech from pause to pause, and shorter where there is none."""

_LEAST_TAIL = 1.0
"""What has to speak for another language at a clip's end, as in `language_changes`, so that the next clip begins there:
with more of it, more is known."""

_LEAST_CLIP_S = 5.0

_LEAST_WORDS_PER_S = 1.0
_LEAST_LOGPROB = -0.5
"""A model for English writes hardly a word for another language, or improbable ones: in tiny.en's text for English no
stretch between two pauses had less than 1.2 words a second, or a mean under -0.5 but for three of 41; for Indonesian,
Spanish and Russian each had one of both (measured). Such stretches are checked as `language_check` says."""


class LanguageWatch(Protocol):
    """Decides in which language a clip is read. Times are in the joined speech."""

    @property
    def language(self) -> str:
        """What is read now."""

    @property
    def main(self) -> str:
        """The language in which most was read."""

    def part_of(self, clip: Span) -> Span:
        """The beginning of a clip that is in one language, which is `language` from now on."""

    def check(self, clip: Span, end_s: float, words: Sequence[Word], *, is_aligned: bool) -> None:
        """What was written for a clip that was read until `end_s`. Without `is_aligned` there is text without words."""

    @property
    def doubts(self) -> Sequence[Span]:
        """Where another language seems to be spoken than the one that is written."""


class LanguageFollower:
    """Follows the language where it changes, or with `is_fixed` only tells where it is another.

    `listen` tells how probable the languages are in parts of a clip; `known` are those that were heard before.
    """

    def __init__(
        self,
        speech: Speech,
        listen: Callable[[Span, Sequence[Span]], Sequence[Mapping[str, float]]],
        language: str,
        known: Collection[str] = (),
        *,
        is_fixed: bool,
    ) -> None:
        self._speech = speech
        self._listen = listen
        self._known = {language, *known}
        self._is_fixed = is_fixed
        self._doubts: list[Span] = []
        self._read_s: defaultdict[str, float] = defaultdict(float)
        self._begun_s = 0.0
        self.language = language

    @property
    def main(self) -> str:
        """The language in which most was read."""
        read = {**self._read_s, self.language: self._read_s[self.language] + self._speech.duration_s - self._begun_s}
        return max(read, key=lambda code: read[code])

    @property
    def doubts(self) -> Sequence[Span]:
        """Where another language seems to be spoken than the one that is written."""
        return self._doubts

    def part_of(self, clip: Span) -> Span:
        """The beginning of a clip that is in one language, which is `language` from now on."""
        self._read_s[self.language] += clip[0] - self._begun_s
        self._begun_s = clip[0]
        self._doubts = [(start_s, min(end_s, clip[0])) for start_s, end_s in self._doubts if start_s < clip[0]]
        parts = heard_in(self._speech, clip, self._listen)
        if not self._is_fixed:
            languages = languages_of(parts, self.language, self._known)
            self.language = languages[0]
            self._known.add(self.language)
            count = self._first_of(parts, languages, has_more=clip[1] < self._speech.duration_s)
            if count < len(parts):
                parts = parts[:count]
                clip = clip[0], parts[-1].end_s
        for span in doubtful(parts, self.language):
            self._doubts += doubtful([self._alone(span)], self.language)
        return clip

    def check(self, clip: Span, end_s: float, words: Sequence[Word], *, is_aligned: bool) -> None:
        """Nothing: the language was judged by its sound."""

    def _first_of(self, parts: Sequence[Heard], languages: Sequence[str], *, has_more: bool) -> int:
        """How many parts at the beginning are to be read at once."""
        count = next((at for at, one in enumerate(languages) if one != self.language), len(parts))
        if count < len(parts) or not has_more:
            return count
        gains = [part.best_weight(self._known) - part.weight_of(self.language) for part in parts]
        tail = len(parts)
        while tail > 1 and gains[tail - 1] > 0 and parts[tail - 1].start_s - parts[0].start_s >= _LEAST_CLIP_S:
            tail -= 1
        if sum(gains[tail:]) < _LEAST_TAIL:
            return count
        alone = self._alone((parts[tail].start_s, parts[-1].end_s))
        gain = alone.best_weight(self._known) - alone.weight_of(self.language)
        return tail if gain >= _LEAST_TAIL else count

    def _alone(self, span: Span) -> Heard:
        """A part heard by itself, which may be clear where it wasn't at the end of a clip."""
        return Heard(*span, self._listen(span, [span])[0])


class EnglishWatch:
    """Tells where something else than English is spoken to a model that knows only English.

    `is_english` tells it of a part of a clip, at a cost; asked only where what was written looks like it.
    """

    def __init__(self, speech: Speech, language: str, is_english: Callable[[Span, Span], bool]) -> None:
        self._speech = speech
        self._is_english = is_english
        self.language = self.main = language
        self.doubts: list[Span] = []

    def part_of(self, clip: Span) -> Span:
        """The whole clip."""
        return clip

    def check(self, clip: Span, end_s: float, words: Sequence[Word], *, is_aligned: bool) -> None:
        """Check what was written for a clip that was read until `end_s`."""
        suspected: list[Span] = []
        for part in parts_of(self._speech, (clip[0], end_s)):
            if is_aligned and not _looks_foreign(part, words):
                continue
            if suspected and suspected[-1][1] == part[0]:
                part = suspected.pop()[0], part[1]
            suspected.append(part)
        for start_s, end_s in suspected:
            if end_s - start_s >= language_check.LEAST_SPEECH_S and not self._is_english(clip, (start_s, end_s)):
                self.doubts.append((start_s, end_s))


def parts_of(speech: Speech, clip: Span) -> list[Span]:
    """The clip from pause to pause, and shorter where there is none."""
    parts: list[Span] = []
    for start_s, end_s in speech.pieces(clip, _SHORTEST_PART_S):
        count = max(1, math.ceil((end_s - start_s) / _LONGEST_PART_S))
        edges = [start_s + (end_s - start_s) * at / count for at in range(count)]
        parts += pairwise([*edges, end_s])
    return parts


def heard_in(
    speech: Speech, clip: Span, listen: Callable[[Span, Sequence[Span]], Sequence[Mapping[str, float]]]
) -> list[Heard]:
    """How probable the languages are in each part of the clip, as far as the model hears it at once."""
    parts = parts_of(speech, (clip[0], min(clip[1], clip[0] + WINDOW_S)))
    heard = listen(clip, parts)
    return [Heard(*part, probabilities) for part, probabilities in zip(parts, heard, strict=True)]


def _looks_foreign(part: Span, words: Sequence[Word]) -> bool:
    own = [word for word in words if part[0] <= (word.start_s + word.end_s) / 2 <= part[1]]
    if len(own) < _LEAST_WORDS_PER_S * (part[1] - part[0]):
        return True
    return sum(math.log(max(word.probability, 1e-4)) for word in own) / len(own) < _LEAST_LOGPROB
