"""Processors, free memory and free disk space; a container may have less of them than the machine has."""

import ctypes
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_CGROUP = Path("/sys/fs/cgroup")
"""https://docs.kernel.org/admin-guide/cgroup-v2.html; inside a container its own limits are at the root."""

_MEMINFO = Path("/proc/meminfo")
_CPUINFO = Path("/proc/cpuinfo")


def usable_cores(cgroup: Path = _CGROUP) -> int:
    """The processors that may be used, at least 1."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    quota, _, period = _content(cgroup / "cpu.max").partition(" ")
    if quota.isdecimal() and period.isdecimal():
        cores = min(cores, round(int(quota) / int(period)))
    return max(1, cores)


def processor_name(cpuinfo: Path = _CPUINFO) -> str:
    """What the processor is called, empty where the system doesn't say it."""
    named = (line.partition(":")[2].strip() for line in _content(cpuinfo).splitlines() if line.startswith("model name"))
    return next(named, "") or platform.processor()


def available_memory_bytes(meminfo: Path = _MEMINFO, cgroup: Path = _CGROUP) -> int | None:
    """Memory that can be had without taking it from others; None where the system doesn't report it."""
    if sys.platform == "win32":
        status = _windows_status()
        return int(status.available) if status else None
    return min((limit.available for limit in _limits(meminfo, cgroup)), default=None)


def used_memory_share(meminfo: Path = _MEMINFO, cgroup: Path = _CGROUP) -> float | None:
    """The share of the memory that is in use, 0 to 1; None where the system doesn't report it.

    Of the computer's memory, or of a container's where that is scarcer.
    """
    if sys.platform == "win32":
        status = _windows_status()
        return 1.0 - status.available / status.total if status and status.total else None
    return max((1.0 - limit.available / limit.most for limit in _limits(meminfo, cgroup) if limit.most), default=None)


def free_disk_bytes(folder: Path) -> int:
    """Free room on the disk where `folder` is or will be. Raises OSError."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


class _Limit(NamedTuple):
    """Bytes that can be had at most, and of those that are left."""

    most: int
    available: int


def _limits(meminfo: Path, cgroup: Path) -> Iterator[_Limit]:
    kilobytes = {
        name: int(value.split()[0])
        for name, _, value in (line.partition(":") for line in _content(meminfo).splitlines())
        if name in ("MemTotal", "MemAvailable")
    }
    if "MemAvailable" in kilobytes:
        yield _Limit(kilobytes.get("MemTotal", 0) * 1024, kilobytes["MemAvailable"] * 1024)
    most, used = _content(cgroup / "memory.max"), _content(cgroup / "memory.current")
    if most.isdecimal() and used.isdecimal():
        cached = sum(
            int(line.split()[1])
            for line in _content(cgroup / "memory.stat").splitlines()
            if line.startswith("inactive_file ")
        )
        yield _Limit(int(most), max(0, int(most) - int(used) + cached))


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


class _MemoryStatus(ctypes.Structure):
    """https://learn.microsoft.com/windows/win32/api/sysinfoapi/ns-sysinfoapi-memorystatusex."""

    _fields_ = (
        ("size", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        ("total", ctypes.c_ulonglong),
        ("available", ctypes.c_ulonglong),
        ("rest", ctypes.c_ulonglong * 5),
    )


def _windows_status() -> _MemoryStatus | None:
    status = _MemoryStatus(size=ctypes.sizeof(_MemoryStatus))
    windll = getattr(ctypes, "windll", None)
    if windll is None or not windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return status
