"""Cues in time: none overlaps another or is too short to be read, and who speak at once are shown together."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest

from core.domain import Segment
from core.domain.graphemes import columns
from core.domain.scripts import join_prose
from core.export.subtitles.cutting import PAUSE_S, lines_of
from core.export.subtitles.rules import SubtitleRules

LINGER_S = 1.0
"""How long a cue stays in a silence that follows, for people to finish reading."""

_EARLIER_S = 0.25
"""How much of its end a cue gives to a next one that is too short."""

DASH = "- "

MOST_OPEN = 3
"""A cue may be joined to the last one or that to the one before, which takes some time of the third last."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What one person says in a cue. `speaker` is empty where it isn't known."""

    text: str
    speaker: str = ""

    @property
    def prefix_columns(self) -> int:
        """How much of the first line the name takes."""
        return columns(f"{self.speaker}: ") if self.speaker else 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A cue with its times in milliseconds.

    The speech begins at `spoken_from_ms` and ends at `spoken_to_ms`, whatever the cue does. `segments` are those whose
    text it has, or some of it.
    """

    start_ms: int
    end_ms: int
    voices: tuple[Voice, ...]
    spoken_from_ms: int
    spoken_to_ms: int
    segments: tuple[Segment, ...] = ()

    @property
    def length_ms(self) -> int:
        """How long it is on the screen."""
        return self.end_ms - self.start_ms


def place(cues: Iterable[Placed], rules: SubtitleRules) -> list[Placed]:
    """The cues, which come in the order of their starts, so that they keep the rules.

    Cues that leave too little time for each other are joined if both fit on the screen. Else the later one waits, and
    what follows with it, until a silence makes up for it; how late it comes is told (`rule_notices`).
    """
    placement = Placement(rules)
    placed = [done for cue in cues for done in placement.add(cue)] + list(placement.open)
    return [lengthened(cue, following, rules) for cue, following in zip_longest(placed, placed[1:])]


class Placement:
    """Places one cue after another. What comes later changes none but the last `MOST_OPEN` of them."""

    def __init__(self, rules: SubtitleRules, open_: tuple[Placed, ...] = ()) -> None:
        """`open_` is what another placement had open, to go on where that was."""
        self._rules = rules
        self._shortest_ms = round(rules.shortest_s * 1000)
        self._longest_ms = round(rules.longest_s * 1000)
        self._gap_ms = round(rules.gap_s * 1000)
        self._placed = list(open_)

    @property
    def open(self) -> tuple[Placed, ...]:
        """The cues that may still change, in their order."""
        return tuple(self._placed)

    def add(self, cue: Placed) -> list[Placed]:
        """Place one more. Returns the cues that stay as they are from now on, but for `lengthened`."""
        if not (self._placed and not self._has_room(self._placed[-1], cue) and self._join_last(cue)):
            if self._placed:
                self._give_last_time(cue.start_ms)
                cue = self._after_last(cue)
            self._placed.append(cue)
        done = self._placed[:-MOST_OPEN]
        del self._placed[:-MOST_OPEN]
        return done

    def _has_room(self, last: Placed, cue: Placed) -> bool:
        """Whether the last cue can be read before this one starts, and most of it is over by then."""
        until_ms = cue.start_ms - self._gap_ms
        cut_off_ms = min(last.spoken_to_ms, cue.spoken_to_ms) - until_ms
        return until_ms - last.start_ms >= self._shortest_ms and cut_off_ms <= max(self._gap_ms, self._shortest_ms // 2)

    def _join_last(self, cue: Placed) -> bool:
        """Join a cue to the last one, or the last one to that before it, so that this one has room."""
        last = self._placed[-1]
        joined = self._joined(last, cue)
        if joined is not None:
            self._placed[-1] = joined
            return True
        if len(self._placed) > 1 and last.length_ms < self._shortest_ms:
            joined = self._joined(self._placed[-2], last)
            if joined is not None:
                self._placed[-2:] = [joined]
        return False

    def _joined(self, first: Placed, second: Placed) -> Placed | None:
        """Both in one cue, None where that is too much text, too long, or over a pause."""
        end_ms = max(first.end_ms, second.end_ms)
        if end_ms - first.start_ms > self._longest_ms or second.start_ms - first.spoken_to_ms >= PAUSE_S * 1000:
            return None
        voices = _together(first.voices, second.voices)
        if not self._fits(voices):
            return None
        spoken_from_ms = min(first.spoken_from_ms, second.spoken_from_ms)
        spoken_to_ms = max(first.spoken_to_ms, second.spoken_to_ms)
        segments = first.segments + tuple(one for one in second.segments if one not in first.segments)
        return Placed(first.start_ms, end_ms, voices, spoken_from_ms, spoken_to_ms, segments)

    def _fits(self, voices: tuple[Voice, ...]) -> bool:
        lines = [line for voice in voices for line in lines_of_voice(voice, self._rules, is_alone=len(voices) == 1)]
        return len(lines) <= self._rules.lines

    def _give_last_time(self, start_ms: int) -> None:
        """Begin the last cue a little earlier where it is too short before the next one."""
        last = self._placed[-1]
        lacking_ms = self._shortest_ms - (start_ms - self._gap_ms - last.start_ms)
        if lacking_ms <= 0:
            return
        earliest_ms = 0
        if len(self._placed) > 1:
            before = self._placed[-2]
            earliest_ms = (
                max(before.start_ms + self._shortest_ms, before.end_ms - round(_EARLIER_S * 1000)) + self._gap_ms
            )
        begun_ms = max(earliest_ms, last.start_ms - min(lacking_ms, round(_EARLIER_S * 1000)))
        if begun_ms >= last.start_ms:
            return
        self._placed[-1] = replace(last, start_ms=begun_ms)
        if len(self._placed) > 1:
            before = self._placed[-2]
            self._placed[-2] = replace(before, end_ms=min(before.end_ms, begun_ms - self._gap_ms))

    def _after_last(self, cue: Placed) -> Placed:
        """The cue once the last one could be read; that ends before it."""
        last = self._placed[-1]
        start_ms = max(cue.start_ms, last.start_ms + self._shortest_ms + self._gap_ms)
        self._placed[-1] = replace(last, end_ms=max(min(last.end_ms, start_ms - self._gap_ms), last.start_ms + 1))
        return replace(cue, start_ms=start_ms, end_ms=max(cue.end_ms, start_ms))


def lengthened(cue: Placed, following: Placed | None, rules: SubtitleRules) -> Placed:
    """The cue as long as its text takes to read, as far as the silence behind it goes."""
    shortest_ms = round(rules.shortest_s * 1000)
    wanted_ms = min(round(rules.longest_s * 1000), max(shortest_ms, _reading_ms(cue, rules)))
    latest_ms = max(cue.end_ms, cue.spoken_to_ms) + round(LINGER_S * 1000)
    end_ms = max(cue.end_ms, min(cue.start_ms + wanted_ms, latest_ms), cue.start_ms + shortest_ms)
    if following is not None:
        end_ms = min(end_ms, following.start_ms - round(rules.gap_s * 1000))
    return replace(cue, end_ms=end_ms)


def _reading_ms(cue: Placed, rules: SubtitleRules) -> int:
    return round(sum(columns(voice.text) for voice in cue.voices) * 1000 / rules.columns_per_second)


def lines_of_voice(voice: Voice, rules: SubtitleRules, *, is_alone: bool) -> tuple[str, ...]:
    """What a person says, on lines; beside another person's with room for a dash."""
    dash = 0 if is_alone else len(DASH)
    return lines_of(voice.text, rules, voice.prefix_columns + dash)


def _together(first: tuple[Voice, ...], second: tuple[Voice, ...]) -> tuple[Voice, ...]:
    """The voices of both cues: those of one speaker as one text, different ones beside each other."""
    voices = list(first)
    for voice in second:
        known = next((place for place, each in enumerate(voices) if each.speaker == voice.speaker), None)
        if known is None:
            voices.append(voice)
        else:
            voices[known] = replace(voices[known], text=join_prose([voices[known].text, voice.text]))
    return tuple(voices)
