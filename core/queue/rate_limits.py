"""How often people may ask."""

import math
import time
from collections.abc import Callable

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from core.domain import Requester
from core.domain.errors import TooManyRequests


class RateLimits:
    """A moving window of a minute for each person and one for all. The owner may ask as often as they like."""

    def __init__(self, per_user: int, for_all: int, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since the epoch, as the windows do."""
        self._clock = clock
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self.set(per_user, for_all)

    def set(self, per_user: int, for_all: int) -> None:
        """Use these limits, in requests a minute, from now on."""
        self._per_user = RateLimitItemPerMinute(per_user)
        self._for_all = RateLimitItemPerMinute(for_all)

    async def admit(self, requester: Requester) -> None:
        """Count one request. Raises `TooManyRequests`, which says when to try again; a refused one isn't counted."""
        if requester.is_owner:
            return
        counted = (
            (self._for_all, ("all",)),
            (self._per_user, ("user", requester.channel, requester.user)),
        )
        for limit, names in counted:
            if not await self._limiter.test(limit, *names):
                window = await self._limiter.get_window_stats(limit, *names)
                seconds = max(1, math.ceil(window.reset_time - self._clock()))
                raise TooManyRequests(seconds=seconds, retry_after_s=float(seconds))
        for limit, names in counted:
            await self._limiter.hit(limit, *names)
