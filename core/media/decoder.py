"""Decoding recordings in child processes that are kept warm."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.concurrency.supervision import start_once
from core.concurrency.turn_timeout import TurnTimeout
from core.domain.errors import DecoderCrashed, EmptyFile
from core.media.decoder_limits import DecoderLimits
from core.media.decoding import Decoding
from core.media.source import MediaSource
from core.system.child_process import ChildExited, ChildProcess, ProtocolError, clean_environment
from core.system.frames import text_in
from core.system.memory import with_steady_memory

logger = logging.getLogger(__name__)

_CHILD_MODULE = "core.media.child.decoder"
_MAX_SPARES = 2
_WAIT_FOR_IDLE_S = 0.2
"""A voice note is decoded in a tenth of the time that a new process takes to start, and many come at once."""

_START_TIMEOUT_S = 60.0
_CLOSE_GRACE_S = 1.0
_MAX_LAYERS = 30
_LONGEST_LAYER = 50


@dataclass(slots=True)
class _Worker:
    """A child that has said it is ready, and how many jobs it has done."""

    child: ChildProcess
    layers: tuple[str, ...]
    jobs: int = 0


class Decoder:
    """Turns recordings into speech, each in a sandboxed process of its own while it lasts.

    As many decodes run at once as are entered; the caller bounds them. Processes are reused, at most two wait idle,
    and one that dies or has to be killed is replaced in the background. A new one is started where none gets free soon.
    """

    def __init__(self, limits: DecoderLimits | None = None) -> None:
        self.limits = limits or DecoderLimits()
        """What a decode may cost that begins from now on."""
        self._idle: list[_Worker] = []
        self._busy = 0
        self._freed = asyncio.Event()
        self._warming: asyncio.Task[None] | None = None
        self._is_closed = False

    async def start(self) -> None:
        """Begin to warm up one process, and return at once."""
        self._warm_up()

    @asynccontextmanager
    async def decode(
        self, source: MediaSource, *, hears_channels: bool = False, track: int = 0
    ) -> AsyncIterator[Decoding]:
        """Decode `source` block by block; leaving the context ends it.

        `hears_channels` measures both of two channels. `track` is the number of one of several tracks of sound, 0 for
        the usual one that isn't silent.

            async with decoder.decode(source) as decoding:
                print(decoding.info)
                async for block in decoding: ...
            print(decoding.report)

        Raises a `MediaError` or what `source` raises, on entry or while iterating.
        """
        if source.info.size_bytes == 0:
            raise EmptyFile(name=source.info.name)
        worker = await self._take(source.info.name)
        decoding = Decoding(worker.child, source, self.limits, hears_channels=hears_channels, track=track)
        try:
            async with asyncio.TaskGroup() as tasks:
                run = tasks.create_task(decoding.run(), name=f"decode-{worker.child.pid}")
                try:
                    await decoding.opened()
                    yield decoding
                finally:
                    await decoding.stop(run)
        except BaseExceptionGroup as group:
            # A task group wraps whatever its body raises. There is one error, and callers catch it by its class.
            if len(group.exceptions) > 1:
                raise
            raise group.exceptions[0] from group.exceptions[0].__cause__
        finally:
            worker.jobs += 1
            await self._give_back(worker, is_free=decoding.child_is_free)

    async def close(self) -> None:
        """End the idle processes. Decodes that are under way end theirs themselves."""
        self._is_closed = True
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.wait([self._warming])
        idle, self._idle = self._idle, []
        async with asyncio.TaskGroup() as closing:
            for worker in idle:
                closing.create_task(worker.child.close(_CLOSE_GRACE_S))

    async def sandbox_layers(self) -> tuple[str, ...]:
        """Which protections are in place on this system, for `notula doctor`. Raises `DecoderCrashed`."""
        worker = await self._take("")
        await self._give_back(worker, is_free=True)
        return worker.layers

    async def _take(self, name: str) -> _Worker:
        """An idle process, one that gets free soon, or a new one. `name` is the recording's, for the error."""
        worker = await self._find(name)
        self._busy += 1
        return worker

    async def _find(self, name: str) -> _Worker:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _WAIT_FOR_IDLE_S
        while True:
            while self._idle:
                worker = self._idle.pop()
                if worker.child.is_alive:
                    return worker
                await worker.child.kill()
            if self._warming is not None and not self._warming.done():
                await asyncio.wait([self._warming])
            elif self._busy and loop.time() < deadline:
                self._freed.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(deadline):
                        await self._freed.wait()
            else:
                break
        try:
            return await self._start_worker()
        except (OSError, ChildExited, ProtocolError, TimeoutError) as error:
            raise DecoderCrashed(name=name) from error

    async def _give_back(self, worker: _Worker, *, is_free: bool) -> None:
        self._busy -= 1
        self._freed.set()
        is_fit = is_free and worker.child.is_alive and worker.jobs < self.limits.jobs_per_child
        is_fit = is_fit and (worker.child.cpu_s or 0.0) < self.limits.most_cpu_s
        if is_fit and not self._is_closed and len(self._idle) < _MAX_SPARES:
            self._idle.append(worker)
            return
        if not is_fit:
            self._warm_up()
        await worker.child.kill()

    def _warm_up(self) -> None:
        """Start a spare in the background, where none is there or on its way."""
        if not self._is_closed and not self._idle and (self._warming is None or self._warming.done()):
            self._warming = start_once("warm-decoder", self._add_spare())

    async def _add_spare(self) -> None:
        try:
            self._idle.append(await self._start_worker())
        except (OSError, ChildExited, ProtocolError, TimeoutError) as error:
            # No decode waits for this one; the next starts a process of its own, and gets the error.
            logger.warning("no spare decoder: %r", error)

    async def _start_worker(self) -> _Worker:
        child = await ChildProcess.start(_CHILD_MODULE, environment=with_steady_memory(clean_environment()))
        setup = {
            "kind": "setup",
            "address_space_bytes": self.limits.address_space_bytes,
            # A child's bound can't be raised later. One that is taken again has room for a whole recording.
            "most_cpu_s": 2 * self.limits.most_cpu_s,
        }
        try:
            async with TurnTimeout(_START_TIMEOUT_S):
                await child.send(setup)
                ready = await child.receive()
            if ready.kind != "ready":
                raise ProtocolError("something else than ready")
            layers = [text_in(layer, "layer", _LONGEST_LAYER) for layer in ready.fields.items("layers", _MAX_LAYERS)]
            return _Worker(child, tuple(layers))
        except BaseException:
            await child.kill()
            raise
