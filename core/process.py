"""Child processes for work that must not run in ours: native code that may crash, hang or eat memory.

A child is this program started again with the name of a child module. Parent and child talk in frames over the
child's standard input and output: eight bytes with two big-endian lengths, a JSON header, and raw bytes. Nothing is
pickled, so a child taken over by a hostile file can only send data.
"""

import asyncio
import contextlib
import importlib
import json
import logging
import os
import re
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

logger = logging.getLogger(__name__)

CHILD_FLAG = "--notula-child"
"""In a frozen program, the argument that makes the executable run a child module instead of the app."""

_LENGTHS = struct.Struct(">II")
_MAXIMUM_HEADER_BYTES = 8 * 1024 * 1024
_MAXIMUM_BODY_BYTES = 64 * 1024 * 1024
_OOM_SCORE = "500"
_STDERR_LINE_LIMIT = 2_000

_PASSED_ON = frozenset(
    "PATH HOME LANG LANGUAGE TZ LD_LIBRARY_PATH DYLD_LIBRARY_PATH GLIBC_TUNABLES TMPDIR TEMP TMP".split()  # noqa: SIM905
    # Windows'
    + "SYSTEMROOT SYSTEMDRIVE WINDIR USERPROFILE APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES".split()  # noqa: SIM905
    + ["NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"]
)
_PASSED_ON_PREFIXES = (
    *("LC_", "PYTHON", "COVERAGE_", "COV_CORE_"),
    *("CUDA_", "CUDNN_", "NVIDIA_", "CT2_", "OMP_", "KMP_", "MKL_", "OPENBLAS_"),  # what the engine computes with
    *("_PYI", "_MEI"),  # PyInstaller's, without which a frozen program unpacks itself again
)
_SECRET = re.compile("KEY|TOKEN|SECRET|PASS|CREDENTIAL")


@dataclass(frozen=True, slots=True)
class Frame:
    """One message between parent and child: a small JSON object and, beside it, raw bytes."""

    header: Mapping[str, Any]
    body: bytes = field(default=b"", repr=False)

    @property
    def kind(self) -> str:
        """What the message is, by convention the header's `kind`."""
        return str(self.header.get("kind", ""))

    def encode(self) -> bytes:
        """The frame as it goes over the pipe."""
        return self.head() + self.body

    def head(self) -> bytes:
        """What goes over the pipe before the body, which may be too large to be copied without need."""
        header = json.dumps(self.header, separators=(",", ":")).encode()
        return _LENGTHS.pack(len(header), len(self.body)) + header


class ProtocolError(Exception):
    """The other side sent something that is not a frame."""


class ChildExited(Exception):
    """The child's end of the pipe closed. `returncode` is negative for a signal, None where it isn't known yet."""

    def __init__(self, returncode: int | None) -> None:
        self.returncode = returncode
        super().__init__(f"child process ended with {returncode}")


def clean_environment() -> dict[str, str]:
    """What a child needs of our environment, which may hold keys and passwords."""
    return {name: value for name, value in os.environ.items() if _is_passed_on(name.upper())}


def _is_passed_on(name: str) -> bool:
    return name in _PASSED_ON or (name.startswith(_PASSED_ON_PREFIXES) and not _SECRET.search(name))


def child_command(module: str) -> list[str]:
    """The command line that runs `module`'s `main()` in a process of its own.

    `-I` keeps the working directory and PYTHON* variables out of the child's import path.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_FLAG, module]
    return [sys.executable, "-I", "-m", "core.process", module]


def run_child(module: str) -> None:
    """Entry of a child process: import `module` and call its `main(channel)`. Only modules of `core` are accepted."""
    if not module.startswith("core."):
        raise SystemExit(f"not a child module: {module}")
    _go_first()
    channel = ChildChannel(sys.stdin.buffer, sys.stdout.buffer)
    sys.stdout = sys.stderr  # A stray print must not end up between two frames.
    importlib.import_module(module).main(channel)


def _go_first() -> None:
    """Where memory runs out, let the system end this process rather than the one that holds everybody's jobs.

    https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html
    """
    with contextlib.suppress(OSError):  # not Linux
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE)


class ChildChannel:
    """The child's end: blocking reads and writes of frames."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing

    def receive(self) -> Frame | None:
        """The next frame, or None once the parent has closed the pipe (the child should end then)."""
        lengths = self._incoming.read(_LENGTHS.size)
        if len(lengths) < _LENGTHS.size:
            return None
        header_bytes, body_bytes = _LENGTHS.unpack(lengths)
        header = self._incoming.read(header_bytes)
        body = self._incoming.read(body_bytes) if body_bytes else b""
        if len(header) < header_bytes or len(body) < body_bytes:
            return None
        return Frame(json.loads(header), body)

    def send(self, header: Mapping[str, Any], body: bytes = b"") -> None:
        """Write one frame. Raises BrokenPipeError once the parent is gone."""
        self._outgoing.write(Frame(header, body).head())
        if body:
            self._outgoing.write(body)
        self._outgoing.flush()


class ChildProcess:
    """The parent's end: starts the child, sends and receives frames, and can always end it.

    One task at a time may receive. What the child writes to standard error goes to the log.
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
        self._log_task = asyncio.create_task(self._log_stderr(process.stderr), name=f"{name}-stderr")

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

    async def send(self, header: Mapping[str, Any], body: bytes = b"") -> None:
        """Send one frame, waiting while the pipe is full. Raises `ChildExited` where nobody reads any more."""
        try:
            async with self._sending:  # Else nobody's wait would end while others keep the pipe full.
                self._stdin.writelines((Frame(header, body).head(), body))
                await self._stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ChildExited(self._process.returncode) from error

    def post(self, header: Mapping[str, Any]) -> None:
        """Send one small frame without waiting for room in the pipe. Whoever receives learns of a child's end."""
        self._stdin.write(Frame(header).head())

    async def receive(self) -> Frame:
        """The next frame. Raises `ChildExited` at the end of the pipe, `ProtocolError` on anything malformed."""
        try:
            header_bytes, body_bytes = _LENGTHS.unpack(await self._stdout.readexactly(_LENGTHS.size))
            if header_bytes > _MAXIMUM_HEADER_BYTES or body_bytes > _MAXIMUM_BODY_BYTES:
                raise ProtocolError(f"frame of {header_bytes} + {body_bytes} bytes")
            header = json.loads(await self._stdout.readexactly(header_bytes))
            body = await self._stdout.readexactly(body_bytes) if body_bytes else b""
        except asyncio.IncompleteReadError as error:
            raise ChildExited(await self._process.wait()) from error
        except ValueError as error:
            raise ProtocolError("header is not JSON") from error
        if not isinstance(header, dict):
            raise ProtocolError("header is not an object")
        return Frame(header, body)

    async def kill(self) -> None:
        """End the child at once and wait until it is gone. Does nothing for one that has ended."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._finish()

    async def close(self, grace_s: float = 2.0) -> None:
        """Close the child's input, which asks it to end; kill it where it has not done so after `grace_s` seconds."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._stdin.close()
        try:
            async with asyncio.timeout(grace_s):
                await self._process.wait()
        except TimeoutError:
            await self.kill()
        await self._finish()

    async def _finish(self) -> None:
        await self._process.wait()
        await self._log_task
        self._stdin.close()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            await self._stdin.wait_closed()

    async def _log_stderr(self, stderr: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await stderr.readline()
            except ValueError:
                continue  # Longer than the reader's limit, so it is no message; readline has dropped it.
            if not line:
                return
            logger.info("%s[%d]: %s", self._name, self.pid, line[:_STDERR_LINE_LIMIT].decode(errors="replace").rstrip())


if __name__ == "__main__":
    run_child(sys.argv[1])
