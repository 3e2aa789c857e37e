"""How fast Telegram lets a bot send.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import asyncio
from collections.abc import Awaitable, Callable

_ALL_A_SECOND = 25.0
"""Telegram names 30."""
_ALL_AT_ONCE = 25.0

_IN_CHAT_A_SECOND = 1.0
_IN_GROUP_A_SECOND = 20 / 60
_IN_CHAT_AT_ONCE = 20.0
"""Short bursts are let through; where not, Telegram says how long to wait, and that is done."""

_MOST_CHATS = 10_000


class _Bucket:
    """Tokens that come back at a steady rate."""

    def __init__(self, rate: float, size: float, now: float) -> None:
        self._rate = rate
        self._size = size
        self._tokens = size
        self._at = now

    def wait_s(self, now: float) -> float:
        """How long until there is a token."""
        self._tokens = min(self._size, self._tokens + (now - self._at) * self._rate)
        self._at = now
        return max(0.0, (1.0 - self._tokens) / self._rate)

    def take(self) -> None:
        """Use one, which may leave a debt."""
        self._tokens -= 1.0

    @property
    def is_full(self) -> bool:
        return self._tokens >= self._size


class SendingLimits:
    """Permission to send, in the order of asking within a chat. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float], pause: Callable[[float], Awaitable[None]]) -> None:
        self._clock = clock
        self._pause = pause
        self._all = _Bucket(_ALL_A_SECOND, _ALL_AT_ONCE, clock())
        self._chats: dict[int, _Bucket] = {}
        self._turns: dict[int, asyncio.Lock] = {}
        self._held_until: dict[int, float] = {}

    async def admit(self, chat_id: int) -> None:
        """Return when one more may be sent to this chat, and count it."""
        async with self._turns.setdefault(chat_id, asyncio.Lock()):
            while (wait_s := self._wait_s(chat_id)) > 0:
                await self._pause(wait_s)
            self._count(chat_id)

    def admit_now(self, chat_id: int) -> bool:
        """Count one more if it may be sent at once, and say so."""
        lock = self._turns.get(chat_id)
        if (lock is not None and lock.locked()) or self._wait_s(chat_id) > 0:
            return False
        self._count(chat_id)
        return True

    def hold(self, chat_id: int, seconds: float) -> None:
        """Telegram wants nothing for this chat for so long."""
        self._held_until[chat_id] = max(self._held_until.get(chat_id, 0.0), self._clock() + seconds)

    def _wait_s(self, chat_id: int) -> float:
        now = self._clock()
        held_s = self._held_until.get(chat_id, now) - now
        if held_s <= 0:
            self._held_until.pop(chat_id, None)
        return max(held_s, self._of(chat_id).wait_s(now), self._all.wait_s(now))

    def _count(self, chat_id: int) -> None:
        self._of(chat_id).take()
        self._all.take()

    def _of(self, chat_id: int) -> _Bucket:
        if chat_id not in self._chats:
            if len(self._chats) >= _MOST_CHATS:
                self._forget_the_idle()
            rate = _IN_GROUP_A_SECOND if chat_id < 0 else _IN_CHAT_A_SECOND  # Groups have negative numbers.
            self._chats[chat_id] = _Bucket(rate, _IN_CHAT_AT_ONCE, self._clock())
        return self._chats[chat_id]

    def _forget_the_idle(self) -> None:
        now = self._clock()
        for chat_id, bucket in tuple(self._chats.items()):
            bucket.wait_s(now)
            lock = self._turns.get(chat_id)
            if bucket.is_full and not (lock is not None and lock.locked()):
                del self._chats[chat_id]
                self._turns.pop(chat_id, None)
