"""Every attempt at a provider is one call, and one error where it fails."""

import pytest

from core.concurrency.retry import RetryPolicy
from core.domain.errors import ProviderFailing
from core.domain.metrics import Metric, MetricTotal
from core.observability.metrics import Metrics
from core.providers.routing.upstream import Clocks, Upstream


async def test_each_attempt_is_counted_with_its_time() -> None:
    now, attempts = [0.0], [0]

    async def pause(seconds: float) -> None:
        now[0] += seconds

    async def call(connection: str) -> str:
        now[0] += 2.0
        attempts[0] += 1
        if attempts[0] < 3:
            raise ProviderFailing(provider="Groq")
        return "text"

    metrics = Metrics()
    retry = RetryPolicy(first_delay_s=0.0)
    upstream = Upstream("groq", "Groq", {"": ""}, clocks=Clocks(lambda: now[0], pause), retry=retry)
    upstream.metrics = metrics
    assert await upstream.ask(call) == "text"
    assert set(metrics.totals()) == {
        MetricTotal(Metric.PROVIDER_ERRORS, "groq", 2.0),
        MetricTotal(Metric.PROVIDER_CALLS, "groq", 6.0, 3),
    }


async def test_what_is_no_answer_of_the_provider_is_not_counted() -> None:
    async def call(connection: str) -> str:
        raise ZeroDivisionError

    upstream = Upstream("groq", "Groq", {"": ""})
    with pytest.raises(ZeroDivisionError):
        await upstream.ask(call)
    assert list(upstream.metrics.totals()) == []
