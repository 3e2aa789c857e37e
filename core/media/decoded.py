"""The results of decoding: blocks of speech, facts about the recording, and a report."""

from dataclasses import dataclass, field
from typing import Self

from core.domain.speech import BYTES_PER_SECOND, SAMPLE_RATE_HZ

LOUDNESS_FRAME_S = 0.02
"""How much sound one byte of `DecodedBlock.loudness` describes."""

LOUDNESS_FRAME_SAMPLES = SAMPLE_RATE_HZ // 50

SILENCE_DB = 96
"""The loudness byte of digital silence: 16 bits reach no further down."""


@dataclass(frozen=True, slots=True)
class DecodedBlock:
    """Some seconds of speech: mono, 16-bit little-endian, 16 kHz.

    `loudness` has one byte for every started 20 ms: dB below full scale, 0 (loudest) to 96 (digital silence). Every
    block but a recording's last is a whole number of such frames. `is_gap`: the silence
    isn't in the recording, and keeps the following sound at its time.
    """

    pcm: bytes = field(repr=False)
    loudness: bytes = field(repr=False)
    is_gap: bool = False

    @property
    def duration_s(self) -> float:
        """How long it plays."""
        return len(self.pcm) / BYTES_PER_SECOND

    @classmethod
    def of_gap(cls, frames: int) -> Self:
        """Silence for so many loudness frames that are missing in the recording."""
        return cls(bytes(2 * LOUDNESS_FRAME_SAMPLES * frames), bytes([SILENCE_DB]) * frames, is_gap=True)


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a recording's headers state. `duration_s` isn't reliable, and None where it is missing.

    `container` and `codec` are libav's names (`mov,mp4,m4a,3gp,3g2,mj2`, `aac`). `has_video` is about moving
    pictures; cover art doesn't count. `track` is the number of the one that is decoded of several `tracks` of sound,
    and `silent_track` that of the one that is usually played, where it was left for its silence;
    `noise_track` where it holds nothing but steady noise.
    """

    container: str
    codec: str
    duration_s: float | None
    sample_rate_hz: int
    channels: int
    has_video: bool
    size_bytes: int
    track: int = 1
    tracks: int = 1
    silent_track: int | None = None
    noise_track: int | None = None

    @property
    def bits_per_s(self) -> float | None:
        """The average bit rate of the file, None where the duration isn't known."""
        return 8 * self.size_bytes / self.duration_s if self.duration_s else None


@dataclass(frozen=True, slots=True)
class DecodeReport:
    """How a decode went. `truncated` means that the recording breaks off: there was less than its headers stated.

    `gaps_s` is how much silence keeps its sound at the right times. `damaged_at_s` is where the first of what can't be
    decoded is; None where all can be, or hardly anything can't. `is_joined`: there are several recordings in the file,
    or more sound than its headers state, so that other programs may read less of it. `has_left_out`: one of
    those recordings can't be decoded. `has_other_speed`: a part is to be played faster or slower than it was recorded,
    which was not done. `has_cuts`: the file holds sound that an editor cut out of the recording, and so does this.

    `altered` means that the speech isn't what another decoder would make of the recording: its volume was changed,
    loud hum was removed, or a channel that cancels the others was inverted.

    `fetched_bytes` is what was read of the source, which is a small part of a film with an index of its sound.
    """

    decoded_s: float
    packets: int
    bad_packets: int
    truncated: bool
    altered: bool
    fetched_bytes: int
    gaps_s: float = 0.0
    damaged_at_s: float | None = None
    is_joined: bool = False
    has_left_out: bool = False
    has_other_speed: bool = False
    has_cuts: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether other programs read the same sound at the same times."""
        return not (self.is_joined or self.has_other_speed) and self.gaps_s < LOUDNESS_FRAME_S
