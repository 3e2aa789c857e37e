"""Whether the window's memory grows with the number of jobs that it has seen."""

import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.display import a_display
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import environment
from tests.benchmarks.scale import Scale
from tests.conftest import REPOSITORY

FIRST = 1_000
JOBS = 10_000


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """Ten thousand short jobs in the real window, after a thousand that fill all that is kept of ended ones."""
    first, jobs = scale.of(FIRST, 100), scale.of(JOBS, 200)
    with a_display() as display:
        variables = {**environment(folder), "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "NOTULA_STAY_AWAKE": "false"}
        command = [sys.executable, "-m", "tests.benchmarks.many_jobs", str(first), str(jobs)]
        finished = subprocess.run(command, cwd=REPOSITORY, env=variables, check=True, capture_output=True, text=True)
    before, after = json.loads(finished.stdout.splitlines()[-1])
    detail = f"from {before / 1e6:.0f} to {after / 1e6:.0f} MB (RSS), after {first:,} others"
    return [Figure(f"memory for {jobs:,} jobs", (after - before) / 1e6, 10, "MB", detail)]
