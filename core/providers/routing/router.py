"""Chooses the provider for a piece of work by the owner's order, and falls back to the next one where one fails."""

import asyncio
import itertools
import logging
import statistics
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from core.domain import TranscriptionOptions, TranslatableText, mark
from core.domain.errors import BudgetRequired, NoProvider, ProviderError
from core.domain.provider_state import ProviderState
from core.providers.provider import Capabilities, OfferedModel, Provider
from core.providers.routing.upstream import Upstream

logger = logging.getLogger(__name__)

T = TypeVar("T")

LEAST_SAMPLES = 20
"""Of fewer answers the 95th percentile says nothing."""
_MOST_SAMPLES = 200


def always() -> bool:
    """The default of `may_spend`: without a budget every provider may be used."""
    return True


def never(name: str) -> bool:
    """The default of `costs_nothing`: without prices no provider is known to be free."""
    return False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provider that may do a piece of work, and the options for it, with its own model and name.

    `is_last` where no other comes after it. `is_raced` while another provider does the same work: nothing may be
    published before it is done.
    """

    upstream: Upstream[Provider]
    options: TranscriptionOptions
    is_last: bool
    is_raced: bool = False

    @property
    def name(self) -> str:
        """The provider's stable name."""
        return self.upstream.name

    @property
    def capabilities(self) -> Capabilities:
        """What it can do now."""
        return self.upstream.connection.capabilities

    @property
    def price_per_minute(self) -> float:
        """In US dollars; 0 where it is free or the price isn't known."""
        offered = _offered(self.capabilities, self.options.model)
        return offered.price_per_minute if offered else 0.0

    async def ask(self, call: Callable[[Provider], Awaitable[T]]) -> T:
        """What `call` returns, after as many attempts as `Upstream.ask` makes. Raises `ProviderError`."""
        return await self.upstream.ask(call, is_last=self.is_last)


@dataclass(frozen=True, slots=True)
class ExcludedProvider:
    """A provider of the owner's order that can't be a candidate. `title` is what people call it."""

    title: str
    reason: TranslatableText


UNSUITED = mark("{provider} can't do what was asked: it doesn't know the language, or doesn't translate.")


def ignore_passed_over(candidate: Candidate, error: ProviderError) -> None:
    """For callers that don't need to know which providers failed."""


class Router:
    """Gives work to the first provider that can do it, and to the next ones where it fails.

    `may_spend` tells whether providers that cost money may be used, `costs_nothing` whether the provider of a name is
    known to be free, `tells_voices` whether this computer tells speakers apart for any provider. With `hedges`, short
    work is given to a second provider too where the first one takes longer than the 95th percentile of its answers (a
    hedged request); the first answer wins.
    """

    def __init__(
        self,
        upstreams: Sequence[Upstream[Provider]] = (),
        *,
        may_spend: Callable[[], bool] = always,
        costs_nothing: Callable[[str], bool] = never,
        tells_voices: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.upstreams = tuple(upstreams)
        self.hedges = False
        self.order: tuple[str, ...] = ()
        """The names of all providers that the owner has chosen, first to last; empty where those are `upstreams`."""
        self.absent: Mapping[str, TranslatableText] = {}
        """Why some of `order` aren't in `upstreams`, by name."""
        self._may_spend = may_spend
        self._costs_nothing = costs_nothing
        self._tells_voices = tells_voices
        self._clock = clock
        self._times_s: dict[str, deque[float]] = {}

    @property
    def states(self) -> tuple[ProviderState, ...]:
        """The state of each provider, in the owner's order."""
        return tuple(
            replace(upstream.state, is_skipped=self._costs(upstream) and not self._may_spend())
            for upstream in self.upstreams
        )

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What the owner should be told, such as refused keys."""
        return tuple(notice for upstream in self.upstreams for notice in upstream.notices)

    def candidates(self, options: TranscriptionOptions) -> tuple[Candidate, ...]:
        """The providers that may do work with these options, best first. Raises `NoProvider` where there is none.

        A provider that the options name comes first, then the owner's order. Providers without the language, or that
        can't translate, are left out unless that leaves none; those that tell speakers apart come first where the
        options ask for that and this computer can't. A provider that isn't installed is a candidate only where it comes
        first, and is the only one then: recordings that were meant for this computer must not go to an online service.
        """
        named = [upstream for upstream in self.upstreams if upstream.name == options.provider]
        ordered = [*named, *(upstream for upstream in self.upstreams if upstream not in named)]
        if not ordered:
            raise NoProvider
        installed = itertools.takewhile(_is_installed, ordered)
        ordered = list(installed) or ordered[:1]
        asked = [(upstream, self._asked_of(upstream, options)) for upstream in ordered]
        suited = [one for one in asked if _suits(one[0].connection.capabilities, one[1])] or asked
        if options.speakers and not self._tells_voices():
            suited.sort(key=lambda one: not one[0].connection.capabilities.gives_speakers)
        last = suited[-1][0]
        return tuple(Candidate(upstream, own, upstream is last) for upstream, own in suited)

    def free_of(self, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Those that cost nothing for sure. Raises `BudgetRequired` where there are none."""
        free = [candidate for candidate in candidates if self.is_free(candidate)]
        if not free:
            raise BudgetRequired
        return tuple(replace(candidate, is_last=candidate is free[-1]) for candidate in free)

    def is_free(self, candidate: Candidate) -> bool:
        """Whether it costs nothing for sure."""
        return self._costs_nothing(candidate.name)

    def excluded(self, options: TranscriptionOptions) -> tuple[ExcludedProvider, ...]:
        """The providers before the first candidate, by the owner's order or the options, that can't be candidates."""
        found = {upstream.name: upstream for upstream in self.upstreams}
        wanted = dict.fromkeys((*([options.provider] if options.provider in self.absent else []), *self.order))
        candidates = self.candidates(options)
        may_be_asked = {upstream.name for upstream in self.upstreams if _is_installed(upstream)}
        excluded: list[ExcludedProvider] = []
        for name in wanted or found:
            if name == candidates[0].name:
                break
            if name in self.absent:
                excluded.append(ExcludedProvider(name, self.absent[name]))
            elif name in may_be_asked and name not in [candidate.name for candidate in candidates]:
                title = found[name].title
                excluded.append(ExcludedProvider(title, TranslatableText(UNSUITED, {"provider": title})))
        return tuple(excluded)

    def available(self, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """The candidates down to the first that could begin now, which is most likely to do the work."""
        for position, candidate in enumerate(candidates):
            if candidate.upstream.is_available and (not candidate.price_per_minute or self._may_spend()):
                return tuple(candidates[: position + 1])
        return tuple(candidates)

    async def ask(
        self,
        candidates: Sequence[Candidate],
        call: Callable[[Candidate], Awaitable[T]],
        *,
        is_short: bool = False,
        passed_over: Callable[[Candidate, ProviderError], None] = ignore_passed_over,
    ) -> T:
        """What `call` returns for the first candidate with which it succeeds.

        `passed_over` is called with each candidate that failed before, and its error. Where all fail, raises the first
        one's `ProviderError`, marked so that it isn't retried.
        """
        failures: list[tuple[Candidate, ProviderError]] = []
        rest = list(candidates)
        while rest:
            candidate = rest.pop(0)
            try:
                if is_short and self.hedges and rest and (slow_s := self._slow_s(candidate)) is not None:
                    result = await self._race(candidate, rest.pop(0), call, slow_s, failures)
                else:
                    result = await self._timed(candidate, call, is_short=is_short)
            except ProviderError as error:
                logger.info("%s can't do it: %s", candidate.name, type(error).__name__)
                if error not in [known for _, known in failures]:
                    failures.append((candidate, error))
                continue
            for failed, failure in failures:
                passed_over(failed, failure)
            return result
        _, first = failures[0]
        first.retries_exhausted = True
        raise first

    async def _timed(self, candidate: Candidate, call: Callable[[Candidate], Awaitable[T]], *, is_short: bool) -> T:
        begun = self._clock()
        result = await call(candidate)
        if is_short:
            times_s = self._times_s.setdefault(candidate.name, deque(maxlen=_MOST_SAMPLES))
            times_s.append(self._clock() - begun)
        return result

    def _slow_s(self, candidate: Candidate) -> float | None:
        """The 95th percentile of the candidate's times for short work, in seconds; None of too few."""
        times_s = self._times_s.get(candidate.name, ())
        if len(times_s) < LEAST_SAMPLES:
            return None
        return statistics.quantiles(times_s, n=20)[-1]

    async def _race(
        self,
        first: Candidate,
        second: Candidate,
        call: Callable[[Candidate], Awaitable[T]],
        slow_s: float,
        failures: list[tuple[Candidate, ProviderError]],
    ) -> T:
        """Ask the second one, too, where the first is slow or fails. Raises the first one's error where both fail.

        Failed candidates are added to `failures`.
        """

        def run(candidate: Candidate) -> asyncio.Task[T]:
            timed = self._timed(replace(candidate, is_raced=True), call, is_short=True)
            return asyncio.create_task(timed, name=f"hedge-{candidate.name}")

        tasks = [run(first)]
        try:
            await asyncio.wait(tasks, timeout=slow_s)
            if not tasks[0].done() or tasks[0].exception() is not None:
                tasks.append(run(second))
            rest = set(tasks)
            while rest:
                ended, rest = await asyncio.wait(rest, return_when=asyncio.FIRST_COMPLETED)
                for task in sorted(ended, key=tasks.index):
                    try:
                        return task.result()
                    except ProviderError as error:
                        candidate = (first, second)[tasks.index(task)]
                        logger.info("%s can't do it: %s", candidate.name, type(error).__name__)
                        failures.append((candidate, error))
            return await tasks[0]  # Both failed; this raises.
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _asked_of(self, upstream: Upstream[Provider], options: TranscriptionOptions) -> TranscriptionOptions:
        """The options with this provider's name and model."""
        is_named = options.provider == upstream.name and options.model
        model = options.model if is_named else upstream.model
        if options.to_english:
            model = upstream.connection.capabilities.translating_model or model
        offered = _offered(upstream.connection.capabilities, model)
        version = (offered.version or None) if offered else None
        return replace(options, provider=upstream.name, model=model, model_version=version)

    def _costs(self, upstream: Upstream[Provider]) -> bool:
        offered = _offered(upstream.connection.capabilities, upstream.model)
        return offered is not None and offered.price_per_minute > 0


def _is_installed(upstream: Upstream[Provider]) -> bool:
    return upstream.connection.capabilities.is_installed


def _offered(capabilities: Capabilities, model: str) -> OfferedModel | None:
    return next((offered for offered in capabilities.models if offered.name == model), None)


def _suits(capabilities: Capabilities, options: TranscriptionOptions) -> bool:
    """Whether a provider with these capabilities can do what is asked at all."""
    offered = _offered(capabilities, options.model)
    knows_language = options.language is None or not offered or not offered.languages
    return (knows_language or (offered is not None and options.language in offered.languages)) and (
        not options.to_english or capabilities.translates_to_english
    )
