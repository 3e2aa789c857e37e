"""How much of a recording is done, summed over chunks that are transcribed in parallel."""

from core.concurrency.single_flight import Report
from core.domain import SpeechChunk

_SENT_SHARE = 0.5
"""The share of a chunk that counts as done once it is uploaded; the rest is for the answer."""


class Progress:
    """Reports the share that is done. `expected_s` is the recording's length by its header, None where it has none."""

    def __init__(self, report: Report, expected_s: float | None) -> None:
        self._report = report
        self._expected_s = expected_s
        self._done_s: dict[int, float] = {}
        self._decoded_s = 0.0
        self.skipped_s = 0.0
        """Seconds of silence that were left out, which count as done. Times of chunks are without them."""
        if expected_s is not None:
            report.duration(expected_s)

    def decoded(self, chunk: SpeechChunk) -> None:
        """The recording is at least as long as to the end of this chunk."""
        self._decoded_s = chunk.end_s

    def uploaded(self, chunk: SpeechChunk, fraction: float) -> None:
        """This share of the chunk, 0 to 1, is uploaded to the provider."""
        self._done(chunk, fraction * _SENT_SHARE * (chunk.duration_s - chunk.overlap_before_s))

    def reached(self, chunk: SpeechChunk, until_s: float) -> None:
        """The chunk is transcribed up to this place on the recording's clock."""
        self._done(chunk, until_s - chunk.start_s - chunk.overlap_before_s)

    def _done(self, chunk: SpeechChunk, seconds: float) -> None:
        """So much of the chunk is done. It never gets less, even if the chunk is begun again."""
        self._done_s[chunk.index] = max(self._done_s.get(chunk.index, 0.0), seconds)
        if self._expected_s:
            done_s = sum(self._done_s.values()) + self.skipped_s
            self._report.progress(done_s / max(self._expected_s, self._decoded_s + self.skipped_s))
