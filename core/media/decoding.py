"""The parent's side of one decode: answers the child's reads, passes on its blocks, and enforces the limits."""

import asyncio
import logging
from pathlib import PurePath
from typing import Any

from core.concurrency.turn_timeout import TurnTimeout
from core.domain.errors import (
    BareSamples,
    DamagedMedia,
    DecoderCrashed,
    NoSuchTrack,
    NotMedia,
    NotulaError,
    SourceNotInParts,
    TooCostly,
    TooLong,
    UnreadableSound,
)
from core.domain.media_formats import RAW_FORMATS, UNSTATED_SUFFIXES
from core.domain.speech import BYTES_PER_SECOND
from core.media.decoded import LOUDNESS_FRAME_S, LOUDNESS_FRAME_SAMPLES, DecodedBlock, DecodeReport, MediaInfo
from core.media.decoder_claims import (
    MAX_FRAME_BYTES,
    REPORTED_ERRORS,
    block_of,
    decode_report,
    media_info,
    no_such_track,
    unreadable_sound,
)
from core.media.decoder_limits import DecoderLimits
from core.media.decoding_budget import DecodingBudget
from core.media.range_replies import RangeReplies
from core.media.source import MediaSource
from core.media.waveform_meter import WaveformMeter
from core.system.child_process import ChildExited, ChildProcess, Frame, ProtocolError
from core.system.frames import Fields
from core.voices import ChannelLevels

logger = logging.getLogger(__name__)

_CREDITS = 2
"""Blocks that the child may send before one is consumed."""

_STOP_GRACE_S = 0.4
_GAP = DecodedBlock.of_gap(400)
"""The largest piece of a gap that is returned at a time."""


class Decoding:
    """A decode under way. Iterate over it for the blocks; `report` is there once they have all come.

    The child is not trusted: an attacker's file may control it. Each of its frames is checked, so that it can make up
    sound, and nothing else.
    """

    def __init__(
        self,
        child: ChildProcess,
        source: MediaSource,
        limits: DecoderLimits,
        *,
        hears_channels: bool = False,
        track: int = 0,
    ) -> None:
        self._child = child
        self._source = source
        self._track = track
        self._limits = limits
        self._blocks: asyncio.Queue[DecodedBlock | int | None] = asyncio.Queue()
        """A number stands for a gap of so many frames, None for the end."""
        self._gap_frames = 0
        self._opened = asyncio.Event()
        self._info: MediaInfo | None = None
        self._failure: NotulaError | None = None
        self._turn = TurnTimeout(limits.stall_s)
        self._budget = DecodingBudget(child, source.info, limits)
        self._replies = RangeReplies(child, source, self._budget, self._update_clock, self._source_failed)
        self._credits = 0
        self._has_begun = False
        self._decoded_bytes = 0
        self._is_stopping = False
        self._has_ended = False
        self.channel_levels = ChannelLevels(LOUDNESS_FRAME_S) if hears_channels else None
        """How loud both channels are in all that was decoded so far; None where that wasn't asked for."""
        self.waveform = WaveformMeter()
        """How loud all is that was decoded so far."""
        self.report: DecodeReport | None = None
        """How it went, once the last block has been taken."""
        self.child_is_free = False
        """Whether the child has ended this job and can take another."""

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
            self._blocks.put_nowait(None)  # for a further iteration
            if self._failure is not None:
                raise self._failure
            raise StopAsyncIteration
        self._lend()
        return block

    async def _next_of_gap(self) -> DecodedBlock:
        """The next piece of a gap that the child has told of."""
        await asyncio.sleep(0)
        frames = min(self._gap_frames, len(_GAP.loudness))
        self._gap_frames -= frames
        return _GAP if frames == len(_GAP.loudness) else DecodedBlock.of_gap(frames)

    def _lend(self) -> None:
        self._credits += 1
        self._update_clock()
        self._child.post({"kind": "credit"})

    async def opened(self) -> None:
        """Wait until `info` is known. Raises the error that ended the job before."""
        await self._opened.wait()
        if self._info is None:
            raise self._failure or self._crashed()

    async def run(self) -> None:
        """Exchange frames with the child until the job has ended. Errors of the recording are raised by iterating."""
        try:
            async with asyncio.TaskGroup() as reads:
                await self._talk(reads)
                self._replies.cancel()
        finally:
            self._opened.set()
            self._blocks.put_nowait(None)

    async def stop(self, run: asyncio.Task[None]) -> None:
        """End the job early, unless it has ended, and wait for `run`. A child that doesn't stop in time isn't free."""
        if not run.done():
            self._begin_to_stop()
            self._replies.cancel()
            await asyncio.wait([run])

    def _begin_to_stop(self) -> None:
        """Ask the child to stop, which it has a short time for, however many frames it still sends."""
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
                self._budget.allow_cpu()
                await self._child.send(self._job_header())
                while not self._has_ended:
                    self._update_clock()
                    frame = await self._child.receive(MAX_FRAME_BYTES)
                    self._restart_clock()
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
        return header | {
            "is_forward_only": self._source.info.is_forward_only,
            "hears_channels": self.channel_levels is not None,
            "track": self._track,
            "raw_ending": ending if (ending := self._ending()) in RAW_FORMATS else "",
        }

    def _ending(self) -> str:
        return PurePath(self._source.info.name).suffix.lower()

    def _handle(self, frame: Frame, reads: asyncio.TaskGroup) -> None:
        fields = frame.fields
        if frame.kind == "stopped" and self._is_stopping:
            self._has_ended = self.child_is_free = True
        elif frame.kind == "error":
            self._fail(self._reported(fields))
            # After running out of memory it is better to start afresh.
            self._has_ended = True
            self.child_is_free = not isinstance(self._failure, TooCostly)
        elif frame.kind == "end" and self._decoded_bytes:
            self.report = self._read_report(fields)
            self._has_ended = self.child_is_free = True
        elif self._is_stopping:
            pass  # Sent before the child has read "stop".
        elif frame.kind == "read":
            self._replies.reply_later(fields, reads)
        elif frame.kind == "block":
            self._accept_block(frame)
        elif frame.kind == "info" and self._info is None:
            self._info = media_info(fields, self._source.info.size_bytes)
            self._opened.set()
        else:
            raise ProtocolError("a frame out of order")

    def _accept_block(self, frame: Frame) -> None:
        block, gap_frames, channel_levels = block_of(frame, hears_channels=self.channel_levels is not None)
        if self._credits == 0:
            raise ProtocolError("a block without a credit for it")
        self._credits -= 1
        self._decoded_bytes += len(block.pcm) + 2 * gap_frames * LOUDNESS_FRAME_SAMPLES
        if self._decoded_bytes > self._limits.longest_s * BYTES_PER_SECOND:
            raise self._too_long()
        self._budget.count_sound(len(block.pcm))
        if self.channel_levels is not None:
            self.channel_levels.add(channel_levels, gap_frames)
        if gap_frames:
            self.waveform.add_silence(gap_frames)
            self._blocks.put_nowait(gap_frames)
        self.waveform.add(block.loudness)
        self._blocks.put_nowait(block)

    def _source_failed(self, failure: NotulaError) -> None:
        self._fail(failure)
        self._begin_to_stop()

    def _update_clock(self) -> None:
        """Run the clock of the child's time, unless it waits for us: for bytes of its file, or for a credit."""
        waits_for_credit = self._info is not None and self._credits == 0 and not self._replies.has_requests
        if not self._is_stopping and (self._replies.is_fetching or waits_for_credit):
            self._turn.pause()
        else:
            self._turn.resume()

    def _restart_clock(self) -> None:
        """Give the child its whole time again after a frame, within the budget of all its time. Raises `TooCostly`."""
        if self._is_stopping:
            return
        self._budget.count_child_time(self._turn.restart(self._limits.stall_s))

    def _fail(self, failure: NotulaError, cause: BaseException | None = None) -> None:
        """Keep the first failure; those that follow from it say less."""
        if self._failure is None:
            failure.__cause__ = cause
            self._failure = failure

    def _read_report(self, fields: Fields) -> DecodeReport:
        fetched_bytes = self._replies.fetched_bytes
        report = decode_report(fields, self._limits.longest_s, fetched_bytes)
        logger.info(
            "decoded %.1f s, fetched %d of %d bytes",
            report.decoded_s,
            fetched_bytes,
            self._source.info.size_bytes,
        )
        return report

    def _reported(self, fields: Fields) -> NotulaError:
        name = fields.identifier("error")
        if name == TooLong.__name__:
            return self._too_long()
        if name == UnreadableSound.__name__:
            return unreadable_sound(fields, self._source.info.name)
        if name == NoSuchTrack.__name__:
            return no_such_track(fields, self._source.info.name)
        error = REPORTED_ERRORS.get(name)
        if error is None:
            raise ProtocolError("unknown error")
        if self._source.info.is_forward_only and error in (NotMedia, DamagedMedia):
            return SourceNotInParts(name=self._source.info.name)  # What libav needs may be at its end.
        if error in (NotMedia, DamagedMedia) and self._ending() in UNSTATED_SUFFIXES:
            return BareSamples(name=self._source.info.name)
        return error(name=self._source.info.name)

    def _too_long(self) -> TooLong:
        hours = self._limits.longest_hours
        return TooLong(name=self._source.info.name, hours=int(hours) if hours == int(hours) else hours)

    def _crashed(self) -> DecoderCrashed:
        return DecoderCrashed(name=self._source.info.name)
