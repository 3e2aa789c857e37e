"""Modules run as programs, in processes that are forked from one that has imported all of Notula.

That takes seconds, and most of what tests have a program do takes less. A fork differs from a program started anew in
how it begins and how Python ends; each kind of test has one that is started anew, too.
"""

import asyncio
import builtins
import gc
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from typing import Any, Self

from core.system.child_process import ChildProcess
from tests.codec_forks import CodecForks, with_forks
from tests.conftest import REPOSITORY
from tests.fakes.windows_engine import SAYS
from tests.patience import PATIENCE_S

STDIN, STDOUT, STDERR = range(3)
FORKED_CODECS = "NOTULA_TEST_FORKED_CODECS"
"""A variable with which decoders and encoders are forked, too."""

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.acceptance.preloaded"])


class Fork:
    """A module that runs as a program with these arguments and environment variables.

    It begins with `streams` as its own, by their numbers; the descriptors are closed here. The others it shares with
    the process that it is forked from.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        streams: Mapping[int, int],
    ) -> None:
        with ExitStack() as ours:
            given = {
                number: ours.enter_context(Connection(stream, readable=number == STDIN, writable=number != STDIN))
                for number, stream in streams.items()
            }
            program = (module, list(arguments), dict(environment), given)
            self._process = _FORKS.Process(target=_be_the_program, args=program)
            self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout_s: float | None = None) -> int:
        """Raises TimeoutExpired."""
        self._process.join(timeout_s)
        if self._process.exitcode is None:
            assert timeout_s is not None
            raise subprocess.TimeoutExpired(self._process.name, timeout_s)
        return self._process.exitcode


class ForkInLoop:
    """A fork as asyncio's processes are: it writes to `stderr`, and reads and prints nothing."""

    def __init__(self, fork: Fork, stderr: asyncio.StreamReader, transport: asyncio.ReadTransport) -> None:
        self._fork = fork
        self._transport = transport
        self.stderr = stderr

    @classmethod
    async def start(cls, module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> Self:
        reading, writing = os.pipe()
        streams = {STDIN: os.open(os.devnull, os.O_RDONLY), STDOUT: os.open(os.devnull, os.O_WRONLY), STDERR: writing}
        fork = Fork(module, arguments, environment, streams)
        stderr = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stderr), os.fdopen(reading))
        return cls(fork, stderr, transport)

    @property
    def returncode(self) -> int | None:
        return self._fork.returncode

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self._fork.pid, number)

    def kill(self) -> None:
        self._fork.kill()

    async def wait(self) -> int:
        return await asyncio.to_thread(self._fork.wait)

    def close(self) -> None:
        """Let go of what it says."""
        self._transport.close()


def notula(
    *arguments: object,
    text: str = "",
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `notula` to its end with pipes, as `subprocess.run` would.

    With `SAYS` in the environment its engine says that, instead of having Whisper read what was said.
    """
    (stdin, writing), (reading_out, stdout), (reading_err, stderr) = os.pipe(), os.pipe(), os.pipe()
    words = [str(argument) for argument in arguments]
    variables = {**os.environ, "LANGUAGE": "en", **(environment or {})}
    fork = Fork("core.cli", words, variables, {STDIN: stdin, STDOUT: stdout, STDERR: stderr})
    with ThreadPoolExecutor(3) as threads:
        threads.submit(_write, writing, text)
        printed, told = (threads.submit(_read, reading) for reading in (reading_out, reading_err))
        try:
            status = fork.wait(PATIENCE_S)
        finally:
            fork.kill()
    return subprocess.CompletedProcess(words, status, printed.result(), told.result())


def _write(stream: int, text: str) -> None:
    with suppress(BrokenPipeError), os.fdopen(stream, "w", encoding="utf-8") as writer:
        writer.write(text)


def _read(stream: int) -> str:
    with os.fdopen(stream, encoding="utf-8") as reader:
        return reader.read()


def _be_the_program(
    module: str,
    arguments: list[str],
    environment: dict[str, str],
    streams: dict[int, "Connection[Any, Any]"],
) -> None:
    """Be what a program started with these would be."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(REPOSITORY)
    for number, stream in streams.items():
        with stream:
            os.dup2(stream.fileno(), number)
    _open_streams()
    says, codecs = os.environ.pop(SAYS, None), os.environ.pop(FORKED_CODECS, None)
    if says is not None or codecs is not None:
        forks = CodecForks.fork()  # Now, as long as this process has one thread.
        sys.modules["uvloop"] = None  # type: ignore[assignment] # It doesn't close where processes are not its own.
        start = with_forks(lambda: forks, codecs=codecs is not None, engine_says=says)
        ChildProcess.start = start  # type: ignore[method-assign,assignment]
    _heed_warnings(environment.get("PYTHONWARNINGS", ""))
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        gc.collect()  # What was left open in a cycle is told, as at the end of any program.
        for output in (sys.stdout, sys.stderr):
            output.flush()


def _open_streams() -> None:
    """Make Python's streams anew: those of the process that this one is forked from may hold what it printed."""
    sys.stdin = open(STDIN, encoding=sys.stdin.encoding, errors=sys.stdin.errors, closefd=False)  # noqa: SIM115
    sys.stdout = open(STDOUT, "w", encoding=sys.stdout.encoding, errors=sys.stdout.errors, closefd=False)  # noqa: SIM115
    sys.stderr = open(STDERR, "w", 1, sys.stderr.encoding, sys.stderr.errors, closefd=False)  # noqa: SIM115


def _heed_warnings(options: str) -> None:
    """https://docs.python.org/3/using/cmdline.html#envvar-PYTHONWARNINGS, as far as tests use it."""
    for option in options.split(",") if options else ():
        action, _, category = option.partition("::")
        warnings.simplefilter(action, getattr(builtins, category))  # type: ignore[arg-type]
