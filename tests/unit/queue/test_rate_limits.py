import pytest

from core.domain import Requester
from core.domain.errors import TooManyRequests
from core.queue import RateLimits

ANNA, BEN = Requester("telegram", "anna"), Requester("telegram", "ben")


async def admitted(limits: RateLimits, requester: Requester, times: int) -> int:
    count = 0
    for _ in range(times):
        try:
            await limits.admit(requester)
        except TooManyRequests:
            continue
        count += 1
    return count


async def test_each_person_has_a_window_of_their_own() -> None:
    limits = RateLimits(per_user=10, for_all=100)
    assert await admitted(limits, ANNA, 30) == 10
    assert await admitted(limits, BEN, 30) == 10


async def test_a_refusal_says_when_to_try_again() -> None:
    limits = RateLimits(per_user=1, for_all=100)
    await limits.admit(ANNA)
    with pytest.raises(TooManyRequests) as refusal:
        await limits.admit(ANNA)
    assert refusal.value.retry_after_s is not None
    assert 1 <= refusal.value.retry_after_s <= 60
    assert str(int(refusal.value.retry_after_s)) in str(refusal.value.message)


async def test_who_is_refused_for_all_keeps_their_own_requests() -> None:
    limits = RateLimits(per_user=10, for_all=5)
    assert await admitted(limits, ANNA, 5) == 5
    assert await admitted(limits, BEN, 20) == 0
    limits.set(per_user=10, for_all=100)
    assert await admitted(limits, BEN, 20) == 10


async def test_the_owner_has_no_limits() -> None:
    limits = RateLimits(per_user=1, for_all=1)
    assert await admitted(limits, Requester("desktop"), 50) == 50
    assert await admitted(limits, ANNA, 2) == 1
