"""Recordings whose names, or whose folders' names, are no UTF-8."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems don't take such names")

ASCII_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def notula(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.fakes.without_whisper", *map(str, arguments)],
        capture_output=True,
        text=True,
        errors="replace",
        cwd=REPOSITORY,
        timeout=PATIENCE_S,
        env={**os.environ, "LANGUAGE": "en", **environment},
        check=False,
    )


def test_they_are_transcribed_exported_and_listed_with_all_others(tmp_path: Path, beckett: Path) -> None:
    folder = tmp_path / os.fsdecode(b"dossier-\xe9t\xe9")
    folder.mkdir()
    for name in (b"latin1-\xe9\xff.wav", b"good.wav", "grün.wav".encode()):
        shutil.copy(beckett, folder / os.fsdecode(name))
    done = notula("transcribe", folder, "-o", tmp_path / "out")
    assert (done.returncode, done.stdout) == (0, "")
    assert "3 recordings in" in done.stderr
    written = {file.name for file in (tmp_path / "out").iterdir()}
    assert {"good.txt", "good.srt", "grün.txt"} <= written
    assert any(name.startswith("latin1-") for name in written)
    again = notula("transcribe", folder / "grün.wav", "-o", tmp_path / os.fsdecode(b"out-\xe9"), **ASCII_LOCALE)
    assert again.returncode == 0, again.stderr
    assert {file.name for file in (tmp_path / os.fsdecode(b"out-\xe9")).iterdir()} == {"grün.txt", "grün.srt"}
    listed = notula("history").stdout
    assert [name in listed for name in ("good.wav", "grün.wav", "latin1-\ufffd\ufffd.wav")] == [True] * 3
