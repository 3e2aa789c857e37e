"""Opens a file with libav behind allow-lists of containers, codecs and protocols.

Only the decoder's child imports this.
"""

import errno
from collections.abc import Mapping
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError

from core.domain.media_formats import DECODERS, DEMUXERS, RawFormat, container_of
from core.media.child.range_reader import RangeReader

# Films have a dozen subtitle tracks, and Matroska counts each attached font as a stream; crafted files have thousands.
_MAX_STREAMS = 64
_CONTAINER_OPTIONS = {
    "format_whitelist": ",".join(sorted(DEMUXERS)),
    # Opening the codec is part of probing: without this, every video and subtitle decoder would see the file.
    "codec_whitelist": ",".join(sorted(DECODERS)),
    "protocol_whitelist": "none",
    "max_streams": str(_MAX_STREAMS),
    "probesize": "5000000",
}
# What isn't in a film's index isn't in its frames either, and probing those would read megabytes of them.
_INDEXED_OPTIONS = _CONTAINER_OPTIONS | {"probesize": "100000"}
_STREAMS_BEGIN_ANYWHERE = {"flv": 13, "mpeg": 0, "mpegts": 0}
"""Containers without a list of their streams, or whose list may change: each stream is known by its first packet. And
where the first packet is, in bytes; times are of no use to go back to it where there is no index."""

_ANY_LENGTH_US = 10**13
_BUFFER_BYTES = 64 * 1024


class JobFailed(Exception):
    """The job ends with an error of `core.domain.errors`, by its class's name, and what its sentence needs."""

    def __init__(self, error: str, **values: str | int) -> None:
        self.error = error
        self.values = values
        super().__init__(error)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of libav or Python is about memory."""
    return isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM


def opened_with_sound(reader: RangeReader, head: bytes, raw: RawFormat | None = None) -> InputContainer:
    """Open the file of `reader`, which begins with `head`, and look for sound as far as its container may hold it.

    Raises `JobFailed`, and `Stopped` where the parent stops the job.
    """
    container = opened(reader, head, raw)
    if container.streams.audio or container.format.name not in _STREAMS_BEGIN_ANYWHERE or not reader.seekable():
        return container
    # A microphone that was switched on late. Nothing of what is passed over is kept in memory.
    container.close()
    reader.seek(0)
    patience = {"probesize": str(reader.size), "analyzeduration": str(_ANY_LENGTH_US), "fflags": "nobuffer"}
    container = opened(reader, head, raw, patience)
    if container.streams.audio:
        container.seek(_STREAMS_BEGIN_ANYWHERE[container.format.name], unsupported_byte_offset=True)
    return container


def _refuse(url: str, flags: int, options: object) -> None:
    raise PermissionError("a recording may not open other files")


def _lenient_metadata() -> dict[str, Any]:
    # PyAV 19 is always lenient and doesn't know the argument.
    return {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}


def _why_not_opened(error: Exception, head: bytes) -> str:
    if is_out_of_memory(error):
        return "TooCostly"
    return "DamagedMedia" if container_of(head) else "NotMedia"


def opened(
    reader: RangeReader, head: bytes, raw: RawFormat | None = None, more_options: Mapping[str, str] | None = None
) -> InputContainer:
    """Open the file of `reader`, which begins with `head`. Raises `JobFailed`, and `Stopped`."""
    options = _INDEXED_OPTIONS if container_of(head) == "mp4" else _CONTAINER_OPTIONS
    if raw is not None:
        options = options | {"format_whitelist": raw.demuxer} | dict(raw.options)
    options = options | dict(more_options or {})
    try:
        container: InputContainer = av.open(
            reader,
            "r",
            format=raw.demuxer if raw is not None else None,
            container_options=options,
            buffer_size=_BUFFER_BYTES,
            io_open=_refuse,
            **_lenient_metadata(),
        )
    except (FFmpegError, ValueError, OSError) as error:
        reader.check()
        raise JobFailed(_why_not_opened(error, head)) from error
    return container
