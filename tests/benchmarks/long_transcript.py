"""A transcript of ten thousand segments on its page: opening, typing, jumping and playing."""

import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.display import a_display
from tests.benchmarks.edited_window import RECORDING_S
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import environment
from tests.benchmarks.recordings import make_recording
from tests.benchmarks.scale import Scale
from tests.conftest import REPOSITORY

SEGMENTS = 10_000
KEYS = 400
JUMPS = 40
PLAYING_S = 20


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """The real window on a real X server, with the real core; the device is miniaudio's null device."""
    segments = scale.of(SEGMENTS, 20)
    recording = make_recording(folder / "long.wav", scale.of(RECORDING_S, 60.0))
    amounts = (segments, recording, scale.of(KEYS, 20), scale.of(JUMPS, 4), scale.of(PLAYING_S, 2))
    with a_display() as display:
        variables = {**environment(folder), "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        command = [sys.executable, "-m", "tests.benchmarks.edited_window", *map(str, amounts)]
        finished = subprocess.run(command, cwd=REPOSITORY, env=variables, check=True, stdout=subprocess.PIPE, text=True)
    figures = json.loads(finished.stdout.splitlines()[-1])
    keys_ms, jumps_ms = sorted(figures["keys_ms"]), sorted(figures["jumps_ms"])
    name = f"{segments} segments"
    return [
        Figure(f"{name}, opened", figures["open_ms"], 300, "ms", "from the click to the painted text, ten words each"),
        Figure(f"{name}, key to paint, p99", _p99(keys_ms), 16, "ms", _detail(keys_ms) + ", saved meanwhile"),
        Figure(f"{name}, jump, worst", jumps_ms[-1], 100, "ms", _detail(jumps_ms) + ", to the device's first sample"),
        Figure(f"{name}, playing", figures["playing"], 5, "% of a core", "the text follows; all threads"),
    ]


def _p99(sorted_ms: list[float]) -> float:
    return sorted_ms[int(len(sorted_ms) * 0.99)]


def _detail(sorted_ms: list[float]) -> str:
    return f"{len(sorted_ms)} times, median {sorted_ms[len(sorted_ms) // 2]:.1f}, worst {sorted_ms[-1]:.1f} ms"
