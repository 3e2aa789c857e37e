"""Encoding speech for providers that are sent files, in child processes that are kept warm."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from core.concurrency.supervision import start_once
from core.concurrency.turn_timeout import TurnTimeout
from core.domain import SpeechChunk
from core.domain.errors import EncoderCrashed
from core.media.optimizer import Encoding
from core.system.child_process import ChildExited, ChildProcess, ProtocolError

logger = logging.getLogger(__name__)

_START_TIMEOUT_S = 60.0
_MOST_CPU_S = 3600.0
"""Processor time after which a process is replaced; its sandbox ends it at four times this, once and for all."""

_MIN_TIMEOUT_S = 60.0
_TIMEOUT_PER_SECOND_OF_SPEECH = 1.0
"""Encoding takes some thousandths of this; a process that takes longer hangs."""

StartChild = Callable[[], Awaitable[ChildProcess]]


async def start_encoder_child() -> ChildProcess:
    """A new encoder process. Raises OSError."""
    return await ChildProcess.start("core.media.child.encoder")


class Encoder:
    """Writes decoded speech down in a provider's format. Lives on one event loop.

    At most `children` processes work at once, further calls wait in the order in which they came. A process is
    replaced when it dies or a call is cancelled, and ended after `idle_s` seconds without work.
    """

    def __init__(
        self,
        *,
        children: int | None = None,
        idle_s: float = 120.0,
        start_child: StartChild = start_encoder_child,
    ) -> None:
        """`children` is by default one for each processor but the decoder's."""
        self._places = asyncio.Semaphore(children or max(1, (os.cpu_count() or 1) - 1))
        self._idle_s = idle_s
        self._start_child = start_child
        self._idle: dict[ChildProcess, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._warming: asyncio.Task[None] | None = None

    def warm_up(self) -> None:
        """Begin to start a process where none waits, so that the first chunk needn't wait for it."""
        if not self._idle and not self._places.locked() and self._warming is None:
            self._warming = start_once("warm-encoder", self._add_spare())

    async def encode(self, chunk: SpeechChunk, encoding: Encoding) -> SpeechChunk:
        """The chunk with its PCM as a file. Raises `EncoderCrashed`. Cancelling ends the work at once."""
        timeout_s = _MIN_TIMEOUT_S + _TIMEOUT_PER_SECOND_OF_SPEECH * chunk.duration_s
        header = {"kind": "encode", "format": encoding.format.value, "bitrate_bps": encoding.bitrate_bps}
        try:
            async with self._child() as child, TurnTimeout(timeout_s):
                await child.send(header, chunk.data)
                answer = await child.receive()
                if answer.kind != "encoded" or not answer.body:
                    raise ProtocolError("something else than a file")
        except (ChildExited, ProtocolError, TimeoutError, OSError) as error:
            logger.warning("encoding %.0f s as %s failed: %r", chunk.duration_s, encoding.format, error)
            raise EncoderCrashed from error
        return replace(chunk, data=answer.body, format=encoding.format)

    async def close(self) -> None:
        """End the processes. No call may be running."""
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.wait([self._warming])
        ending = list(self._idle.items())
        self._idle.clear()
        for child, task in ending:
            task.cancel()
            await asyncio.wait([task])
            await child.kill()
        if self._ending:
            await asyncio.wait(self._ending)

    @asynccontextmanager
    async def _child(self) -> AsyncIterator[ChildProcess]:
        """A process for one request. It is kept where that ended well; else it may be in the middle of something."""
        async with self._places:
            child = await self._take_idle() or await self._start()
            try:
                yield child
            except BaseException:
                await child.kill()
                raise
            if (child.cpu_s or 0.0) < _MOST_CPU_S:
                self._keep(child)
            else:
                await child.kill()

    def _keep(self, child: ChildProcess) -> None:
        self._idle[child] = start_once("encoder-idle", self._end_when_idle(child))

    async def _add_spare(self) -> None:
        try:
            self._keep(await self._start())
        except (ChildExited, ProtocolError, TimeoutError, OSError) as error:
            logger.warning("no spare encoder: %r", error)  # The next call starts another and gets the error.
        finally:
            self._warming = None

    async def _take_idle(self) -> ChildProcess | None:
        if not self._idle and self._warming is not None:
            await asyncio.wait([self._warming])
        while self._idle:
            child, task = self._idle.popitem()
            task.cancel()
            if child.is_alive:
                return child
            await child.kill()
        return None

    async def _start(self) -> ChildProcess:
        child = await self._start_child()
        try:
            async with TurnTimeout(_START_TIMEOUT_S):
                if (await child.receive()).kind != "ready":
                    raise ProtocolError("something else than ready")
        except BaseException:
            await child.kill()
            raise
        return child

    async def _end_when_idle(self, child: ChildProcess) -> None:
        await asyncio.sleep(self._idle_s)
        task = self._idle.pop(child)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        await child.kill()
