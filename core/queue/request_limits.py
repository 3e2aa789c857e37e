"""How many requests a minute are accepted, of one person and of all together.

How many jobs of a person may wait and run is limited by the queue; how fast the bot may send, by
`core.bot.api.rate_limiter`.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.domain import Requester
from core.domain.errors import TooManyRequests
from core.domain.metrics import Metric
from core.observability.metrics import Metrics

if TYPE_CHECKING:
    from limits.aio.storage import Storage

    from core.queue.moving_windows import MovingWindows

_WINDOW_S = 60.0


class RequestLimits:
    """A moving window of a minute for each person and one for all. The owner is not limited."""

    def __init__(
        self,
        per_user: int,
        for_all: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        storage: "Storage | None" = None,
        metrics: Metrics | None = None,
    ) -> None:
        """`clock` gives seconds as the storage counts them; without one, windows are in memory and go by `clock`."""
        self._clock = clock
        self._metrics = metrics or Metrics()
        self._storage = storage
        self._windows: MovingWindows | None = None
        self._admitting = asyncio.Lock()
        self.set(per_user, for_all)

    def set(self, per_user: int, for_all: int) -> None:
        """Use these limits, in requests a minute, from now on."""
        self._per_user, self._for_all = per_user, for_all

    async def admit(self, requester: Requester, *, waited_s: float = 0.0) -> None:
        """Count one request. Raises `TooManyRequests`, which says when to try again; a refused one isn't counted.

        A request that was made `waited_s` seconds ago counts in the minute in which it was made: those that were made
        while Notula was off arrive all at once, and must not be refused for that.
        """
        try:
            if not requester.is_owner:
                await self._take(requester, waited_s)
        except TooManyRequests:
            self._metrics.count(Metric.REQUESTS, "refused")
            raise
        self._metrics.count(Metric.REQUESTS, "accepted")

    async def _take(self, requester: Requester, waited_s: float) -> None:
        at = (str(int((self._clock() - waited_s) // _WINDOW_S)),) if waited_s >= _WINDOW_S else ()
        async with self._admitting:  # Testing both windows and counting in both must be one step.
            if self._windows is None:
                self._windows = await asyncio.to_thread(_make_windows, self._clock, self._storage)
            await self._windows.take(requester, at, per_user=self._per_user, for_all=self._for_all)


def _make_windows(clock: Callable[[], float], storage: "Storage | None") -> "MovingWindows":
    """Not before anybody but the owner asks: `limits` takes 2 MB of memory, and a window without a bot needs none."""
    from core.queue.moving_windows import MovingWindows

    return MovingWindows(clock, storage)
