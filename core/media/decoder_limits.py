"""Limits of one decode, against decompression bombs and broken files: duration, processor time, wall-clock, reads."""

import signal
from dataclasses import dataclass
from typing import Any

_START_CPU_S = 60.0
_LARGEST_FILE_BYTES = 64 * 1024**3
_MAX_COMPETING = 6
"""How many processes may compete for one processor: other decoders, encoders and engines."""

_MAX_TIMES_READ = 8
_FREE_READ_BYTES = 64 * 1024**2
_FREE_READS = 10_000
_BYTES_PER_READ = 1024


@dataclass(frozen=True, slots=True)
class DecoderLimits:
    """Bounds for one decode.

    `longest_hours` counts decoded sound, not the duration that the file states. Processor time is `cpu_s` plus an
    allowance for the file's size and for the sound decoded so far: about ten times what the most expensive real
    recordings took on a slow machine. `stall_s` is how long the child may send nothing while it doesn't wait for the
    parent. The sum of those times is bounded by a multiple of the allowed processor time, and the bytes it reads by a
    multiple of the file's size, as libav reads some parts twice. `address_space_bytes` is what the child may allocate
    beyond its own size when idle. After `jobs_per_child` jobs a child is replaced.
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
        """The processor time in seconds for a file of this size by the time `decoded_s` of its sound are decoded."""
        return self.cpu_s + self.cpu_s_per_gib * size_bytes / 1024**3 + self.cpu_s_per_hour * decoded_s / 3600

    @property
    def most_cpu_s(self) -> float:
        """More processor time than any recording may take; a child that has used more is not used again."""
        return _START_CPU_S + self.allowed_cpu_s(_LARGEST_FILE_BYTES, self.longest_s)

    def longest_turns_s(self, allowed_cpu_s: float) -> float:
        """The wall-clock time in seconds for `allowed_cpu_s` of a processor that other processes use, too."""
        return self.stall_s + _MAX_COMPETING * allowed_cpu_s

    def may_read(self, size_bytes: int, times: int, read_bytes: int) -> bool:
        """Whether decoding a file of this size may need so many reads, of `read_bytes` in all."""
        most_times = _FREE_READS + size_bytes // _BYTES_PER_READ
        return times <= most_times and read_bytes <= _FREE_READ_BYTES + _MAX_TIMES_READ * size_bytes

    @property
    def returncodes_of_limits(self) -> tuple[int, ...]:
        """The return codes of a child that the system ended for reaching a resource limit."""
        names = ("SIGXCPU", "SIGXFSZ")
        return tuple(-getattr(signal, name) for name in names if hasattr(signal, name))

    def job_header(self, size_bytes: int, ahead_bytes: int) -> dict[str, Any]:
        """The `decode` frame for a recording of `size_bytes`, with `ahead_bytes` of read-ahead."""
        return {
            "kind": "decode",
            "size": size_bytes,
            "ahead_bytes": ahead_bytes,
            "longest_s": self.longest_s,
            "cpu_s": self.cpu_s,
            "cpu_s_per_gib": self.cpu_s_per_gib,
            "cpu_s_per_hour": self.cpu_s_per_hour,
        }
