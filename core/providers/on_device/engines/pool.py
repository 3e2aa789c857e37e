"""The pool of running engine processes, of a size for which this computer has memory."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.concurrency.supervision import Supervisor
from core.domain import TranslatableText
from core.domain.device import Device
from core.domain.errors import EngineCrashed, EngineUnavailable, NotulaError
from core.providers.on_device.engines.engine import Engine, StartChild, crash_of, start_engine_child
from core.providers.on_device.engines.graphics_card import GraphicsCard
from core.providers.on_device.models.files import ModelFiles
from core.system.extras import Extra, is_installed
from core.system.hardware import available_memory_bytes


def _engine_is_installed() -> bool:
    return is_installed(Extra.DEVICE)


@dataclass(frozen=True, slots=True)
class EngineRuntime:
    """What engines run with. `clock` gives seconds that never go back, `free_memory` bytes or None for not known.

    An engine that sends nothing for `least_timeout_s` and for ten times the length of its chunk counts as hung.
    """

    start_child: StartChild = start_engine_child
    clock: Callable[[], float] = time.monotonic
    free_memory: Callable[[], int | None] = available_memory_bytes
    is_installed: Callable[[], bool] = _engine_is_installed
    least_timeout_s: float = 180.0


class EnginePool:
    """At most `children` engines, each with `threads` threads; lives on one event loop.

    Calls that find no room wait in the order in which they came. An engine is started when a call needs it, kept for
    the next one, ended to make room for another model, and ended after `idle_s` seconds without work. Beside one
    engine a second is started only where `free_memory` says that its model fits. On a graphics card there is only one,
    because its memory is small, and two engines would only compute in turns.
    """

    def __init__(
        self,
        children: int,
        threads: int,
        *,
        idle_s: float = 300.0,
        runtime: EngineRuntime | None = None,
        supervisor: Supervisor | None = None,
    ) -> None:
        runtime = runtime or EngineRuntime()
        self._supervisor = supervisor or Supervisor()
        self.children = children
        self.idle_s = idle_s
        self.device: Device | None = None
        """What the last engine that was started computes with."""
        self._threads = threads
        self._start_child = runtime.start_child
        self._free_memory = runtime.free_memory
        self._card = GraphicsCard(runtime.clock)
        self._on_card: Engine | None = None
        self._taking = asyncio.Lock()
        self._changed = asyncio.Event()
        self._starting: list[ModelFiles] = []
        self._engines: set[Engine] = set()
        self._idle: dict[Engine, asyncio.Task[None]] = {}

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the engines that have their model."""
        return tuple(engine.pid for engine in self._engines)

    @property
    def notice(self) -> TranslatableText | None:
        """What the owner should know of the graphics card."""
        return self._card.notice

    @asynccontextmanager
    async def engine(self, model: ModelFiles) -> AsyncIterator[Engine]:
        """An engine with the model loaded, for the time of the block. Raises `EngineUnavailable`, `EngineCrashed`."""
        engine = await self._take(model)
        try:
            yield engine
        finally:
            if engine.is_usable:
                self._idle[engine] = self._supervisor.start_once("engine-idle", self._end_when_idle(engine))
            else:
                await self._end(engine)
            self._changed.set()

    async def leave_card(self, engine: Engine, reason: str) -> None:
        """End an engine that the graphics card has failed; the next ones don't use it for a while."""
        self._card.failed(reason)
        await self._end(engine)

    async def close(self) -> None:
        """End all, even where one can't be ended well, which is raised afterwards. No call may be running."""
        for task in self._idle.values():
            task.cancel()
        await asyncio.gather(*self._idle.values(), return_exceptions=True)
        self._idle.clear()
        for outcome in await asyncio.gather(*map(self._end, tuple(self._engines)), return_exceptions=True):
            if outcome is not None:
                raise outcome

    async def _take(self, model: ModelFiles) -> Engine:
        while True:
            async with self._taking:
                idle = await self._idle_engine_or_room(model)
                if idle is not None:
                    return idle
                self._starting.append(model)
            try:
                started = await self._start(model)
            finally:
                self._starting.remove(model)
                self._changed.set()
            if started is not None:
                return started

    async def _idle_engine_or_room(self, model: ModelFiles) -> Engine | None:
        """A waiting engine with this model, or None once there is room for a new one."""
        while True:
            fitting = [engine for engine in self._idle if engine.model == model and engine.is_usable]
            if fitting:
                self._idle.pop(fitting[-1]).cancel()
                return fitting[-1]
            if self._has_room(model):
                return None
            if self._idle:
                longest_idle = next(iter(self._idle))
                self._idle.pop(longest_idle).cancel()
                await self._end(longest_idle)
            else:
                self._changed.clear()
                await self._changed.wait()

    def _has_room(self, model: ModelFiles) -> bool:
        running = len(self._engines) + len(self._starting)
        if running == 0:
            return True
        if running >= (1 if self._card.is_found else self.children):
            return False
        free_bytes = self._free_memory()
        return free_bytes is None or free_bytes >= sum(one.memory_bytes for one in (model, *self._starting))

    async def _start(self, model: ModelFiles) -> Engine | None:
        """A new engine; None where it finds a card that another engine uses."""
        while True:
            on_card = self._card.may_be_tried
            engine = await Engine.start(self._start_child)
            is_loaded = False
            try:
                # Another engine may have found out meanwhile that the card fails.
                on_card = on_card and await engine.has_card(model) and self._card.may_be_tried
                if on_card:
                    self._card.is_found = True
                    if self._on_card is not None:
                        return None
                    self._on_card = engine
                await engine.load(model, self._threads, on_card=on_card)
                is_loaded = True
            except (EngineCrashed, EngineUnavailable) as error:
                if not on_card:
                    raise
                self._card.failed(_reason(error))
            finally:
                if is_loaded:
                    self._engines.add(engine)
                else:
                    await self._end(engine)
            if is_loaded:
                if on_card:
                    self._card.worked()
                self.device = engine.device
                return engine

    async def _end_when_idle(self, engine: Engine) -> None:
        await asyncio.sleep(self.idle_s)
        del self._idle[engine]
        await self._end(engine)

    async def _end(self, engine: Engine) -> None:
        try:
            await engine.stop()
        finally:  # One that can't be ended must not keep its place: no call could ever get another one.
            self._engines.discard(engine)
            if self._on_card is engine:
                self._on_card = None
            self._changed.set()


def _reason(error: NotulaError) -> str:
    return crash_of(error) if isinstance(error, EngineCrashed) else str(error.message.values.get("reason", ""))
