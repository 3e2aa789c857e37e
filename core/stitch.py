"""The chunks' texts back into one transcript, in the recording's order while they finish in any order."""

from collections.abc import Callable

from core.domain import Segment


class Stitcher:
    """Collects the texts of chunks that are transcribed side by side and passes them on in the recording's order.

    `publish` gets each segment as soon as everything before it is complete.
    """

    def __init__(self, publish: Callable[[Segment], None]) -> None:
        self._publish = publish
        self._next_index = 0
        self._waiting: dict[int, list[Segment]] = {}
        self._finished: dict[int, tuple[Segment, ...]] = {}

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All chunks' final segments in order; to be asked for once every chunk has finished."""
        return tuple(segment for index in sorted(self._finished) for segment in self._finished[index])

    def add(self, chunk_index: int, segment: Segment) -> None:
        """A running chunk's next segment, its times on the recording's clock."""
        if chunk_index == self._next_index:
            self._publish(segment)
        else:
            self._waiting.setdefault(chunk_index, []).append(segment)

    def finish(self, chunk_index: int, segments: tuple[Segment, ...]) -> None:
        """The chunk's final text, which may differ from what was added while it ran."""
        self._finished[chunk_index] = segments
        while self._next_index in self._finished:
            self._next_index += 1
            for segment in self._waiting.pop(self._next_index, []):
                self._publish(segment)
