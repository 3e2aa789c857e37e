"""One provider as the router uses it: key rotation, retries, circuit breaker."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
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
"""How long a call waits for a rate-limited provider where another one could do the work."""

LONGEST_WAIT_S = 180.0
"""How long it waits where there is no other provider."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """`monotonic` gives seconds that never go back, `pause` waits for so many, `now` gives seconds since the epoch."""

    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    now: Callable[[], float] = time.time


class Upstream(Generic[Connection]):
    """A provider with a connection for each of its keys; one that needs no key has a single connection, under "".

    `title` is what people call it.
    """

    def __init__(
        self,
        name: str,
        title: str,
        connections: Mapping[str, Connection],
        *,
        model: str = "",
        retry: RetryPolicy | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        self.name = name
        self.title = title
        self.model = model
        """The model that is asked for unless a job names another one."""
        self._connections = connections
        self._clocks = clocks or Clocks()
        self._retry = retry or RetryPolicy()
        self._ring = KeyRing(tuple(connections), self._clocks.monotonic)
        self._breaker = CircuitBreaker(self._clocks.monotonic)
        self._call_ended = asyncio.Event()
        self.metrics = Metrics()
        """Where calls are counted; `OnlineProviders` puts the app's in its place."""
        self._last_problem: TranslatableText | None = None
        self._failed_at: float | None = None

    @property
    def connection(self) -> Connection:
        """Any of the connections: all have the same capabilities."""
        return next(iter(self._connections.values()))

    @property
    def is_available(self) -> bool:
        """Whether a call that began now would soon be sent."""
        if self._breaker.state is CircuitState.OPEN:
            return False
        key_s = self._ring.available_in_s()
        return key_s is not None and key_s <= SHORT_WAIT_S

    @property
    def state(self) -> ProviderState:
        """For the dashboard."""
        needs_none = tuple(self._connections) == ("",)
        return ProviderState(
            self.name,
            self.title,
            self.model,
            self._breaker.state,
            self._breaker.retry_in_s,
            keys=0 if needs_none else len(self._ring),
            usable_keys=0 if needs_none else self._ring.usable,
            rate_limited_keys=self._ring.rate_limited,
            last_problem=self._last_problem,
            failed_at=self._failed_at,
        )

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What the owner should be told: keys that were refused."""
        return tuple(refusal.message for refusal in self._ring.refusals)

    async def ask(self, call: Callable[[Connection], Awaitable[T]], *, is_last: bool = False) -> T:
        """What `call` returns. After a transient error it is called again, twice at most.

        After a rate-limited or refused key the next one is used. Where `is_last`, no other provider can do the work, so
        rate-limited keys and an open circuit are waited for up to `LONGEST_WAIT_S`; else up to `SHORT_WAIT_S`.

        Raises the `ProviderError` that it ends with.
        """
        attempt = 0
        rate_limited: frozenset[str] = frozenset()
        while True:
            key = await self._acquire_key(rate_limited, is_last=is_last)
            try:
                return await self._call(key, call)
            except (KeyRefused, CreditExhausted):
                if not self._ring.usable:
                    raise
                continue  # With the next key, which is no retry.
            except ProviderOverloaded as error:
                failure: ProviderError = error
                rate_limited |= {key}
                if self._ring.available_in_s(excluding=rate_limited) == 0:
                    continue
                rate_limited = frozenset()
            except ProviderError as error:
                failure = error
            attempt += 1
            delay_s = self._retry.delay_s(failure, attempt)
            logger.info("%s, attempt %d: %s", self.name, attempt, type(failure).__name__)
            if delay_s is None or (delay_s > SHORT_WAIT_S and not is_last):
                raise failure
            await self._clocks.pause(delay_s)

    async def try_each_key(
        self, call: Callable[[Connection], Awaitable[object]]
    ) -> tuple[tuple[str, ProviderError | None, float], ...]:
        """Call once with each key, all at the same time: the key, what went wrong, and after how many seconds.

        A refused key that works now is used again, and an open circuit is closed.
        """

        async def attempt(key: str) -> tuple[str, ProviderError | None, float]:
            begun = self._clocks.monotonic()
            failure: ProviderError | None = None
            try:
                await self._call(key, call)
            except ProviderError as error:
                failure = error
            return key, failure, self._clocks.monotonic() - begun

        return tuple(await asyncio.gather(*map(attempt, self._connections)))

    async def _acquire_key(self, rate_limited: frozenset[str], *, is_last: bool) -> str:
        """Wait for a usable key and the circuit. Raises `ProviderError` where that would take too long."""
        waited_s = 0.0
        while True:
            key_s = self._ring.available_in_s(excluding=rate_limited)
            if key_s is None:  # All other keys are refused.
                rate_limited, key_s = frozenset(), self._ring.available_in_s()
            if key_s is None:
                raise self._all_refused()
            circuit_s = self._breaker.retry_in_s
            if circuit_s and (not is_last or waited_s + circuit_s > LONGEST_WAIT_S):
                raise ProviderFailing(provider=self.title)
            waited_s += max(circuit_s, key_s)
            if waited_s > (LONGEST_WAIT_S if is_last else SHORT_WAIT_S):
                raise ProviderOverloaded(provider=self.title, retry_after_s=key_s)
            if circuit_s or key_s:
                await self._clocks.pause(max(circuit_s, key_s))
            elif self._breaker.allows_call():
                key = self._ring.take(excluding=rate_limited)
                assert key is not None  # One was available just now, and no other task has run since.
                return key
            elif is_last:
                await self._call_ended.wait()  # The half-open circuit's one call, of another task.
            else:
                raise ProviderFailing(provider=self.title)

    async def _call(self, key: str, call: Callable[[Connection], Awaitable[T]]) -> T:
        """One attempt; its outcome is told to the key ring and the circuit breaker."""
        try:
            result = await self._measured(call(self._connections[key]))
        except (KeyRefused, CreditExhausted) as error:
            self._breaker.inconclusive()
            self._ring.mark_refused(key, error)
            raise
        except ProviderOverloaded as error:
            self._breaker.inconclusive()
            self._ring.mark_rate_limited(key, error.retry_after_s)
            raise
        except ProviderError as error:
            if error.transient:
                self._breaker.failed()
            else:
                self._breaker.inconclusive()
            raise
        except BaseException:
            self._breaker.inconclusive()
            raise
        finally:
            self._call_ended.set()
            self._call_ended = asyncio.Event()
        self._breaker.succeeded()
        self._ring.mark_working(key)
        return result

    async def _measured(self, call: Awaitable[T]) -> T:
        """What the call returns; its duration and failure are counted and kept for `state`. Cancelled calls aren't."""
        begun = self._clocks.monotonic()
        try:
            result = await call
        except ProviderError as error:
            self._last_problem, self._failed_at = error.message, self._clocks.now()
            self.metrics.count(Metric.PROVIDER_ERRORS, self.name)
            self.metrics.observe(Metric.PROVIDER_CALLS, self._clocks.monotonic() - begun, self.name)
            raise
        self.metrics.observe(Metric.PROVIDER_CALLS, self._clocks.monotonic() - begun, self.name)
        return result

    def _all_refused(self) -> ProviderError:
        refusal = self._ring.refusals[-1]
        return type(refusal)(retry_after_s=None, **refusal.message.values)
