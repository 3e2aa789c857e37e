"""How long a recording is by what its container states, and what that is worth.

Only the decoder's child imports this.
"""

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from core.media.child.containers.signature import xing_duration_s

_MICROSECONDS = 1_000_000
_MAX_DURATION_S = 1e9
"""A longer duration in a file, or infinity, is ignored."""

_DURATION_IS_ESTIMATED = frozenset({"aac", "ac3", "eac3", "amr", "amrnb", "amrwb", "ircam", "mpeg", "mpegts", "mp3"})
_DURATION_IS_TIME_OF_END = frozenset({"ogg", "matroska,webm", "asf", "nut"})
"""Containers that state when the recording ends on their clock, which need not begin at nought."""

_STATE_ALL_ALONE = frozenset({"asf", "flv", "matroska,webm", "nut", "wtv"})
"""Containers that state how long all is, never how long one of their streams is."""

_LATE_START_S = 0.4
_SAME_S = 0.001


def is_duration_counted(container: InputContainer, stream: AudioStream, head: bytes) -> bool:
    """Whether a recording with less sound than it states breaks off; else its duration is a guess, or of all tracks.

    `head` is how its file begins.
    """
    if _has_others(container, stream) and _is_of_all(container, stream):
        return False
    if container.format.name == "ogg":
        return False  # What is missing within it is a gap, and its last page says that it is the last.
    if container.format.name.startswith("mov") and start_s(container) > _LATE_START_S:
        return False  # In fragments of a transmission the time of the end is stated.
    if container.format.name == "mp3":
        counted_s = xing_duration_s(head, stream.codec_context.sample_rate)
        stated_s = stated_duration_s(container, stream)
        # Where more follows than was counted, libav estimates.
        return counted_s is not None and stated_s is not None and abs(counted_s - stated_s) <= 1.0 + 0.02 * counted_s
    return container.format.name not in _DURATION_IS_ESTIMATED


def start_s(container: InputContainer) -> float:
    """Where the first picture or sound is on the container's clock."""
    return (container.start_time or 0) / _MICROSECONDS


def stated_duration_s(container: InputContainer, stream: AudioStream) -> float | None:
    """How long the recording is by what its file states, None where that is nothing to believe."""
    if stream.duration is not None and stream.time_base is not None:
        duration_s = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        duration_s = container.duration / _MICROSECONDS
    else:
        return None
    begin_s = start_s(container)
    if container.format.name in _DURATION_IS_TIME_OF_END and _LATE_START_S < begin_s < duration_s:
        duration_s -= begin_s  # Cut out of a longer one.
    return duration_s if 0 < duration_s < _MAX_DURATION_S else None


def _has_others(container: InputContainer, stream: AudioStream) -> bool:
    """Whether there are pictures, subtitles or other sound beside the stream; cover art and fonts don't count."""
    return any(
        other.index != stream.index
        and other.type in ("audio", "video", "subtitle", "data")
        and not other.disposition & Disposition.attached_pic
        for other in container.streams
    )


def _is_of_all(container: InputContainer, stream: AudioStream) -> bool:
    """Whether the stated duration is that of all streams together."""
    name = container.format.name
    if stream.duration is None or name == "avi" or name in _STATE_ALL_ALONE:
        return True  # AVI counts what comes before the sound, too.
    # libav gives a stream without times of its own those of all.
    return (
        name.startswith("mov")
        and stream.time_base is not None
        and container.duration is not None
        and abs(float(stream.duration * stream.time_base) - container.duration / _MICROSECONDS) < _SAME_S
    )
