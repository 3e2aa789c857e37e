"""Checks a transcript against the rules of subtitles while it is edited."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.domain import Segment
from core.export.clean import one_line
from core.export.subtitles.cues import Cue
from core.export.subtitles.cutting import lines_of
from core.export.subtitles.live_cues import LiveCues
from core.export.subtitles.placement import Voice
from core.export.subtitles.rules import SubtitleRules
from core.export.subtitles.violations import Violation, violations


@dataclass(frozen=True, slots=True)
class CheckedSegment:
    """The cues that files of subtitles have of a segment, none where it has no text, and the rules that it breaks."""

    cues: tuple[Cue, ...] = ()
    violations: tuple[Violation, ...] = ()
    parts: tuple[tuple[str, ...], ...] = ()
    """Its text on lines, divided as the cues are; as one part where cues have other segments' text, too."""

    @property
    def needs_person(self) -> bool:
        """Whether it breaks a rule in the files too, so that a person has to mend it."""
        return any(not one.is_mended for one in self.violations)

    @property
    def is_joined(self) -> bool:
        """Whether a cue has other segments' text, too."""
        return any(len(cue.segments) > 1 for cue in self.cues)

    @property
    def is_mended(self) -> bool:
        """Whether all of the rules that it breaks are kept in the files."""
        return bool(self.violations) and not self.needs_person


class SubtitleCheck:
    """The check of one transcript. `follow` says what is to be checked, `advance` checks it a little at a time."""

    def __init__(self, rules: SubtitleRules) -> None:
        self.rules = rules
        self._live = LiveCues(rules)
        self._segments: Sequence[Segment] = ()
        self._checked: list[CheckedSegment | None] = []
        self.to_mend = 0
        """How many of those that are checked a person has to mend."""
        self.mended = 0
        """How many of them break rules that the files keep."""

    def __len__(self) -> int:
        return len(self._checked)

    def __getitem__(self, number: int) -> CheckedSegment | None:
        """What is known of a segment, None where it wasn't checked yet; of a changed one what it was until then."""
        return self._checked[number]

    @property
    def is_finished(self) -> bool:
        """Whether all is checked."""
        return self._live.is_finished

    def follow(self, segments: Sequence[Segment]) -> None:
        """Check these from now on. What is the same as before isn't checked again, but for its surroundings."""
        head, tail = self._live.follow(segments)
        self._segments = segments
        end = len(self._checked) - tail
        for checked in self._checked[head:end]:
            self._count(checked, -1)
        # Of as many as before each is shown as it was known until it is checked: a key changes one by one letter.
        is_in_place = len(segments) == len(self._checked)
        kept = self._checked[head:end] if is_in_place else [None] * (len(segments) - head - tail)
        for checked in kept:
            self._count(checked, 1)
        self._checked[head:end] = kept

    def advance(self, is_over: Callable[[], bool]) -> range:
        """Check until `is_over`, or until all is done. Returns the places of the segments that were checked."""
        places = self._live.advance(is_over)
        following = self._text_from(places.stop)
        cues = list(self._live.cues_of(places))
        for place in reversed(places):
            segment, own = self._segments[place], cues[place - places.start]
            broken = violations(segment, following, own, self.rules)
            checked = CheckedSegment(own, broken, _parts(segment, own, self.rules))
            self._count(self._checked[place], -1)
            self._count(checked, 1)
            self._checked[place] = checked
            following = segment if own else following
        return places

    def _text_from(self, place: int) -> Segment | None:
        """The first segment from this place on that has text."""
        return next((one for one in self._segments[place : place + 64] if one_line(one.text)), None)

    def _count(self, checked: CheckedSegment | None, step: int) -> None:
        if checked is not None:
            self.to_mend += step * checked.needs_person
            self.mended += step * checked.is_mended


def _parts(segment: Segment, cues: Sequence[Cue], rules: SubtitleRules) -> tuple[tuple[str, ...], ...]:
    if all(len(cue.segments) == 1 for cue in cues):
        return tuple(cue.voices[0].lines for cue in cues)
    name = Voice("", one_line(segment.speaker or ""))
    return (lines_of(one_line(segment.text), rules, name.prefix_columns),)
