import random

from core.concurrency.retry import RetryPolicy
from core.domain.errors import EngineCrashed, NoAudio


def test_the_wait_before_another_attempt_doubles_and_honours_what_the_other_side_asks() -> None:
    policy = RetryPolicy(first_delay_s=2.0, random=random.Random(1))
    assert policy.delay_s(NoAudio(name="x"), 1) is None
    assert policy.delay_s(EngineCrashed(), 3) is None
    assert policy.delay_s(EngineCrashed(retry_after_s=500), 1) == 500
    first, second = policy.delay_s(EngineCrashed(), 1), policy.delay_s(EngineCrashed(), 2)
    assert first is not None
    assert second is not None
    assert 1.0 <= first <= 3.0
    assert 2.0 <= second <= 6.0
