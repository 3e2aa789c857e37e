"""How many requests a minute are accepted, of one person and of all together.

How many jobs of a person may wait and run is limited by the queue; how fast the bot may send, by
`core.bot.api.rate_limiter`.
"""

import asyncio
import math
import time
from collections.abc import Callable

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import Storage
from limits.aio.strategies import MovingWindowRateLimiter

from core.domain import Requester
from core.domain.errors import TooManyRequests
from core.domain.metrics import Metric
from core.observability.metrics import Metrics
from core.queue.local.moving_window_storage import MovingWindowStorage

_WINDOW_S = 60.0


class RequestLimits:
    """A moving window of a minute for each person and one for all. The owner is not limited."""

    def __init__(
        self,
        per_user: int,
        for_all: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        storage: Storage | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """`clock` gives seconds as the storage counts them; without one, windows are in memory and go by `clock`."""
        self._clock = clock
        self._metrics = metrics or Metrics()
        self._limiter = MovingWindowRateLimiter(MovingWindowStorage(clock) if storage is None else storage)
        self._admitting = asyncio.Lock()
        self.set(per_user, for_all)

    def set(self, per_user: int, for_all: int) -> None:
        """Use these limits, in requests a minute, from now on."""
        self._per_user = RateLimitItemPerMinute(per_user)
        self._for_all = RateLimitItemPerMinute(for_all)

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
        counted: tuple[tuple[RateLimitItem, tuple[str, ...]], ...] = (
            (self._for_all, ("all", *at)),
            (self._per_user, ("user", requester.channel, requester.user, *at)),
        )
        async with self._admitting:  # Testing both windows and counting in both must be one step.
            for limit, names in counted:
                if not await self._limiter.test(limit, *names):
                    raise await self._refusal(limit, names)
            for limit, names in counted:
                # Another process on the same storage may have counted meanwhile; the storage never admits too many.
                if not await self._limiter.hit(limit, *names):
                    raise await self._refusal(limit, names)

    async def _refusal(self, limit: RateLimitItem, names: tuple[str, ...]) -> TooManyRequests:
        window = await self._limiter.get_window_stats(limit, *names)
        seconds = max(1, math.ceil(window.reset_time - self._clock()))
        return TooManyRequests(seconds=seconds, retry_after_s=float(seconds))
