"""How much a recording may cost before it is taken for an attack or a broken file."""

import signal
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DecoderLimits:
    """Bounds for one decode.

    `longest_hours` counts decoded sound, whatever the file claims. Processor time is `cpu_s` plus what the file's
    size and the sound decoded so far allow: some ten times what the heaviest honest file took on a slow machine.
    `stall_s` is how long the child may be silent while nobody keeps it waiting. `address_space_bytes` is what it may
    allocate beyond its own size when idle. After `jobs_per_child` jobs a child is replaced.
    """

    longest_hours: float = 12
    cpu_s: float = 20
    cpu_s_per_gib: float = 60
    cpu_s_per_hour: float = 360
    stall_s: float = 30
    address_space_bytes: int = 1024**3
    jobs_per_child: int = 200

    @property
    def longest_s(self) -> float:
        """`longest_hours` in seconds."""
        return self.longest_hours * 3600

    @property
    def returncodes_of_limits(self) -> tuple[int, ...]:
        """What a child's end looks like when the system ended it for reaching a limit."""
        names = ("SIGXCPU", "SIGXFSZ")
        return tuple(-getattr(signal, name) for name in names if hasattr(signal, name))

    def job_header(self, size_bytes: int, ahead_bytes: int) -> dict[str, Any]:
        """The frame that gives a child a recording of `size_bytes` to decode, and what it may keep under way."""
        return {
            "kind": "decode",
            "size": size_bytes,
            "ahead_bytes": ahead_bytes,
            "longest_s": self.longest_s,
            "cpu_s": self.cpu_s,
            "cpu_s_per_gib": self.cpu_s_per_gib,
            "cpu_s_per_hour": self.cpu_s_per_hour,
        }
