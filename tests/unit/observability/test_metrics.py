from core.domain.metrics import Metric, MetricKind, MetricTotal
from core.observability.metrics import Metrics


def test_events_are_counted_by_label_and_together() -> None:
    metrics = Metrics()
    metrics.count(Metric.REQUESTS, "accepted")
    metrics.count(Metric.REQUESTS, "accepted")
    metrics.count(Metric.REQUESTS, "refused")
    metrics.count(Metric.JOBS_SUBMITTED, amount=5)
    assert metrics.events(Metric.REQUESTS) == 3
    assert metrics.events(Metric.REQUESTS, "accepted") == 2
    assert metrics.by_label(Metric.REQUESTS) == {"accepted": 2, "refused": 1}
    assert metrics.events(Metric.JOBS_SUBMITTED) == 5
    assert metrics.events(Metric.JOB_RETRIES) == 0
    assert metrics.by_label(Metric.JOB_RETRIES) == {}


def test_totals_hold_counters_durations_and_gauges() -> None:
    metrics, level = Metrics(), [2.0]
    metrics.count(Metric.JOB_RETRIES)
    metrics.observe(Metric.PROVIDER_CALLS, 1.5, "groq")
    metrics.observe(Metric.PROVIDER_CALLS, -1.0, "groq")
    metrics.watch(Metric.WORKERS, lambda: level[0])
    level[0] = 4.0
    assert list(metrics.totals()) == [
        MetricTotal(Metric.JOB_RETRIES, "", 1.0),
        MetricTotal(Metric.PROVIDER_CALLS, "groq", 1.5, 2),
        MetricTotal(Metric.WORKERS, "", 4.0),
    ]


def test_asking_for_what_was_never_counted_adds_nothing_to_the_totals() -> None:
    metrics = Metrics()
    metrics.events(Metric.REQUESTS, "accepted")
    metrics.by_label(Metric.REQUESTS)
    assert list(metrics.totals()) == []


def test_every_metric_has_a_kind_and_a_name_that_a_metrics_endpoint_takes() -> None:
    for metric in Metric:
        assert metric.kind in MetricKind
        assert metric.value.replace("_", "").isalpha()
        assert metric.value.islower()
