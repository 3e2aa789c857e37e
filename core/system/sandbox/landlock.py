"""Closes the file system, TCP and signals to this process (https://docs.kernel.org/userspace-api/landlock.html)."""

import contextlib
import ctypes
import os
import stat
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET = 444  # The numbers are the same on every architecture.
_ADD_RULE = 445
_RESTRICT_SELF = 446
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 0x1, 0x2, 0x4, 0x8
_TRUNCATE, _IOCTL_DEVICE = 0x4000, 0x8000
_IOCTL_SINCE = 5


class _PathBeneath(ctypes.Structure):
    """The kernel's struct landlock_path_beneath_attr, which is packed."""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Which version of the interface this kernel has, 0 for none."""
    found = _libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _CREATE_RULESET_VERSION)
    return max(0, int(found))


def close_file_system(readable: Iterable[Path] = (), devices: Iterable[Path] = ()) -> bool:
    """Forbid every path, program, TCP port, abstract socket and signal to others, as far as the kernel supports it.

    What is in or under `readable` can still be opened for reading, and `devices` for writing too. Holds for the calling
    thread and those that it starts, so there should be no other. New privileges must have been given up. Returns
    whether it is in place.
    """
    known = version()
    if known < 1:
        return False
    libc = _libc()
    # Each version of the interface knows more rights; requesting an unknown one is an error.
    paths = 0x1FFF | (0x2000 if known >= 2 else 0) | (_TRUNCATE if known >= 3 else 0)
    paths |= _IOCTL_DEVICE if known >= _IOCTL_SINCE else 0
    words = [paths]
    if known >= 4:
        words.append(0b11)  # bind and connect of TCP
    if known >= 6:
        words.append(0b11)  # abstract Unix sockets, signals to others
    rules = (ctypes.c_uint64 * len(words))(*words)
    size = ctypes.c_size_t(ctypes.sizeof(rules))
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(rules), size, ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    try:
        for path in readable:
            _allow(libc, ruleset, path, _READ_FILE | _READ_DIR)
        for path in devices:
            ioctl = _IOCTL_DEVICE if known >= _IOCTL_SINCE else 0
            _allow(libc, ruleset, path, _READ_FILE | _READ_DIR | _WRITE_FILE | ioctl)
        return bool(libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    """What isn't there, or can't be looked at, needs no permission."""
    with contextlib.suppress(OSError, ValueError):
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
                rights &= ~_READ_DIR  # The kernel refuses a file a folder's right.
            rule = _PathBeneath(rights, descriptor)
            libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), ctypes.c_uint32(0))
        finally:
            os.close(descriptor)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
