"""Resource limits of processes: memory, processor time, files, processes, dumps."""

import math
import os
import sys
import time
from pathlib import Path

if sys.platform != "win32":
    import resource

_USUAL_ADDRESS_SPACE_BYTES = 1024**3
_CPUCLOCK_SCHED = 2


def address_space_in_use() -> int:
    """How much address space this process has now, in bytes; an estimate where the system doesn't report it."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:  # not Linux
        return _USUAL_ADDRESS_SPACE_BYTES
    return pages * os.sysconf("SC_PAGE_SIZE")


def cpu_s() -> float:
    """Processor time that this process has used, in seconds."""
    times = os.times()
    return times.user + times.system


def cpu_s_of(pid: int) -> float | None:
    """Processor time that another process of ours has used, in seconds; None where the system doesn't report it.

    Linux makes a clock's number of a process's (clock_getcpuclockid in the C library, make_process_cpuclock in the
    kernel).
    """
    if sys.platform != "linux":
        return None
    try:
        return time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED)
    except OSError:  # It has ended.
        return None


def allow_cpu(seconds: float) -> None:
    """Let this process use `seconds` more of processor time; then the system ends it (SIGXCPU)."""
    if sys.platform != "win32":
        limit = math.ceil(cpu_s() + seconds)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def allow_cpu_of(pid: int, until_s: float) -> None:
    """Have the system end another process of ours (SIGXCPU) once it has used `until_s` of processor time in all."""
    if sys.platform != "linux":
        return
    try:
        _, hard = resource.prlimit(pid, resource.RLIMIT_CPU)
        most = math.ceil(until_s)
        resource.prlimit(pid, resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    except (OSError, ValueError):  # It has ended, or is none of ours.
        return


def bound(name: str, value: int) -> bool:
    """Set one of the RLIMIT_… of this process, soft and hard alike. Returns whether it is in place."""
    if sys.platform == "win32":
        return False
    which = getattr(resource, name, None)
    if which is None:
        return False
    try:
        resource.setrlimit(which, (value, value))
    except (OSError, ValueError):  # macOS refuses some of them.
        return False
    return True
