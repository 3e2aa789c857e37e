"""Killed at random moments, Notula loses nothing and doubles nothing."""

import contextlib
import os
import random
import sqlite3
import wave
from collections import Counter
from pathlib import Path

import psutil
import pytest

from core.config import Folders
from tests.acceptance.failing_drive import build_failing_drive
from tests.acceptance.life import Life
from tests.patience import PATIENCE_S

KILLS = int(os.environ.get("NOTULA_TEST_KILLS", "8"))
FILES = 20
LONGEST_LIFE_S = 2.0
HEADLESS, MORTAL_QUEUE = "tests.acceptance.headless", "tests.acceptance.mortal_queue"


def some_recordings(speech: Path, folder: Path, round_number: int) -> list[Path]:
    """Different stretches of one recording, each a file, and other ones in every round."""
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


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.timeout(PATIENCE_S * KILLS)
@pytest.mark.usefixtures("without_whisper")
def test_kills_at_any_moment_lose_nothing_and_double_nothing(
    two_cities: Path, tmp_path: Path, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = 1
    files = some_recordings(two_cities, tmp_path, rounds)
    exported = tmp_path / "exported"
    exported.mkdir()
    monkeypatch.setenv("NOTULA_EXPORT_FOLDER", str(exported))
    monkeypatch.setenv("NOTULA_EXPORT_FORMATS", "txt")
    monkeypatch.setenv("NOTULA_LANGUAGE", "en")
    moments = random.Random(20261123)
    accepted: set[str] = set()
    kills = 0

    while kills < KILLS:
        life = Life(HEADLESS, [str(file) for file in files if file.name not in accepted])
        life.live(moments.uniform(0.2, LONGEST_LIFE_S))
        accepted |= life.accepted
        if life.done:
            # All are done, so there is nothing left to kill: ask for more.
            rounds += 1
            files += some_recordings(two_cities, tmp_path, rounds)
        else:
            kills += 1
    last = Life(HEADLESS, [str(file) for file in files if file.name not in accepted])
    last.live()

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
    processes = psutil.process_iter(["cmdline"])
    left = [p for p in processes if "core.system.child_entry" in " ".join(p.info["cmdline"] or [])]
    assert not [process for process in left if process.ppid() == 1]


@pytest.mark.timeout(PATIENCE_S * KILLS)
@pytest.mark.parametrize("place", ["before a commit", "after a commit", "within a write"])
def test_kills_at_chosen_writes_lose_nothing_and_double_nothing(tmp_path: Path, place: str) -> None:
    moments = random.Random(place)
    library = build_failing_drive(tmp_path) if place == "within a write" else None
    times_asked: Counter[str] = Counter()
    accepted: set[str] = set()
    kills = 0

    def live(environment: dict[str, str] | None = None, moment: str = "never 0") -> Life:
        """Ask for what was not accepted yet, or else for twenty more."""
        names = [name for name in times_asked if name not in accepted]
        asked = len(times_asked)
        names = names or [f"recording-{number}.wav" for number in range(asked, asked + 20)]
        times_asked.update(names)
        life = Life(MORTAL_QUEUE, [moment, str(tmp_path), *names], environment)
        life.live()
        accepted.update(life.accepted)
        return life

    while kills < KILLS:
        if library is not None:
            number = moments.randint(1, 250)
            life = live({"LD_PRELOAD": str(library), "NOTULA_TEST_KILL_AT_WRITE": str(number)})
        else:
            life = live(moment=f"{place.split()[0]} {moments.randint(1, 25)}")
        assert life.was_killed or life.done
        kills += life.was_killed
    assert live().done

    file = tmp_path / "notula.db"
    jobs = Counter(rows(file, "SELECT source_name, state FROM jobs"))
    assert set(jobs) == {(name, "done") for name in times_asked}
    # Who was not told that a recording is accepted, and so asks again, has asked for two.
    assert all(jobs[name, "done"] <= times for name, times in times_asked.items())
    assert sorted(rows(file, "SELECT name FROM transcripts")) == sorted((name,) for name in times_asked)
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]
    assert not list(tmp_path.glob("*.broken-*"))
