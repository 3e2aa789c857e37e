"""A process's peak is its own, whatever the size of who started it."""

import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY

LARGE_BYTES = 200_000_000
CHILD = """
from tests.benchmarks.peak_memory import peak_bytes, reset_peak
first = peak_bytes()
before = reset_peak()
data = bytearray(b"x") * 50_000_000
del data
print(first, before, peak_bytes())
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")


def test_what_the_parent_had_at_the_fork_does_not_count() -> None:
    large = bytearray(b"x") * LARGE_BYTES
    child = subprocess.run([sys.executable, "-c", CHILD], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    assert len(large) == LARGE_BYTES
    first, before, peak = map(int, child.stdout.split())
    assert first < LARGE_BYTES / 2
    assert 48_000_000 <= peak - before < 60_000_000  # The kernel counts pages in batches.
