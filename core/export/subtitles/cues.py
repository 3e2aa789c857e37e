"""Segments as cues: the text cut by the rules, shared over its time, and placed so that people can read it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from core.domain import Segment
from core.export.clean import milliseconds, one_line, seconds
from core.export.subtitles.clock import TextClock
from core.export.subtitles.cutting import cut
from core.export.subtitles.placement import DASH, Placed, Voice, lines_of_voice, place
from core.export.subtitles.rules import STANDARD, SubtitleRules


@dataclass(frozen=True, slots=True)
class SpokenLines:
    """The lines of one person in a cue. `speaker` is empty where it isn't known."""

    lines: tuple[str, ...]
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle. Of several people who speak at once, each has lines of their own, the first with a dash.

    It comes `late_ms` after its first word is said, where that is more than 0. `segments` are those whose text it has,
    or some of it.
    """

    start_ms: int
    end_ms: int
    voices: tuple[SpokenLines, ...]
    late_ms: int = 0
    segments: tuple[Segment, ...] = ()


def cues(segments: Iterable[Segment], rules: SubtitleRules = STANDARD) -> list[Cue]:
    """The cues in the order of their times. None overlaps the next one or is shorter than the rules say."""
    return [cue_of(placed, rules) for placed in place(parts_of(segments, rules), rules)]


def parts_of(segments: Iterable[Segment], rules: SubtitleRules) -> list[Placed]:
    """What is to be placed, in the order of its starts."""
    spoken = [segment for segment in segments if one_line(segment.text)]
    ordered = sorted(spoken, key=lambda segment: milliseconds(segment.start_s))
    return sorted(_parts(ordered, rules), key=lambda part: part.start_ms)


def cue_of(placed: Placed, rules: SubtitleRules) -> Cue:
    """The cue with its text on lines."""
    is_alone = len(placed.voices) == 1
    voices = (SpokenLines(lines_of_voice(voice, rules, is_alone=is_alone), voice.speaker) for voice in placed.voices)
    late_ms = max(0, placed.start_ms - placed.spoken_from_ms)
    return Cue(placed.start_ms, placed.end_ms, tuple(voices), late_ms, placed.segments)


def _parts(segments: Sequence[Segment], rules: SubtitleRules) -> Iterator[Placed]:
    """What each segment gives for cues. Of one speaker nothing comes before what was said earlier."""
    latest_ms: dict[str, int] = {}
    for segment, changes_s in zip(segments, _changes_beside(segments, rules), strict=True):
        text, speaker = one_line(segment.text), one_line(segment.speaker or "")
        room = replace(rules, lines=max(1, rules.lines // 2)) if changes_s else rules
        prefix_columns = Voice(text, speaker).prefix_columns + (len(DASH) if changes_s else 0)
        for part in cut(text, TextClock(segment, text), room, prefix_columns, changes_s):
            spoken_from_ms = milliseconds(part.start_s)
            start_ms = max(spoken_from_ms, latest_ms.get(speaker, 0))
            latest_ms[speaker] = start_ms
            end_ms = min(max(milliseconds(part.end_s), start_ms), start_ms + round(rules.longest_s * 1000))
            voices = (Voice(text[part.start : part.end], speaker),)
            yield Placed(start_ms, end_ms, voices, spoken_from_ms, end_ms, (segment,))


def _changes_beside(segments: Sequence[Segment], rules: SubtitleRules) -> list[list[float]]:
    """For each segment, since when others talk over a good part of it, so that both have to be shown.

    Or it over a good part of what they say: a short answer would else take a long text from the screen.
    """
    changes_s: list[list[float]] = [[] for _ in segments]
    open_: list[int] = []
    for number, segment in enumerate(segments):
        start_s, end_s = seconds(segment.start_s), seconds(segment.end_s)
        open_ = [other for other in open_ if seconds(segments[other].end_s) > start_s]
        for other in open_:
            other_s = seconds(segments[other].end_s) - seconds(segments[other].start_s)
            both_s = min(seconds(segments[other].end_s), end_s) - start_s
            good_part_s = min(rules.shortest_s, other_s, end_s - start_s) / 2
            if both_s >= good_part_s and _are_two(segments[other], segment):
                changes_s[other].append(start_s)
                changes_s[number].append(start_s)
        open_.append(number)
    return changes_s


def _are_two(one: Segment, other: Segment) -> bool:
    return bool(one.speaker and other.speaker and one.speaker != other.speaker)


def clock_time(time_ms: int, separator: str) -> str:
    """`hh:mm:ss.mmm` with the format's separator before the milliseconds; hours grow beyond two digits."""
    rest, thousandths = divmod(time_ms, 1000)
    minutes, second = divmod(rest, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}{separator}{thousandths:03}"
