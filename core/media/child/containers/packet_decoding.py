"""Decodes the packets that libav finds in a container, with what is missing or damaged between them.

Only the decoder's child imports this.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from av.audio.frame import AudioFrame
from av.error import FFmpegError
from av.packet import Packet

from core.media.child.containers.avi_holes import AviHoles
from core.media.child.containers.completeness import LastPacket
from core.media.child.containers.damage_at_gaps import DamageAtGaps
from core.media.child.containers.demux import OpenedRecording
from core.media.child.containers.packet_tally import LEAST_DAMAGE_S, PacketTally
from core.media.child.containers.recording_clock import TimedWriter
from core.media.child.containers.transmission import TRANSPORT_BYTES, RestOfTransmission
from core.media.child.range_reader import RangeReader
from core.media.child.sound.lost_sound import LostSound
from core.media.child.sound.speech_writer import SpeechWriter

_INDEPENDENT = frozenset({"aac", "ac3", "eac3"})
"""Codecs whose frames need none before them: one that is broken among others shows that something is lost or inserted,
and how much can't be known."""

_MOST_TIMES = 1.5
"""A packet of AMR that plays so many times as long as its container states isn't intact."""

T = TypeVar("T")


class PacketDecoding:
    """Decodes one recording into `writer`, and counts in `tally`.

    `is_fatal` tells errors after which nothing more can be decoded; `send` is called after each packet. Raises libav's
    errors that are fatal.
    """

    def __init__(
        self,
        recording: OpenedRecording,
        reader: RangeReader,
        writer: SpeechWriter,
        tally: PacketTally,
        *,
        longest_s: float,
        is_fatal: Callable[[Exception], bool],
        send: Callable[[], None],
    ) -> None:
        self._recording = recording
        self._reader = reader
        self._writer = writer
        self._tally = tally
        self._is_fatal = is_fatal
        self._send = send
        clock = recording.clock(longest_s)
        self._timed = TimedWriter(writer, clock, self._is_new_clock)
        self._lost = LostSound(recording.stream.codec_context.name) if clock is None else None
        self._at_gaps = None
        if clock is not None and reader.seekable():
            self._at_gaps = DamageAtGaps(reader, recording.container.format.name, recording.stated.damaged)
        self._avi = None
        if recording.container.format.name == "avi" and reader.seekable():
            self._avi = AviHoles(reader, recording.container, recording.stream, recording.stated.lacking_bytes)
        self._is_amr = clock is not None and "amr" in recording.stream.codec_context.name
        self._broken_at_s: float | None = None
        """Where a frame is broken, unless it is the last one."""
        self._packet_s = 0.0
        """How long the longest packet so far plays by its container."""
        self._last = LastPacket(has_clock=clock is not None, codec=recording.stream.codec_context.name)
        self._rest = RestOfTransmission(tally) if recording.is_transmission else None
        self.is_cut_off = False
        """Whether the recording breaks off within a packet, or the container can't be read any further."""

    def run(self) -> None:
        """Decode all packets."""
        name = self._recording.container.format.name
        packets = self._recording.container.demux(self._recording.stream)
        while True:
            try:
                packet = next(packets, None)
            except IndexError:
                # A bug of PyAV at the end of a file whose number of streams grew. All packets were read by then; the
                # codec is flushed here instead.
                self._decode(lambda: self._recording.stream.codec_context.decode(None))
                break
            except (FFmpegError, ValueError) as error:
                # The container is cut off here. What was decoded before it counts.
                if self._is_fatal(error):
                    raise
                self.is_cut_off = True
                break
            if packet is None:
                break
            self._add(packet)
            self._send()
        self._write(lambda _: self._timed.finish(), None)
        if self._rest is not None:
            self._rest.end(self._reader)
        self.is_cut_off |= self._last.is_cut_off or self._lacks_samples()
        if self._lost is not None and name == "aac" and self._tally.damaged_at_s is not None:
            # It was skipped beside a packet that can't be decoded. Tags behind the sound are by none.
            self._tally.add_damage(self._tally.damaged_at_s, self._lost.skipped(self._reader.size))

    def _lacks_samples(self) -> bool:
        """Whether the file ends before the last sample of its index, or within a packet of a transmission."""
        name = self._recording.container.format.name
        if name == "mpegts" and self._tally.told_damage_s is None:
            return not self._reader.has_more and all(self._reader.size % length for length in TRANSPORT_BYTES)
        index = self._recording.stream.index_entries
        if not name.startswith("mov") or not len(index):
            return False
        return index[-1].pos + index[-1].size > self._reader.size

    def _add(self, packet: "Packet[Any]") -> None:
        is_flush = packet.size == 0
        self._tally.packets += not (is_flush or packet.is_discard)  # Of what an edit list leaves out there are none.
        if self._lost is not None:
            self._leave_out(self._lost.before(packet))
        if self._avi is not None:
            missing_s, is_damaged = self._avi.before(packet)
            if is_damaged:  # How much is lost may not be known.
                self._tally.add_damage(self._writer.decoded_s, max(missing_s, LEAST_DAMAGE_S))
            if missing_s:
                self._writer.add_gap(missing_s)
        sound_s, gaps_s, at_s = self._timed.sound_s, self._timed.gaps_s, self._writer.decoded_s
        if self._at_gaps is not None:
            self._at_gaps.add(packet)
        is_good = self._decode(packet.decode)
        decoded_s, gap_s = self._timed.sound_s - sound_s, self._timed.gaps_s - gaps_s
        if self._avi is not None:
            self._avi.add_sound(decoded_s)
        if not is_flush:
            self._last.add(packet, has_sound=decoded_s > 0)
        if self._at_gaps is not None:
            self._at_gaps.add_result(is_good=is_good)
            if gap_s and self._at_gaps.is_before():
                self._tally.add_damage(at_s, gap_s)
        if self._rest is not None and is_good:
            self._rest.add_good(packet)
        if self._is_amr and packet.duration and packet.time_base:
            # Zeros are short frames, of which several are in the place of one. The last packet may be stated shorter.
            self._packet_s = max(self._packet_s, float(packet.duration * packet.time_base))
            is_good &= decoded_s < _MOST_TIMES * self._packet_s
        if not (is_good or is_flush):
            self._tally.add_bad(packet, self._writer.decoded_s)
            if self._lost is not None:
                lost_s = self._lost.of_bad(packet)
                if lost_s and self._recording.stream.codec_context.name in _INDEPENDENT:
                    self._broken_at_s = self._writer.decoded_s
                self._leave_out(lost_s)
        elif not is_flush:
            self._tally.add_good(decoded_s)
            if self._broken_at_s is not None:
                self._tally.add_damage(self._broken_at_s, LEAST_DAMAGE_S)
                self._broken_at_s = None
            if self._lost is not None:
                self._lost.add_good(packet, decoded_s)

    def _is_new_clock(self) -> bool:
        """Whether the container says that its clock was set anew before the last packets."""
        return self._at_gaps is not None and self._at_gaps.has_new_clock()

    def _leave_out(self, lost_s: float) -> None:
        """Keep the place of sound that is lost."""
        if lost_s:
            self._tally.add_damage(self._writer.decoded_s, lost_s)
            self._writer.add_gap(lost_s)

    def _decode(self, decode: Callable[[], Sequence[object]]) -> bool:
        """Resample the frames that `decode` returns. Returns whether it succeeded; if not, the next packet may."""
        try:
            frames = decode()
        except (FFmpegError, ValueError) as error:
            if self._is_fatal(error):
                raise
            return False
        self._tally.frames += len(frames)
        is_good = True
        for frame in frames:
            if isinstance(frame, AudioFrame):
                is_good &= self._write(self._timed.add, frame)
        return is_good

    def _write(self, write: Callable[[T], None], frame: T) -> bool:
        """Write a frame. Returns whether that succeeded."""
        try:
            write(frame)
        except (FFmpegError, ValueError) as error:
            if self._is_fatal(error):
                raise
            return False
        self._tally.has_sound |= frame is not None
        return True
