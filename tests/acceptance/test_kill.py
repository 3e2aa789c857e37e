"""Killed at random moments, Notula loses nothing and doubles nothing."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import wave
from pathlib import Path

import psutil
import pytest

from core.config import Folders
from tests.conftest import REPOSITORY

KILLS = 20
FILES = 10
LONGEST_LIFE_S = 2.5


def ten_recordings(speech: Path, folder: Path, round_number: int) -> list[Path]:
    """Ten different stretches of one recording, each a file, and other ones in every round."""
    files = []
    with wave.open(str(speech)) as recording:
        recording.setpos(100 * round_number)
        frames = recording.getnframes() // (FILES + 1)
        for number in range(FILES):
            file = folder / f"round-{round_number}-part-{number}.wav"
            with wave.open(str(file), "wb") as part:
                part.setparams(recording.getparams())
                part.writeframes(recording.readframes(frames))
            files.append(file)
    return files


class Life:
    """One process, from its start until it has finished or was killed."""

    def __init__(self, files: list[Path]) -> None:
        self.accepted: set[str] = set()
        self.done = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.headless", *map(str, files)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )

    def live(self, seconds: float | None) -> None:
        """Let it run for so long, or until it ends, and note what it has said."""
        assert self._process.stdout is not None
        killer = threading.Timer(seconds, self._kill) if seconds is not None else None
        if killer:
            killer.start()
        for line in self._process.stdout:
            word, _, name = line.strip().partition(" ")
            if word == "accepted":
                self.accepted.add(name)
            self.done |= word == "done"
        self._process.wait()
        self._process.stdout.close()
        if killer:
            killer.cancel()
            killer.join()

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.timeout(300)
def test_twenty_kills_lose_nothing_and_double_nothing(
    two_cities: Path, tmp_path: Path, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = 1
    files = ten_recordings(two_cities, tmp_path, rounds)
    exported = tmp_path / "exported"
    exported.mkdir()
    monkeypatch.setenv("NOTULA_EXPORT_FOLDER", str(exported))
    monkeypatch.setenv("NOTULA_EXPORT_FORMATS", "txt")
    monkeypatch.setenv("NOTULA_LANGUAGE", "en")
    moments = random.Random(20261123)
    accepted: set[str] = set()
    kills = 0

    while kills < KILLS:
        life = Life([file for file in files if file.name not in accepted])
        life.live(moments.uniform(0.2, LONGEST_LIFE_S))
        accepted |= life.accepted
        if life.done:
            # All are done, so there is nothing left to kill: ask for ten more.
            rounds += 1
            files += ten_recordings(two_cities, tmp_path, rounds)
        else:
            kills += 1
    last = Life([file for file in files if file.name not in accepted])
    last.live(None)

    assert last.done
    asked = {file.name for file in files}
    finished = {name for (name,) in rows(folders.database, "SELECT source_name FROM jobs WHERE state = 'done'")}
    unfinished = rows(folders.database, "SELECT source_name, state FROM jobs WHERE state <> 'done'")
    in_history = [name for (name,) in rows(folders.database, "SELECT name FROM transcripts")]
    assert unfinished == []
    assert finished == asked
    assert sorted(in_history) == sorted(asked)
    assert rows(folders.database, "PRAGMA integrity_check") == [("ok",)]
    # Every result was delivered to the export folder once.
    assert sorted(file.stem for file in exported.iterdir()) == sorted(Path(name).stem for name in in_history)
    left = [p for p in psutil.process_iter(["cmdline"]) if "core.process" in " ".join(p.info["cmdline"] or [])]
    assert not [process for process in left if process.ppid() == 1]
