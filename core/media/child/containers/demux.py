"""Opens a recording with libav, and chooses the stream of sound to decode.

Only the decoder's child imports this.
"""

from dataclasses import dataclass
from typing import Any

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard, Disposition

from core.domain.media_formats import DECODERS, HEAD_BYTES, RAW_FORMATS, container_of, is_signed
from core.media.child.containers.next_recording import finder_of_next
from core.media.child.containers.opening import JobFailed, opened_with_sound
from core.media.child.containers.recording_clock import RecordingClock, rules_of
from core.media.child.containers.signature import id3_length, riff_is_cut_off
from core.media.child.containers.stated_duration import is_duration_counted, start_s, stated_duration_s
from core.media.child.containers.stated_length import StatedLength, stated_length
from core.media.child.containers.track_choice import TrackChoice, track_with_sound
from core.media.child.range_reader import RangeReader

_OGG_CODECS = frozenset({"opus", "libopus", "vorbis", "flac", "speex"})
_OGG_WITHOUT_START = frozenset({"flac", "speex", "libspeex"})
_LONGEST_TAGS = 4
_LOWEST_RATE_HZ = 1000
_MICROSECONDS = 1_000_000
_MAX_CHANNELS = 2**16


@dataclass(frozen=True, slots=True)
class OpenedRecording:
    """An open container with the audio stream to decode; other streams are discarded unread where that is possible.

    `duration_s` is what the file states, `duration_is_counted` whether it does rather than libav estimating it from
    the bit rate. `is_cut_off` is by the lengths in its headers, which libav corrects silently; `stated` is what else
    follows from them. `track` is the number of the stream among the `tracks` of sound, `silent_track` that of the usual
    one where it was passed over for its silence, `noise_track` where that is nothing but noise.
    """

    container: InputContainer
    stream: AudioStream
    duration_s: float | None
    duration_is_counted: bool
    has_video: bool
    is_cut_off: bool
    stated: StatedLength
    track: int
    tracks: int
    silent_track: int | None
    noise_track: int | None

    @property
    def is_ogg_sound(self) -> bool:
        """Whether it is Ogg with a codec that `OggSound` decodes."""
        return self.container.format.name == "ogg" and self.stream.codec_context.name in _OGG_CODECS

    @property
    def is_transmission(self) -> bool:
        """Whether it is an MPEG transport or program stream, in which other streams may begin at any time."""
        return self.container.format.name in ("mpegts", "mpeg")

    def clock(self, longest_s: float) -> RecordingClock | None:
        """The clock that its frames are compared with; None where the container keeps no time beside its sound."""
        rules = rules_of(self.container.format.name)
        if rules is None:
            return None
        return RecordingClock(rules, self.origin_s, self.starts_late_s, self.duration_s, longest_s)

    @property
    def origin_s(self) -> float | None:
        """Where the recording begins on the container's clock: at its first picture or sound, if not at nought."""
        if self.container.start_time is None:
            return None
        return min(0.0, start_s(self.container)) if self.stated.begins_at_nought else start_s(self.container)

    @property
    def starts_late_s(self) -> float:
        """How much later than the recording's first picture, or other sound, its sound starts."""
        stream = self.stream
        if self.origin_s is None or stream.start_time is None or stream.time_base is None:
            return 0.0
        return max(0.0, float(stream.start_time * stream.time_base) - self.origin_s)

    @property
    def begins_unseen_s(self) -> float | None:
        """Where a film in Ogg begins on its clock, if libav doesn't tell when its sound starts: then its pages do."""
        is_unseen = self.stream.codec_context.name in _OGG_WITHOUT_START
        return self.origin_s if self.has_video and is_unseen else None

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
            "track": self.track,
            "tracks": self.tracks,
            "silent_track": self.silent_track or 0,
            "noise_track": self.noise_track or 0,
        }


def open_recording(reader: RangeReader, track: int = 0, raw_ending: str = "") -> OpenedRecording:
    """Open the file of `reader`. `track` is the number of the track to transcribe, 0 for the one with sound.

    `raw_ending` is that of a name of a file that is bare sound, unless it has a header after all.

    Raises `JobFailed`, and `Stopped` where the parent stops the job.
    """
    head = _skip_tags(reader)
    stated = stated_length(reader) if reader.seekable() else StatedLength()
    reader.correct(stated.corrections)
    if stated.next_at is not None:
        reader.end_at(stated.next_at)
    elif not stated.has_end:
        reader.end_before(finder_of_next(container_of(head)))
    reader.seek(0)
    container = opened_with_sound(reader, head, None if is_signed(head) else RAW_FORMATS.get(raw_ending))
    try:
        streams = _playable_streams(container, head)
        numbers = {each.index: number for number, each in enumerate(container.streams.audio, start=1)}
        choice = _choice(reader, head, container, streams, track)
        stream = next(each for each in streams if each.index == choice.chosen)
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
    if stream.codec_context.name == "tta":
        stream.codec_context.options = {"err_detect": "crccheck+explode"}  # Nothing else shows that a frame is damaged.
    has_video = any(not video.disposition & Disposition.attached_pic for video in container.streams.video)
    return OpenedRecording(
        container,
        stream,
        stated_duration_s(container, stream),
        is_duration_counted(container, stream, head) and not stated.leaves_out,
        has_video,
        stated.is_cut_off or (stated.next_at is None and riff_is_cut_off(head, reader.size)),
        stated,
        numbers[choice.chosen],
        len(numbers),
        numbers[choice.passed_over] if choice.passed_over is not None and not choice.is_noise else None,
        numbers[choice.passed_over] if choice.passed_over is not None and choice.is_noise else None,
    )


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


def _choice(
    reader: RangeReader, head: bytes, container: InputContainer, streams: list[AudioStream], track: int
) -> TrackChoice:
    """The stream to decode, and the one that would be usual."""
    tracks = list(container.streams.audio)
    if track:
        if track > len(tracks):
            raise JobFailed("NoSuchTrack", tracks=len(tracks))
        if tracks[track - 1] not in streams:
            raise JobFailed("UnreadableSound", codec=_codec_of(tracks[track - 1]))
        return TrackChoice(tracks[track - 1].index)
    if len(streams) == 1 or not reader.seekable():
        return TrackChoice(streams[0].index)
    # In a container of its own: what was read and decoded here leaves no traces.
    place = reader.tell()
    reader.seek(0)
    with opened_with_sound(reader, head) as listened:
        duration_s = container.duration / _MICROSECONDS if container.duration is not None else None
        chosen = track_with_sound(listened, [stream.index for stream in streams], duration_s)
    reader.check()
    reader.seek(place)  # Where the other container will read on.
    return chosen


def _playable_streams(container: InputContainer, head: bytes) -> list[AudioStream]:
    """The streams of sound that can be decoded, the one that is usually played first."""
    candidates = list(container.streams.audio)
    if not candidates:
        if len(container.streams):
            raise JobFailed("NoAudio")
        raise JobFailed("DamagedMedia" if container_of(head) else "NotMedia")
    playable = [stream for stream in candidates if _may_decode(stream)]
    if not playable:
        raise JobFailed("UnreadableSound", codec=_codec_of(candidates[0]))
    best = container.streams.best("audio")
    return sorted(playable, key=lambda stream: (best is None or stream.index != best.index, _is_beside(stream)))


def _is_beside(stream: AudioStream) -> bool:
    """Whether it is for few people: a commentary, a description of pictures."""
    flags = Disposition.comment | Disposition.visual_impaired | Disposition.hearing_impaired
    return bool(stream.disposition & flags)


def _codec_of(stream: AudioStream) -> str:
    # libav has a context only for what it has a decoder for.
    return stream.codec_context.name if stream.codec_context is not None else "unknown"


def _may_decode(stream: AudioStream) -> bool:
    context = stream.codec_context
    if context is None or context.name not in DECODERS:
        return False
    # At 1 Hz, a file of some kilobytes would be hours of sound. 0: the rate is known only after decoding.
    return context.sample_rate == 0 or context.sample_rate >= _LOWEST_RATE_HZ
