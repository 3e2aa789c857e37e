"""The cues of a transcript while it is edited: made anew only where they differ, a little at a time."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from core.domain import Segment
from core.export.clean import milliseconds
from core.export.subtitles.cues import Cue, cue_of, parts_of
from core.export.subtitles.placement import MOST_OPEN, Placed, Placement, lengthened
from core.export.subtitles.rules import SubtitleRules

_NEEDED = MOST_OPEN + 1
"""So many cues after a group's tell its own: those that were open at its end, and the one that ends their last."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Segments during which no later one begins: their number, their end, and what placing their parts has left."""

    count: int
    until_ms: int
    done: list[Placed]
    open: tuple[Placed, ...]


@dataclass(slots=True)
class _Groups:
    """Groups in their order, with the place of each one's first segment."""

    groups: list[_Group] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    segment_count: int = 0
    """Of the whole transcript, also where not all of it is in groups."""

    def open_at(self, number: int) -> tuple[Placed, ...]:
        """The cues that are open before the group with this number."""
        return self.groups[number - 1].open if number else ()


class LiveCues:
    """For each segment the cues with its text, of those that `cues` makes of all segments.

    `follow` says what there is, `advance` does the work. What is in front of a change has its cues already; what is
    behind it is placed anew until the placement has the same cues open as the time before.
    """

    def __init__(self, rules: SubtitleRules) -> None:
        self.rules = rules
        self._segments: Sequence[Segment] = ()
        self._earliest_ms: list[int] = []
        """For each segment the earliest start of it and all behind it."""
        self._made = _Groups()
        self._before = _Groups()
        """The groups of the time before; those of segments that are still there may be taken as they are."""
        self._tail = 0
        """How many of the last segments are the same as the time before."""
        self._next_before = 0
        self._at = 0
        """The first segment that is in no group yet."""
        self._known = 0
        """All segments in front of this one have their cues."""
        self._parts: dict[int, tuple[Sequence[Segment], list[Placed]]] = {}
        """The parts of a group by the identity of its first segment: cutting text takes most of the time."""

    @property
    def is_finished(self) -> bool:
        """Whether all segments have their cues."""
        return self._known == len(self._segments)

    def follow(self, segments: Sequence[Segment]) -> tuple[int, int]:
        """These are the segments now. Returns how many of the first and of the last ones are the same as before."""
        before, was_finished = self._segments, self.is_finished
        most = min(len(before), len(segments))
        head = next((n for n in range(most) if before[n] is not segments[n]), most)
        tail = next((n for n in range(most - head) if before[-1 - n] is not segments[-1 - n]), most - head)
        if not head == len(before) == len(segments):
            self._segments = segments
            self._find_earliest(head, tail)
            self._step_back(head)
            self._tail = tail if was_finished else 0
        return head, tail

    def advance(self, is_over: Callable[[], bool]) -> range:
        """Work until `is_over`, or until all is done. Returns which segments have their cues only now."""
        known = self._known
        while self._at < len(self._segments):
            if self._take_those_behind():
                self._known = len(self._segments)
                return range(known, self._at)
            self._add_group()
            if is_over():
                break
        is_done = self._at == len(self._segments)
        self._known = self._at if is_done else max(known, self._at - self._undecided(len(self._made.groups)))
        if is_done:
            self._forget_parts()
        return range(known, self._known)

    def cues_of(self, places: range) -> Iterator[tuple[Cue, ...]]:
        """The cues of these segments, all of which have theirs, one after another."""
        number = bisect_right(self._made.starts, places.start) - 1
        while places:
            first, count = self._made.starts[number], self._made.groups[number].count
            segments = self._segments[first : first + count]
            cues = self._cues_with(segments, number)
            for segment in segments[places.start - first : places.stop - first]:
                yield tuple(cue for cue in cues if segment in cue.segments)
            places = places[max(0, first + count - places.start) :]
            number += 1

    def _cues_with(self, segments: Sequence[Segment], number: int) -> list[Cue]:
        """The cues with text of these segments, which are the group with this number."""
        groups = self._made.groups
        placed, behind = list(groups[number].done), number + 1
        most = len(placed) + _NEEDED
        while behind < len(groups) and len(placed) < most:
            placed += groups[behind].done
            behind += 1
        if behind == len(groups):
            placed += groups[-1].open
        return [
            cue_of(lengthened(cue, following, self.rules), self.rules)
            for cue, following in zip_longest(placed, placed[1:])
            if any(segment in cue.segments for segment in segments)
        ]

    def _find_earliest(self, head: int, tail: int) -> None:
        segments, before = self._segments, self._earliest_ms
        earliest_ms = before[len(before) - tail :][::-1]
        for segment in reversed(segments[head : len(segments) - tail]):
            start_ms = milliseconds(segment.start_s)
            earliest_ms.append(min(start_ms, earliest_ms[-1]) if earliest_ms else start_ms)
        for place in reversed(range(head)):
            start_ms = milliseconds(segments[place].start_s)
            earliest_ms.append(min(start_ms, earliest_ms[-1]) if earliest_ms else start_ms)
            if earliest_ms[-1] == before[place]:  # As it is for those in front of it.
                earliest_ms += before[:place][::-1]
                break
        self._earliest_ms = earliest_ms[::-1]

    def _step_back(self, head: int) -> None:
        """Keep the groups in front of the change whose time isn't touched by what is behind them."""
        made = self._made
        kept = bisect_right(made.starts, head)  # Of this one at least the end is to be looked at.
        while kept and not self._ends_before_change(kept - 1, head):
            kept -= 1
        self._before, self._next_before = made, kept
        self._made = _Groups(made.groups[:kept], made.starts[:kept], len(self._segments))
        self._at = made.starts[kept - 1] + made.groups[kept - 1].count if kept else 0
        self._known = min(self._known, self._at - self._undecided(kept))

    def _ends_before_change(self, number: int, head: int) -> bool:
        group = self._made.groups[number]
        end = self._made.starts[number] + group.count
        return end <= head and (end == len(self._segments) or group.until_ms <= self._earliest_ms[end])

    def _undecided(self, number: int) -> int:
        """How many segments in front of this group can't have their cues without it."""
        count = seen = 0
        for group in reversed(self._made.groups[max(0, number - 64) : number]):
            if seen >= _NEEDED:
                break
            count += group.count
            seen += len(group.done)
        return count

    def _take_those_behind(self) -> bool:
        """Take the groups of the time before where everything is the same from here on. Returns whether it was."""
        made, before = self._made, self._before
        left = len(self._segments) - self._at
        while self._next_before < len(before.groups) and self._left_before() > left:
            self._next_before += 1
        if left > self._tail or self._next_before >= len(before.groups) or self._left_before() != left:
            return False
        if before.open_at(self._next_before) != made.open_at(len(made.groups)):
            return False
        moved = self._at - before.starts[self._next_before]
        made.groups += before.groups[self._next_before :]
        made.starts += [start + moved for start in before.starts[self._next_before :]]
        return True

    def _left_before(self) -> int:
        """How many segments the next group of the time before had in and behind it."""
        return self._before.segment_count - self._before.starts[self._next_before]

    def _add_group(self) -> None:
        begin, end, until_ms = self._at, self._at, 0
        while end < len(self._segments) and (end == begin or until_ms > self._earliest_ms[end]):
            until_ms = max(until_ms, _until_ms(self._segments[end]))
            end += 1
        segments = self._segments[begin:end]
        known, parts = self._parts.get(id(segments[0]), ((), []))
        if len(known) != len(segments) or any(one is not other for one, other in zip(known, segments, strict=True)):
            parts = parts_of(segments, self.rules)
            self._parts[id(segments[0])] = segments, parts
        placement = Placement(self.rules, self._made.open_at(len(self._made.groups)))
        done = [cue for part in parts for cue in placement.add(part)]
        self._made.groups.append(_Group(end - begin, until_ms, done, placement.open))
        self._made.starts.append(begin)
        self._at = end

    def _forget_parts(self) -> None:
        """Forget the parts of segments that are gone, once they are many."""
        if len(self._parts) > 2 * len(self._made.groups) + _NEEDED:
            firsts = {id(self._segments[start]) for start in self._made.starts}
            self._parts = {first: parts for first, parts in self._parts.items() if first in firsts}


def _until_ms(segment: Segment) -> int:
    """When a segment, and all of its words, are over; after it begins, as one without a length may be cut by others."""
    word_times = (time_s for word in segment.words for time_s in (word.start_s, word.end_s))
    least_ms = milliseconds(segment.start_s) + 1
    return max(least_ms, *map(milliseconds, (segment.end_s, *word_times)))
