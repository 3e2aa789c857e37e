"""Takes away from a child process what its work doesn't need, so that a break-in finds nothing.

Nothing here asks for privileges. Each layer that a system hasn't got is left out, and what closes a sandbox says which
are in place.
"""

from core.system.sandbox.closing import (
    LANDLOCK,
    SECCOMP,
    lock_in_computing,
    lock_in_engine,
    refuse_reaching_out,
)
from core.system.sandbox.limits import allow_cpu, allow_cpu_of, cpu_s, cpu_s_of
from core.system.sandbox.privileges import end_with_parent, keep_memory_private

__all__ = [
    "LANDLOCK",
    "SECCOMP",
    "allow_cpu",
    "allow_cpu_of",
    "cpu_s",
    "cpu_s_of",
    "end_with_parent",
    "keep_memory_private",
    "lock_in_computing",
    "lock_in_engine",
    "refuse_reaching_out",
]
