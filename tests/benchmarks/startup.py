"""The window: how soon it is visible, what is imported until then, how much memory it takes while nothing happens."""

import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.benchmarks.display import a_display
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import environment
from tests.benchmarks.scale import Scale
from tests.conftest import REPOSITORY
from tests.patience import PATIENCE_S

STARTS = 5
SETTLE_S = 6.0
LOOK_INTERVAL_S = 0.02
HEAVY = {"faster_whisper", "av", "aiogram", "telethon", "groq", "deepgram"}


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """Real windows on a real X server, seen from outside."""
    starts = scale.of(STARTS, 1)
    with a_display() as display:
        seconds = [_start(folder / str(number), display)[0] for number in range(starts)]
        _, own_mb, tree_mb = _start(folder / "idle", display, settle_s=scale.of(SETTLE_S, 0.5))
        heavy = _imported_before_visible(folder / "imports", display)
    detail = f"median of {starts}, from {min(seconds):.2f} to {max(seconds):.2f} s, process start to visible"
    return [
        Figure("window visible", statistics.median(seconds), 1.0, "s", detail),
        Figure("heavy imports before that", len(heavy), 0, "", ", ".join(sorted(heavy)) or "none"),
        Figure("idle memory (RSS)", own_mb, 150, "MB", f"{tree_mb:.0f} MB with the decoder's process (PSS)"),
    ]


def _start(folder: Path, display: str, *, settle_s: float = 0.0) -> tuple[float, float, float]:
    begun = time.perf_counter()
    process = _launch(folder, display, [])
    _wait_until_visible(process, display)
    seconds = time.perf_counter() - begun
    own_mb = tree_mb = 0.0
    if settle_s:
        time.sleep(settle_s)  # Nothing tells from outside that an idle process has become idle.
        own_mb = process.memory_info().rss / 1e6
        tree_mb = sum(p.memory_full_info().pss for p in (process, *process.children(recursive=True))) / 1e6
    process.terminate()
    process.wait(PATIENCE_S)
    return seconds, own_mb, tree_mb


def _imported_before_visible(folder: Path, display: str) -> set[str]:
    log = folder.parent / "imports.txt"
    with log.open("w") as stderr:
        process = _launch(folder, display, ["-X", "importtime"], stderr)
        _wait_until_visible(process, display)
        text = log.read_text()
        process.terminate()
        process.wait(PATIENCE_S)
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in text.splitlines() if re.match("import", line)}
    return imported & HEAVY


def _launch(folder: Path, display: str, flags: list[str], stderr: object = subprocess.DEVNULL) -> psutil.Popen:
    folder.mkdir(parents=True, exist_ok=True)
    variables = {**environment(folder), "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    return psutil.Popen([sys.executable, *flags, "-m", "gui.main"], cwd=REPOSITORY, env=variables, stderr=stderr)


def _wait_until_visible(process: psutil.Popen, display: str) -> None:
    # xdotool's own --sync looks only twice a second.
    command = ["xdotool", "search", "--onlyvisible", "--pid", str(process.pid), "--name", "Notula"]
    variables = {"DISPLAY": display, "PATH": os.environ["PATH"]}
    until = time.monotonic() + PATIENCE_S
    while subprocess.run(command, env=variables, capture_output=True, check=False).returncode:
        if time.monotonic() > until or process.poll() is not None:
            raise RuntimeError("no window appeared")
        time.sleep(LOOK_INTERVAL_S)
