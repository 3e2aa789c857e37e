"""How long tests wait for what must come, and what they may measure instead of time."""

import contextlib

import psutil

PATIENCE_S = 90.0
"""No measure of speed, but an end where something hangs: on a computer with other work to do all takes its time."""

CANCELLED_PROCESSOR_S = 2.0
"""A cancelled process does no more work than this, a second of two processors, however long that takes."""


def processor_times() -> dict[int, float]:
    """The seconds of processor time that each process below this one has used."""
    used: dict[int, float] = {}
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            used[process.pid] = sum(process.cpu_times()[:2])
    return used


def processor_s_since(before: dict[int, float]) -> float:
    """The processor time that processes which were there before, and still are, have used since."""
    return sum(used - before[pid] for pid, used in processor_times().items() if pid in before)
