"""Dropping privileges on Linux, and keeping memory from other processes and core dumps."""

import ctypes
import os
import signal
import sys

from core.system.sandbox import landlock, seccomp
from core.system.sandbox.resource_limits import bound
from core.system.sandbox.system_calls import this_architecture

if sys.platform != "win32":
    import resource

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION = 0x20080522
_READ_ANY_FILE = 0b110
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (linux/capability.h)."""

_NO_CORE_HANDLER = 1
"""With this limit the kernel pipes a dump to no program, either; 0 prevents files only (fs/coredump.c)."""


def end_with_parent() -> bool:
    """Have Linux end this process when its parent ends. Returns whether that is in place."""
    return sys.platform == "linux" and _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def give_up_new_privileges() -> bool:
    """No program that this process starts has more rights than it has. Returns whether that is in place."""
    return sys.platform == "linux" and _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def give_up_capabilities(*, but_reading: bool = False) -> bool:
    """Drop root's capabilities, all but those to read any file with `but_reading`. Returns whether that is in place."""
    architecture = this_architecture() if sys.platform == "linux" else None
    if architecture is None:
        return False
    kept = 0
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    if but_reading and _is_root():
        kept = _READ_ANY_FILE
    # effective, permitted, inheritable of the lower 32 capabilities, then of the upper ones
    sets = (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)
    return bool(libc.syscall(architecture.capset, ctypes.byref(header), ctypes.byref(sets)) == 0)


def keep_memory_private(*, is_in_desktop: bool = False) -> None:
    """Let no other process of this user read this one's memory, and have it written to no file in a crash.

    A desktop's portal reads /proc/PID/root of each client that requests a dialog or the colours, and refuses those
    whose it can't read (https://github.com/flatpak/xdg-desktop-portal/issues/785). There, the window's process stays
    readable if the child processes can be confined otherwise; it leaves no dump either way.
    """
    if sys.platform == "win32":
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    can_lock_in = seccomp.is_available() or landlock.version() >= 1
    if is_in_desktop and can_lock_in and sys.platform == "linux":
        most = _NO_CORE_HANDLER if hard == resource.RLIM_INFINITY else min(_NO_CORE_HANDLER, hard)
        resource.setrlimit(resource.RLIMIT_CORE, (most, hard))
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    if sys.platform == "linux":
        _prctl(_PR_SET_DUMPABLE, 0)


def leave_no_dump() -> bool:
    """Have the memory of this process written to no file in a crash. Returns whether that is in place."""
    return bound("RLIMIT_CORE", 0)


def _is_root() -> bool:
    return os.geteuid() == 0


def _prctl(option: int, value: int) -> bool:
    return bool(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0)
