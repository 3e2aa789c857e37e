"""How late the window's own timer is with ten thousand recordings in the queue, and with all of them selected."""

import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.display import a_display
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import environment
from tests.benchmarks.scale import Scale
from tests.conftest import REPOSITORY

JOBS = 10_000
WORKERS = 5
SECONDS = 15.0


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """Five workers tell of their progress five hundred times a second, in the real window on a real X server."""
    return [figure for selected in ("none", "all") for figure in _measured(folder / selected, scale, selected)]


def _measured(folder: Path, scale: Scale, selected: str) -> list[Figure]:
    jobs, seconds = scale.of(JOBS, 200), scale.of(SECONDS, 1.0)
    with a_display() as display:
        variables = {
            **environment(folder),
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "NOTULA_WORKERS": str(WORKERS),
            "NOTULA_STAY_AWAKE": "false",
        }
        command = [sys.executable, "-m", "tests.benchmarks.watched_queue", str(jobs), str(seconds), selected]
        finished = subprocess.run(command, cwd=REPOSITORY, env=variables, check=True, capture_output=True, text=True)
    gaps_ms = sorted(json.loads(finished.stdout.splitlines()[-1]))
    p99 = gaps_ms[int(len(gaps_ms) * 0.99)]
    median = gaps_ms[len(gaps_ms) // 2]
    what = f"queue of {jobs:,}, {selected} selected"
    detail = f"{len(gaps_ms)} ticks, median {median:.1f}; {WORKERS} workers, 500 events a second"
    return [
        Figure(f"16 ms timer, p99, {what}", p99, 25, "ms", detail),
        Figure(f"16 ms timer, worst, {what}", gaps_ms[-1], 100, "ms", detail),
    ]
