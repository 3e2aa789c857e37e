"""Child processes for work that must not run in ours: native code that may crash, hang or use too much memory.

A child is this program started again with the name of a child module (`core.system.child_entry`). Parent and child
exchange frames over the child's standard input and output.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

from core.system import sandbox
from core.system.child_entry import CHILD_FLAG
from core.system.child_log import ChildLog
from core.system.frames import LENGTHS, MOST_BODY_BYTES, Frame, ProtocolError, lengths_of, parse_header
from core.system.inherited import clean_environment

__all__ = [
    "ChildExited",
    "ChildProcess",
    "Frame",
    "ProtocolError",
    "child_command",
    "clean_environment",
]

logger = logging.getLogger(__name__)

_END_GRACE_S = 5.0
"""A killed process that the system can't end in this time hangs in a driver or a network drive, and is left."""

_EXIT_GRACE_S = 2.0
"""How long a child may live on after it has closed its end of the pipe, before it is killed."""


class ChildExited(Exception):
    """The child's end of the pipe closed. `returncode` is negative for a signal, None where it isn't known yet."""

    def __init__(self, returncode: int | None) -> None:
        self.returncode = returncode
        super().__init__(f"child process ended with {returncode}")


def child_command(module: str) -> list[str]:
    """The command line that runs `module`'s `main()` in a process of its own.

    `-I` keeps the working directory and PYTHON* variables out of the child.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_FLAG, module]
    return [sys.executable, "-I", "-m", "core.system.child_entry", module]


class ChildProcess:
    """The parent's end: starts the child, sends and receives frames, and can always end it.

    One task at a time may receive. What the child writes to standard error goes to the log, within bounds. Waiting for
    a child's next frame, or for room in its pipe, has no timeout here: `TurnTimeout` of the caller counts it.
    """

    def __init__(self, process: asyncio.subprocess.Process, name: str) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._name = name
        self._stdin = process.stdin
        self._stdout = process.stdout
        self._sending = asyncio.Lock()
        log = ChildLog(name, process.pid)
        self._log_task = asyncio.create_task(log.follow(process.stderr), name=f"{name}-stderr")

    @classmethod
    async def start(cls, module: str, *, environment: Mapping[str, str] | None = None) -> "ChildProcess":
        """Start `module` as a child, by default with a clean environment. Raises OSError where it can't be made."""
        process = await asyncio.create_subprocess_exec(
            *child_command(module),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(clean_environment() if environment is None else environment),
            limit=1024 * 1024,
            # A Ctrl-C in the terminal reaches the whole foreground group; the parent decides what ends when.
            start_new_session=sys.platform != "win32",
        )
        return cls(process, module.rsplit(".", 1)[-1])

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the child has not ended yet, as far as the loop knows."""
        return self._process.returncode is None

    @property
    def cpu_s(self) -> float | None:
        """The processor time that it has used, as the system counts it; None where that can't be known."""
        return sandbox.cpu_s_of(self.pid) if self.is_alive else None

    def allow_cpu(self, until_s: float) -> None:
        """Have the system end it once it has used so much processor time in all (Linux)."""
        if self.is_alive:
            sandbox.allow_cpu_of(self.pid, until_s)

    async def send(self, header: Mapping[str, Any], body: bytes = b"") -> None:
        """Send one frame, waiting while the pipe is full. Raises `ChildExited` where the child has closed its input."""
        try:
            async with self._sending:  # Else no `drain` would return while others keep the pipe full.
                self._write(Frame(header, body).head(), body)
                await self._stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ChildExited(self._process.returncode) from error

    def post(self, header: Mapping[str, Any]) -> None:
        """Send one small frame without waiting for room in the pipe. `receive` raises where the child has ended."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._write(Frame(header).head())

    def _write(self, *parts: bytes) -> None:
        """Raises BrokenPipeError once the pipe is closed, where asyncio raises nothing and uvloop RuntimeError."""
        if self._stdin.is_closing():
            raise BrokenPipeError
        self._stdin.writelines(parts)

    async def receive(self, most_body_bytes: int = MOST_BODY_BYTES) -> Frame:
        """The next frame. Raises `ChildExited` at the end of the pipe, `ProtocolError` on anything malformed."""
        try:
            head = await self._stdout.readexactly(LENGTHS.size)
            header_bytes, body_bytes = lengths_of(head, most_body_bytes)
            header = parse_header(await self._stdout.readexactly(header_bytes))
            body = await self._stdout.readexactly(body_bytes) if body_bytes else b""
        except asyncio.IncompleteReadError as error:
            raise ChildExited(await self._returncode()) from error
        except ConnectionError as error:
            raise ChildExited(self._process.returncode) from error
        return Frame(header, body)

    async def kill(self) -> None:
        """End the child at once and wait until it is gone. Does nothing for one that has ended."""
        self._kill_now()
        await self._finish()

    async def close(self, grace_s: float = 2.0) -> None:
        """Close the child's input, on which it ends; kill it where it has not done so after `grace_s` seconds."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._stdin.close()
        try:
            async with asyncio.timeout(grace_s):
                await self._process.wait()
        except TimeoutError:
            self._kill_now()
        await self._finish()

    def _kill_now(self) -> None:
        if self.is_alive and sys.platform != "win32":
            # It leads a group of its own, and where nothing keeps it from starting others, they go with it.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if os.getpgid(self.pid) == self.pid:
                    os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def _returncode(self) -> int | None:
        """Its return code, or None where it had to be killed because it closed its output and didn't end."""
        try:
            async with asyncio.timeout(_EXIT_GRACE_S):
                return await self._process.wait()
        except TimeoutError:
            logger.warning("%s[%d] has closed its pipe and goes on, so it is ended", self._name, self.pid)
        self._kill_now()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_GRACE_S):
                await self._process.wait()
        return None

    async def _finish(self) -> None:
        """Wait until all of it is gone, but not for ever: others may hold its pipes."""
        self._stdin.close()
        try:
            async with asyncio.timeout(_END_GRACE_S):
                await self._process.wait()
                await asyncio.wait([self._log_task])
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    await self._stdin.wait_closed()
        except TimeoutError:
            logger.warning("%s[%d] doesn't end, or something holds on to its pipes", self._name, self.pid)
            self._log_task.cancel()
            await asyncio.wait([self._log_task])
