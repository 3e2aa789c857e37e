"""The speed of recent uploads to providers, which decides whether encoding recordings smaller saves time."""

import time
from collections.abc import Callable

_LEAST_BYTES = 64 * 1024
"""The time of smaller uploads is mostly latency, and says little about bandwidth."""

_SHARE_OF_NEWEST = 0.5


class UploadSpeed:
    """The speed of one upload among those that run, as an exponential moving average.

    `clock` gives seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.bytes_per_s: float | None = None
        """None until an upload has been measured."""

    def watch(self, size_bytes: int) -> Callable[[float], None]:
        """An upload of this size begins now. Returns a function to call with the share that is done, 0 to 1."""
        begun = self._clock()

        def uploaded(fraction: float) -> None:
            if fraction >= 1.0 and size_bytes >= _LEAST_BYTES:
                speed = size_bytes / max(self._clock() - begun, 0.001)
                previous = self.bytes_per_s if self.bytes_per_s is not None else speed
                self.bytes_per_s = _SHARE_OF_NEWEST * speed + (1 - _SHARE_OF_NEWEST) * previous

        return uploaded
