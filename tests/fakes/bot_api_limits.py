"""Flood control as Telegram describes it: https://core.telegram.org/bots/faq#broadcasting-to-users.

How Telegram really counts is its secret; these are the limits that it names.
"""

import math
from collections import defaultdict, deque
from collections.abc import Callable

from tests.fakes.bot_api_wire import too_many_requests

_BURST = 3
_A_MINUTE_IN_A_GROUP = 20
_A_SECOND_OVERALL = 30
_IN_FLIGHT_S = 0.1
"""Who has been told to wait may have sent something else meanwhile."""


class FloodControl:
    """Counts what is sent and edited while it is `enabled`; a refusal holds for `shortest_wait_s` at least."""

    def __init__(self, now: Callable[[], float], complain: Callable[[str], None]) -> None:
        self.enabled = False
        self.shortest_wait_s = 1
        self._now = now
        self._complain = complain
        self._in_chat: defaultdict[int, deque[float]] = defaultdict(deque)
        self._overall: deque[float] = deque()
        self._told_at: dict[int, float] = {}
        self._wait_until: dict[int, float] = {}

    def check(self, chat_id: int) -> None:
        """Count one message to the chat.

        Raises:
            Refusal: there were too many, or the client doesn't wait although it was told to.
        """
        if not self.enabled:
            return
        now = self._now()
        wait_until = self._wait_until.get(chat_id, 0.0)
        if now < wait_until:
            if now > self._told_at[chat_id] + _IN_FLIGHT_S:
                self._complain(f"sent to {chat_id} {wait_until - now:.1f} s too early")
            raise too_many_requests(math.ceil(wait_until - now))
        overall, in_chat = self._overall, self._in_chat[chat_id]
        waits_s = [self._wait(overall, _A_SECOND_OVERALL, 1.0, now), self._wait(in_chat, _BURST, float(_BURST), now)]
        if chat_id < 0:
            waits_s.append(self._wait(in_chat, _A_MINUTE_IN_A_GROUP, 60.0, now))
        if max(waits_s) > 0:
            seconds = max(self.shortest_wait_s, math.ceil(max(waits_s)))
            self._told_at[chat_id], self._wait_until[chat_id] = now, now + seconds
            raise too_many_requests(seconds)
        overall.append(now)
        in_chat.append(now)

    def _wait(self, sent: deque[float], most: int, window_s: float, now: float) -> float:
        """How long to wait until there are fewer than `most` within the window."""
        while sent and sent[0] <= now - 60:
            sent.popleft()
        recent = [at for at in sent if at > now - window_s]
        return recent[-most] + window_s - now if len(recent) >= most else 0.0
