"""A process that a test kills."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

from tests.conftest import REPOSITORY


class Life:
    """One process, from its start until it has finished or was killed, by itself or by the test.

    It runs one of our modules, which prints `accepted NAME` and in the end `done`. What else it says is in `said`.
    """

    def __init__(self, module: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self.accepted: set[str] = set()
        self.done = False
        self.said: list[str] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=REPOSITORY,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def was_killed(self) -> bool:
        return self._process.returncode == -signal.SIGKILL

    def live(self, seconds: float | None = None) -> None:
        """Let it run for so long, or until it ends, and note what it has said."""
        assert self._process.stdout is not None
        killer = threading.Timer(seconds, self._kill) if seconds is not None else None
        if killer:
            killer.start()
        try:
            for line in self._process.stdout:
                self._note(line.strip())
            self._process.wait()
        finally:
            self._kill()
            self._process.wait()
            self._process.stdout.close()
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

    def _kill(self) -> None:
        self._process.kill()
