"""One recording being decoded, as the parent sees it: answers the child's reads, hands on its blocks."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

from core.concurrency.turn_timeout import TurnTimeout
from core.domain.errors import (
    DamagedMedia,
    DecoderCrashed,
    MediaError,
    NoAudio,
    NotMedia,
    NotulaError,
    SourceInterrupted,
    SourceNotInParts,
    TooCostly,
    TooLong,
)
from core.domain.speech import BYTES_PER_SECOND
from core.media.decoded import LOUDNESS_FRAME_SAMPLES, DecodedBlock, DecodeReport, MediaInfo
from core.media.limits import DecoderLimits
from core.media.source import MediaSource
from core.system.child_process import ChildExited, ChildProcess, Frame, ProtocolError
from core.system.frames import Fields

logger = logging.getLogger(__name__)

_CREDITS = 2
_READS_AT_ONCE = 8
_MOST_READS_WAITING = 64
_LONGEST_READ_BYTES = 1024 * 1024
_LONGEST_BLOCK_S = 60
_MOST_FRAME_BYTES = 2 * _LONGEST_BLOCK_S * BYTES_PER_SECOND
_STOP_GRACE_S = 0.4
_CPU_GRACE_S = 1.0
"""The child's own bound, in whole seconds, comes first: its end says clearly what it was."""

_MOST_PACKETS = 2**53
_HIGHEST_RATE_HZ = 2**31 - 1
_MOST_CHANNELS = 2**16
_LONGEST_CLAIM_S = 1e9
_MOST_GAP_FRAMES = 2**40
_GAP = DecodedBlock.of_gap(400)
"""Of a gap, at most so much is handed out at a time."""

_REPORTED_ERRORS: dict[str, type[MediaError]] = {
    error.__name__: error for error in (NotMedia, NoAudio, DamagedMedia, TooCostly)
}


class Decoding:
    """A decode under way. Iterate over it for the blocks; `report` is there once they have all come.

    What the child says is checked as if an attacker had written it, for one may have: it can make up sound, and
    nothing else.
    """

    def __init__(self, child: ChildProcess, source: MediaSource, limits: DecoderLimits) -> None:
        self._child = child
        self._source = source
        self._limits = limits
        self._blocks: asyncio.Queue[DecodedBlock | int | None] = asyncio.Queue()
        """A number stands for a gap of so many frames, None for the end."""
        self._gap_frames = 0
        self._opened = asyncio.Event()
        self._info: MediaInfo | None = None
        self._failure: NotulaError | None = None
        self._turn = TurnTimeout(limits.stall_s)
        self._read_slots = asyncio.Semaphore(_READS_AT_ONCE)
        self._reads: set[asyncio.Task[None]] = set()
        self._fetching = 0
        self._asked_bytes = 0
        self._asked_times = 0
        self._child_s = 0.0
        self._cpu_before_s = child.cpu_s
        self._credits = 0
        self._has_begun = False
        self._decoded_bytes = 0
        self._sound_bytes = 0
        self._fetched_bytes = 0
        self._is_stopping = False
        self._has_ended = False
        self.report: DecodeReport | None = None
        """How it went, once the last block has been taken."""
        self.child_is_free = False
        """Whether the child has said its last word on this job and can take another."""

    @property
    def info(self) -> MediaInfo:
        """What the recording says of itself."""
        assert self._info is not None, "known once decode() has been entered"
        return self._info

    def __aiter__(self) -> "Decoding":
        return self

    async def __anext__(self) -> DecodedBlock:
        if not self._has_begun:
            self._has_begun = True
            for _ in range(_CREDITS):
                self._lend()
        if self._gap_frames:
            return await self._next_of_gap()
        block = await self._blocks.get()
        if isinstance(block, int):
            self._gap_frames = block
            return await self._next_of_gap()
        if block is None:
            self._blocks.put_nowait(None)  # for whoever asks again
            if self._failure is not None:
                raise self._failure
            raise StopAsyncIteration
        self._lend()
        return block

    async def _next_of_gap(self) -> DecodedBlock:
        """The next of a gap that the child has told. It would be sent in as many pieces, each of which waits."""
        await asyncio.sleep(0)
        frames = min(self._gap_frames, len(_GAP.loudness))
        self._gap_frames -= frames
        return _GAP if frames == len(_GAP.loudness) else DecodedBlock.of_gap(frames)

    def _lend(self) -> None:
        self._credits += 1
        self._give_turn()
        self._child.post({"kind": "credit"})

    async def opened(self) -> None:
        """Wait until `info` is known. Raises what kept it from being known."""
        await self._opened.wait()
        if self._info is None:
            raise self._failure or self._crashed()

    async def run(self) -> None:
        """Talk to the child until the job has ended. Never raises what is wrong with the recording: iterating does."""
        try:
            async with asyncio.TaskGroup() as reads:
                await self._talk(reads)
                for read in self._reads:
                    read.cancel()
        finally:
            self._opened.set()
            self._blocks.put_nowait(None)

    async def stop(self, run: asyncio.Task[None]) -> None:
        """End the job early, unless it has ended, and wait for `run`. A child that doesn't obey isn't free then."""
        if not run.done():
            self._begin_to_stop()
            for read in self._reads:
                read.cancel()
            await asyncio.wait([run])

    def _begin_to_stop(self) -> None:
        """Ask the child to stop, which it has one short time for, however much it still says."""
        if not self._is_stopping:
            self._is_stopping = True
            self._turn.restart(_STOP_GRACE_S)
            self._turn.resume()
            self._child.post({"kind": "stop"})

    async def _talk(self, reads: asyncio.TaskGroup) -> None:
        if self._is_stopping:  # before it has begun
            self.child_is_free = True
            return
        try:
            async with self._turn:
                self._allow_cpu()
                await self._child.send(self._job_header())
                while not self._has_ended:
                    self._give_turn()
                    frame = await self._child.receive(_MOST_FRAME_BYTES)
                    self._has_been_heard()
                    self._handle(frame, reads)
        except TimeoutError:
            self._fail(TooCostly(name=self._source.info.name))
        except ChildExited as exit_:
            is_limit = exit_.returncode in self._limits.returncodes_of_limits
            self._fail(TooCostly(name=self._source.info.name) if is_limit else self._crashed())
        except ProtocolError as error:
            logger.warning("decoder %d broke the protocol: %r", self._child.pid, error)
            self._fail(self._crashed(), error)
        except (TooLong, TooCostly) as error:
            self._fail(error)

    def _job_header(self) -> dict[str, Any]:
        header = self._limits.job_header(self._source.info.size_bytes, self._source.info.read_ahead_bytes)
        return header | {"is_forward_only": self._source.info.is_forward_only}

    def _handle(self, frame: Frame, reads: asyncio.TaskGroup) -> None:
        fields = frame.fields
        if frame.kind == "stopped" and self._is_stopping:
            self._has_ended = self.child_is_free = True
        elif frame.kind == "error":
            self._fail(self._reported(fields.identifier("error")))
            # After running out of memory it is better to start afresh.
            self._has_ended = True
            self.child_is_free = not isinstance(self._failure, TooCostly)
        elif frame.kind == "end" and self._decoded_bytes:
            self.report = self._read_report(fields)
            self._has_ended = self.child_is_free = True
        elif self._is_stopping:
            pass  # What is still on its way isn't wanted any more.
        elif frame.kind == "read":
            most = self._source.info.size_bytes - 1
            self._answer_later(fields.whole("offset", 0, most), fields.whole("length", 1, _LONGEST_READ_BYTES), reads)
        elif frame.kind == "block":
            self._accept_block(frame)
        elif frame.kind == "info" and self._info is None:
            self._info = _read_info(fields, self._source.info.size_bytes)
            self._opened.set()
        else:
            raise ProtocolError("a frame out of order")

    def _accept_block(self, frame: Frame) -> None:
        samples = frame.fields.whole("samples", 1, _LONGEST_BLOCK_S * BYTES_PER_SECOND // 2)
        frames = -(-samples // LOUDNESS_FRAME_SAMPLES)
        gap_frames = frame.fields.whole_or_zero("gap_frames", _MOST_GAP_FRAMES)
        if self._credits == 0:
            raise ProtocolError("a block that nobody asked for")
        if len(frame.body) != 2 * samples + frames:
            raise ProtocolError("a block of another length than it says")
        self._credits -= 1
        self._decoded_bytes += 2 * (samples + gap_frames * LOUDNESS_FRAME_SAMPLES)
        if self._decoded_bytes > self._limits.longest_s * BYTES_PER_SECOND:
            raise self._too_long()
        self._sound_bytes += 2 * samples
        self._allow_cpu()
        if gap_frames:
            self._blocks.put_nowait(gap_frames)
        self._blocks.put_nowait(DecodedBlock(frame.body[: 2 * samples], frame.body[2 * samples :]))

    def _answer_later(self, offset: int, length: int, reads: asyncio.TaskGroup) -> None:
        if len(self._reads) >= _MOST_READS_WAITING:
            raise ProtocolError("too many reads at once")
        self._asked_times += 1
        self._asked_bytes += length
        if not self._limits.may_read(self._source.info.size_bytes, self._asked_times, self._asked_bytes):
            raise TooCostly(name=self._source.info.name)
        read = reads.create_task(self._answer(offset, length))
        self._reads.add(read)
        read.add_done_callback(self._reads.discard)
        read.add_done_callback(lambda _: self._give_turn())

    async def _answer(self, offset: int, length: int) -> None:
        try:
            async with self._read_slots:
                data = await self._fetch(offset, length)
                with suppress(ChildExited):  # Whoever receives learns it too, and says so.
                    await self._child.send({"kind": "data", "offset": offset}, data)
        except NotulaError as error:
            self._fail(error)
            self._begin_to_stop()

    async def _fetch(self, offset: int, length: int) -> bytes:
        self._fetching += 1
        self._give_turn()
        try:
            data = await self._source.read_range(offset, length)
        finally:
            self._fetching -= 1
            self._give_turn()
        self._fetched_bytes += len(data)
        if len(data) != min(length, self._source.info.size_bytes - offset):
            raise SourceInterrupted(name=self._source.info.name)
        return data

    def _give_turn(self) -> None:
        """Count the child's time, unless it is we who keep it waiting: for its file, or because nobody wants sound."""
        nobody_wants_more = self._info is not None and self._credits == 0 and not self._reads
        if not self._is_stopping and (self._fetching or nobody_wants_more):
            self._turn.pause()
        else:
            self._turn.resume()

    def _has_been_heard(self) -> None:
        """Give the child its time anew, as long as all of its time and of the processor's is in proportion.

        Raises `TooCostly`.
        """
        if self._is_stopping:
            return
        self._child_s += self._turn.restart(self._limits.stall_s)
        allowed_s = self._allowed_cpu_s()
        used_s = self._used_cpu_s()
        if self._child_s > self._limits.longest_turns_s(allowed_s) or used_s > allowed_s + _CPU_GRACE_S:
            raise TooCostly(name=self._source.info.name)

    def _allow_cpu(self) -> None:
        if self._cpu_before_s is not None:
            self._child.allow_cpu(self._cpu_before_s + self._allowed_cpu_s())

    def _allowed_cpu_s(self) -> float:
        return self._limits.allowed_cpu_s(self._source.info.size_bytes, self._sound_bytes / BYTES_PER_SECOND)

    def _used_cpu_s(self) -> float:
        used_s = self._child.cpu_s
        return 0.0 if used_s is None or self._cpu_before_s is None else used_s - self._cpu_before_s

    def _fail(self, failure: NotulaError, cause: BaseException | None = None) -> None:
        """Keep the first thing that went wrong; what follows from it says less."""
        if self._failure is None:
            failure.__cause__ = cause
            self._failure = failure

    def _read_report(self, fields: Fields) -> DecodeReport:
        decoded_s = fields.number("decoded_s", 0, self._limits.longest_s + _LONGEST_BLOCK_S)
        report = DecodeReport(
            decoded_s,
            fields.whole("packets", 0, _MOST_PACKETS),
            fields.whole("bad_packets", 0, _MOST_PACKETS),
            fields.flag("truncated"),
            self._fetched_bytes,
        )
        logger.info(
            "decoded %.1f s, fetched %d of %d bytes",
            report.decoded_s,
            self._fetched_bytes,
            self._source.info.size_bytes,
        )
        return report

    def _reported(self, name: str) -> NotulaError:
        if name == TooLong.__name__:
            return self._too_long()
        error = _REPORTED_ERRORS.get(name)
        if error is None:
            raise ProtocolError("unknown error")
        if self._source.info.is_forward_only and error in (NotMedia, DamagedMedia):
            return SourceNotInParts(name=self._source.info.name)  # What libav needs may be at its end.
        return error(name=self._source.info.name)

    def _too_long(self) -> TooLong:
        hours = self._limits.longest_hours
        return TooLong(name=self._source.info.name, hours=int(hours) if hours == int(hours) else hours)

    def _crashed(self) -> DecoderCrashed:
        return DecoderCrashed(name=self._source.info.name)


def _read_info(fields: Fields, size_bytes: int) -> MediaInfo:
    duration_s = fields.number_or_none("duration_s", 0, _LONGEST_CLAIM_S)
    return MediaInfo(
        container=fields.identifier("container"),
        codec=fields.identifier("codec"),
        duration_s=duration_s or None,
        sample_rate_hz=fields.whole("sample_rate_hz", 0, _HIGHEST_RATE_HZ),
        channels=fields.whole("channels", 0, _MOST_CHANNELS),
        has_video=fields.flag("has_video"),
        size_bytes=size_bytes,
    )
