"""What the device has delivered and isn't written yet: bounded, so that a disk that hangs costs sound, not memory."""

import threading
import time
from collections import deque
from collections.abc import Callable

from core.recording.wave_file import SAMPLE_BYTES, SAMPLE_RATE_HZ

LONGEST_S = 30.0
"""A disk that wakes up, or a drive of the network, may take some seconds. So much sound is 2.9 MB."""


class SoundBuffer:
    """The device's thread puts, another one takes. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, longest_s: float = LONGEST_S) -> None:
        self._clock = clock
        self._most_bytes = int(longest_s * SAMPLE_RATE_HZ) * SAMPLE_BYTES
        self._lock = threading.Lock()
        self._blocks: deque[bytes] = deque()
        self._bytes = 0
        self._lost_bytes = 0
        self.is_closed = False
        """Whether what comes is ignored: between two devices, and while it is paused."""
        self.put_at = clock()
        """When the device has delivered something the last time."""

    def put(self, pcm: bytes) -> None:
        """Add samples, or count them as lost where there is no room. Called by the device, in its real-time thread."""
        with self._lock:
            self.put_at = self._clock()
            if self.is_closed:
                return
            if self._bytes + len(pcm) > self._most_bytes:
                self._lost_bytes += len(pcm)
            else:
                self._blocks.append(pcm)
                self._bytes += len(pcm)

    def take(self) -> tuple[bytes, float]:
        """All that is there, and how many seconds were lost since this was called the last time."""
        with self._lock:
            pcm = b"".join(self._blocks)
            self._blocks.clear()
            lost_s = self._lost_bytes / (SAMPLE_RATE_HZ * SAMPLE_BYTES)
            self._bytes = self._lost_bytes = 0
            return pcm, lost_s

    def open(self) -> None:
        """Take in what comes from now on."""
        with self._lock:
            self.put_at = self._clock()
            self.is_closed = False

    def close(self) -> None:
        """Ignore what comes from now on; what is there stays."""
        with self._lock:
            self.is_closed = True
