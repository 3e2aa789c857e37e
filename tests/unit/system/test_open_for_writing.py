"""A file that a program still writes is told from one that is only read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.system.open_for_writing import is_open_for_writing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes a file")

OPENS_AGAIN_AND_AGAIN = """
import sys
print("ready", flush=True)
while not sys.stdin.closed:
    with open(sys.argv[1], "ab"):
        pass
"""


def is_written(file: Path) -> bool:
    with file.open("rb") as opened:
        return is_open_for_writing(opened.fileno())


def test_who_writes_is_seen_and_who_reads_is_not(tmp_path: Path) -> None:
    file = tmp_path / "meeting.wav"
    with file.open("wb"):
        assert is_written(file)
    assert not is_written(file)
    with file.open("rb"):
        assert not is_written(file)


def test_what_has_no_leases_counts_as_not_written() -> None:
    reading, writing = os.pipe()
    try:
        assert not is_open_for_writing(reading)
    finally:
        os.close(reading)
        os.close(writing)


def test_a_program_that_opens_the_file_in_that_moment_ends_nothing(tmp_path: Path) -> None:
    file = tmp_path / "meeting.wav"
    file.touch()
    with subprocess.Popen(
        [sys.executable, "-c", OPENS_AGAIN_AND_AGAIN, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        seen = {is_written(file) for _ in range(5000)}
        while seen != {True, False}:  # On one processor it may not have had its turn yet.
            seen.add(is_written(file))
        other.kill()
