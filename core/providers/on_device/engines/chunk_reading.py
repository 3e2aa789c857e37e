"""What an engine reads in one chunk: the request, the segments as they come, and what they are in the end."""

from collections.abc import Callable, Mapping
from typing import Any

from core.domain import Segment, SpeechChunk, TranscriptionOptions
from core.domain.languages import language_code
from core.providers.answers.repetition import without_loops
from core.providers.on_device.engines.segment_frames import noisy_of, other_language_of, segments_of, unwritten_of
from core.providers.prompt import prompt_of
from core.providers.provider import ChunkTranscript
from core.providers.whisper_codes import whisper_code
from core.system.child_process import Frame


def request_of(options: TranscriptionOptions) -> Mapping[str, Any]:
    """What is asked of the engine."""
    return {
        "kind": "transcribe",
        "language": whisper_code(options.language) if options.language else None,
        "known": None if options.heard is None else list(map(whisper_code, options.heard)),
        "options": {
            "beam_size": options.beam_size,
            "vocabulary": prompt_of(options.vocabulary),
            "to_english": options.to_english,
            "temperature": options.temperature,
        },
    }


class ChunkReading:
    """Collects the segments of one chunk, which may be read several times.

    `on_segment` gets each one as the engine wrote it, and of later readings only what is later than those before.
    """

    def __init__(self, chunk: SpeechChunk, on_segment: Callable[[Segment], None]) -> None:
        self._chunk = chunk
        self._on_segment = on_segment
        self._segments: list[Segment] = []
        self._told_until_s = chunk.start_s

    def begin(self) -> None:
        """The chunk is read from its start."""
        self._segments.clear()

    def receive(self, frame: Frame) -> None:
        """A segment has come."""
        not_before = self._segments[-1].end_s if self._segments else self._chunk.start_s
        for segment in without_loops(segments_of(frame, self._chunk, not_before)):
            self._segments.append(segment)
            if segment.start_s >= self._told_until_s:
                self._told_until_s = segment.end_s
                self._on_segment(segment)

    def transcript(self, answer: Frame, model: str) -> ChunkTranscript:
        """All that was read, by this model; loops that run across segments are cut, too."""
        return ChunkTranscript(
            without_loops(self._segments),
            language_code(answer.header["language"]),
            model,
            unwritten_of(answer, self._chunk),
            other_language_of(answer, self._chunk),
            noisy_of(answer, self._chunk),
        )
