"""What a provider that is sent files costs in time and memory above the upload itself."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import environment
from tests.benchmarks.upload_job import LARGE_BYTES, ROUNDS, TIMED_BYTES
from tests.conftest import REPOSITORY

KEY = "benchmark-0123456789"
BYTES_PER_S = 125_000_000
MB = 1e6


def measure(folder: Path) -> list[Figure]:
    """Through Groq's own client, over a line that is as fast as any office has."""
    own = {"cwd": REPOSITORY, "env": environment(folder), "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-m"]
    with subprocess.Popen([*command, "tests.benchmarks.upload_server", KEY, str(BYTES_PER_S)], **own) as server:
        try:
            assert server.stdout
            url = server.stdout.readline().strip()
            job = subprocess.run([*command, "tests.benchmarks.upload_job", url, KEY], check=True, **own)
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
            f"{provider_s * 1e3:.0f} against {bare_s * 1e3:.0f} ms for {TIMED_BYTES / MB:.0f} MB, medians of {ROUNDS}",
        ),
        Figure(
            "an upload's memory above idle",
            told["memory_bytes"] / MB,
            30,
            "MB",
            f"the process's peak for {LARGE_BYTES / MB:.0f} MB, above what it has with the recording in memory",
        ),
    ]
