"""How late the window's own timer is while four recordings are transcribed."""

import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.display import a_display
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import environment
from tests.benchmarks.recordings import make_recording
from tests.benchmarks.scale import Scale
from tests.conftest import REPOSITORY

JOBS = 4
MINUTES = 3


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """The real window on a real X server, with a 16 ms timer in its thread."""
    seconds = scale.of(MINUTES * 60, 20)
    files = [str(make_recording(folder / f"{n}.wav", seconds + n)) for n in range(JOBS)]
    with a_display() as display:
        variables = {**environment(folder), "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "NOTULA_WORKERS": str(JOBS)}
        command = [sys.executable, "-m", "tests.benchmarks.watched_window", *files]
        finished = subprocess.run(command, cwd=REPOSITORY, env=variables, check=True, capture_output=True, text=True)
    gaps_ms = sorted(json.loads(finished.stdout.splitlines()[-1]))
    p99 = gaps_ms[int(len(gaps_ms) * 0.99)]
    detail = f"{len(gaps_ms)} ticks, median {gaps_ms[len(gaps_ms) // 2]:.1f}, worst {gaps_ms[-1]:.1f} ms"
    return [Figure("16 ms timer, p99, four jobs", p99, 25, "ms", detail)]
