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
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import av
import av.logging
import av.subtitles.codeccontext
import av.subtitles.stream
import av.video.codeccontext
import av.video.stream
from av.audio.frame import AudioFrame
from av.error import FFmpegError

from core.media.child import sandbox
from core.media.child.containers.completeness import Completeness
from core.media.child.containers.demux import OpenedRecording, failure_without_sound, open_recording
from core.media.child.containers.ogg_pages import PageReader
from core.media.child.containers.ogg_sound import OggSound
from core.media.child.containers.opening import JobFailed, is_out_of_memory
from core.media.child.containers.packet_decoding import PacketDecoding
from core.media.child.containers.packet_tally import PacketTally
from core.media.child.job_channel import JobChannel, Stopped
from core.media.child.range_reader import RangeReader
from core.media.child.sound.channel_levels import ChannelMeter
from core.media.child.sound.resampling import SpeechResampler, loudness
from core.media.child.sound.speech_writer import SpeechWriter
from core.system.memory import give_memory_back

if TYPE_CHECKING:
    from core.system.child_entry import ChildChannel

_MIN_TRUNCATED_S = 1.0
"""A truncated recording with less sound than this counts as damaged."""

_RATE_HZ = 16_000


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
        return {"kind": "error", "error": failure.error, **failure.values}
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
        self._longest_s = float(job["longest_s"])
        self._meter = ChannelMeter() if job["hears_channels"] else None
        self._writer = SpeechWriter(self._send_block, self._meter)
        self._started_cpu_s = sandbox.cpu_s()
        self._tally = PacketTally()
        self._found = Completeness()

    def run(self) -> dict[str, Any]:
        self._allow_cpu()
        recording = open_recording(self._reader, int(self._job["track"]), str(self._job["raw_ending"]))
        with recording.container:
            self._channel.send({"kind": "info", **recording.describe()})
            self._channel.wait_for_credit()  # A caller that only needs `info` lends none.
            self._decode_one(recording)
        while self._reader.has_more:
            self._found.is_joined = True
            self._reader.go_on()
            try:
                recording = open_recording(self._reader, int(self._job["track"]))
            except JobFailed:
                # The rest of a transmission may be pictures alone.
                self._found.has_left_out |= not recording.is_transmission
                break
            with recording.container:
                self._decode_one(recording)
        self._writer.finish()
        return self._report()

    def _decode_one(self, recording: OpenedRecording) -> None:
        """Decode a recording, of which several may be in one file."""
        begun_s = self._writer.decoded_s
        if recording.is_ogg_sound:
            self._decode_ogg(recording)
        else:
            self._decode_packets(recording)
        self._channel.check()  # libav may have taken an exception of a read for the end.
        self._writer.end_stretch()
        self._check_length()
        self._found.is_joined |= recording.stated.is_longer
        self._found.has_other_speed |= recording.stated.has_other_speed
        self._found.has_cuts |= recording.stated.leaves_out
        self._found.compare(
            recording.duration_s,
            self._writer.decoded_s - begun_s,
            # Without a length in its header it was taken to be as long as the file.
            is_counted=recording.duration_is_counted
            and not (self._reader.is_found_shorter and recording.stated.is_longer),
            lacks_bytes=recording.is_cut_off,
            is_damaged=self._tally.told_damage_s is not None,
        )

    def _decode_ogg(self, recording: OpenedRecording) -> None:
        self._reader.seek(0)
        pages = PageReader(self._reader)
        begins_s = recording.begins_unseen_s
        ogg = OggSound(pages, recording.stream.index, self._longest_s, self._is_fatal, begins_s)
        self._writer.add_gap(recording.starts_late_s)
        for page in ogg.decoded():
            self._tally.add_page(page, self._writer.decoded_s)
            if page.gap_s:
                self._writer.add_gap(page.gap_s)
            for frame in page.frames:
                self._write(frame)
            if page.surplus_s:
                self._writer.drop_last(page.surplus_s)
            self._send_full_blocks()
        self._found.is_cut_off |= ogg.is_cut_off
        self._found.is_joined |= ogg.recordings > 1
        self._found.has_left_out |= ogg.left_out

    def _decode_packets(self, recording: OpenedRecording) -> None:
        decoding = PacketDecoding(
            recording,
            self._reader,
            self._writer,
            self._tally,
            longest_s=self._longest_s,
            is_fatal=self._is_fatal,
            send=self._send_full_blocks,
        )
        decoding.run()
        self._found.is_cut_off |= decoding.is_cut_off

    def _write(self, frame: AudioFrame) -> None:
        try:
            self._writer.add(frame)
        except (FFmpegError, ValueError) as error:
            if self._is_fatal(error):
                raise
        else:
            self._tally.has_sound = True

    def _is_fatal(self, error: Exception) -> bool:
        """Whether nothing more can be decoded after this error. Raises `Stopped` where the job was stopped."""
        self._channel.check()
        return is_out_of_memory(error)

    def _send_full_blocks(self) -> None:
        self._check_length()
        self._writer.send_full_blocks()

    def _check_length(self) -> None:
        if self._writer.decoded_s > self._longest_s:
            raise JobFailed("TooLong")

    def _send_block(self, pcm: bytes, gap_frames: int) -> None:
        header = {"kind": "block", "samples": len(pcm) // 2, "gap_frames": gap_frames}
        levels = loudness(pcm)
        channels = self._meter.take(len(levels)) if self._meter is not None else b""
        self._channel.send_block(header, pcm + levels + channels)
        self._allow_cpu()

    def _allow_cpu(self) -> None:
        """Allow processor time in proportion to the decoded sound, so that a file without any is ended early."""
        if sys.platform == "linux":
            return  # There the parent sets the limit, and the sandbox forbids it here.
        allowed_s = (
            float(self._job["cpu_s"])
            + float(self._job["cpu_s_per_gib"]) * int(self._job["size"]) / 1024**3
            + float(self._job["cpu_s_per_hour"]) * self._writer.samples / (_RATE_HZ * 3600)
        )
        sandbox.allow_cpu(allowed_s - (sandbox.cpu_s() - self._started_cpu_s))

    def _report(self) -> dict[str, Any]:
        decoded_s = self._writer.decoded_s
        if not self._tally.has_sound:
            raise failure_without_sound(self._reader)
        if self._tally.is_mostly_bad:
            raise JobFailed("DamagedMedia")
        truncated = self._found.is_cut_off or self._tally.has_dropped_packets
        if truncated and decoded_s < _MIN_TRUNCATED_S:
            raise JobFailed("DamagedMedia")
        return {
            "kind": "end",
            "decoded_s": decoded_s,
            "packets": self._tally.packets,
            "bad_packets": self._tally.bad_packets,
            "truncated": truncated,
            "altered": self._writer.has_altered,
            "gaps_s": self._writer.gaps_s,
            "damaged_at_s": self._tally.told_damage_s,
            "is_joined": self._found.is_joined,
            "has_left_out": self._found.has_left_out,
            "has_other_speed": self._found.has_other_speed,
            "has_cuts": self._found.has_cuts,
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
    meter = ChannelMeter()
    resampler = SpeechResampler(meter)
    with av.open(recording, "r") as container:
        for frame in container.decode(container.streams.audio[0]):
            resampler.add(frame)
    for pcm in resampler.finish():
        meter.take(len(loudness(pcm)))
