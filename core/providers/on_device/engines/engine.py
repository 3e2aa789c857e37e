"""The parent's side of one engine process: start it, load a model, send requests, stop it."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from core.concurrency.turn_timeout import TurnTimeout
from core.domain.device import Device
from core.domain.errors import EngineCrashed, EngineUnavailable, ModelNotLoaded
from core.providers.on_device.engines.protocol import check_answer, check_segment, read_device
from core.providers.on_device.models.files import ModelFiles
from core.system.child_process import ChildExited, ChildProcess, Frame, ProtocolError, clean_environment
from core.system.memory import with_lean_memory

logger = logging.getLogger(__name__)

StartChild = Callable[[], Awaitable[ChildProcess]]


async def start_engine_child() -> ChildProcess:
    """A new engine process. Raises OSError."""
    return await ChildProcess.start(
        "core.providers.on_device.whisper.child", environment=with_lean_memory(clean_environment())
    )


_CANCEL_TIMEOUT_S = 0.7
"""How long a cancelled engine may take to confirm it; then it is killed, so that cancelling takes less than 1 s."""

_START_TIMEOUT_S = 300.0
"""Starting reads the libraries, and loading up to 3 GB of model, from a disk that may be slow."""

_LOOK_TIMEOUT_S = 60.0
"""How long the driver of a graphics card may take to say that there is one."""

_REQUEST_TIMEOUTS = 4.0
"""An engine may take so many times the timeout for a whole request, however many frames it sends."""

_MOST_SEGMENTS = 10_000
_MOST_QUEUED_FRAMES = 64


class Engine:
    """One child process with one model. Does one thing at a time.

    After any failure and after a cancel that wasn't confirmed in time the process is gone and `is_usable` is False.
    """

    def __init__(self, child: ChildProcess) -> None:
        self.model: ModelFiles | None = None
        self.device: Device | None = None
        """What the loaded model is computed with."""
        self._child = child
        self._frames: asyncio.Queue[Frame | Exception] = asyncio.Queue(_MOST_QUEUED_FRAMES)
        self._reader = asyncio.create_task(self._read(), name=f"engine-{child.pid}-reader")
        self._failure: Exception | None = None
        self._stopping: asyncio.Task[None] | None = None
        self._request = 0

    @classmethod
    async def start(cls, start_child: StartChild = start_engine_child) -> Self:
        """A process that has its libraries. Raises `EngineUnavailable`. Cancelling kills it."""
        try:
            child = await start_child()
        except OSError as error:
            raise EngineUnavailable(reason=str(error)) from error
        engine = cls(child)
        started = False
        try:
            ready = await engine._next(_START_TIMEOUT_S)
            if ready.kind != "ready":
                raise EngineUnavailable(reason=ready.fields.reason("it doesn't start"))
            started = True
        except EngineCrashed as error:
            raise _unavailable(error) from error
        finally:
            if not started:
                await engine.stop()
        return engine

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    @property
    def is_usable(self) -> bool:
        """Whether another request may be made."""
        return self._stopping is None and self._child.is_alive and not self._reader.done()

    async def has_card(self, model: ModelFiles) -> bool:
        """Whether there is a graphics card. Asked before `load`, for the same model, or never. Raises as `load`."""
        await self._send({"kind": "look", "folder": str(model.folder)}, timeout_s=_LOOK_TIMEOUT_S)
        answer = await self._next(_LOOK_TIMEOUT_S)
        if answer.kind != "card":
            raise EngineUnavailable(reason=answer.fields.reason("it can't look for a graphics card"))
        with crash_on_protocol_error():
            return answer.fields.flag("found")

    async def load(self, model: ModelFiles, threads: int, *, on_card: bool = False) -> None:
        """Load a model, once.

        Raises `ModelNotLoaded`, `EngineUnavailable` or `EngineCrashed`; the engine is to be stopped then.
        """
        request = {"kind": "load", "folder": str(model.folder), "threads": threads, "on_card": on_card}
        await self._send(request, timeout_s=_START_TIMEOUT_S)
        try:
            loaded = await self._next(_START_TIMEOUT_S)
        except EngineCrashed as error:
            if _signal_of(error) == "SIGILL":
                raise _unavailable(error) from error
            raise
        if loaded.kind != "loaded":
            raise ModelNotLoaded(model=model.name, reason=loaded.fields.reason("the engine doesn't say why"))
        with crash_on_protocol_error():
            self.device = read_device(loaded.fields.part("device"))
        self.model = model
        logger.info("engine %d has loaded %s on %s", self.pid, model.name, self.device)

    async def ask(
        self, request: Mapping[str, Any], pcm: bytes, on_frame: Callable[[Frame], None], timeout_s: float
    ) -> Frame:
        """Send a request and return its last frame; `on_frame` gets the segments before it.

        An engine that sends nothing for `timeout_s` seconds counts as hung, and so does one that never finishes.
        Frames of another shape than the protocol's raise `EngineCrashed`. Cancelling is passed on to
        the engine and takes less than a second; the engine is idle or ended then.
        """
        self._request += 1
        number = self._request
        answered = False
        try:
            await self._send({**request, "id": number}, pcm, timeout_s=timeout_s)
            with crash_on_protocol_error():
                async with TurnTimeout(_REQUEST_TIMEOUTS * timeout_s):
                    frame = await self._answer(number, request["kind"], on_frame, timeout_s)
            answered = True
            return frame
        except TimeoutError as error:
            logger.warning("engine %d has not finished a request in time", self.pid)
            raise EngineCrashed from error
        except asyncio.CancelledError:
            answered = await asyncio.shield(asyncio.create_task(self._cancel(number, request["kind"])))
            raise
        finally:
            if not answered:
                await self.stop()

    async def _answer(self, number: int, kind: str, on_frame: Callable[[Frame], None], timeout_s: float) -> Frame:
        """The last frame for this request. Raises `ProtocolError` for what the protocol doesn't allow."""
        for _ in range(_MOST_SEGMENTS):
            frame = await self._next(timeout_s)
            if frame.kind != "segment":
                check_answer(frame, number, kind)
                return frame
            check_segment(frame, number)
            on_frame(frame)
        raise ProtocolError("segments without end")

    async def stop(self) -> None:
        """End the process at once. May be called again; a cancelled caller doesn't stop the stopping."""
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._stop(), name=f"engine-{self.pid}-stop")
        await asyncio.shield(self._stopping)

    async def _cancel(self, number: int, kind: str) -> bool:
        """Whether the engine has confirmed in time that it has stopped working on this request."""
        try:
            async with asyncio.timeout(_CANCEL_TIMEOUT_S):
                await self._send({"kind": "cancel", "id": number}, timeout_s=_CANCEL_TIMEOUT_S)
                while (frame := await self._next(_CANCEL_TIMEOUT_S)).kind == "segment":
                    pass  # Written before the cancel was seen.
            check_answer(frame, number, kind, is_cancelled=True)
        except (TimeoutError, EngineCrashed, ProtocolError):
            return False
        return True

    async def _send(self, header: Mapping[str, Any], body: bytes = b"", *, timeout_s: float) -> None:
        """With a timeout: a hung child doesn't read, and the pipe holds much less than a chunk."""
        try:
            async with TurnTimeout(timeout_s):
                await self._child.send(header, body)
        except (TimeoutError, ChildExited) as error:
            raise EngineCrashed from error

    async def _next(self, timeout_s: float) -> Frame:
        if self._failure is not None:
            raise EngineCrashed from self._failure
        try:
            async with TurnTimeout(timeout_s):
                frame = await self._frames.get()
        except TimeoutError as error:
            logger.warning("engine %d has sent nothing for %.0f s", self.pid, timeout_s)
            raise EngineCrashed from error
        if isinstance(frame, Exception):
            self._failure = frame
            raise EngineCrashed from frame
        return frame

    async def _read(self) -> None:
        """A task of its own: a read that is cancelled in the middle of a frame would lose the place in the stream."""
        try:
            while True:
                await self._frames.put(await self._child.receive())
        except Exception as error:
            if not isinstance(error, ChildExited | ProtocolError):
                logger.exception("Reading from engine %d failed", self.pid)
            await self._frames.put(error)  # Else the task that waits for a frame would wait for its whole timeout.

    async def _stop(self) -> None:
        await self._child.kill()
        self._reader.cancel()  # It may wait for room in the queue of frames.
        await asyncio.wait([self._reader])


@contextmanager
def crash_on_protocol_error() -> Iterator[None]:
    """Treats an engine that breaks the protocol as crashed. Raises `EngineCrashed`."""
    try:
        yield
    except ProtocolError as error:
        logger.warning("an engine broke the protocol: %s", error)
        raise EngineCrashed from error


def crash_of(error: EngineCrashed) -> str:
    """How an engine ended, as a reason that is shown to people."""
    cause = error.__cause__
    if isinstance(cause, TimeoutError):
        return "no answer"
    if isinstance(cause, ProtocolError):
        return "an answer that makes no sense"
    code = cause.returncode if isinstance(cause, ChildExited) else None
    return _signal_of(error) or f"exit code {code}"


def _signal_of(error: EngineCrashed) -> str:
    cause = error.__cause__
    code = cause.returncode if isinstance(cause, ChildExited) else None
    if code is None or code >= 0:
        return ""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


_WINDOWS_ILLEGAL_INSTRUCTION = 0xC000001D


def _unavailable(error: EngineCrashed) -> EngineUnavailable:
    """The error for a child that ended before it was ready, with a reason that is shown to people."""
    cause = error.__cause__
    code = cause.returncode if isinstance(cause, ChildExited) else None
    if _signal_of(error) == "SIGILL" or (sys.platform == "win32" and code == _WINDOWS_ILLEGAL_INSTRUCTION):
        return EngineUnavailable(reason="the processor is too old for it")
    return EngineUnavailable(reason=f"its process ended at the start ({_signal_of(error) or code})")
