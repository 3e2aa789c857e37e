"""One provider as the router sees it: its keys in turn, its second and third attempts, its circuit breaker."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

from core.concurrency.retry import RetryPolicy
from core.domain import TranslatableText
from core.domain.errors import CreditExhausted, KeyRefused, ProviderError, ProviderFailing, ProviderOverloaded
from core.domain.metrics import Metric
from core.domain.provider_state import CircuitState, ProviderState
from core.observability.metrics import Metrics
from core.providers.routing.circuit_breaker import CircuitBreaker
from core.providers.routing.key_ring import KeyRing

logger = logging.getLogger(__name__)

Connection = TypeVar("Connection")
T = TypeVar("T")

SHORT_WAIT_S = 30.0
"""How long a call waits for a provider that takes no more requests, where another one could do the work."""

LONGEST_WAIT_S = 180.0
"""How long it waits where there is no other."""


class Upstream(Generic[Connection]):
    """A provider with a connection for each of its keys; one that needs no key has a single connection, under "".

    `title` is what people call it. `clock` gives seconds that never go back, `pause` waits for so many of them, `now`
    gives seconds since the epoch.
    """

    def __init__(
        self,
        name: str,
        title: str,
        connections: Mapping[str, Connection],
        *,
        model: str = "",
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        retry: RetryPolicy | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.title = title
        self.model = model
        """The model that is asked for unless a job names another one."""
        self._connections = connections
        self._clock = clock
        self._pause = pause
        self._retry = retry or RetryPolicy()
        self._ring = KeyRing(tuple(connections), clock)
        self._breaker = CircuitBreaker(clock)
        self._call_ended = asyncio.Event()
        self._now = now
        self.metrics = Metrics()
        """Where calls are counted; replaced by who builds several."""
        self._last_problem: TranslatableText | None = None
        self._failed_at: float | None = None

    @property
    def connection(self) -> Connection:
        """Any one of them: what they can do is the same."""
        return next(iter(self._connections.values()))

    @property
    def is_available(self) -> bool:
        """Whether a call that began now would soon be sent."""
        free_in_s = self._ring.free_in_s()
        return self._breaker.state is not CircuitState.OPEN and free_in_s is not None and free_in_s <= SHORT_WAIT_S

    @property
    def state(self) -> ProviderState:
        """For the dashboard."""
        needs_none = tuple(self._connections) == ("",)
        return ProviderState(
            self.name,
            self.title,
            self.model,
            self._breaker.state,
            self._breaker.opens_in_s,
            keys=0 if needs_none else len(self._ring),
            usable_keys=0 if needs_none else self._ring.usable,
            resting_keys=self._ring.resting,
            last_problem=self._last_problem,
            failed_at=self._failed_at,
        )

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What its owner has to see to: keys that were refused."""
        return tuple(refusal.message for refusal in self._ring.refusals)

    async def ask(self, call: Callable[[Connection], Awaitable[T]], *, is_last: bool = False) -> T:
        """What `call` returns. After a transient error it is called again, twice at most.

        A key that was used too often or refused gives its place to the next one. Where `is_last`, nobody else can do
        the work, so keys that rest and an open circuit are waited for; else no longer than half a minute.

        Raises the `ProviderError` that it ends with.
        """
        attempt = 0
        tired: frozenset[str] = frozenset()
        while True:
            key = await self._key(tired, is_last=is_last)
            try:
                return await self._call(key, call)
            except (KeyRefused, CreditExhausted):
                if not self._ring.usable:
                    raise
                continue  # The next key, and that is no second attempt with this one.
            except ProviderOverloaded as error:
                failure: ProviderError = error
                tired |= {key}
                if self._ring.free_in_s(but=tired) == 0:
                    continue
                tired = frozenset()
            except ProviderError as error:
                failure = error
            attempt += 1
            delay_s = self._retry.delay_s(failure, attempt)
            logger.info("%s, attempt %d: %s", self.name, attempt, type(failure).__name__)
            if delay_s is None or (delay_s > SHORT_WAIT_S and not is_last):
                raise failure
            await self._pause(delay_s)

    async def try_each_key(
        self, call: Callable[[Connection], Awaitable[object]]
    ) -> tuple[tuple[str, ProviderError | None, float], ...]:
        """Call once with each key, all at the same time: the key, what went wrong, and after how many seconds.

        A key that works is used again, and so is a provider whose circuit was open.
        """

        async def attempt(key: str) -> tuple[str, ProviderError | None, float]:
            begun = self._clock()
            failure: ProviderError | None = None
            try:
                await self._call(key, call)
            except ProviderError as error:
                failure = error
            return key, failure, self._clock() - begun

        return tuple(await asyncio.gather(*map(attempt, self._connections)))

    async def _key(self, tired: frozenset[str], *, is_last: bool) -> str:
        """A key to call with now; waits for one. Raises `ProviderError` where that would take too long."""
        waited_s = 0.0
        while True:
            key_s = self._ring.free_in_s(but=tired)
            if key_s is None:  # What the tired ones were to wait for is out, too.
                tired, key_s = frozenset(), self._ring.free_in_s()
            if key_s is None:
                raise self._all_refused()
            circuit_s = self._breaker.opens_in_s
            if circuit_s and (not is_last or waited_s + circuit_s > LONGEST_WAIT_S):
                raise ProviderFailing(provider=self.title)
            waited_s += max(circuit_s, key_s)
            if waited_s > (LONGEST_WAIT_S if is_last else SHORT_WAIT_S):
                raise ProviderOverloaded(provider=self.title, retry_after_s=key_s)
            if circuit_s or key_s:
                await self._pause(max(circuit_s, key_s))
            elif self._breaker.allows_call():
                key = self._ring.take(but=tired)
                assert key is not None  # One was free just now, and nobody else has run since.
                return key
            elif is_last:
                await self._call_ended.wait()  # Of somebody else, who tries whether it works again.
            else:
                raise ProviderFailing(provider=self.title)

    async def _call(self, key: str, call: Callable[[Connection], Awaitable[T]]) -> T:
        """One attempt, and what it tells about the key and the provider."""
        try:
            result = await self._measured(call(self._connections[key]))
        except (KeyRefused, CreditExhausted) as error:
            self._breaker.ended()
            self._ring.put_out(key, error)
            raise
        except ProviderOverloaded as error:
            self._breaker.ended()
            self._ring.rest(key, error.retry_after_s)
            raise
        except ProviderError as error:
            if error.transient:
                self._breaker.failed()
            else:
                self._breaker.ended()
            raise
        except BaseException:
            self._breaker.ended()
            raise
        finally:
            self._call_ended.set()
            self._call_ended = asyncio.Event()
        self._breaker.succeeded()
        self._ring.worked(key)
        return result

    async def _measured(self, call: Awaitable[T]) -> T:
        """What the call returns, counted, and what it failed with noted for `state`. Cancelled calls count not."""
        begun = self._clock()
        try:
            result = await call
        except ProviderError as error:
            self._last_problem, self._failed_at = error.message, self._now()
            self.metrics.count(Metric.PROVIDER_ERRORS, self.name)
            self.metrics.observe(Metric.PROVIDER_CALLS, self._clock() - begun, self.name)
            raise
        self.metrics.observe(Metric.PROVIDER_CALLS, self._clock() - begun, self.name)
        return result

    def _all_refused(self) -> ProviderError:
        refusal = self._ring.refusals[-1]
        return type(refusal)(retry_after_s=None, **refusal.message.values)
