"""The decoder's child process: libav behind a sandbox.

It never opens the file: it requests ranges of it from the parent. It handles one job after another:

    parent -> setup {address_space_bytes, ...}       child -> ready {layers}
    parent -> decode {size, ahead_bytes, ...}        child -> info, block*, then one of end, error, stopped
              data {offset} + bytes, credit, stop             read {offset, length}, whenever it needs a range
"""

# Before numpy is imported: its threads would take memory, and the sandbox forbids new ones.
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import io
import linecache  # noqa: F401 (a traceback needs both, and nothing can be imported later)
import sys
import traceback  # noqa: F401
import wave
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import av
import av.logging
import av.subtitles.codeccontext
import av.subtitles.stream
import av.video.codeccontext
import av.video.stream
from av.audio.frame import AudioFrame
from av.error import FFmpegError

from core.media.child import ogg_chain, sandbox
from core.media.child.demux import JobFailed, OpenedRecording, failure_without_sound, is_out_of_memory, open_recording
from core.media.child.job_channel import JobChannel, Stopped
from core.media.child.range_reader import RangeReader
from core.media.child.resampling import SpeechResampler, loudness
from core.media.decoded import LOUDNESS_FRAME_SAMPLES
from core.system.memory import give_memory_back

if TYPE_CHECKING:
    from core.system.child_process import ChildChannel

_MAX_BAD_SHARE = 0.2
"""With a larger share of packets that can't be decoded the recording counts as damaged."""

_MAX_DROPPED_PACKETS = 10
_MAX_DROPPED_SHARE = 0.1
"""With more packets than both that gave no frame the recording counts as truncated."""

_MIN_TRUNCATED_S = 1.0
"""A truncated recording with less sound than this counts as damaged."""

_MAX_MISSING_S = 0.5
_MAX_MISSING_SHARE = 0.02
"""With more sound missing, of the duration that the file states, than both of these it counts as truncated."""

_MIN_GAP_S = 0.5
_MAX_GAP_S = 600.0
"""Differences of a frame's time from what was decoded: smaller ones are jitter, larger ones a reset of the clock."""

_RATE_HZ = 16_000
_FILLED_SAMPLES = _RATE_HZ
"""The most silence written for one gap, long enough for a model to see a pause. The rest is counted in `gap_frames`."""

_ALWAYS_FILLED_SAMPLES = 60 * _RATE_HZ
"""The most silence written for all gaps together, beyond as much as there was sound."""

_TIMED_CONTAINERS = ("matroska", "mov", "mpegts", "flv", "asf")
_MICROSECONDS = 1_000_000


def main(channel: "ChildChannel") -> None:
    """Answer jobs until the parent closes the pipe."""
    av.logging.set_level(None)
    _load_before_sandbox()
    give_memory_back()
    setup = channel.receive()
    if setup is None:
        return
    layers = sandbox.enter(int(setup.header["address_space_bytes"]), float(setup.header["most_cpu_s"]))
    channel.send({"kind": "ready", "layers": layers})
    while (frame := channel.receive()) is not None:
        # Other frames (data, credits, stop) belong to a job that has ended.
        if frame.kind == "decode":
            channel.send(_run(channel, frame.header))
            give_memory_back()


def _run(channel: "ChildChannel", job: Mapping[str, Any]) -> dict[str, Any]:
    """One job. Returns its last frame."""
    job_channel = JobChannel(channel)
    try:
        return _Decode(job_channel, job).run()
    except Stopped:
        return {"kind": "stopped"}
    except JobFailed as failure:
        return {"kind": "error", "error": failure.error}
    except (FFmpegError, MemoryError) as error:
        return {"kind": "error", "error": "TooCostly" if is_out_of_memory(error) else "DamagedMedia"}


class _Decode:
    """One job: decodes the packets of a recording into blocks of speech."""

    def __init__(self, channel: JobChannel, job: Mapping[str, Any]) -> None:
        self._channel = channel
        self._job = job
        self._reader = RangeReader(
            channel, int(job["size"]), int(job["ahead_bytes"]), is_seekable=not job["is_forward_only"]
        )
        self._resampler = SpeechResampler()
        self._started_cpu_s = sandbox.cpu_s()
        self._packets = 0
        self._bad_packets = 0
        self._frames = 0
        self._has_sound = False
        self._broke_off = False
        self._origin_s: float | None = None
        self._clock_s = 0.0
        self._filled_samples = 0
        self._gap_frames = 0
        self._gap_frames_before = 0
        """Those that were sent with a block already."""

    def run(self) -> dict[str, Any]:
        self._allow_cpu()
        recording = open_recording(self._reader)
        with recording.container:
            self._channel.send({"kind": "info", **recording.describe()})
            self._channel.wait_for_credit()  # A caller that only needs `info` lends none.
            self._decode(recording)
            self._channel.check()  # libav may have taken an exception of a read for the end.
            self._send_blocks(self._resampler.finish())
        return self._report(recording)

    def _decode(self, recording: OpenedRecording) -> None:
        packets = recording.container.demux(recording.stream)
        keeps_time = recording.container.format.name.startswith(_TIMED_CONTAINERS)
        is_ogg = recording.container.format.name == "ogg"
        if keeps_time and recording.container.start_time is not None:
            self._origin_s = recording.container.start_time / _MICROSECONDS
        while True:
            try:
                packet = next(packets, None)
            except IndexError:
                # A bug of PyAV at the end of a file whose number of streams grew. All packets were read by then; the
                # codec is flushed here instead.
                self._decode_packet(lambda: recording.stream.codec_context.decode(None), keeps_time=keeps_time)
                return
            except (FFmpegError, ValueError) as error:
                # The container is cut off here. What was decoded before it counts.
                self._channel.check()
                if is_out_of_memory(error):
                    raise
                self._broke_off = True
                return
            if packet is None:
                return
            is_flush = packet.size == 0
            self._packets += not is_flush
            if is_ogg:
                ogg_chain.keep_sound(packet)
            is_good = self._decode_packet(packet.decode, keeps_time=keeps_time)
            self._bad_packets += not (is_good or is_flush)
            if self._resampler.has_full_block:
                self._send_blocks(self._resampler.full_blocks())

    def _decode_packet(self, decode: Callable[[], Sequence[object]], *, keeps_time: bool) -> bool:
        """Resample the frames that `decode` returns. Returns whether it succeeded; if not, the next packet may."""
        try:
            frames = decode()
            self._frames += len(frames)
            for frame in frames:
                if isinstance(frame, AudioFrame):
                    if keeps_time:
                        self._fill_gap_before(frame)
                    self._resampler.add(frame)
                    self._has_sound = True
        except (FFmpegError, ValueError) as error:
            self._channel.check()
            if is_out_of_memory(error):
                raise
            return False
        return True

    def _fill_gap_before(self, frame: AudioFrame) -> None:
        """Keep a gap in the time of the frames: sound that starts late in a film, a call's dropped seconds."""
        if frame.time is not None:
            if self._origin_s is None:
                self._origin_s = frame.time
            gap_s = frame.time - self._origin_s - self._clock_s
            if _MIN_GAP_S < gap_s < _MAX_GAP_S:
                self._fill(round(gap_s * _RATE_HZ))
                self._clock_s += gap_s
            elif abs(gap_s) > _MIN_GAP_S:
                self._origin_s += gap_s  # The clock was reset: no gap.
        self._clock_s += frame.samples / max(frame.sample_rate, 1)

    def _fill(self, samples: int) -> None:
        """Write silence for a short gap. A long one, but for a short pause, is only counted, in whole frames.

        A few bytes may state a gap of hours, and silence that is written is resampled, sent and paid for like sound.
        """
        self._resampler.end_stretch()
        sound = self._resampler.samples - self._filled_samples
        may_fill = self._filled_samples + min(samples, _FILLED_SAMPLES) <= sound + _ALWAYS_FILLED_SAMPLES
        head = (_FILLED_SAMPLES // 2 if may_fill else 0) // LOUDNESS_FRAME_SAMPLES * LOUDNESS_FRAME_SAMPLES
        head += -self._resampler.samples % LOUDNESS_FRAME_SAMPLES
        counted = (samples - head - (_FILLED_SAMPLES // 2 if may_fill else 0)) // LOUDNESS_FRAME_SAMPLES
        if counted <= 0:
            self._write_silence(samples)
            return
        self._write_silence(head)
        self._send_blocks(self._resampler.rest())
        self._gap_frames += counted
        self._write_silence(samples - head - counted * LOUDNESS_FRAME_SAMPLES)

    def _write_silence(self, samples: int) -> None:
        self._resampler.add_silence(samples)
        self._filled_samples += samples

    def _send_blocks(self, blocks: Iterable[bytes]) -> None:
        if self._decoded_s > float(self._job["longest_s"]):
            raise JobFailed("TooLong")
        for pcm in blocks:
            header = {"kind": "block", "samples": len(pcm) // 2, "gap_frames": self._gap_frames}
            self._gap_frames_before, self._gap_frames = self._gap_frames_before + self._gap_frames, 0
            self._channel.send_block(header, pcm + loudness(pcm))
            self._allow_cpu()

    @property
    def _decoded_s(self) -> float:
        """How much of the recording has been decoded, gaps included."""
        gaps = self._gap_frames_before + self._gap_frames
        return (self._resampler.samples + gaps * LOUDNESS_FRAME_SAMPLES) / _RATE_HZ

    def _allow_cpu(self) -> None:
        """Allow processor time in proportion to the decoded sound, so that a file without any is ended early."""
        if sys.platform == "linux":
            return  # There the parent sets the limit, and the sandbox forbids it here.
        allowed_s = (
            float(self._job["cpu_s"])
            + float(self._job["cpu_s_per_gib"]) * int(self._job["size"]) / 1024**3
            + float(self._job["cpu_s_per_hour"]) * self._resampler.samples / (_RATE_HZ * 3600)
        )
        sandbox.allow_cpu(allowed_s - (sandbox.cpu_s() - self._started_cpu_s))

    @property
    def _has_dropped_packets(self) -> bool:
        """Whether the codec gave no frame for many packets: almost every codec gives at least one for each.

        Damaged packets are counted apart.
        """
        missing = self._packets - self._bad_packets - self._frames
        return missing > max(_MAX_DROPPED_PACKETS, _MAX_DROPPED_SHARE * self._packets)

    def _report(self, recording: OpenedRecording) -> dict[str, Any]:
        decoded_s = self._decoded_s
        if not self._has_sound:
            raise failure_without_sound(self._reader)
        if self._bad_packets > self._packets * _MAX_BAD_SHARE:
            raise JobFailed("DamagedMedia")
        truncated = self._broke_off or recording.is_cut_off or self._has_dropped_packets
        if recording.duration_s is not None and recording.duration_is_counted:
            missing_s = recording.duration_s - decoded_s
            truncated |= missing_s > max(_MAX_MISSING_S, _MAX_MISSING_SHARE * recording.duration_s)
        if truncated and decoded_s < _MIN_TRUNCATED_S:
            raise JobFailed("DamagedMedia")
        return {
            "kind": "end",
            "decoded_s": decoded_s,
            "packets": self._packets,
            "bad_packets": self._bad_packets,
            "truncated": truncated,
        }


def _load_before_sandbox() -> None:
    """Decode a moment of silence, so that code loaded at first use is loaded before the sandbox is entered."""
    recording = io.BytesIO()
    with wave.open(recording, "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(48_000)
        writer.writeframes(bytes(4 * 4800))
    recording.seek(0)
    resampler = SpeechResampler()
    with av.open(recording, "r") as container:
        for frame in container.decode(container.streams.audio[0]):
            resampler.add(frame)
    for pcm in resampler.finish():
        loudness(pcm)
