"""Second attempts, keys in turn and the circuit breaker of one provider."""

import asyncio
from collections.abc import Callable

import pytest

from core.domain.errors import (
    CreditExhausted,
    KeyRefused,
    NotulaError,
    ProviderFailing,
    ProviderOverloaded,
    ProviderUnreachable,
    RecordingRefused,
)
from core.domain.provider_state import CircuitState
from core.providers.routing.circuit_breaker import FAILURES_TO_OPEN
from core.providers.routing.upstream import SHORT_WAIT_S, Clocks, Upstream
from tests.fakes.simulated_time import SimulatedTime

FIRST, SECOND = "first-key", "second-key"


class Service:
    """Answers each key as it is told, then with the key itself."""

    def __init__(self) -> None:
        self.script: dict[str, list[NotulaError]] = {}
        self.asked: list[str] = []

    def fails(self, key: str, *errors: NotulaError) -> None:
        self.script.setdefault(key, []).extend(errors)

    async def answer(self, key: str) -> str:
        self.asked.append(key)
        if self.script.get(key):
            raise self.script[key].pop(0)
        return key


def make(*keys: str) -> tuple[Upstream[str], Service, SimulatedTime]:
    time = SimulatedTime()
    upstream = Upstream("groq", "Groq", {key: key for key in keys}, clocks=Clocks(time.clock, time.pause))
    return upstream, Service(), time


def failing() -> ProviderFailing:
    return ProviderFailing(provider="Groq")


def overloaded(retry_after_s: float | None = None) -> ProviderOverloaded:
    return ProviderOverloaded(provider="Groq", retry_after_s=retry_after_s)


def refused(key: str) -> KeyRefused:
    return KeyRefused(provider="Groq", ending=key[-4:])


@pytest.mark.parametrize("error", [failing, overloaded, lambda: ProviderUnreachable(provider="Groq")])
async def test_what_passes_is_tried_again_twice(error: Callable[[], NotulaError]) -> None:
    upstream, service, time = make(FIRST)
    service.fails(FIRST, error(), error())
    assert await upstream.ask(service.answer) == FIRST
    assert len(time.pauses) >= 2
    service.fails(FIRST, error(), error(), error())
    with pytest.raises(NotulaError):
        await upstream.ask(service.answer)
    assert len(service.asked) == 6


async def test_what_stays_is_not_tried_again() -> None:
    upstream, service, time = make(FIRST, SECOND)
    service.fails(FIRST, RecordingRefused(provider="Groq"))
    with pytest.raises(RecordingRefused):
        await upstream.ask(service.answer)
    assert (service.asked, time.pauses) == ([FIRST], [])


async def test_a_time_that_the_service_names_is_waited_for() -> None:
    upstream, service, time = make(FIRST)
    service.fails(FIRST, overloaded(retry_after_s=12))
    begun = time.now
    await upstream.ask(service.answer)
    assert time.now - begun >= 12


async def test_the_next_key_is_used_at_once_while_one_rests() -> None:
    upstream, service, time = make(FIRST, SECOND)
    service.fails(FIRST, overloaded(retry_after_s=20))
    assert [await upstream.ask(service.answer) for _ in range(3)] == [SECOND, SECOND, SECOND]
    assert time.pauses == []
    assert upstream.state.rate_limited_keys == 1
    time.now += 20
    assert {await upstream.ask(service.answer) for _ in range(2)} == {FIRST, SECOND}


async def test_keys_that_may_be_asked_again_at_once_dont_go_round_for_ever() -> None:
    upstream, service, _ = make(FIRST, SECOND)
    for key in (FIRST, SECOND):
        service.fails(key, *(overloaded(retry_after_s=0) for _ in range(50)))
    with pytest.raises(ProviderOverloaded):
        await upstream.ask(service.answer)
    assert len(service.asked) == 6


async def test_a_refused_key_gives_its_place_to_the_next_and_its_owner_is_told() -> None:
    upstream, service, time = make(FIRST, SECOND)
    service.fails(FIRST, refused("gsk_abcdef3f2a"))
    assert [await upstream.ask(service.answer) for _ in range(3)] == [SECOND] * 3
    assert time.pauses == []
    assert [str(notice) for notice in upstream.notices] == [
        "Groq refused the key ending in …3f2a. Check it in Notula under Settings."
    ]
    assert (upstream.state.keys, upstream.state.usable_keys) == (2, 1)


async def test_where_all_keys_are_refused_nobody_is_asked_for_a_while() -> None:
    upstream, service, _ = make(FIRST)
    service.fails(FIRST, CreditExhausted(provider="Groq", ending="3f2a"))
    for _ in range(3):
        with pytest.raises(CreditExhausted) as failure:
            await upstream.ask(service.answer)
        assert "3f2a" in str(failure.value)
    assert service.asked == [FIRST]
    assert not upstream.is_available


async def test_trying_a_key_out_brings_it_back() -> None:
    upstream, service, _ = make(FIRST, SECOND)
    service.fails(FIRST, refused(FIRST))
    service.fails(SECOND, refused(SECOND), refused(SECOND))
    with pytest.raises(KeyRefused):
        await upstream.ask(service.answer)
    outcomes = {key: error for key, error, _ in await upstream.try_each_key(service.answer)}
    assert outcomes[FIRST] is None
    assert isinstance(outcomes[SECOND], KeyRefused)
    assert await upstream.ask(service.answer) == FIRST
    assert len(upstream.notices) == 1


async def test_a_long_rest_is_left_to_another_provider_where_there_is_one() -> None:
    upstream, service, time = make(FIRST)
    service.fails(FIRST, overloaded(retry_after_s=SHORT_WAIT_S + 1))
    with pytest.raises(ProviderOverloaded):
        await upstream.ask(service.answer)
    assert not upstream.is_available
    with pytest.raises(ProviderOverloaded):
        await upstream.ask(service.answer)
    assert service.asked == [FIRST]
    assert await upstream.ask(service.answer, is_last=True) == FIRST
    assert time.pauses == [SHORT_WAIT_S + 1]


async def open_circuit(upstream: Upstream[str], service: Service) -> None:
    for _ in range(FAILURES_TO_OPEN):
        service.fails(FIRST, failing())
    while upstream.state.circuit is CircuitState.CLOSED:
        with pytest.raises(ProviderFailing):
            await upstream.ask(service.answer)
    service.script.clear()
    service.asked.clear()


async def test_an_open_circuit_is_asked_nothing() -> None:
    upstream, service, _ = make(FIRST)
    await open_circuit(upstream, service)
    assert not upstream.is_available
    with pytest.raises(ProviderFailing):
        await upstream.ask(service.answer)
    assert service.asked == []


async def test_an_open_circuit_is_waited_for_where_nobody_else_can_do_the_work() -> None:
    upstream, service, _ = make(FIRST)
    await open_circuit(upstream, service)
    answers = await asyncio.gather(*(upstream.ask(service.answer, is_last=True) for _ in range(5)))
    assert answers == [FIRST] * 5
    assert upstream.state.circuit is CircuitState.CLOSED


async def test_of_a_half_open_circuit_one_call_tells_the_others() -> None:
    upstream, service, time = make(FIRST)
    await open_circuit(upstream, service)
    time.now += upstream.state.retry_in_s
    gate = asyncio.Event()

    async def slow(key: str) -> str:
        await gate.wait()
        return key

    probe = asyncio.create_task(upstream.ask(slow))
    waiting = asyncio.create_task(upstream.ask(service.answer, is_last=True))
    await asyncio.wait([probe, waiting], timeout=0)
    with pytest.raises(ProviderFailing):
        await upstream.ask(service.answer)
    assert service.asked == []
    gate.set()
    assert await asyncio.gather(probe, waiting) == [FIRST, FIRST]


async def test_a_cancelled_probe_leaves_room_for_the_next() -> None:
    upstream, service, time = make(FIRST)
    await open_circuit(upstream, service)
    time.now += upstream.state.retry_in_s
    started = asyncio.Event()

    async def endless(key: str) -> str:
        started.set()
        await asyncio.Event().wait()
        return key

    probe = asyncio.create_task(upstream.ask(endless))
    await started.wait()
    probe.cancel()
    await asyncio.wait([probe])
    assert await upstream.ask(service.answer) == FIRST


async def test_requests_that_are_too_many_dont_open_the_circuit() -> None:
    upstream, service, _ = make(FIRST)
    service.fails(FIRST, *(overloaded() for _ in range(30)))
    for _ in range(10):
        with pytest.raises(ProviderOverloaded):
            await upstream.ask(service.answer, is_last=True)
    assert upstream.state.circuit is CircuitState.CLOSED
