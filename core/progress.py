"""How much of a recording is done, summed over chunks that run side by side."""

from core.domain import SpeechChunk
from core.flight import Report


class Progress:
    """Tells a report the share that is done. `expected_s` is the length the recording claims to have, if it does."""

    def __init__(self, report: Report, expected_s: float | None) -> None:
        self._report = report
        self._expected_s = expected_s
        self._done_s: dict[int, float] = {}
        self.decoded_s = 0.0
        """How far the recording has been decoded."""
        if expected_s is not None:
            report.duration(expected_s)

    def decoded(self, chunk: SpeechChunk) -> None:
        """The recording goes on at least to the end of this chunk."""
        self.decoded_s = chunk.end_s

    def reached(self, chunk: SpeechChunk, until_s: float) -> None:
        """The chunk is transcribed up to this place on the recording's clock."""
        self._done_s[chunk.index] = until_s - chunk.start_s - chunk.overlap_before_s
        if self._expected_s:
            done_s = max(0.0, sum(self._done_s.values()))
            self._report.progress(done_s / max(self._expected_s, self.decoded_s))
