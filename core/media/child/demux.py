"""Opens a recording with libav: allow-lists of containers, codecs and protocols, and the choice of the audio stream.

Only the decoder's child imports this.
"""

import errno
from dataclasses import dataclass
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Discard, Disposition

from core.media.child.range_reader import RangeReader
from core.media.child.signature import HEAD_BYTES, container_of, id3_length, riff_is_cut_off

# Containers of recordings. Playlists and descriptions (hls, dash, concat, sdp), which name other files and hosts, are
# not among them, nor are pictures, subtitles and raw samples.
_FORMATS = (
    "3g2,3gp,aac,ac3,aiff,amr,amrnb,amrwb,asf,au,avi,caf,eac3,flac,flv,m4a,matroska,mov,mp3,mp4,mpeg,mpegts,ogg,"
    "w64,wav,webm"
)
_CODECS = (
    "aac,aac_latm,ac3,adpcm_g726,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,adpcm_swf,adpcm_yamaha,alac,amrnb,amrwb,dca,eac3,"
    "flac,g726,gsm,gsm_ms,libopencore_amrnb,libopencore_amrwb,libopus,mp1,mp1float,mp2,mp2float,mp3,mp3float,"
    "nellymoser,opus,pcm_alaw,pcm_bluray,pcm_dvd,pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,pcm_mulaw,pcm_s16be,"
    "pcm_s16be_planar,pcm_s16le,pcm_s16le_planar,pcm_s24be,pcm_s24le,pcm_s24le_planar,pcm_s32be,pcm_s32le,"
    "pcm_s32le_planar,pcm_s8,pcm_s8_planar,pcm_u8,speex,vorbis,wmalossless,wmapro,wmav1,wmav2,wmavoice"
)
# Films have a dozen subtitle tracks, and Matroska counts each attached font as a stream; crafted files have thousands.
_MAX_STREAMS = 64
_CONTAINER_OPTIONS = {
    "format_whitelist": _FORMATS,
    # Opening the codec is part of probing: without this, every video and subtitle decoder would see the file.
    "codec_whitelist": _CODECS,
    "protocol_whitelist": "none",
    "max_streams": str(_MAX_STREAMS),
    "probesize": "5000000",
}
# What isn't in a film's index isn't in its frames either, and probing those would read megabytes of them.
_INDEXED_OPTIONS = _CONTAINER_OPTIONS | {"probesize": "100000"}
_BUFFER_BYTES = 64 * 1024
_LONGEST_TAGS = 4
_LOWEST_RATE_HZ = 1000
_MICROSECONDS = 1_000_000
_MAX_CHANNELS = 2**16
_MAX_DURATION_S = 1e9
"""A longer duration in a file, or infinity, is ignored."""

_DURATION_IS_ESTIMATED = frozenset({"aac", "ac3", "eac3", "amr", "amrnb", "amrwb", "mpeg", "mpegts", "mp3"})


class JobFailed(Exception):
    """The job ends with an error of `core.domain.errors`, by its class's name."""

    def __init__(self, error: str) -> None:
        self.error = error
        super().__init__(error)


@dataclass(frozen=True, slots=True)
class OpenedRecording:
    """An open container with the audio stream to decode; other streams are discarded unread where that is possible.

    `duration_s` is what the file states, `duration_is_counted` whether it does rather than libav estimating it from
    the bit rate. `is_cut_off` is by the length in a RIFF header, which libav corrects silently.
    """

    container: InputContainer
    stream: AudioStream
    duration_s: float | None
    duration_is_counted: bool
    has_video: bool
    is_cut_off: bool

    def describe(self) -> dict[str, Any]:
        """The fields of a `MediaInfo`, but for the size."""
        return {
            "container": self.container.format.name,
            "codec": self.stream.codec_context.name,
            "duration_s": self.duration_s,
            # libav passes on impossible values of a file.
            "sample_rate_hz": max(0, self.stream.codec_context.sample_rate),
            "channels": min(max(0, self.stream.codec_context.channels), _MAX_CHANNELS),
            "has_video": self.has_video,
        }


def open_recording(reader: RangeReader) -> OpenedRecording:
    """Open the file of `reader`. Raises `JobFailed`, and `Stopped` where the parent stops the job."""
    head = _skip_tags(reader)
    try:
        container = av.open(
            reader,
            "r",
            container_options=_INDEXED_OPTIONS if container_of(head) == "mp4" else _CONTAINER_OPTIONS,
            buffer_size=_BUFFER_BYTES,
            io_open=_refuse,
            **_lenient_metadata(),
        )
    except (FFmpegError, ValueError, OSError) as error:
        reader.check()
        raise JobFailed(_why_not_opened(error, head)) from error
    try:
        stream = _choose_stream(container, head)
    except JobFailed:
        container.close()
        raise
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    if container.format.name.startswith("mov") and len(container.streams) > 1:
        # The index at either end of the file, or of the fragments so far: only there libav seeks from sound to sound.
        reader.follow((entry.pos, entry.size) for entry in stream.index_entries)
    stream.codec_context.thread_count = 1  # The sandbox allows no new threads.
    has_video = any(not video.disposition & Disposition.attached_pic for video in container.streams.video)
    return OpenedRecording(
        container,
        stream,
        _stated_duration_s(container, stream),
        _is_duration_counted(container, stream, head, has_video),
        has_video,
        riff_is_cut_off(head, reader.size),
    )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of libav or Python is about memory."""
    return isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM


def failure_without_sound(reader: RangeReader) -> JobFailed:
    """The error for a file that libav opened without decoding any sound: libav takes some noise for MP3."""
    reader.seek(0)
    return JobFailed("DamagedMedia" if container_of(reader.read(HEAD_BYTES)) else "NotMedia")


def _skip_tags(reader: RangeReader) -> bytes:
    """Move the file's beginning behind its ID3v2 tags. Returns the head of the file, for `container_of`."""
    first = head = reader.read(HEAD_BYTES)
    for _ in range(_LONGEST_TAGS):
        length = id3_length(head)
        if length == 0:
            break
        reader.skip(length)
        head = reader.read(HEAD_BYTES)
    reader.seek(0)
    return head if container_of(head) else first


def _refuse(url: str, flags: int, options: object) -> None:
    raise PermissionError("a recording may not open other files")


def _lenient_metadata() -> dict[str, Any]:
    # PyAV 19 is always lenient and doesn't know the argument.
    return {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}


def _why_not_opened(error: Exception, head: bytes) -> str:
    if is_out_of_memory(error):
        return "TooCostly"
    return "DamagedMedia" if container_of(head) else "NotMedia"


def _choose_stream(container: InputContainer, head: bytes) -> AudioStream:
    candidates = list(container.streams.audio)
    if not candidates:
        if len(container.streams):
            raise JobFailed("NoAudio")
        raise JobFailed("DamagedMedia" if container_of(head) else "NotMedia")
    playable = [stream for stream in candidates if _may_decode(stream)]
    if not playable:
        raise JobFailed("NotMedia")
    best = container.streams.best("audio")
    return next((stream for stream in playable if best is not None and stream.index == best.index), playable[0])


def _may_decode(stream: AudioStream) -> bool:
    context = stream.codec_context
    if context is None or context.name not in _CODECS.split(","):
        return False
    # At 1 Hz, a file of some kilobytes would be hours of sound. 0: the rate is known only after decoding.
    return context.sample_rate == 0 or context.sample_rate >= _LOWEST_RATE_HZ


def _is_duration_counted(container: InputContainer, stream: AudioStream, head: bytes, has_video: bool) -> bool:
    if has_video and stream.duration is None:
        return False  # The film's length is known, not the sound's.
    return container.format.name not in _DURATION_IS_ESTIMATED or b"Xing" in head or b"Info" in head


def _stated_duration_s(container: InputContainer, stream: AudioStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        duration_s = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        duration_s = container.duration / _MICROSECONDS
    else:
        return None
    return duration_s if 0 < duration_s < _MAX_DURATION_S else None
