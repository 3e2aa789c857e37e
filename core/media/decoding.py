"""One recording being decoded, as the parent sees it: answers the child's reads, hands on its blocks."""

import asyncio
import logging
import math
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

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
from core.media.source import MediaSource, is_forward_only
from core.process import ChildExited, ChildProcess, Frame, ProtocolError

logger = logging.getLogger(__name__)

_CREDITS = 2
_READS_AT_ONCE = 8
_MOST_READS_WAITING = 64
_LONGEST_READ_BYTES = 1024 * 1024
_LONGEST_BLOCK_S = 60
_STOP_GRACE_S = 0.4
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
        self._deadline = asyncio.timeout(None)
        self._read_slots = asyncio.Semaphore(_READS_AT_ONCE)
        self._reads: set[asyncio.Task[None]] = set()
        self._credits = 0
        self._has_begun = False
        self._decoded_bytes = 0
        self._fetched_bytes = 0
        self._is_stopping = False
        self._is_watching = False
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
        self._watch()
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
            self._is_stopping = True
            self._watch()
            for read in self._reads:
                read.cancel()
            self._child.post({"kind": "stop"})
            await asyncio.wait([run])

    async def _talk(self, reads: asyncio.TaskGroup) -> None:
        if self._is_stopping:  # before it has begun
            self.child_is_free = True
            return
        try:
            async with self._deadline:
                self._is_watching = True
                await self._child.send(self._job_header())
                while not self._has_ended:
                    self._watch()
                    self._handle(await self._child.receive(), reads)
        except TimeoutError:
            self._fail(TooCostly(name=self._source.name))
        except ChildExited as exit_:
            is_limit = exit_.returncode in self._limits.returncodes_of_limits
            self._fail(TooCostly(name=self._source.name) if is_limit else self._crashed())
        except (ProtocolError, KeyError, TypeError, ValueError) as error:
            logger.warning("decoder %d broke the protocol: %r", self._child.pid, error)
            self._fail(self._crashed(), error)
        except TooLong as error:
            self._fail(error)
        finally:
            self._is_watching = False

    def _job_header(self) -> dict[str, Any]:
        header = self._limits.job_header(self._source.size_bytes, self._source.read_ahead_bytes)
        return header | {"is_forward_only": is_forward_only(self._source)}

    def _handle(self, frame: Frame, reads: asyncio.TaskGroup) -> None:
        if frame.kind == "stopped":
            self._has_ended = self.child_is_free = True
        elif frame.kind == "error":
            self._fail(self._reported(frame.header["error"]))
            # After running out of memory it is better to start afresh.
            self._has_ended = True
            self.child_is_free = not isinstance(self._failure, TooCostly)
        elif frame.kind == "end":
            self.report = self._read_report(frame.header)
            self._has_ended = self.child_is_free = True
        elif self._is_stopping:
            pass  # What is still on its way isn't wanted any more.
        elif frame.kind == "read":
            self._answer_later(int(frame.header["offset"]), int(frame.header["length"]), reads)
        elif frame.kind == "block":
            self._accept_block(frame)
        elif frame.kind == "info" and self._info is None:
            self._info = _read_info(frame.header, self._source.size_bytes)
            self._opened.set()
        else:
            raise ProtocolError(f"unexpected {frame.kind}")

    def _accept_block(self, frame: Frame) -> None:
        samples = int(frame.header["samples"])
        frames = -(-samples // LOUDNESS_FRAME_SAMPLES)
        gap_frames = frame.header.get("gap_frames", 0)
        if not isinstance(gap_frames, int) or gap_frames < 0:
            raise ProtocolError("a gap that is none")
        if self._credits == 0 or not 0 < samples <= _LONGEST_BLOCK_S * BYTES_PER_SECOND // 2:
            raise ProtocolError("a block that nobody asked for")
        if len(frame.body) != 2 * samples + frames:
            raise ProtocolError("a block of another length than it says")
        self._credits -= 1
        self._decoded_bytes += 2 * (samples + gap_frames * LOUDNESS_FRAME_SAMPLES)
        if self._decoded_bytes > self._limits.longest_s * BYTES_PER_SECOND:
            raise self._too_long()
        if gap_frames:
            self._blocks.put_nowait(gap_frames)
        self._blocks.put_nowait(DecodedBlock(frame.body[: 2 * samples], frame.body[2 * samples :]))

    def _answer_later(self, offset: int, length: int, reads: asyncio.TaskGroup) -> None:
        if not 0 < length <= _LONGEST_READ_BYTES or not 0 <= offset < self._source.size_bytes:
            raise ProtocolError(f"read of {length} at {offset}")
        if len(self._reads) >= _MOST_READS_WAITING:
            raise ProtocolError("too many reads at once")
        read = reads.create_task(self._answer(offset, length))
        self._reads.add(read)
        read.add_done_callback(self._reads.discard)
        read.add_done_callback(lambda _: self._watch())

    async def _answer(self, offset: int, length: int) -> None:
        try:
            async with self._read_slots:
                data = await self._source.read_range(offset, length)
            self._fetched_bytes += len(data)
            if len(data) != min(length, self._source.size_bytes - offset):
                raise SourceInterrupted(name=self._source.name)
        except NotulaError as error:
            self._fail(error)
            self._is_stopping = True
            self._child.post({"kind": "stop"})
        else:
            with suppress(ChildExited):  # Whoever receives learns it too, and says so.
                await self._child.send({"kind": "data", "offset": offset}, data)

    def _watch(self) -> None:
        """Set the time by which the child must be heard of: never while it is we who keep it waiting."""
        if not self._is_watching:
            return
        now = asyncio.get_running_loop().time()
        if self._is_stopping:
            self._deadline.reschedule(now + _STOP_GRACE_S)
        elif self._reads or self._credits == 0:
            self._deadline.reschedule(None)
        else:
            self._deadline.reschedule(now + self._limits.stall_s)

    def _fail(self, failure: NotulaError, cause: BaseException | None = None) -> None:
        """Keep the first thing that went wrong; what follows from it says less."""
        if self._failure is None:
            failure.__cause__ = cause
            self._failure = failure

    def _read_report(self, header: Mapping[str, Any]) -> DecodeReport:
        report = DecodeReport(
            float(header["decoded_s"]),
            int(header["packets"]),
            int(header["bad_packets"]),
            bool(header["truncated"]),
            self._fetched_bytes,
        )
        logger.info(
            "decoded %.1f s, fetched %d of %d bytes", report.decoded_s, self._fetched_bytes, self._source.size_bytes
        )
        return report

    def _reported(self, name: object) -> NotulaError:
        if name == TooLong.__name__:
            return self._too_long()
        error = _REPORTED_ERRORS.get(str(name))
        if error is None:
            raise ProtocolError("unknown error")
        if is_forward_only(self._source) and error in (NotMedia, DamagedMedia):
            return SourceNotInParts(name=self._source.name)  # What libav needs may be at its end.
        return error(name=self._source.name)

    def _too_long(self) -> TooLong:
        hours = self._limits.longest_hours
        return TooLong(name=self._source.name, hours=int(hours) if hours == int(hours) else hours)

    def _crashed(self) -> DecoderCrashed:
        return DecoderCrashed(name=self._source.name)


def _read_info(header: Any, size_bytes: int) -> MediaInfo:
    duration_s = float(header["duration_s"] or 0)
    return MediaInfo(
        container=str(header["container"])[:100],
        codec=str(header["codec"])[:100],
        duration_s=duration_s if duration_s > 0 and math.isfinite(duration_s) else None,
        sample_rate_hz=int(header["sample_rate_hz"]),
        channels=int(header["channels"]),
        has_video=bool(header["has_video"]),
        size_bytes=size_bytes,
    )
