"""Decoders and encoders that are forked from a process which has imported what they run.

A new one takes most of a second of processor time, in which it does nothing for a test of what is done with the sound.
A fork goes into the same sandbox and speaks the same protocol. Tests of decoders themselves start real ones.

With them comes the engine of `tests/fakes/windows_engine.py`, where a program shall do without Whisper.
"""

import asyncio
import gc
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack, suppress
from typing import Any, Self

from core.system.child_entry import run_child
from core.system.child_process import ChildProcess, clean_environment
from tests.conftest import REPOSITORY
from tests.fakes import windows_engine
from tests.fakes.windows_engine import SAYS, WHISPER

CODECS = ("core.media.child.decoder", "core.media.child.encoder")
_LONGEST_REQUEST = 1 << 16
_STANDARD_STREAMS = 3
_READER_LIMIT = 1024 * 1024


class CodecForks:
    """The process that forks."""

    def __init__(self, requests: socket.socket, wait: Callable[[], object]) -> None:
        self._asking = threading.Lock()
        self._socket = requests
        self._wait = wait

    @classmethod
    def start(cls) -> Self:
        """A process of its own."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            server = subprocess.Popen(
                [sys.executable, "-m", "tests.codec_forks", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=REPOSITORY,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        return cls(ours, server.wait)

    @classmethod
    def fork(cls) -> Self:
        """A fork of this process, which has one thread and has imported the codecs. It ends with this process."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if pid == 0:
            ours.close()
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in range(_STANDARD_STREAMS):
                os.dup2(nothing, stream)
            _serve(theirs)
            os._exit(0)
        theirs.close()
        return cls(ours, lambda: os.waitpid(pid, 0))

    def start_child(self, module: str, environment: Mapping[str, str], streams: list[int]) -> int:
        """A process that runs `module` with these as its standard streams. Returns its id, to be waited for."""
        return self._ask({"module": module, "environment": dict(environment)}, streams)

    def returncode(self, pid: int) -> int:
        """That of a process that has ended, once."""
        return self._ask({"ended": pid}, [])

    def close(self) -> None:
        """End it, with all that it has forked."""
        self._socket.close()
        self._wait()

    def _ask(self, request: Mapping[str, object], streams: list[int]) -> int:
        with self._asking:
            socket.send_fds(self._socket, [json.dumps(request).encode()], streams)
            return int(self._socket.recv(_LONGEST_REQUEST))


class ForkedCodec:
    """A fork, as far as `ChildProcess` asks a process of asyncio's."""

    stdin: asyncio.StreamWriter
    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader
    _output: asyncio.ReadTransport

    def __init__(self, forks: CodecForks, pid: int) -> None:
        self._forks = forks
        self._ended = asyncio.Event()
        self._descriptor = os.pidfd_open(pid)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._descriptor, self._note_end)
        self.pid = pid
        self.returncode: int | None = None

    @classmethod
    async def start(cls, forks: CodecForks, module: str, environment: Mapping[str, str]) -> Self:
        (stdin, writing), (reading, stdout), (reading_errors, stderr) = os.pipe(), os.pipe(), os.pipe()
        theirs = [stdin, stdout, stderr]
        try:
            forked = cls(forks, forks.start_child(module, environment, theirs))
        finally:
            for stream in theirs:
                os.close(stream)
        loop = asyncio.get_running_loop()
        files = [os.fdopen(writing, "wb", 0), os.fdopen(reading, "rb", 0), os.fdopen(reading_errors, "rb", 0)]
        with ExitStack() as undo:  # A cancelled start leaves nothing open, as one of asyncio's.
            for file in files:
                undo.callback(file.close)
            undo.callback(forked._end_process)
            transport, protocol = await loop.connect_write_pipe(
                lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), files[0]
            )
            undo.callback(transport.close)
            forked.stdin = asyncio.StreamWriter(transport, protocol, None, loop)
            forked.stdout, forked._output = await _reader(files[1])
            undo.callback(forked._output.close)
            forked.stderr, _ = await _reader(files[2])
            undo.pop_all()
        return forked

    def kill(self) -> None:
        """What it has printed and nobody has read is lost."""
        self._end_process()
        self._output.close()

    def _end_process(self) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    async def wait(self) -> int:
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def _note_end(self) -> None:
        self._loop.remove_reader(self._descriptor)
        os.close(self._descriptor)
        self.returncode = self._forks.returncode(self.pid)
        self._ended.set()


def with_forks(
    forks: Callable[[], CodecForks], *, codecs: bool = True, engine_says: str | None = None
) -> Callable[..., Awaitable[ChildProcess]]:
    """What may take the place of `ChildProcess.start`. With `engine_says` Whisper has a stand-in that says it."""
    start_anew = ChildProcess.start

    async def start(module: str, *, environment: Mapping[str, str] | None = None) -> ChildProcess:
        given = clean_environment() if environment is None else environment
        if module == WHISPER and engine_says is not None:
            forked: Any = await ForkedCodec.start(forks(), windows_engine.__name__, {**given, SAYS: engine_says})
        elif module in CODECS and codecs:
            forked = await ForkedCodec.start(forks(), module, given)
        else:
            return await start_anew(module, environment=environment)
        return ChildProcess(forked, module.rsplit(".", 1)[-1])

    return start


async def _reader(file: io.FileIO) -> tuple[asyncio.StreamReader, asyncio.ReadTransport]:
    reader = asyncio.StreamReader(_READER_LIMIT)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), file
    )
    return reader, transport


def _serve(requests: socket.socket) -> None:
    """Fork, and tell how forks have ended, until nobody asks any more."""
    while True:
        request, streams, _, _ = socket.recv_fds(requests, _LONGEST_REQUEST, _STANDARD_STREAMS)
        if not request:
            return
        asked = json.loads(request)
        if "ended" in asked:
            answer = os.waitstatus_to_exitcode(os.waitpid(asked["ended"], 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                _be_the_child(asked["module"], asked["environment"], streams)
            for stream in streams:
                os.close(stream)
        requests.send(str(answer).encode())


def _be_the_child(module: str, environment: dict[str, str], streams: list[int]) -> None:
    """Be what would have been started with these. Never returns."""
    try:
        os.setsid()
        os.environ.clear()
        os.environ.update(environment)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        sys.__stdout__ = sys.stdout  # As in a program: a stream that nobody knows any more is closed.
        if module in CODECS:
            run_child(module)
        windows_engine.main()
    except BaseException:  # noqa: BLE001 (what it is, is printed)
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(1)


if __name__ == "__main__":
    for codec in CODECS:
        __import__(codec)
    gc.collect()
    gc.freeze()  # A fork that looks for garbage in what it shares with its siblings would copy all of it.
    _serve(socket.socket(fileno=int(sys.argv[1])))
