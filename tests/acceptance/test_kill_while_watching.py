"""Killed at any commit, the watching of a folder neither loses nor doubles a recording."""

import contextlib
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from tests.acceptance.life import Life
from tests.patience import PATIENCE_S

WATCHING = "tests.acceptance.mortal_watching"
FILES = 7


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.timeout(10 * PATIENCE_S)
def test_a_kill_at_any_commit_neither_loses_nor_doubles_a_recording(tmp_path: Path, place: str) -> None:
    deaths = 0
    for number in range(1, 40):
        folder = tmp_path / f"{number}"
        watched = folder / "watched"
        watched.mkdir(parents=True)
        (folder / "data").mkdir(mode=0o700)
        (watched / "old.wav").write_bytes(b"from before")
        begun = Life(WATCHING, ["never 0", str(folder), "0"])
        begun.live(PATIENCE_S)
        assert begun.done
        for one in range(FILES):
            (watched / f"{one}.wav").write_bytes(f"recording {one}".encode())
        first = Life(WATCHING, [f"{place} {number}", str(folder), str(FILES)])
        first.live(PATIENCE_S)
        if not first.done:
            deaths += 1
            (watched / "0.wav").rename(watched / "moved.wav")
            second = Life(WATCHING, ["never 0", str(folder), str(FILES)])
            second.live(PATIENCE_S)
            assert second.done
        with contextlib.closing(sqlite3.connect(folder / "data" / "notula.db")) as opened:
            names = [name for (name,) in opened.execute("SELECT source_name FROM jobs WHERE state = 'done'")]
        assert Counter("0.wav" if name == "moved.wav" else name for name in names) == Counter(
            f"{one}.wav" for one in range(FILES)
        ), number
        if first.done:
            break
    assert deaths > 5  # All moments of one life were tried.
