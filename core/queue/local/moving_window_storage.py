"""The memory of `core.queue.request_limits` in one process."""

from collections import deque
from collections.abc import Callable

from limits.aio.storage import MemoryStorage


class MovingWindowStorage(MemoryStorage):
    """A storage for the library `limits` that goes by a monotonic clock, where the library's own uses the wall clock.

    With that one, setting the clock back by an hour refuses a person's requests for an hour. It also sweeps all keys at
    every request, which for 10,000 people keeps a processor busy for a sixth of the time. Here each request drops the
    keys without a request in the last `expiry` seconds; all windows are of the same length.

    https://limits.readthedocs.io/en/stable/custom-storage.html says what the library asks of a storage.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds that never go back."""
        super().__init__()
        self._clock = clock
        self._moments: dict[str, deque[float]] = {}
        """The times of each key's requests, oldest first; the key with the newest request is the last."""

    @property
    def remembered(self) -> int:
        """How many keys are in memory."""
        return len(self._moments)

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` requests, unless there would be more than `limit` in `expiry` seconds."""
        now = self._clock()
        moments = self._within(key, now - expiry)
        if len(moments) + amount > limit:
            return False
        moments.extend([now] * amount)
        self._moments.pop(key, None)
        self._moments[key] = moments
        self._forget(now - expiry)
        return True

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the oldest request of the last `expiry` seconds came (now, if none did), and how many did."""
        now = self._clock()
        moments = self._within(key, now - expiry)
        return (moments[0] if moments else now), len(moments)

    def _within(self, key: str, since: float) -> deque[float]:
        moments = self._moments.get(key, deque())
        while moments and moments[0] <= since:
            moments.popleft()
        return moments

    def _forget(self, before: float) -> None:
        while (oldest := next(iter(self._moments))) and not self._within(oldest, before):
            del self._moments[oldest]
