"""What one decode has cost so far, against its limits."""

from core.domain.errors import TooCostly
from core.domain.speech import BYTES_PER_SECOND
from core.media.decoder_limits import DecoderLimits
from core.media.source import SourceInfo
from core.system.child_process import ChildProcess

_CPU_GRACE_S = 1.0
"""The child's own bound, in whole seconds, comes first: its exit status says clearly what it was."""


class DecodingBudget:
    """Counts reads, the child's time and its processor time. Every method that counts raises `TooCostly`."""

    def __init__(self, child: ChildProcess, source: SourceInfo, limits: DecoderLimits) -> None:
        self._child = child
        self._source = source
        self._limits = limits
        self._cpu_before_s = child.cpu_s
        self._child_s = 0.0
        self._reads = 0
        self._read_bytes = 0
        self._sound_bytes = 0

    def count_read(self, length: int) -> None:
        """A read that the child requests."""
        self._reads += 1
        self._read_bytes += length
        if not self._limits.may_read(self._source.size_bytes, self._reads, self._read_bytes):
            raise TooCostly(name=self._source.name)

    def count_sound(self, sound_bytes: int) -> None:
        """Sound that was decoded; it allows more processor time. Never raises."""
        self._sound_bytes += sound_bytes
        self.allow_cpu()

    def count_child_time(self, elapsed_s: float) -> None:
        """Time for which the child wasn't kept waiting. Its processor time is looked at, too."""
        self._child_s += elapsed_s
        allowed_s = self._allowed_cpu_s()
        if self._child_s > self._limits.longest_turns_s(allowed_s) or self._used_cpu_s() > allowed_s + _CPU_GRACE_S:
            raise TooCostly(name=self._source.name)

    def allow_cpu(self) -> None:
        """Set the child's own bound of processor time to what is allowed by now. Never raises."""
        if self._cpu_before_s is not None:
            self._child.allow_cpu(self._cpu_before_s + self._allowed_cpu_s())

    def _allowed_cpu_s(self) -> float:
        return self._limits.allowed_cpu_s(self._source.size_bytes, self._sound_bytes / BYTES_PER_SECOND)

    def _used_cpu_s(self) -> float:
        used_s = self._child.cpu_s
        return 0.0 if used_s is None or self._cpu_before_s is None else used_s - self._cpu_before_s
