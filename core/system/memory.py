"""Tuning of glibc's allocator, so that processes don't grow with the length of a recording.

CTranslate2 allocates the same few large buffers for every window and frees them, but glibc keeps them in several
arenas: after half an hour of recording an engine had 90 MB more than after its first chunk (measured).
"""

import ctypes
import sys
from collections.abc import Mapping

_TUNABLES = {
    "glibc.malloc.arena_max": 1,
    "glibc.malloc.mmap_threshold": 4 * 1024 * 1024,
    "glibc.malloc.trim_threshold": 64 * 1024 * 1024,
    "glibc.malloc.hugetlb": 1,
}
"""https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html: large buffers come from the
system and go back to it, on huge pages, without which this costs a tenth of the speed (measured)."""


_STEADY_TUNABLES = {
    "glibc.malloc.mmap_threshold": 4 * 1024 * 1024,
    "glibc.malloc.trim_threshold": 16 * 1024 * 1024,
}
"""Decoding allocates the same buffers of half a megabyte for every block of speech. By default the heap shrinks after
each and grows again, and the system clears every page of it anew: 350 times in ten minutes of recording, which was 7 %
of the decoder's processor time (measured)."""


def with_lean_memory(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for an engine process. What a person has chosen in GLIBC_TUNABLES goes before ours."""
    return _with_tunables(environment, _TUNABLES)


def with_steady_memory(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a decoder process, which gives its memory back after each recording instead."""
    return _with_tunables(environment, _STEADY_TUNABLES)


def _with_tunables(environment: Mapping[str, str], tunables: Mapping[str, int]) -> dict[str, str]:
    ours = [f"{name}={value}" for name, value in tunables.items()]
    theirs = [environment["GLIBC_TUNABLES"]] if environment.get("GLIBC_TUNABLES") else []
    return {**environment, "GLIBC_TUNABLES": ":".join([*ours, *theirs])}


def give_memory_back() -> None:
    """Return what has been freed to the system, where the C library can (glibc)."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
