"""How much a recording may cost before it is taken for an attack or a broken file."""

import signal
from dataclasses import dataclass
from typing import Any

_START_CPU_S = 60.0
_LARGEST_FILE_BYTES = 64 * 1024**3
_MOST_SHARING = 6
"""Other decoders, encoders and engines want the same processor."""

_MOST_TIMES_READ = 8
_FREE_READ_BYTES = 64 * 1024**2
_FREE_READS = 10_000
_BYTES_PER_READ = 1024


@dataclass(frozen=True, slots=True)
class DecoderLimits:
    """Bounds for one decode.

    `longest_hours` counts decoded sound, whatever the file claims. Processor time is `cpu_s` plus what the file's
    size and the sound decoded so far allow: some ten times what the heaviest honest file took on a slow machine.
    `stall_s` is how long the child may be silent while nobody keeps it waiting. All its time in which nobody does is
    bounded by a multiple of the processor time that it may use, and what it reads by a multiple of the file: libav
    reads some things twice, never all of it again and again. `address_space_bytes` is what it may allocate beyond its
    own size when idle. After `jobs_per_child` jobs a child is replaced.
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

    def allowed_cpu_s(self, size_bytes: int, decoded_s: float) -> float:
        """How much processor time a file of this size may take until so much of its sound has come."""
        return self.cpu_s + self.cpu_s_per_gib * size_bytes / 1024**3 + self.cpu_s_per_hour * decoded_s / 3600

    @property
    def most_cpu_s(self) -> float:
        """More processor time than any one recording may take; a child that has used it up is not used again."""
        return _START_CPU_S + self.allowed_cpu_s(_LARGEST_FILE_BYTES, self.longest_s)

    def longest_turns_s(self, allowed_cpu_s: float) -> float:
        """How much time a child may take in all for what may take so much of the processor's, which others use too."""
        return self.stall_s + _MOST_SHARING * allowed_cpu_s

    def may_read(self, size_bytes: int, times: int, read_bytes: int) -> bool:
        """Whether so many reads, of so many bytes in all, are what decoding a file of this size can take."""
        most_times = _FREE_READS + size_bytes // _BYTES_PER_READ
        return times <= most_times and read_bytes <= _FREE_READ_BYTES + _MOST_TIMES_READ * size_bytes

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
