"""Choice of format and bit rate for uploads: the smallest that loses no words, under the provider's size limit."""

from dataclasses import dataclass

from core.domain import AudioFormat, UploadLimits
from core.domain.speech import BYTES_PER_SECOND

OPUS_BITRATES_BPS = (24_000, 16_000, 12_000)
"""No word is lost down to 12 kbit/s (error rates of 4.1, 4.1 and 3.6 % against the original's 4.1 %), at 8 some are."""

MP3_BITRATE_BPS = 32_000
"""At 32 kbit/s nothing is lost, at 24 one word in a hundred."""

_FLAC_BYTES_PER_S = BYTES_PER_SECOND
"""The worst case, noise."""

_FLAC_SHARE_OF_SPEECH = 0.6
"""What speech takes of that (measured)."""

_OVERHEAD = 1.1
"""Containers, and bit rates that are an average."""
_HEADER_BYTES = 8192

FAST_LINK_BYTES_PER_S = 4_000_000
"""Above this, FLAC's larger upload takes less time than Opus's longer encoding: 10 minutes of FLAC are 9 MB more to
send and 2 s less to encode (measured, one core)."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to write speech down. `bitrate_bps` is None for a format that keeps every sample."""

    format: AudioFormat
    bitrate_bps: int | None = None

    @property
    def usual_bps(self) -> float:
        """Bits that a second of speech takes."""
        if self.bitrate_bps is not None:
            return self.bitrate_bps
        return 8 * BYTES_PER_SECOND * (_FLAC_SHARE_OF_SPEECH if self.format is AudioFormat.FLAC else 1)

    def largest_bytes(self, duration_s: float) -> int:
        """What a recording of this length takes at most."""
        per_second = self.bitrate_bps / 8 * _OVERHEAD if self.bitrate_bps else _FLAC_BYTES_PER_S
        return round(duration_s * per_second) + _HEADER_BYTES


def choose_encoding(
    duration_s: float,
    limits: UploadLimits,
    *,
    link_bytes_per_s: float | None = None,
    original_bps: float | None = None,
) -> Encoding:
    """The best encoding that the provider takes, that fits under its size limit, and is no larger than the original.

    Opus, or FLAC where the link is known to be fast. `original_bps` are the bits a second of the recording as it is,
    where that is known. Raises ValueError where nothing fits: the splitter was given a longer chunk than
    `longest_chunk_s`.
    """
    candidates = _candidates(limits)
    if link_bytes_per_s is not None and link_bytes_per_s >= FAST_LINK_BYTES_PER_S:
        candidates.sort(key=lambda encoding: encoding.format is not AudioFormat.FLAC)
    fitting = [encoding for encoding in candidates if encoding.largest_bytes(duration_s) <= limits.largest_bytes]
    if not fitting:
        raise ValueError(f"{duration_s:.0f} s don't fit into {limits.largest_bytes} bytes")
    smaller = [encoding for encoding in fitting if original_bps is None or encoding.usual_bps <= original_bps]
    return smaller[0] if smaller else min(fitting, key=lambda encoding: encoding.usual_bps)


def longest_chunk_s(limits: UploadLimits) -> float:
    """The longest speech, in seconds, that fits under the provider's size limit in a format that it takes."""
    room = max(0, limits.largest_bytes - _HEADER_BYTES)
    return max(
        room / ((encoding.bitrate_bps or 8 * _FLAC_BYTES_PER_S) / 8 * _OVERHEAD) for encoding in _candidates(limits)
    )


def _candidates(limits: UploadLimits) -> list[Encoding]:
    """What the provider takes, best first. Raises ValueError for one that takes nothing we can write."""
    known = [
        *(Encoding(AudioFormat.OGG, bitrate) for bitrate in OPUS_BITRATES_BPS),
        Encoding(AudioFormat.MP3, MP3_BITRATE_BPS),
        Encoding(AudioFormat.FLAC),
        Encoding(AudioFormat.WAV),
    ]
    taken = [encoding for encoding in known if encoding.format in limits.formats]
    if not taken:
        raise ValueError(f"no format of {sorted(limits.formats)} can be written")
    return taken
