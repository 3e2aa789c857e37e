"""Sound on its way from a recording to a provider."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

SAMPLE_RATE_HZ = 16_000
"""What Whisper was trained on (https://github.com/openai/whisper/blob/main/whisper/audio.py)."""

BYTES_PER_SECOND = SAMPLE_RATE_HZ * 2


class AudioFormat(StrEnum):
    """How sound is written down. The values are the usual file extensions, but for `PCM`.

    `PCM` is decoded speech: mono, 16-bit signed little-endian, 16 kHz, without a header.
    """

    PCM = "pcm"
    OGG = "ogg"
    FLAC = "flac"
    MP3 = "mp3"
    WAV = "wav"
    M4A = "m4a"
    MP4 = "mp4"
    WEBM = "webm"
    AAC = "aac"
    AMR = "amr"


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What a provider that is sent files takes: whole files of these formats, and at most so many bytes each."""

    formats: frozenset[AudioFormat]
    largest_bytes: int


@dataclass(frozen=True, slots=True)
class SpeechChunk:
    """A stretch of a recording. `start_s` is its place on the recording's clock.

    `data` is in `format`: PCM, or a whole file for a provider that is sent files. Where there was no silence to cut
    at, the chunk's first `overlap_before_s` seconds are also the last of the chunk before, and its last
    `overlap_after_s` also the first of the next.
    """

    index: int
    start_s: float
    duration_s: float
    data: bytes = field(repr=False)
    format: AudioFormat = AudioFormat.PCM
    overlap_before_s: float = 0.0
    overlap_after_s: float = 0.0

    @classmethod
    def of_pcm(
        cls, index: int, start_s: float, pcm: bytes, *, overlap_before_s: float = 0.0, overlap_after_s: float = 0.0
    ) -> Self:
        """A chunk of decoded speech, which knows itself how long it plays."""
        duration_s = len(pcm) / BYTES_PER_SECOND
        return cls(index, start_s, duration_s, pcm, AudioFormat.PCM, overlap_before_s, overlap_after_s)

    @property
    def end_s(self) -> float:
        """Where it ends on the recording's clock."""
        return self.start_s + self.duration_s
