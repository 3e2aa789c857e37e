import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Requester
from core.domain.errors import TooManyRequests
from core.queue import RequestLimits
from core.queue.local.moving_window_storage import MovingWindowStorage
from tests.unit.queue.test_waiting import Clock

ANNA, BEN = Requester("telegram", "anna"), Requester("telegram", "ben")


async def is_admitted(limits: RequestLimits, requester: Requester) -> bool:
    try:
        await limits.admit(requester)
    except TooManyRequests:
        return False
    return True


async def admitted(limits: RequestLimits, requester: Requester, times: int) -> int:
    return sum([await is_admitted(limits, requester) for _ in range(times)])


class SlowWindows(MovingWindowStorage):
    """Lets everybody else go on before it answers, as a storage on another machine does."""

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        await asyncio.sleep(0)
        return await super().acquire_entry(key, limit, expiry, amount)

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        window = await super().get_moving_window(key, limit, expiry)
        await asyncio.sleep(0)
        return window


async def test_each_person_has_a_window_of_their_own() -> None:
    limits = RequestLimits(per_user=10, for_all=100)
    assert await admitted(limits, ANNA, 30) == 10
    assert await admitted(limits, BEN, 30) == 10


async def test_a_refusal_says_when_to_try_again() -> None:
    clock = Clock()
    limits = RequestLimits(per_user=2, for_all=100, clock=clock)
    await limits.admit(ANNA)
    clock.now = 20.5
    await limits.admit(ANNA)
    with pytest.raises(TooManyRequests) as refusal:
        await limits.admit(ANNA)
    assert refusal.value.retry_after_s == 40
    assert "40" in str(refusal.value.message)
    clock.now += 40
    await limits.admit(ANNA)


async def test_who_is_refused_for_all_keeps_their_own_requests() -> None:
    limits = RequestLimits(per_user=10, for_all=5)
    assert await admitted(limits, ANNA, 5) == 5
    assert await admitted(limits, BEN, 20) == 0
    limits.set(per_user=10, for_all=100)
    assert await admitted(limits, BEN, 20) == 10


async def test_what_has_waited_counts_for_when_it_was_asked() -> None:
    clock = Clock()
    clock.now = 10_000.0
    limits = RequestLimits(per_user=2, for_all=3, clock=clock)

    async def is_admitted_late(requester: Requester, waited_s: float) -> bool:
        try:
            await limits.admit(requester, waited_s=waited_s)
        except TooManyRequests:
            return False
        return True

    for minutes in (5, 60):
        assert [await is_admitted_late(ANNA, 60 * minutes + second) for second in range(3)] == [True, True, False]
        assert [await is_admitted_late(BEN, 60 * minutes) for _ in range(2)] == [True, False]
    assert await admitted(limits, ANNA, 5) == 2
    assert not await is_admitted_late(ANNA, 59)


async def test_the_owner_has_no_limits() -> None:
    limits = RequestLimits(per_user=1, for_all=1)
    assert await admitted(limits, Requester("desktop"), 50) == 50
    assert await admitted(limits, ANNA, 2) == 1


async def test_who_asks_for_much_at_the_same_moment_gets_no_more_than_one_after_the_other() -> None:
    clock = Clock()
    limits = RequestLimits(10, 15, clock, storage=SlowWindows(clock))
    of_anna = asyncio.gather(*(is_admitted(limits, ANNA) for _ in range(50)))
    of_ben = asyncio.gather(*(is_admitted(limits, BEN) for _ in range(50)))
    assert (sum(await of_anna), sum(await of_ben)) == (10, 5)


async def test_two_processes_with_one_storage_admit_no_more_than_one() -> None:
    clock = Clock()
    storage = SlowWindows(clock)
    processes = [RequestLimits(10, 100, clock, storage=storage) for _ in range(2)]
    assert sum(await asyncio.gather(*(is_admitted(limits, ANNA) for limits in processes for _ in range(50)))) == 10


async def test_who_has_not_asked_for_a_minute_is_forgotten() -> None:
    clock = Clock()
    windows = MovingWindowStorage(clock)
    limits = RequestLimits(10, 10_000, clock, storage=windows)
    for number in range(1000):
        await limits.admit(Requester("telegram", str(number)))
    assert windows.remembered == 1001
    clock.now = 61
    await limits.admit(ANNA)
    assert windows.remembered == 2


@given(st.lists(st.floats(0, 90), max_size=60))
async def test_in_no_minute_are_more_admitted_than_the_limit_and_none_is_refused_before(pauses_s: list[float]) -> None:
    clock = Clock()
    limits = RequestLimits(per_user=3, for_all=100, clock=clock)
    moments: list[float] = []
    for pause_s in pauses_s:
        clock.now += pause_s
        has_room = sum(moment > clock.now - 60 for moment in moments) < 3
        assert await is_admitted(limits, ANNA) == has_room
        if has_room:
            moments.append(clock.now)
