"""Whoever was to do the work and didn't is told, with the reason and who did."""

import asyncio
from collections.abc import Sequence

import pytest

from core.domain import TranscriptionOptions, TranslatableText
from core.domain.errors import (
    BudgetSpent,
    KeyRefused,
    ProviderError,
    ProviderFailing,
    ProviderKeyMissing,
    ProviderOverloaded,
    ProviderUnreachable,
)
from core.pipeline.fallback_notes import FallbackNotes, notes_on_cached
from core.providers import Candidate, Router
from core.providers.routing.upstream import Clocks, Upstream
from tests.fakes.simulated_time import SimulatedTime
from tests.unit.providers.routing.test_router import FREE, PAID, upstream_of

ANY = TranscriptionOptions(provider="", model="")

REASONS = [
    ProviderUnreachable(provider="Office"),
    ProviderFailing(provider="Office"),
    ProviderOverloaded(provider="Office"),
    KeyRefused(provider="Office", ending="1a1a"),
    BudgetSpent(budget="5"),
]


@pytest.fixture
def router() -> Router:
    time = SimulatedTime()
    return Router([upstream_of("office", time, PAID), upstream_of("on-device", time, FREE)], clock=time.clock)


async def asked(router: Router, *failing: str, error: ProviderError, pieces: int = 1) -> FallbackNotes:
    passed = FallbackNotes(router.excluded(ANY))

    async def work(candidate: Candidate) -> str:
        if candidate.name in failing:
            raise error
        return candidate.name

    for _ in range(pieces):
        await router.ask(router.candidates(ANY), work, passed_over=passed.add)
    return passed


def sentences(notes: Sequence[TranslatableText]) -> list[str]:
    return [str(note) for note in notes]


@pytest.mark.parametrize("error", REASONS, ids=lambda error: type(error).__name__)
async def test_each_reason_is_told_once_however_many_pieces(router: Router, error: ProviderError) -> None:
    passed = await asked(router, "office", error=error, pieces=3)
    _, device = router.candidates(ANY)
    assert sentences(passed.notes([device])) == [
        f"{error} So this computer (tiny.en) has made this text instead of Office."
    ]


async def test_of_a_text_of_several_the_part_is_told(router: Router) -> None:
    passed = await asked(router, "office", error=REASONS[0])
    (told,) = sentences(passed.notes(router.candidates(ANY)))
    assert "has made a part of this text instead of Office" in told


async def test_where_everybody_did_what_they_were_to_nothing_is_told(router: Router) -> None:
    passed = await asked(router, error=REASONS[0])
    assert passed.notes(router.candidates(ANY)[:1]) == ()


async def test_where_nobody_did_it_nobody_was_passed_over(router: Router) -> None:
    passed = FallbackNotes()

    async def fail(candidate: Candidate) -> None:
        raise ProviderFailing(provider=candidate.name)

    with pytest.raises(ProviderFailing):
        await router.ask(router.candidates(ANY), fail, passed_over=passed.add)
    assert passed.notes(router.candidates(ANY)) == ()


def test_a_provider_that_could_not_even_be_asked_is_told(router: Router) -> None:
    missing = ProviderKeyMissing(provider="Groq", name="groq").message
    router.order, router.absent = ("groq", "office", "on-device"), {"groq": missing}
    office, _ = router.candidates(ANY)
    assert sentences(FallbackNotes(router.excluded(ANY)).notes([office])) == [
        f"{missing} So Office large has made this text instead of groq."
    ]


def test_a_provider_that_doesnt_know_the_language_is_told() -> None:
    time = SimulatedTime()
    router = Router([upstream_of("english", time, FREE), upstream_of("all", time, PAID)], clock=time.clock)
    options = TranscriptionOptions(provider="", model="", language="id")
    (excluded,) = router.excluded(options)
    assert excluded.title == "English"
    assert router.excluded(ANY) == ()


def test_a_text_from_the_cache_tells_who_takes_no_requests(router: Router) -> None:
    candidates = router.candidates(ANY)
    assert notes_on_cached(candidates, 0, "m") == ()
    assert sentences(notes_on_cached(candidates, 1, "m")) == [
        "Office takes no requests at the moment. This text was made earlier by this computer (tiny.en)."
    ]


async def test_the_last_problem_stays_with_its_time_until_there_is_another_one() -> None:
    time = SimulatedTime()
    upstream = Upstream("office", "Office", {"": ""}, clocks=Clocks(time.clock, time.pause, lambda: 1_700_000_000.0))
    answers: list[object] = [ProviderUnreachable(provider="Office"), "text"]

    async def call(_: object) -> object:
        await asyncio.sleep(0)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert upstream.state.last_problem is None
    assert await upstream.ask(call) == "text"
    assert upstream.state.last_problem == ProviderUnreachable(provider="Office").message
    assert upstream.state.failed_at == 1_700_000_000.0
