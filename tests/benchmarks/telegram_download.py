"""How fast large files come from Telegram, beside what the library under it can do."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import environment
from tests.benchmarks.scale import Scale
from tests.conftest import REPOSITORY

TOKEN = "4711:AAF-token_of_the_benchmark_0123456789abc"
API_ID, API_HASH = "12345", "0123456789abcdef" * 2
LATENCY_S = 0.05
ROUNDS = 3
TIMED_BYTES = 128 * 1024 * 1024
WHOLE_BYTES = 2_000_000_000
SIDE_BY_SIDE = (1, 2, 4, 8, 16, 32)
MB = 1e6


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """From a data centre 50 ms away; two gigabytes of it for the memory."""
    own = {"cwd": REPOSITORY, "env": environment(folder), "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-m"]
    timed_bytes, rounds = scale.of(TIMED_BYTES, 8 * 1024 * 1024), scale.of(ROUNDS, 1)
    whole_bytes = scale.of(WHOLE_BYTES, 16 * 1024 * 1024)
    side_by_side = SIDE_BY_SIDE[: scale.of(len(SIDE_BY_SIDE), 2)]
    amounts = [str(timed_bytes), str(rounds), ",".join(map(str, side_by_side))]
    who = [TOKEN, API_ID, API_HASH]
    with subprocess.Popen(
        [*command, "tests.benchmarks.telegram_server", *who, str(LATENCY_S), str(whole_bytes)], **own
    ) as server:
        try:
            assert server.stdout
            address = server.stdout.readline().strip()
            job = subprocess.run(
                [*command, "tests.benchmarks.telegram_job", *who, address, *amounts], check=True, **own
            )
        finally:
            server.terminate()
    told = json.loads(job.stdout)
    ours = statistics.median(told["ours"])
    theirs = {count: statistics.median(rates) for count, rates in told["theirs"].items()}
    best = max(theirs, key=lambda count: theirs[count])
    return [
        Figure(
            "a large file's time / Telethon's own at its best",
            theirs[best] / ours,
            1.25,
            "",
            f"{ours / MB:.0f} against {theirs[best] / MB:.0f} MB/s with {best} side by side "
            f"({theirs['1'] / MB:.0f} with 1) at {LATENCY_S * 1e3:.0f} ms, {timed_bytes / MB:.0f} MB, "
            f"medians of {rounds}",
        ),
        Figure(
            "a 2 GB file's memory above idle",
            told["memory_bytes"] / MB,
            50,
            "MB",
            f"the process's peak while all of it passed by, at {told['whole'] / MB:.0f} MB/s",
        ),
    ]
