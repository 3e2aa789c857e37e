"""Confines this process for the rest of its life: one set of layers for codecs, one for the speech engine.

All functions that confine return the names of the layers that are in place.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from core.system.sandbox import landlock, seccomp
from core.system.sandbox.privileges import (
    end_with_parent,
    give_up_capabilities,
    give_up_new_privileges,
    leave_no_dump,
)
from core.system.sandbox.resource_limits import address_space_in_use, bound

LANDLOCK = "landlock"
SECCOMP = "seccomp"

_LIBRARIES = (
    *("/usr", "/lib", "/lib32", "/lib64", "/opt/cuda", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d"),
    *("/nix/store", "/gnu/store", "/run/opengl-driver", "/etc/localtime", "/etc/alternatives"),
)
_SYSTEM = (
    *("/sys", "/dev/urandom", "/dev/random", "/dev/zero"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/proc/modules", "/proc/devices"),
    *("/proc/filesystems", "/proc/sys/vm", "/proc/sys/kernel/osrelease", "/proc/driver/nvidia"),
)
"""System information that BLAS, ONNX Runtime and a graphics card's driver read."""

_CARD_DEVICES = ("/dev/nvidia*", "/dev/nvidia-caps/*", "/dev/nvhost*", "/dev/nvmap", "/dev/nvgpu/*", "/dev/dxg")
"""NVIDIA's on a computer, on a Jetson, and Windows' in WSL (CTranslate2 knows no other maker's cards)."""


def confine_codec_process(address_space_bytes: int, cpu_s: float) -> tuple[str, ...]:
    """Allow this process only its memory, its open pipes, and a bounded processor time.

    Everything that will be imported must be imported by now. `address_space_bytes` is what may be allocated beyond what
    is in use; `cpu_s` is processor time in all, a bound that this process can't move.
    """
    most_memory = address_space_in_use() + address_space_bytes  # Read now: soon no file can be opened.
    is_root = sys.platform != "win32" and os.getuid() == 0
    layers = _give_up_privileges(but_reading=False)
    if "no-new-privileges" in layers and landlock.close_file_system():
        layers.append(LANDLOCK)
    limits = {
        "memory": ("RLIMIT_AS", most_memory),
        "processor-time": ("RLIMIT_CPU", int(cpu_s)),
        "no-writing": ("RLIMIT_FSIZE", 0),  # Standard output is a pipe, which this doesn't touch.
        "no-core-dump": ("RLIMIT_CORE", 0),
        "no-opening": ("RLIMIT_NOFILE", 0),  # What is open stays so: no file and no socket can be added.
    }
    if not is_root:  # For root the limit doesn't hold.
        limits["no-processes"] = ("RLIMIT_NPROC", 0)
    layers += [layer for layer, (name, value) in limits.items() if bound(name, value)]
    if "no-new-privileges" in layers and seccomp.allow_computing_only():  # Last: it refuses all of the above.
        layers.append(SECCOMP)
    return tuple(layers)


def confine_engine_process() -> tuple[str, ...]:
    """The engine's first layers, before its model is known: no other programs, network, processes or written files."""
    layers = _give_up_privileges(but_reading=True)
    layers += ["no-core-dump"] if leave_no_dump() else []
    layers += ["no-writing"] if bound("RLIMIT_FSIZE", 0) else []
    if "no-new-privileges" in layers and seccomp.deny_network_and_processes(may_write=bool(card_devices())):
        layers.append(SECCOMP)
    return tuple(layers)


def confine_engine_files(model_folder: Path, devices: Iterable[Path] | None = None) -> tuple[str, ...]:
    """Allow this process to read one model and the libraries, and to use a graphics card's devices if there are any.

    For this thread and those that it starts from now on, so there should be no other. Comes after
    `confine_engine_process`.
    """
    devices = card_devices() if devices is None else tuple(devices)
    readable = [*_model_files(model_folder), *_libraries(), Path("/proc/self").resolve()]
    is_closed = landlock.close_file_system([*readable, *map(Path, _SYSTEM)], [*devices, Path(os.devnull)])
    return (LANDLOCK,) if is_closed else ()


def card_devices(patterns: Iterable[str] = _CARD_DEVICES) -> tuple[Path, ...]:
    """The graphics card's devices on this computer."""
    root = Path("/")
    return tuple(found for pattern in patterns for found in sorted(root.glob(pattern.lstrip("/"))))


def _give_up_privileges(*, but_reading: bool) -> list[str]:
    layers = []
    if end_with_parent():
        layers.append("dies-with-parent")
    if give_up_new_privileges():
        layers.append("no-new-privileges")
    if give_up_capabilities(but_reading=but_reading):
        layers.append("no-capabilities")
    return layers


def _model_files(folder: Path) -> list[Path]:
    """The folder, and what links in it lead to: a download of a hub keeps the files elsewhere."""
    try:
        return [folder, *(file.resolve() for file in folder.iterdir() if file.is_symlink())]
    except OSError:  # Loading the model raises the error.
        return [folder]


def _libraries() -> list[Path]:
    """Where Python and the system keep code, never a person's own folder or all of the disk."""
    chosen = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    bundle = getattr(sys, "_MEIPASS", "")  # PyInstaller's
    places = [*_LIBRARIES, sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path, *chosen, bundle]
    too_much = {Path("/"), Path.home(), *Path.home().parents}
    return [path for path in dict.fromkeys(Path(place) for place in places if place) if path not in too_much]
