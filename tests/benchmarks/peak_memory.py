"""The most memory that this process had at once, counted from a moment on.

`getrusage`'s ru_maxrss would not do: it outlives exec, so a process begins with what its parent had at the fork.
"""

from pathlib import Path

_CLEAR_REFERENCES = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")
_RESET_PEAK = "5"
"""https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html"""


def reset_peak() -> int:
    """Count from now on; the bytes that are resident now."""
    _CLEAR_REFERENCES.write_text(_RESET_PEAK)
    return _status_bytes("VmRSS")


def peak_bytes() -> int:
    """The most bytes that were resident since `reset_peak`, or since this program was begun."""
    return _status_bytes("VmHWM")


def _status_bytes(name: str) -> int:
    for line in _STATUS.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"no {name} in {_STATUS}")
