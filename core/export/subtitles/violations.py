"""Which rules of subtitles a segment breaks, and whether the files have that mended or a person has to do it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from core.domain import Segment, TranslatableText, mark
from core.domain.graphemes import columns
from core.export.clean import milliseconds, one_line
from core.export.subtitles.cues import Cue
from core.export.subtitles.cutting import lines_of
from core.export.subtitles.placement import DASH, Voice
from core.export.subtitles.rule_notices import LATEST_UNTOLD_S, columns_per_second, is_too_fast
from core.export.subtitles.rules import SubtitleRules


class Broken(Enum):
    """What of the rules is broken. The value is what to say of it, in English."""

    TOO_FAST = mark("Too fast: {value} characters a second, at most {limit}")
    LATE = mark("Comes {value} s after its words: no room before it")
    WIDE_LINE = mark("Line too long with the name: {value}, at most {limit}")
    LONG_TEXT = mark("Too much text: {value} lines, at most {limit}")
    TOO_SHORT = mark("Too short: {value} s, at least {limit} s")
    TOO_LONG = mark("Too long: {value} s, at most {limit} s")
    SMALL_GAP = mark("Gap too small: {value} s to the next one, at least {limit} s")
    OVERLAP = mark("Overlaps the next one by {value} s")


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that is broken. Where it `is_mended` by itself in the files of subtitles, nobody has to do anything."""

    broken: Broken
    value: float
    limit: float
    is_mended: bool

    @property
    def message(self) -> TranslatableText:
        """What is broken, and by how much."""
        return TranslatableText(self.broken.value, {"value": float(self.value), "limit": float(self.limit)})


def violations(
    segment: Segment, following: Segment | None, cues: Sequence[Cue], rules: SubtitleRules
) -> tuple[Violation, ...]:
    """The rules that a segment breaks as it is, or its cues in a file, what a person has to mend first.

    `following` is the next segment that has text, and `cues` are those with this segment's text. What is broken of the
    cues themselves can't be mended by the files: too fast, late, and a line with a long name. All else is: text is
    divided, and times are moved.
    """
    if not cues:
        return ()
    found = [found for check in (_speed, _delay, _width) if (found := check(segment, cues, rules)) is not None]
    found += _of_text(segment, cues, rules)
    found += _of_times(segment, following, rules)
    return tuple(sorted(found, key=lambda one: one.is_mended))


_Check = Callable[[Segment, Sequence[Cue], SubtitleRules], Violation | None]


def speed_of(segment: Segment) -> float:
    """How many columns a second its text has; infinite where it has no time."""
    shown = columns(one_line(segment.text))
    length_s = length_of(segment)
    return shown / length_s if length_s else math.inf if shown else 0.0


def length_of(segment: Segment) -> float:
    """How long it lasts, in seconds, by the whole milliseconds that files have."""
    return max(0, milliseconds(segment.end_s) - milliseconds(segment.start_s)) / 1000


def _speed(segment: Segment, cues: Sequence[Cue], rules: SubtitleRules) -> Violation | None:
    shown = max(map(columns_per_second, cues))
    is_mended = not is_too_fast(shown, rules)
    speed = speed_of(segment) if is_mended else shown
    if not is_too_fast(speed, rules):
        return None
    return Violation(Broken.TOO_FAST, _whole(speed), rules.columns_per_second, is_mended)


def _delay(_: Segment, cues: Sequence[Cue], __: SubtitleRules) -> Violation | None:
    late_s = max(cue.late_ms for cue in cues) / 1000
    if late_s <= LATEST_UNTOLD_S:
        return None
    return Violation(Broken.LATE, math.ceil(late_s * 10) / 10, LATEST_UNTOLD_S, is_mended=False)


def _width(_: Segment, cues: Sequence[Cue], rules: SubtitleRules) -> Violation | None:
    widest = max(map(_widest, cues))
    return (
        Violation(Broken.WIDE_LINE, widest, rules.line_columns, is_mended=False)
        if widest > rules.line_columns
        else None
    )


def _widest(cue: Cue) -> int:
    """The columns of a cue's widest line, as SubRip has it: with the names of speakers."""
    dash = len(DASH) if len(cue.voices) > 1 else 0
    return max(
        columns(line) + (0 if number else dash + Voice("", voice.speaker).prefix_columns)
        for voice in cue.voices
        for number, line in enumerate(voice.lines)
    )


def _of_text(segment: Segment, cues: Sequence[Cue], rules: SubtitleRules) -> list[Violation]:
    """Whether it has more lines than a cue may have; it is divided then."""
    if len(cues) == 1:
        return []
    name = Voice("", one_line(segment.speaker or ""))
    lines = len(lines_of(one_line(segment.text), rules, name.prefix_columns))
    return [Violation(Broken.LONG_TEXT, lines, rules.lines, is_mended=True)] if lines > rules.lines else []


def _of_times(segment: Segment, following: Segment | None, rules: SubtitleRules) -> list[Violation]:
    """What of the segment's times breaks a rule. Cues get other times, are joined or divided then."""
    length_s = length_of(segment)
    found: list[tuple[Broken, float, float]] = []
    if length_s < rules.shortest_s:
        found.append((Broken.TOO_SHORT, length_s, rules.shortest_s))
    if length_s > rules.longest_s:
        found.append((Broken.TOO_LONG, length_s, rules.longest_s))
    if following is not None:
        gap_s = (milliseconds(following.start_s) - milliseconds(segment.end_s)) / 1000
        if gap_s < 0:
            found.append((Broken.OVERLAP, -gap_s, 0.0))
        elif gap_s < rules.gap_s:
            found.append((Broken.SMALL_GAP, gap_s, rules.gap_s))
    return [Violation(broken, value, limit, is_mended=True) for broken, value, limit in found]


def _whole(speed: float) -> float:
    """A speed to show: never the limit itself, as a rounded one might be."""
    return float(math.ceil(speed)) if math.isfinite(speed) else 9999.0
