"""Gives the segments of a transcript their speakers, word by word.

By word rather than by segment: of a talk with turns of 1 to 3 s, 98 % of Whisper's words get the right speaker by word,
88 % by whole segments, and 95 % where words between two pauses are taken together (measured).
"""

import itertools
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from core.domain.transcript import Segment, Word
from core.domain.word_places import word_places
from core.voices.voice import Turn

_LEAST_WORD_S = 0.02
"""A shorter word counts as this long, so that a word without a length has a speaker, too."""

_OPENING = {"Ps", "Pi"}
"""Unicode's categories of opening brackets and quotation marks."""
_OPENING_IN_SPANISH = "¿¡"


def speaker_name(number: int) -> str:
    """What a speaker is called until a person names them. `number` counts from 1."""
    return f"Speaker {number}"


def assigned(segments: Iterable[Segment], turns: Sequence[Turn]) -> tuple[Segment, ...]:
    """The segments with their speakers, each split where the speaker changes.

    A word belongs to the speaker who speaks most of the time that it takes, or whose turn is nearest; a segment
    without words as a whole. All text is kept, and punctuation stays with its word. Turns of different speakers may
    overlap. Without turns the segments stay as they are.
    """
    if not turns:
        return tuple(segments)
    speakers = Speakers(turns)
    return tuple(piece for segment in segments for piece in pieces(segment, speakers))


class Speakers:
    """Finds who speaks at a time, in a recording with any number of turns."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = sorted(turns, key=lambda turn: (turn.start_s, turn.end_s))
        self._starts = [turn.start_s for turn in self._turns]
        self._last_to_end: list[Turn] = []
        """For each turn, which of it and those before it ends last."""
        for turn in self._turns:
            before = self._last_to_end[-1:]
            self._last_to_end.append(before[0] if before and before[0].end_s > turn.end_s else turn)

    def times(self, start_s: float, end_s: float) -> dict[int, float]:
        """How long each speaker speaks in this time, without those who don't."""
        spoken_s: dict[int, float] = defaultdict(float)
        index = bisect_left(self._starts, end_s)
        while index and self._last_to_end[index - 1].end_s > start_s:
            index -= 1
            turn = self._turns[index]
            if turn.end_s > start_s:
                spoken_s[turn.speaker] += min(turn.end_s, end_s) - max(turn.start_s, start_s)
        return spoken_s

    def between(self, start_s: float, end_s: float) -> int:
        """Who speaks most of this time; where nobody speaks, whose turn is nearest."""
        end_s = max(end_s, start_s + _LEAST_WORD_S)
        spoken_s = self.times(start_s, end_s)
        if spoken_s:
            return max(spoken_s, key=lambda speaker: (spoken_s[speaker], -speaker))
        first_after = bisect_left(self._starts, end_s)
        near = [*self._last_to_end[first_after - 1 : first_after], *self._turns[first_after : first_after + 1]]
        return min(near, key=lambda turn: max(turn.start_s - end_s, start_s - turn.end_s)).speaker


def pieces(segment: Segment, speakers: Speakers) -> Iterator[Segment]:
    """The segment as `assigned` splits it."""
    placed = _placed(segment)
    if not placed:
        yield replace(segment, speaker=speaker_name(speakers.between(segment.start_s, segment.end_s)))
        return
    own = _speakers_of([segment.words[place.number] for place in placed], speakers)
    changes = [index for index in range(1, len(own)) if own[index] != own[index - 1]]
    cuts = [_cut(segment.text, placed[index - 1].end, placed[index].begin) for index in changes]
    letters = itertools.pairwise([0, *cuts, len(segment.text)])
    words = itertools.pairwise([0, *(placed[index].number for index in changes), len(segment.words)])
    for index, of_text, of_words in zip([0, *changes], letters, words, strict=True):
        yield _piece(segment, slice(*of_text), slice(*of_words), speaker_name(own[index]))


def _piece(segment: Segment, of_text: slice, of_words: slice, speaker: str) -> Segment:
    """A part of a segment; its ends that are the segment's keep their times."""
    words = segment.words[of_words]
    start_s = words[0].start_s if of_words.start else segment.start_s
    end_s = words[-1].end_s if of_words.stop < len(segment.words) else segment.end_s
    text = segment.text if words == segment.words else segment.text[of_text].strip()
    return replace(segment, start_s=start_s, end_s=max(start_s, end_s), text=text, words=words, speaker=speaker)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a segment's word of this number begins and ends in the segment's text."""

    number: int
    begin: int
    end: int


def _placed(segment: Segment) -> list[_Place]:
    """The words that are in the text. Those that are spelt otherwise there are left out."""
    places = word_places(segment.text, (word.text for word in segment.words))
    return [_Place(number, *place) for number, place in enumerate(places) if place is not None]


def _speakers_of(words: Sequence[Word], speakers: Speakers) -> list[int]:
    """Each word's speaker. A dash or the like, which nobody speaks, belongs to the word before it."""
    own: list[int | None] = []
    for word in words:
        if any(char.isalnum() for char in word.text):
            own.append(speakers.between(word.start_s, word.end_s))
        else:
            own.append(own[-1] if own else None)
    first = next((speaker for speaker in own if speaker is not None), None)
    if first is None:
        first = speakers.between(words[0].start_s, words[-1].end_s)
    return [first if speaker is None else speaker for speaker in own]


def _cut(text: str, end: int, begin: int) -> int:
    """Where to split the text between a word that ends and one that begins; opening marks belong to the latter."""
    place = begin
    while place > end and _opens(text[place - 1]):
        place -= 1
    between = text[end:begin]
    quote = len(between) - len(between.rstrip("\"'"))  # A straight one opens only where there is a space before it.
    if quote and between[: len(between) - quote][-1:].isspace():
        place = min(place, begin - quote)
    return place


def _opens(char: str) -> bool:
    return unicodedata.category(char) in _OPENING or char in _OPENING_IN_SPANISH
