"""Decoded speech, as it travels from the decoder to a provider: mono, 16-bit signed little-endian, 16 kHz."""

from dataclasses import dataclass, field

SAMPLE_RATE_HZ = 16_000
"""What Whisper was trained on (https://github.com/openai/whisper/blob/main/whisper/audio.py)."""

BYTES_PER_SECOND = SAMPLE_RATE_HZ * 2


@dataclass(frozen=True, slots=True)
class SpeechChunk:
    """A stretch of a recording. `start_s` is its place on the recording's clock."""

    index: int
    start_s: float
    pcm: bytes = field(repr=False)

    @property
    def duration_s(self) -> float:
        """How long it plays."""
        return len(self.pcm) / BYTES_PER_SECOND

    @property
    def end_s(self) -> float:
        """Where it ends on the recording's clock."""
        return self.start_s + self.duration_s
