"""Takes away from the decoder's process what decoding doesn't need.

Nothing here asks for privileges. Each layer that a system hasn't got is left out, and `enter` says which are in place.
"""

import ctypes
import math
import os
import signal
import sys
from pathlib import Path

if sys.platform != "win32":
    import resource

_USUAL_ADDRESS_SPACE_BYTES = 1024**3
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_LANDLOCK_CREATE_RULESET = 444  # The numbers are the same on every architecture.
_LANDLOCK_RESTRICT_SELF = 446
_LANDLOCK_CREATE_RULESET_VERSION = 1


def enter(address_space_bytes: int) -> tuple[str, ...]:
    """Close the sandbox around this process for good. Everything that will be imported must be imported by now.

    `address_space_bytes` is what may be allocated beyond what is in use. Returns the names of the layers in place.
    """
    layers: list[str] = []
    most_memory = _address_space_in_use() + address_space_bytes  # Read now: soon no file can be opened.
    if sys.platform == "linux":
        layers += _enter_linux()
    if sys.platform != "win32":
        layers += _limit_resources(most_memory)
    return tuple(layers)


def allow_cpu(seconds: float) -> None:
    """Let this process use `seconds` more of processor time; then the system ends it (SIGXCPU)."""
    if sys.platform != "win32":
        limit = math.ceil(cpu_s() + seconds)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def cpu_s() -> float:
    """Processor time that this process has used, in seconds."""
    times = os.times()
    return times.user + times.system


def _address_space_in_use() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:  # not Linux
        return _USUAL_ADDRESS_SPACE_BYTES
    return pages * resource.getpagesize()


def _enter_linux() -> list[str]:
    layers = []
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0:
        layers.append("dies-with-parent")
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        layers.append("no-new-privileges")
        if _close_file_system(libc):
            layers.append("landlock")
    return layers


def _close_file_system(libc: ctypes.CDLL) -> bool:
    """Forbid every path, TCP port and signal with Landlock (https://docs.kernel.org/userspace-api/landlock.html)."""
    version = libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _LANDLOCK_CREATE_RULESET_VERSION)
    if version < 1:
        return False
    # Each version of the interface knows more rights; asking for one that it doesn't know is refused.
    paths = 0x1FFF | (0x2000 if version >= 2 else 0) | (0x4000 if version >= 3 else 0) | (0x8000 if version >= 5 else 0)
    words = [paths]
    if version >= 4:
        words.append(0b11)  # bind and connect of TCP
    if version >= 6:
        words.append(0b11)  # abstract Unix sockets, signals to others
    rules = (ctypes.c_uint64 * len(words))(*words)
    ruleset = libc.syscall(
        _LANDLOCK_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(ctypes.sizeof(rules)), ctypes.c_uint32(0)
    )
    if ruleset < 0:
        return False
    try:
        return bool(libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)) == 0)
    finally:
        os.close(ruleset)


if sys.platform != "win32":

    def _limit_resources(most_memory: int) -> list[str]:
        limits = {
            "memory": ("RLIMIT_AS", most_memory),
            "no-writing": ("RLIMIT_FSIZE", 0),  # Standard output is a pipe, which this doesn't touch.
            "no-core-dump": ("RLIMIT_CORE", 0),
            "no-opening": ("RLIMIT_NOFILE", 0),  # What is open stays so: no file and no socket can be added.
        }
        if os.getuid() != 0:  # For root the limit doesn't hold.
            limits["no-processes"] = ("RLIMIT_NPROC", 0)
        return [layer for layer, (name, value) in limits.items() if _limit(name, value)]

    def _limit(name: str, value: int) -> bool:
        which = getattr(resource, name, None)
        if which is None:
            return False
        try:
            resource.setrlimit(which, (value, value))
        except (OSError, ValueError):  # macOS refuses some of them
            return False
        return True
