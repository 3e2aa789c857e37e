"""Windows of a minute that move on with the clock, counted by the library `limits`."""

import math
from collections.abc import Callable

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import Storage
from limits.aio.strategies import MovingWindowRateLimiter

from core.domain import Requester
from core.domain.errors import TooManyRequests
from core.queue.local.moving_window_storage import MovingWindowStorage


class MovingWindows:
    """One window for each person and one for all. Requests are taken one after another, as both are one step."""

    def __init__(self, clock: Callable[[], float], storage: Storage | None) -> None:
        """`clock` gives seconds as the storage counts them; without one, windows are in memory and go by `clock`."""
        self._clock = clock
        self._limiter = MovingWindowRateLimiter(MovingWindowStorage(clock) if storage is None else storage)

    async def take(self, requester: Requester, at: tuple[str, ...], *, per_user: int, for_all: int) -> None:
        """Count a request in the window `at` that time, an empty one being that of now. Raises `TooManyRequests`."""
        counted: tuple[tuple[RateLimitItem, tuple[str, ...]], ...] = (
            (RateLimitItemPerMinute(for_all), ("all", *at)),
            (RateLimitItemPerMinute(per_user), ("user", requester.channel, requester.user, *at)),
        )
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
