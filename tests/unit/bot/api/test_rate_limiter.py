"""How fast the bot sends, by a simulated clock."""

import asyncio
from collections import defaultdict

import pytest

from core.bot.api.rate_limiter import MAX_REFILL_S, RateLimiter

A_SECOND_OVERALL = 30
A_MINUTE_IN_A_GROUP = 20


class Waits:
    """A clock that goes on once everybody waits for it; `stall` lets it stand still for them all."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._until: defaultdict[float, list[asyncio.Future[None]]] = defaultdict(list)

    def clock(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._until[self.now + seconds].append(future)
        await future

    async def run(self, *waiting: "asyncio.Task[None]", stall_at: float = 0.0, stall_s: float = 0.0) -> None:
        while not all(task.done() for task in waiting):
            for _ in range(200):
                await asyncio.sleep(0)
            if not self._until:
                continue
            self.now = max(self.now, min(self._until))
            if stall_s and self.now >= stall_at:
                self.now, stall_s = self.now + stall_s, 0.0
            for at in [at for at in self._until if at <= self.now]:
                for future in self._until.pop(at):
                    if not future.done():
                        future.set_result(None)


@pytest.fixture
def time() -> Waits:
    return Waits()


def busiest(sent: list[float], window_s: float) -> int:
    """The most that were sent within any such time."""
    return max(sum(at <= other < at + window_s for other in sent) for at in sent)


async def sent_to(time: Waits, limits: RateLimiter, *chats: int, **stall: float) -> list[float]:
    sent: list[float] = []

    async def send(chat_id: int) -> None:
        await limits.admit(chat_id)
        sent.append(time.now)

    await time.run(*[asyncio.create_task(send(chat_id)) for chat_id in chats], **stall)
    return sent


@pytest.mark.parametrize("stall_s", [0.0, 0.5, 3.0])
async def test_no_second_has_more_than_telegram_allows(time: Waits, stall_s: float) -> None:
    limits = RateLimiter(time.clock, time.pause)
    sent = await sent_to(time, limits, *range(1, 101), stall_at=time.now + 0.5, stall_s=stall_s)
    assert len(sent) == 100
    assert busiest(sent, 1.0) <= A_SECOND_OVERALL - 3
    seconds = sent[-1] - sent[0] - stall_s
    # What may be sent in the windows that begin meanwhile; a pause of all of it lets at most one begin more.
    whole_windows_s = 3 * 1.05
    assert whole_windows_s + 0.2 <= seconds + (1.05 if stall_s else 0.0)
    assert seconds <= whole_windows_s + 0.4


async def test_a_few_at_once_wait_for_nothing(time: Waits) -> None:
    sent = await sent_to(time, RateLimiter(time.clock, time.pause), *range(1, 7))
    assert sent == [1000.0] * 6


async def test_late_requests_of_one_window_and_those_of_the_next_are_no_lump(time: Waits) -> None:
    sent = await sent_to(time, RateLimiter(time.clock, time.pause), *range(1, 101))
    assert busiest(sent, 0.1) <= 6 + 0.1 * 60


async def test_those_that_had_to_wait_do_not_come_all_at_once(time: Waits) -> None:
    limits = RateLimiter(time.clock, time.pause)
    for chat_id in range(1, 101):
        limits.block(chat_id, 5.0)
    sent = await sent_to(time, limits, *range(1, 101))
    assert sent[0] >= 1005.0
    assert busiest(sent, 1.0) <= A_SECOND_OVERALL - 3


async def test_a_group_gets_no_second_burst_after_a_start(time: Waits) -> None:
    before = await sent_to(time, RateLimiter(time.clock, time.pause), *[-7] * 30)
    assert busiest(before, 60.0) == A_MINUTE_IN_A_GROUP
    anew = RateLimiter(time.clock, time.pause)
    anew.restore({-7: time.now - before[-1]})
    after = await sent_to(time, anew, *[-7] * 30)
    assert busiest(before + after, 60.0) == A_MINUTE_IN_A_GROUP


async def test_all_together_get_no_second_burst_after_a_start(time: Waits) -> None:
    before = await sent_to(time, RateLimiter(time.clock, time.pause), *range(1, 51))
    anew = RateLimiter(time.clock, time.pause)
    anew.restore(dict.fromkeys(range(1, 51), 0.0))
    after = await sent_to(time, anew, *range(51, 101))
    assert busiest(before + after, 1.0) <= A_SECOND_OVERALL - 3


async def test_after_a_long_silence_a_burst_is_let_through(time: Waits) -> None:
    limits = RateLimiter(time.clock, time.pause)
    limits.restore({-7: MAX_REFILL_S})
    sent = await sent_to(time, limits, *[-7] * 8)
    assert sent[-1] - sent[0] < 1.0


@pytest.mark.parametrize(("asked_s", "held_s"), [(0.0, 1.0), (-5.0, 1.0), (1e12, 24 * 3600.0)])
async def test_no_server_has_the_bot_ask_all_the_time_or_never_again(
    time: Waits, asked_s: float, held_s: float
) -> None:
    limits = RateLimiter(time.clock, time.pause)
    limits.block(7, asked_s)
    (sent,) = await sent_to(time, limits, 7)
    assert sent - 1000.0 == pytest.approx(held_s, abs=0.1)


async def test_progress_waits_for_nobody_and_holds_up_nobody(time: Waits) -> None:
    limits = RateLimiter(time.clock, time.pause)
    assert limits.try_admit(7)
    limits.block(8, 5.0)
    assert not limits.try_admit(8)
    task = asyncio.create_task(limits.admit(8))
    await asyncio.sleep(0)
    time.now += 10.0
    assert limits.try_admit(7)
    await time.run(task)
