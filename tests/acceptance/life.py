"""A process that a test kills."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Protocol, TextIO

from tests.acceptance.forks import STDOUT, Fork
from tests.conftest import REPOSITORY


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
        fork = Fork(module, arguments, environment, {STDOUT: writing})
        self.output = os.fdopen(reading)
        self.kill = fork.kill
        self.wait = fork.wait
