"""When people asked lately, in this process's memory."""

from collections import deque
from collections.abc import Callable

from limits.aio.storage import MemoryStorage


class RequestWindows(MemoryStorage):
    """Moving windows on a clock of ours, where the library's go by the clock on the wall.

    Set that clock back by an hour, and with the library's own memory a person may not ask again for an hour. It also
    starts a sweep over everybody at every request, which with 10,000 people keeps a processor busy for a sixth. Here a
    request forgets whoever hasn't asked for as long as its window is, which is the same for all.

    https://limits.readthedocs.io/en/stable/custom-storage.html says what the library asks of a storage.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds that never go back."""
        super().__init__()
        self._clock = clock
        self._moments: dict[str, deque[float]] = {}
        """When each key was asked for, oldest first; the key that was asked for last is the last."""

    @property
    def remembered(self) -> int:
        """How many keys anything is known of."""
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
