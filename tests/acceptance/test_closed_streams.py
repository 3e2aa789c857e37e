"""Notula started without standard input, output or error, as some daemons and desktops start programs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the shell's redirections are POSIX")


def without(closed: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "core.cli", *map(str, arguments)]
    environment = {**os.environ, "LANGUAGE": "en"}
    return subprocess.run(
        command, capture_output=True, text=True, cwd=REPOSITORY, timeout=PATIENCE_S, env=environment, check=False
    )


def test_a_recording_is_transcribed_all_the_same(beckett: Path) -> None:
    done = without("<&- >&- 2>&-", "transcribe", beckett)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    listed = without("<&-", "history")
    assert listed.returncode == 0
    assert "beckett.wav" in listed.stdout


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_one_of_them_may_be_missing(closed: str) -> None:
    told = without(closed, "history")
    assert told.returncode == 0
    assert "Aborted" not in told.stderr
    assert ("Nothing was found." in told.stderr) is (closed == ">&-")
