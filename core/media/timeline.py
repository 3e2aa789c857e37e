"""Times in sound without its long silences, mapped back to the recording."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from core.domain.transcript import Segment

KEPT_S = 0.5
"""How much of a long silence is kept at either end, so that no word is cut and a model still detects a pause."""

_ROUNDING_S = 1e-6


@dataclass(frozen=True, slots=True)
class _Joint:
    """A removed silence: its time in the shortened sound, its duration, and the sum of the durations before it.

    The silence that was kept around it begins at `from_s` and ends at `to_s`.
    """

    at_s: float
    skipped_s: float
    skipped_before_s: float
    from_s: float
    to_s: float


class Timeline:
    """Maps times in the shortened sound (without the removed silences) to times in the recording."""

    def __init__(self) -> None:
        self._joints: list[_Joint] = []
        self._places_s: list[float] = []
        self._from_s: list[float] = []
        self._to_s: list[float] = []
        self.total_s = 0.0
        """The duration of the recording so far, silences included."""

    @property
    def skipped_s(self) -> float:
        """The sum of the removed silences."""
        last = self._joints[-1] if self._joints else None
        return last.skipped_before_s + last.skipped_s if last else 0.0

    def skip(self, at_s: float, skipped_s: float, *, before_s: float = KEPT_S, after_s: float = KEPT_S) -> None:
        """Add a removed silence at this time in the shortened sound; times have to ascend.

        `before_s` and `after_s` are how much of the same silence was kept on either side.
        """
        joint = _Joint(at_s, skipped_s, self.skipped_s, at_s - before_s, at_s + after_s)
        self._joints.append(joint)
        self._places_s.append(joint.at_s)
        self._from_s.append(joint.from_s)
        self._to_s.append(joint.to_s)

    def restored(self, segment: Segment) -> Iterator[Segment]:
        """The segment with times in the recording, in whole milliseconds; split where a silence was removed in it."""
        if not self._joints:
            yield segment
            return
        for part in self._parts(segment):
            words = []
            for word in part.words:
                start_s, end_s = self._span(word.start_s, word.end_s)
                words.append(replace(word, start_s=round(start_s, 3), end_s=round(end_s, 3)))
            start_s, end_s = self._span(part.start_s, part.end_s)
            yield replace(part, start_s=round(start_s, 3), end_s=round(end_s, 3), words=tuple(words))

    def _parts(self, segment: Segment) -> Iterator[Segment]:
        """The segment, split where a silence was removed between two words that are found in its text."""
        position = 0
        for number, (left, right) in enumerate(pairwise(segment.words), 1):
            position = max(position, segment.text.find(left.text, position) + len(left.text))
            cut = segment.text.find(right.text, position)
            if cut < 0 or self._sides(left.start_s, left.end_s)[1] == self._sides(right.start_s, right.end_s)[0]:
                continue
            before, after = segment.text[:cut].strip(), segment.text[cut:].strip()
            yield replace(segment, text=before, end_s=left.end_s, words=segment.words[:number])
            yield from self._parts(replace(segment, text=after, start_s=right.start_s, words=segment.words[number:]))
            return
        yield segment

    def _sides(self, start_s: float, end_s: float) -> tuple[int, int]:
        """The numbers of joints before the start and before the end of a word or segment.

        Providers' times begin a little early and end a little late. So what begins in the silence that was kept before
        a joint, and continues after it, belongs after the joint, and the other way round.
        """
        begins_behind = bisect_right(self._from_s, start_s + _ROUNDING_S)
        ends_behind = bisect_left(self._to_s, end_s - _ROUNDING_S)
        if begins_behind > ends_behind:  # All of it is in the silence that was kept.
            begins_behind = ends_behind = bisect_right(self._places_s, (start_s + end_s) / 2)
        return begins_behind, ends_behind

    def _span(self, start_s: float, end_s: float) -> tuple[float, float]:
        """Start and end in the recording, neither of them inside a removed silence."""
        begins_behind, ends_behind = self._sides(start_s, end_s)
        if begins_behind:
            joint = self._joints[begins_behind - 1]
            start_s = max(start_s, joint.at_s) + joint.skipped_before_s + joint.skipped_s
        if ends_behind < len(self._joints):
            end_s = min(end_s, self._joints[ends_behind].at_s)
        if ends_behind:
            joint = self._joints[ends_behind - 1]
            end_s += joint.skipped_before_s + joint.skipped_s
        return start_s, max(start_s, end_s)
