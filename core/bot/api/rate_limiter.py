"""Telegram's limits for sending, per bot and per chat.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping

_MAX_IN_WINDOW = 26
_WINDOW_S = 1.05
"""Telegram's limit is 30 a second. The margin is for requests that arrive closer together than they were sent, as over
a slow connection."""
_BOT_RATE = 60.0
_BOT_BURST = 6.0
"""A second limit within the window, so that the end of one window and the beginning of the next form no burst."""

_IN_CHAT_A_SECOND = 1.0
_IN_CHAT_AT_ONCE = 20.0
"""Telegram tolerates short bursts; otherwise it answers with a `retry_after`, which is obeyed."""

_IN_GROUP_A_SECOND = 12 / 60
_IN_GROUP_AT_ONCE = 8.0
"""Together these are the 20 a minute that Telegram names."""

MAX_REFILL_S = max(_IN_CHAT_AT_ONCE / _IN_CHAT_A_SECOND, _IN_GROUP_AT_ONCE / _IN_GROUP_A_SECOND)
"""After so many seconds without a message a chat may get a whole burst again."""

_MIN_HOLD_S = 1.0
_MAX_HOLD_S = 24 * 3600.0
"""Bounds for a server's `retry_after`: less would be a busy loop, more a bot that stays silent."""

_MAX_CHATS = 10_000
_ROUNDING = 1e-6


class _Bucket:
    """A token bucket: up to `size` tokens, refilled at `rate` a second."""

    def __init__(self, rate: float, size: float, now: float) -> None:
        self._rate = rate
        self._size = size
        self._tokens = size
        self._at = now

    def empty(self, at: float) -> None:
        """Remove all tokens, as of this time."""
        self._tokens = 0.0
        self._at = at

    def wait_s(self, now: float) -> float:
        """Seconds until a token is available."""
        self._refill(now)
        # A pause of exactly this length may refill less than one token by a rounding error.
        return max(0.0, (1.0 - _ROUNDING - self._tokens) / self._rate) + self._at - now

    def take(self, now: float) -> None:
        """Take a token."""
        self._refill(now)
        self._tokens -= 1.0

    def is_half_free(self, now: float) -> bool:
        """Whether at least half is unused."""
        self._refill(now)
        return self._tokens >= max(1.0, self._size / 2)

    def is_full(self, now: float) -> bool:
        self._refill(now)
        return self._tokens >= self._size

    def _refill(self, now: float) -> None:
        self._tokens = min(self._size, self._tokens + max(0.0, now - self._at) * self._rate)
        self._at = max(now, self._at)


class _Window:
    """A sliding window: at most `most` messages in any period of `seconds`. It begins empty."""

    def __init__(self, most: int, seconds: float) -> None:
        self._sent: deque[float] = deque(maxlen=most)
        self._most = most
        self._seconds = seconds

    def fill(self, at: float) -> None:
        """Count the maximum as sent at this time."""
        self._sent.extend([at] * self._most)

    def wait_s(self, now: float) -> float:
        """Seconds until another message may be sent."""
        return max(0.0, self._sent[0] + self._seconds - now) if len(self._sent) == self._most else 0.0

    def take(self, now: float) -> None:
        """Count a message."""
        self._sent.append(now)

    def is_half_free(self, now: float) -> bool:
        """Whether at least half is unused."""
        half = self._most // 2
        return len(self._sent) < half or self._sent[-half] + self._seconds <= now


class RateLimiter:
    """Permits to send, in the order of requests within a chat. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float], pause: Callable[[float], Awaitable[None]]) -> None:
        self._clock = clock
        self._pause = pause
        self._bot_limits = (_Window(_MAX_IN_WINDOW, _WINDOW_S), _Bucket(_BOT_RATE, _BOT_BURST, clock()))
        self._bot_lock = asyncio.Lock()
        """Serializes all chats at the bot's limits, so that those who wait don't all continue at once."""
        self._chats: dict[int, _Bucket] = {}
        self._chat_locks: dict[int, asyncio.Lock] = {}
        self._blocked_until: dict[int, float] = {}

    def restore(self, silence_s: Mapping[int, float]) -> None:
        """Assume that an earlier process used up the limits of these chats, so many seconds ago (by chat id)."""
        now = self._clock()
        for chat_id, seconds in silence_s.items():
            self._bucket_of(chat_id).empty(now - seconds)
        if silence_s:
            window, _ = self._bot_limits
            window.fill(now - min(silence_s.values()))

    async def admit(self, chat_id: int) -> None:
        """Wait until a message may be sent to this chat, and count it."""
        async with self._chat_locks.setdefault(chat_id, asyncio.Lock()):
            await self._wait_for(self._bucket_of(chat_id))
            while True:
                await self._wait(self._blocked_s(chat_id))
                async with self._bot_lock:
                    await self._wait_for(*self._bot_limits)
                    if self._blocked_s(chat_id) <= 0:
                        self._take(chat_id)
                        return

    def try_admit(self, chat_id: int) -> bool:
        """Count a message of low priority if the limits are half unused and nothing waits; whether that was so."""
        now = self._clock()
        lock = self._chat_locks.get(chat_id)
        is_busy = self._bot_lock.locked() or (lock is not None and lock.locked()) or self._blocked_s(chat_id) > 0
        if is_busy or not all(limit.is_half_free(now) for limit in (self._bucket_of(chat_id), *self._bot_limits)):
            return False
        self._take(chat_id)
        return True

    def block(self, chat_id: int, seconds: float) -> None:
        """Send nothing to this chat for so long, as Telegram's `retry_after` says."""
        until = self._clock() + min(max(seconds, _MIN_HOLD_S), _MAX_HOLD_S)
        self._blocked_until[chat_id] = max(self._blocked_until.get(chat_id, 0.0), until)

    def _take(self, chat_id: int) -> None:
        now = self._clock()
        for limit in (self._bucket_of(chat_id), *self._bot_limits):
            limit.take(now)

    async def _wait_for(self, *limits: _Bucket | _Window) -> None:
        """Wait until all of these limits permit a message. The caller holds the lock, so no other takes the permit."""
        while (wait_s := max(limit.wait_s(self._clock()) for limit in limits)) > 0:
            await self._pause(wait_s)

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self._pause(seconds)

    def _blocked_s(self, chat_id: int) -> float:
        held_s = self._blocked_until.get(chat_id, 0.0) - self._clock()
        if held_s <= 0:
            self._blocked_until.pop(chat_id, None)
        return held_s

    def _bucket_of(self, chat_id: int) -> _Bucket:
        if chat_id not in self._chats:
            if len(self._chats) >= _MAX_CHATS:
                self._drop_idle_chats()
            is_group = chat_id < 0
            rate, size = (_IN_GROUP_A_SECOND, _IN_GROUP_AT_ONCE) if is_group else (_IN_CHAT_A_SECOND, _IN_CHAT_AT_ONCE)
            self._chats[chat_id] = _Bucket(rate, size, self._clock())
        return self._chats[chat_id]

    def _drop_idle_chats(self) -> None:
        now = self._clock()
        for chat_id, bucket in tuple(self._chats.items()):
            lock = self._chat_locks.get(chat_id)
            if bucket.is_full(now) and not (lock is not None and lock.locked()):
                del self._chats[chat_id]
                self._chat_locks.pop(chat_id, None)
