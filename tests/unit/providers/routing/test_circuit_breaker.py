"""When a provider is left alone."""

import pytest

from core.domain.provider_state import CircuitState
from core.providers.routing.circuit_breaker import CircuitBreaker


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker(clock, failures_to_open=3, first_pause_s=10, longest_pause_s=30)


def fail(breaker: CircuitBreaker, times: int = 1) -> None:
    for _ in range(times):
        assert breaker.allows_call()
        breaker.failed()


def test_some_failures_among_successes_change_nothing(breaker: CircuitBreaker) -> None:
    for _ in range(10):
        fail(breaker, 2)
        assert breaker.allows_call()
        breaker.succeeded()
    assert breaker.state is CircuitState.CLOSED


def test_failures_in_a_row_open_it_for_a_while(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    assert breaker.state is CircuitState.OPEN
    assert not breaker.allows_call()
    clock.now += 9
    assert breaker.retry_in_s == 1
    assert not breaker.allows_call()
    clock.now += 1
    assert breaker.state is CircuitState.HALF_OPEN


def test_half_open_it_lets_one_call_through(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 10
    assert breaker.allows_call()
    assert not breaker.allows_call()
    breaker.succeeded()
    assert breaker.state is CircuitState.CLOSED
    assert breaker.allows_call()


def test_each_probe_that_fails_doubles_the_pause(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    for pause_s in (20, 30, 30):
        clock.now += breaker.retry_in_s
        fail(breaker)
        assert breaker.retry_in_s == pause_s
    clock.now += 30
    assert breaker.allows_call()
    breaker.succeeded()
    fail(breaker, 3)
    assert breaker.retry_in_s == 10


def test_a_probe_that_tells_nothing_leaves_the_next_call_to_tell(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 10
    assert breaker.allows_call()
    breaker.inconclusive()
    assert breaker.state is CircuitState.HALF_OPEN
    assert breaker.allows_call()


def test_calls_that_were_under_way_when_it_opened_change_little(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 5
    breaker.failed()
    assert breaker.retry_in_s == 10
    breaker.succeeded()
    assert breaker.state is CircuitState.CLOSED
