"""What a provider that is sent files costs in time and memory above the upload itself."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import environment
from tests.benchmarks.scale import Scale
from tests.conftest import REPOSITORY

KEY = "benchmark-0123456789"
TIMED_BYTES = 25_000_000
LARGE_BYTES = 100_000_000
ROUNDS = 15
BYTES_PER_S = 125_000_000
MB = 1e6


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """Through Groq's own client, over a line that is as fast as any office has."""
    own = {"cwd": REPOSITORY, "env": environment(folder), "stdout": subprocess.PIPE, "text": True}
    timed_bytes, large_bytes = scale.of(TIMED_BYTES, 100_000), scale.of(LARGE_BYTES, 1_000_000)
    rounds = scale.of(ROUNDS, 2)
    amounts = list(map(str, (timed_bytes, large_bytes, rounds)))
    command = [sys.executable, "-m"]
    serving = [*command, "tests.benchmarks.upload_server", KEY, str(BYTES_PER_S), str(large_bytes)]
    with subprocess.Popen(serving, **own) as server:
        try:
            assert server.stdout
            url = server.stdout.readline().strip()
            job = subprocess.run([*command, "tests.benchmarks.upload_job", url, KEY, *amounts], check=True, **own)
        finally:
            server.terminate()
    told = json.loads(job.stdout)
    provider_s, bare_s = (statistics.median(told["seconds"][name]) for name in ("provider", "bare"))
    return [
        Figure(
            "an upload through a provider / a bare one",
            provider_s / bare_s,
            1.1,
            "",
            f"{provider_s * 1e3:.0f} against {bare_s * 1e3:.0f} ms for {timed_bytes / MB:.0f} MB, medians of {rounds}",
        ),
        Figure(
            "an upload's memory above idle",
            told["memory_bytes"] / MB,
            30,
            "MB",
            f"the process's peak for {large_bytes / MB:.0f} MB, above what it has with the recording in memory",
        ),
    ]
