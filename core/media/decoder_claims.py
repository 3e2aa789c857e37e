"""What the decoder process says of a recording, checked: an attacker's file may have taken that process over."""

from core.domain.errors import DamagedMedia, MediaError, NoAudio, NoSuchTrack, NotMedia, TooCostly, UnreadableSound
from core.domain.speech import BYTES_PER_SECOND
from core.media.decoded import LOUDNESS_FRAME_SAMPLES, DecodedBlock, DecodeReport, MediaInfo
from core.system.frames import Fields, Frame, ProtocolError

LONGEST_BLOCK_S = 60
MAX_FRAME_BYTES = 2 * LONGEST_BLOCK_S * BYTES_PER_SECOND
_MAX_PACKETS = 2**53
_MAX_RATE_HZ = 2**31 - 1
_MAX_CHANNELS = 2**16
_MAX_TRACKS = 1000
_LONGEST_DURATION_S = 1e9
_MAX_GAP_FRAMES = 2**40

REPORTED_ERRORS: dict[str, type[MediaError]] = {
    error.__name__: error for error in (NotMedia, NoAudio, DamagedMedia, TooCostly)
}
"""The errors that the process may name, by their class's name. Those that need more than the recording's name are not
among them."""


def unreadable_sound(fields: Fields, name: str) -> UnreadableSound:
    """The error of an `error` frame about the codec of the recording called `name`. Raises `ProtocolError`."""
    return UnreadableSound(name=name, codec=fields.identifier("codec"))


def no_such_track(fields: Fields, name: str) -> NoSuchTrack:
    """The error of an `error` frame about the track that was asked for. Raises `ProtocolError`."""
    return NoSuchTrack(name=name, tracks=fields.whole("tracks", 1, _MAX_TRACKS))


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
        track=fields.whole("track", 1, _MAX_TRACKS),
        tracks=fields.whole("tracks", 1, _MAX_TRACKS),
        silent_track=fields.whole_or_zero("silent_track", _MAX_TRACKS) or None,
        noise_track=fields.whole_or_zero("noise_track", _MAX_TRACKS) or None,
    )


def block_of(frame: Frame, *, hears_channels: bool) -> tuple[DecodedBlock, int, bytes]:
    """The sound of a `block` frame, how many loudness frames of the recording are missing before it, and more levels.

    With `hears_channels` these are two a frame, as bytes: those of the left and the right channel. Raises
    `ProtocolError`.
    """
    samples = frame.fields.whole("samples", 1, LONGEST_BLOCK_S * BYTES_PER_SECOND // 2)
    gap_frames = frame.fields.whole_or_zero("gap_frames", _MAX_GAP_FRAMES)
    frames = -(-samples // LOUDNESS_FRAME_SAMPLES)
    if len(frame.body) != 2 * samples + frames * (3 if hears_channels else 1):
        raise ProtocolError("a block of another length than it says")
    pcm, levels = frame.body[: 2 * samples], frame.body[2 * samples :]
    return DecodedBlock(pcm, levels[:frames]), gap_frames, levels[frames:]


def decode_report(fields: Fields, longest_s: float, fetched_bytes: int) -> DecodeReport:
    """What an `end` frame tells; `fetched_bytes` was counted here. Raises `ProtocolError`."""
    return DecodeReport(
        fields.number("decoded_s", 0, longest_s + LONGEST_BLOCK_S),
        fields.whole("packets", 0, _MAX_PACKETS),
        fields.whole("bad_packets", 0, _MAX_PACKETS),
        fields.flag("truncated"),
        fields.flag("altered"),
        fetched_bytes,
        fields.number("gaps_s", 0, longest_s + LONGEST_BLOCK_S),
        fields.number_or_none("damaged_at_s", 0, longest_s + LONGEST_BLOCK_S),
        fields.flag("is_joined"),
        fields.flag("has_left_out"),
        fields.flag("has_other_speed"),
        fields.flag("has_cuts"),
    )
