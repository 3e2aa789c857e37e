"""What the decoder process says of a recording, checked: an attacker's file may have taken that process over."""

from core.domain.errors import DamagedMedia, MediaError, NoAudio, NotMedia, TooCostly
from core.domain.speech import BYTES_PER_SECOND
from core.media.decoded import LOUDNESS_FRAME_SAMPLES, DecodedBlock, DecodeReport, MediaInfo
from core.system.frames import Fields, Frame, ProtocolError

LONGEST_BLOCK_S = 60
MAX_FRAME_BYTES = 2 * LONGEST_BLOCK_S * BYTES_PER_SECOND
_MAX_PACKETS = 2**53
_MAX_RATE_HZ = 2**31 - 1
_MAX_CHANNELS = 2**16
_LONGEST_DURATION_S = 1e9
_MAX_GAP_FRAMES = 2**40

REPORTED_ERRORS: dict[str, type[MediaError]] = {
    error.__name__: error for error in (NotMedia, NoAudio, DamagedMedia, TooCostly)
}
"""The errors that the process may name, by their class's name. `TooLong` needs the limit, so it is not among them."""


def media_info(fields: Fields, size_bytes: int) -> MediaInfo:
    """What an `info` frame tells. Raises `ProtocolError`."""
    duration_s = fields.number_or_none("duration_s", 0, _LONGEST_DURATION_S)
    return MediaInfo(
        container=fields.identifier("container"),
        codec=fields.identifier("codec"),
        duration_s=duration_s or None,
        sample_rate_hz=fields.whole("sample_rate_hz", 0, _MAX_RATE_HZ),
        channels=fields.whole("channels", 0, _MAX_CHANNELS),
        has_video=fields.flag("has_video"),
        size_bytes=size_bytes,
    )


def block_and_gap(frame: Frame) -> tuple[DecodedBlock, int]:
    """The sound of a `block` frame, and how many loudness frames of the recording are missing before it.

    Raises `ProtocolError`.
    """
    samples = frame.fields.whole("samples", 1, LONGEST_BLOCK_S * BYTES_PER_SECOND // 2)
    gap_frames = frame.fields.whole_or_zero("gap_frames", _MAX_GAP_FRAMES)
    if len(frame.body) != 2 * samples - (-samples // LOUDNESS_FRAME_SAMPLES):
        raise ProtocolError("a block of another length than it says")
    return DecodedBlock(frame.body[: 2 * samples], frame.body[2 * samples :]), gap_frames


def decode_report(fields: Fields, longest_s: float, fetched_bytes: int) -> DecodeReport:
    """What an `end` frame tells; `fetched_bytes` was counted here. Raises `ProtocolError`."""
    return DecodeReport(
        fields.number("decoded_s", 0, longest_s + LONGEST_BLOCK_S),
        fields.whole("packets", 0, _MAX_PACKETS),
        fields.whole("bad_packets", 0, _MAX_PACKETS),
        fields.flag("truncated"),
        fetched_bytes,
    )
