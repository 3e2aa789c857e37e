"""Whole processes, watched from outside: wall time, memory with all children, bytes written."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.conftest import REPOSITORY

SAMPLE_INTERVAL_S = 0.1

BYTECODE = REPOSITORY / "build" / "bytecode"
"""Of the measured processes, also where the environment keeps others from writing any."""


@dataclass(frozen=True, slots=True)
class Run:
    """How a process went. `peak_bytes` is the largest sum over the process and its children (proportional set size)."""

    seconds: float
    peak_bytes: int
    written_bytes: int


def environment(folder: Path) -> dict[str, str]:
    """The environment of a person who never used Notula before, but has it installed: its modules are compiled."""
    own = {f"NOTULA_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "LOG")}
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, **own, "HOME": str(folder / "home"), "PYTHONPYCACHEPREFIX": str(BYTECODE)}


def run(arguments: Sequence[str], folder: Path, *, watch: bool = False) -> Run:
    """Run Python with these arguments to its end. With `watch`, memory and writing are sampled meanwhile."""
    begun = time.perf_counter()
    process = psutil.Popen(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    peak, written = 0, {}
    while watch and process.poll() is None:
        total = 0
        for member in (process, *process.children(recursive=True)):
            try:
                total += member.memory_full_info().pss
                written[member.pid] = member.io_counters().write_bytes
            except psutil.NoSuchProcess:
                continue  # It ended between two looks.
        peak = max(peak, total)
        time.sleep(SAMPLE_INTERVAL_S)
    _, stderr = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{arguments} ended with {process.returncode}: {stderr.decode()[-2000:]}")
    return Run(time.perf_counter() - begun, peak, sum(written.values()))
