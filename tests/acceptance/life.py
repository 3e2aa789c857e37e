"""A process that a test kills."""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Protocol, TextIO

from tests.conftest import REPOSITORY

PRELOADED = ["core.app.notula", "tests.acceptance.headless", "tests.acceptance.mortal_queue"]
"""Imported once, by the process that others are forked from: most of such a short life would be spent on that."""

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(PRELOADED)


class _Process(Protocol):
    """What a life needs of its process, however that was made."""

    output: TextIO

    def kill(self) -> None: ...

    def wait(self) -> int: ...


class Life:
    """One process, from its start until it has finished or was killed, by itself or by the test.

    It runs one of our modules, which prints `accepted NAME` and in the end `done`. What else it says is in `said`.
    With an `environment` it is a program started anew, which a dynamic linker's variables need; else it is forked from
    a process that has imported everything.
    """

    def __init__(self, module: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self.accepted: set[str] = set()
        self.done = False
        self.said: list[str] = []
        self.was_killed = False
        make = _Forked if environment is None else _Started
        self._process: _Process = make(module, list(arguments), {**os.environ, **(environment or {})})

    def live(self, seconds: float | None = None) -> None:
        """Let it run for so long, or until it ends, and note what it has said."""
        killer = threading.Timer(seconds, self._process.kill) if seconds is not None else None
        if killer:
            killer.start()
        try:
            for line in self._process.output:
                self._note(line.strip())
            self.was_killed = self._process.wait() == -signal.SIGKILL
        finally:
            self._process.kill()
            self._process.wait()
            self._process.output.close()
            if killer:
                killer.cancel()
                killer.join()

    def _note(self, line: str) -> None:
        word, _, name = line.partition(" ")
        if word == "accepted":
            self.accepted.add(name)
        elif word == "done":
            self.done = True
        else:
            self.said.append(line)


class _Started:
    """A program of its own."""

    def __init__(self, module: str, arguments: list[str], environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", module, *arguments]
        self._process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.output = self._process.stdout
        self.kill = self._process.kill
        self.wait = self._process.wait


class _Forked:
    """A fork of the process that has imported everything."""

    def __init__(self, module: str, arguments: list[str], environment: dict[str, str]) -> None:
        reading, writing = os.pipe()
        with Connection(writing, readable=False) as outgoing:
            self._process = _FORKS.Process(target=_live, args=(module, arguments, environment, outgoing))
            self._process.start()
        self.output = os.fdopen(reading)

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> int:
        self._process.join()
        assert self._process.exitcode is not None
        return self._process.exitcode


def _live(module: str, arguments: list[str], environment: dict[str, str], outgoing: Connection) -> None:
    """Be what a program started with these would be."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(REPOSITORY)
    os.dup2(outgoing.fileno(), 1)
    sys.stdout = os.fdopen(1, "w")
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.stdout.flush()
