"""Confines child processes to what their work needs: privileges, system calls (seccomp), files (Landlock), limits.

None of it needs privileges. A layer that the system doesn't have is left out; the functions that confine a process
return the names of the layers that are in place.
"""

from core.system.sandbox.confinement import (
    LANDLOCK,
    SECCOMP,
    confine_codec_process,
    confine_engine_files,
    confine_engine_process,
)
from core.system.sandbox.privileges import end_with_parent, keep_memory_private
from core.system.sandbox.resource_limits import allow_cpu, allow_cpu_of, cpu_s, cpu_s_of

__all__ = [
    "LANDLOCK",
    "SECCOMP",
    "allow_cpu",
    "allow_cpu_of",
    "confine_codec_process",
    "confine_engine_files",
    "confine_engine_process",
    "cpu_s",
    "cpu_s_of",
    "end_with_parent",
    "keep_memory_private",
]
