"""Which bytes of a film hold its sound, by the container's own index, so that those of its pictures are not fetched."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable

_GAP_BYTES = 32 * 1024
"""Two ranges with a smaller gap are read as one: libav does so too, and another request would cost more."""

_MAX_PLANNED_SHARE = 0.75
"""Where the sound takes a larger share of the file, reading all of it is simpler and as fast."""


class ReadPlan:
    """Ranges of a file in ascending order, as they will be read; compact, as a film has many thousands."""

    def __init__(self, starts: "array[int]", ends: "array[int]") -> None:
        self._starts = starts
        self._ends = ends

    @classmethod
    def of(cls, places: Iterable[tuple[int, int]], size: int) -> "ReadPlan | None":
        """Plan for packets at these positions, each with its length. Places outside the file of `size` are ignored.

        None where reading the whole file is as fast.
        """
        ranges: list[tuple[int, int]] = []
        is_sorted = True
        for start, length in places:
            end = start + length
            if start < 0 or length <= 0 or end > size:
                continue
            if ranges and ranges[-1][0] <= start <= ranges[-1][1] + _GAP_BYTES:
                ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
            else:
                is_sorted = is_sorted and not (ranges and start < ranges[-1][0])
                ranges.append((start, end))
        if not is_sorted:
            return cls.of(((start, end - start) for start, end in sorted(ranges)), size)
        if not ranges or sum(end - start for start, end in ranges) > size * _MAX_PLANNED_SHARE:
            return None
        return cls(array("q", (start for start, _ in ranges)), array("q", (end for _, end in ranges)))

    def __len__(self) -> int:
        return len(self._starts)

    @property
    def total_bytes(self) -> int:
        """How many bytes the ranges have together."""
        return sum(self._ends) - sum(self._starts)

    def piece_at(self, place: int, largest: int) -> tuple[int, int] | None:
        """The piece of a range, at most `largest` bytes, that holds this place: its start and its length."""
        index = bisect_right(self._starts, place) - 1
        if index < 0 or place >= self._ends[index]:
            return None
        return self._piece(index, (place - self._starts[index]) // largest, largest)

    def piece_after(self, piece: tuple[int, int], largest: int) -> tuple[int, int] | None:
        """The piece that follows this one, which may be of the next range; None after the last."""
        end = sum(piece)
        following = self.piece_at(end, largest)
        if following is None:
            index = bisect_right(self._starts, end)
            following = self._piece(index, 0, largest) if index < len(self._starts) else None
        return following

    def _piece(self, index: int, number: int, largest: int) -> tuple[int, int]:
        start = self._starts[index] + number * largest
        return start, min(largest, self._ends[index] - start)
