"""Who is asked, in which order, and who takes over."""

import asyncio
from dataclasses import replace

import pytest

from core.concurrency.retry import RetryPolicy
from core.domain import TranscriptionOptions
from core.domain.errors import KeyRefused, NoProvider, ProviderError, ProviderUnreachable, RecordingRefused
from core.providers import Candidate, Capabilities, OfferedModel, Router, Upstream
from core.providers.routing.router import LEAST_SAMPLES
from core.providers.routing.upstream import Clocks
from tests.fakes.provider import NumberingProvider
from tests.fakes.simulated_time import SimulatedTime

PAID = OfferedModel("large", price_per_minute=0.01)
FREE = OfferedModel("tiny.en", languages=frozenset({"en"}))


def upstream_of(name: str, time: SimulatedTime, *models: OfferedModel, **capabilities: object) -> Upstream:
    provider = NumberingProvider()
    provider.name = name
    provider.capabilities = replace(Capabilities(2, 60.0, gives_words=False), models=models, **capabilities)
    return Upstream(
        name,
        name.title(),
        {"": provider},
        model=models[0].name if models else "",
        clocks=Clocks(time.clock, time.pause),
        retry=RetryPolicy(first_delay_s=0.0),
    )


@pytest.fixture
def time() -> SimulatedTime:
    return SimulatedTime()


@pytest.fixture
def router(time: SimulatedTime) -> Router:
    return Router(
        [
            upstream_of("groq", time, PAID, OfferedModel("turbo"), translates_to_english=True),
            upstream_of("deepgram", time, PAID, gives_speakers=True),
            upstream_of("on-device", time, FREE),
        ],
        clock=time.clock,
    )


def names(candidates: tuple[Candidate, ...]) -> list[tuple[str, str]]:
    return [(candidate.options.provider, candidate.options.model) for candidate in candidates]


ANY = TranscriptionOptions(provider="", model="")


def test_the_owners_order_holds_and_each_is_asked_for_its_own_model(router: Router) -> None:
    candidates = router.candidates(ANY)
    assert names(candidates) == [("groq", "large"), ("deepgram", "large"), ("on-device", "tiny.en")]
    assert [candidate.is_last for candidate in candidates] == [False, False, True]


def test_who_is_named_comes_first_with_the_named_model(router: Router) -> None:
    assert names(router.candidates(replace(ANY, provider="on-device", model="small")))[:2] == [
        ("on-device", "small"),
        ("groq", "large"),
    ]
    assert names(router.candidates(replace(ANY, provider="gone", model="small")))[0] == ("groq", "large")
    assert names(router.candidates(replace(ANY, provider="groq", model="turbo")))[0] == ("groq", "turbo")


def test_who_cant_do_what_is_asked_is_left_out_as_long_as_anybody_is_left(router: Router) -> None:
    assert [name for name, _ in names(router.candidates(replace(ANY, language="id")))] == ["groq", "deepgram"]
    assert [name for name, _ in names(router.candidates(replace(ANY, to_english=True)))] == ["groq"]
    assert names(router.candidates(replace(ANY, speakers=True)))[0][0] == "deepgram"
    router.upstreams = router.upstreams[2:]
    assert [name for name, _ in names(router.candidates(replace(ANY, language="id")))] == ["on-device"]


def test_to_translate_the_model_is_asked_that_can(time: SimulatedTime) -> None:
    router = Router([upstream_of("groq", time, PAID, translates_to_english=True, translating_model="v3")])
    assert names(router.candidates(replace(ANY, to_english=True))) == [("groq", "v3")]
    assert names(router.candidates(ANY)) == [("groq", "large")]


def test_where_nobody_is_left_that_is_said(router: Router) -> None:
    router.upstreams = ()
    with pytest.raises(NoProvider):
        router.candidates(ANY)


def test_nobody_is_asked_in_place_of_a_provider_that_is_not_installed(time: SimulatedTime) -> None:
    groq, deepgram = upstream_of("groq", time, PAID), upstream_of("deepgram", time, PAID)
    missing = upstream_of("on-device", time, FREE, is_installed=False)

    def asked(*upstreams: Upstream, **options: str) -> list[str]:
        candidates = Router(upstreams).candidates(replace(ANY, **options))
        assert candidates[-1].is_last
        return [candidate.name for candidate in candidates]

    assert asked(missing, groq) == ["on-device"]
    assert asked(missing, groq, language="id") == ["on-device"]
    assert asked(groq, missing, provider="on-device") == ["on-device"]
    assert asked(groq, missing, deepgram) == ["groq"]
    assert asked(missing, groq, provider="groq") == ["groq"]
    assert Router([missing, groq]).excluded(replace(ANY, provider="groq")) == ()


async def test_the_next_takes_over_and_the_first_ones_error_is_told_where_all_fail(router: Router) -> None:
    asked: list[str] = []
    failures: dict[str, ProviderError] = {
        "groq": KeyRefused(provider="Groq", ending=""),
        "deepgram": RecordingRefused(provider="Deepgram"),
    }

    async def work(candidate: Candidate) -> str:
        asked.append(candidate.name)
        if candidate.name in failures:
            raise failures[candidate.name]
        return candidate.name

    assert await router.ask(router.candidates(ANY), work) == "on-device"
    failures["on-device"] = ProviderUnreachable(provider="On-Device")
    with pytest.raises(KeyRefused) as failure:
        await router.ask(router.candidates(ANY), work)
    assert failure.value.retries_exhausted
    assert asked == ["groq", "deepgram", "on-device"] * 2


async def test_whoever_is_likely_to_do_the_work_is_known_before(router: Router, time: SimulatedTime) -> None:
    candidates = router.candidates(ANY)
    assert len(router.available(candidates)) == 1

    async def refuse(provider: object) -> None:
        raise KeyRefused(provider="Groq", ending="")

    with pytest.raises(KeyRefused):
        await candidates[0].ask(refuse)
    assert [candidate.name for candidate in router.available(candidates)] == ["groq", "deepgram"]
    assert router.states[0].circuit == "closed"
    assert len(router.notices) == 1


def test_where_the_budget_is_spent_the_free_one_is_likely_to_do_the_work(time: SimulatedTime) -> None:
    may_spend = True
    upstreams = [upstream_of("groq", time, PAID), upstream_of("on-device", time, FREE)]
    router = Router(upstreams, may_spend=lambda: may_spend)
    candidates = router.candidates(ANY)
    assert router.available(candidates)[-1].name == "groq"
    may_spend = False
    assert router.available(candidates)[-1].name == "on-device"
    assert [state.is_skipped for state in router.states] == [True, False]


class Race:
    """Work whose end for each provider is in the test's hand."""

    def __init__(self) -> None:
        self.asked: list[Candidate] = []
        self.both = asyncio.Event()
        self.gates: dict[str, asyncio.Future[str]] = {}

    async def work(self, candidate: Candidate) -> str:
        self.asked.append(candidate)
        if len(self.asked) == 2:
            self.both.set()
        gate = self.gates.setdefault(candidate.name, asyncio.get_running_loop().create_future())
        return await gate


async def hedging(router: Router) -> None:
    """Let the router see how long short work usually takes: no time at all."""
    router.hedges = True

    async def at_once(candidate: Candidate) -> str:
        return candidate.name

    for _ in range(LEAST_SAMPLES):
        await router.ask(router.candidates(ANY), at_once, is_short=True)


async def test_a_second_one_is_asked_where_the_first_is_slow_and_the_faster_wins(router: Router) -> None:
    await hedging(router)
    race = Race()
    asking = asyncio.create_task(router.ask(router.candidates(ANY), race.work, is_short=True))
    await race.both.wait()
    assert [candidate.name for candidate in race.asked] == ["groq", "deepgram"]
    assert all(candidate.is_raced for candidate in race.asked)
    race.gates["deepgram"].set_result("by deepgram")
    assert await asking == "by deepgram"
    assert race.gates["groq"].cancelled()


async def test_a_race_goes_on_where_one_fails_and_a_third_is_asked_where_both_do(router: Router) -> None:
    await hedging(router)
    race = Race()
    asking = asyncio.create_task(router.ask(router.candidates(ANY), race.work, is_short=True))
    await race.both.wait()
    race.gates["deepgram"].set_exception(RecordingRefused(provider="Deepgram"))
    race.gates["groq"].set_result("by groq")
    assert await asking == "by groq"

    race = Race()
    asking = asyncio.create_task(router.ask(router.candidates(ANY), race.work, is_short=True))
    await race.both.wait()
    race.gates["on-device"] = asyncio.get_running_loop().create_future()
    race.gates["on-device"].set_result("by the device")
    for name in ("groq", "deepgram"):
        race.gates[name].set_exception(RecordingRefused(provider=name))
    assert await asking == "by the device"


async def test_cancelling_ends_both_of_a_race(router: Router) -> None:
    await hedging(router)
    race = Race()
    asking = asyncio.create_task(router.ask(router.candidates(ANY), race.work, is_short=True))
    await race.both.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert all(gate.cancelled() for gate in race.gates.values())


async def test_without_enough_answers_or_without_being_asked_for_nobody_races(router: Router) -> None:
    race = Race()
    race.gates["groq"] = asyncio.get_running_loop().create_future()
    race.gates["groq"].set_result("by groq")
    router.hedges = True
    assert await router.ask(router.candidates(ANY), race.work, is_short=True) == "by groq"
    await hedging(router)
    assert await router.ask(router.candidates(ANY), race.work) == "by groq"
    assert not any(candidate.is_raced for candidate in race.asked)
