"""Joins the texts of chunks into one transcript, in the recording's order, while they finish in any order."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from core.domain import Segment, SpeechChunk
from core.stitch.joint import join


class Stitcher:
    """Collects the texts of chunks that are transcribed concurrently, and publishes them in the recording's order.

    `publish` gets each segment as soon as everything before it is complete. What two chunks share is published from
    the one in whose half it lies; in `segments` they are joined at a word of both.
    """

    def __init__(self, publish: Callable[[Segment], None], *, keep_words: bool = True) -> None:
        """Without `keep_words` the transcript has no times of words, even if they were requested for the joints."""
        self._publish = publish
        self._keep_words = keep_words
        self._next_index = 0
        self._published_from_s = self._published_to_s = 0.0
        self._waiting: dict[int, list[Segment]] = {}
        self._finished: dict[int, tuple[SpeechChunk, tuple[Segment, ...]]] = {}

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The whole recording's segments in order; to be called once every chunk has finished."""
        joined: list[Segment] = []
        for index in sorted(self._finished):
            chunk, segments = self._finished[index]
            if chunk.overlap_before_s:
                joined, segments = join(joined, segments, chunk.start_s, chunk.start_s + chunk.overlap_before_s)
            joined += segments
        return tuple(in_order(joined if self._keep_words else (replace(segment, words=()) for segment in joined)))

    def begin(self, chunk: SpeechChunk) -> None:
        """The chunk is transcribed from its beginning, perhaps once more; what was added of it is forgotten."""
        self._waiting.pop(chunk.index, None)

    def add(self, chunk: SpeechChunk, segment: Segment) -> None:
        """A running chunk's next segment, its times on the recording's clock."""
        if not _is_of(chunk, segment):
            return
        if chunk.index == self._next_index:
            self._publish_next(segment)
        else:
            self._waiting.setdefault(chunk.index, []).append(segment)

    def finish(self, chunk: SpeechChunk, segments: tuple[Segment, ...]) -> bool:
        """The chunk's final text, which may differ from what was added while it ran.

        Returns whether all that is there has been published, so that nothing follows at once.
        """
        self._finished[chunk.index] = (replace(chunk, data=b""), segments)
        waiting: list[Segment] = []
        while self._next_index in self._finished:
            self._next_index += 1
            waiting = self._waiting.pop(self._next_index, [])
            for segment in waiting:
                self._publish_next(segment)
        return chunk.index < self._next_index and not waiting

    def _publish_next(self, segment: Segment) -> None:
        # Else it was published before the chunk began again. One of two people who speak at once may end earlier.
        if segment.end_s > self._published_to_s or segment.start_s > self._published_from_s:
            self._published_from_s = max(self._published_from_s, segment.start_s)
            self._published_to_s = max(self._published_to_s, segment.end_s)
            self._publish(segment)


def _is_of(chunk: SpeechChunk, segment: Segment) -> bool:
    """Whether the segment's middle is in the chunk, of an overlap only in its own half."""
    middle_s = (segment.start_s + segment.end_s) / 2
    return chunk.start_s + chunk.overlap_before_s / 2 <= middle_s <= chunk.end_s - chunk.overlap_after_s / 2


def in_order(segments: Iterable[Segment]) -> Iterator[Segment]:
    """No segment begins before the one before it has begun, as subtitles need."""
    earliest_s = 0.0
    for segment in segments:
        start_s = max(segment.start_s, earliest_s)
        yield (
            segment
            if start_s == segment.start_s
            else replace(segment, start_s=start_s, end_s=max(start_s, segment.end_s))
        )
        earliest_s = start_s
