"""What the queue, its limits and the cache count, each event once."""

import pytest

from core.domain import JobState, Requester
from core.domain.errors import EngineCrashed, NoAudio, TooManyRequests
from core.domain.metrics import Metric
from core.observability.metrics import Metrics
from core.queue import JobHandling, LocalQueue, QueueClocks, RequestLimits
from tests.unit.queue.work import ANNA, AT_ONCE, MemoryJournal, Work
from tests.unit.samples import make_job


async def test_jobs_are_counted_by_their_final_state() -> None:
    metrics, work = Metrics(), Work()
    queue = LocalQueue(
        MemoryJournal(),
        JobHandling(work.run, AT_ONCE),
        workers=1,
        clocks=QueueClocks(lambda: 0.0, lambda: 0.0),
        metrics=metrics,
    )
    work.fail("bad", NoAudio(name="bad"))
    work.fail("flaky", EngineCrashed())
    work.hold("first")
    await queue.start(resume=False)
    ids = await queue.submit([make_job(name) for name in ("first", "bad", "flaky", "cancelled")])
    await work.has_started("first")
    levels = {total.metric: total.total for total in metrics.totals()}
    assert (levels[Metric.WORKERS], levels[Metric.WORKERS_BUSY], levels[Metric.JOBS_WAITING]) == (1, 1, 3)
    await queue.cancel([ids[3]])
    work.let_go("first")
    for job_id in ids:
        await queue.wait(job_id)
    assert metrics.by_label(Metric.JOBS_ENDED) == {"done": 2, "failed": 1, "cancelled": 1}
    await queue.retry([ids[1]])
    assert (await queue.wait(ids[1])).state is JobState.DONE
    await queue.stop()

    assert metrics.events(Metric.JOBS_SUBMITTED) == 4
    assert metrics.by_label(Metric.JOBS_ENDED) == {"done": 3, "failed": 1, "cancelled": 1}
    assert metrics.events(Metric.JOB_RETRIES) == queue.statistics().retries == 1
    assert metrics.by_label(Metric.JOB_FAILURES) == dict(queue.statistics().failures) == {"NoAudio": 1}
    assert metrics.events(Metric.JOB_SECONDS) == 3
    assert metrics.by_label(Metric.JOBS_BY_SECONDS) == {"0": 3}


async def test_jobs_of_earlier_sessions_are_not_counted_again() -> None:
    metrics, work = Metrics(), Work()
    done = make_job("done").moved_to(JobState.RUNNING).moved_to(JobState.DONE)
    queue = LocalQueue(MemoryJournal(done), JobHandling(work.run), workers=1, metrics=metrics)
    await queue.start(resume=True)
    await queue.stop()
    assert len(queue.views()) == 1
    assert metrics.by_label(Metric.JOBS_ENDED) == {}
    assert metrics.events(Metric.JOBS_SUBMITTED) == 0


async def test_requests_are_counted_as_accepted_or_refused() -> None:
    metrics = Metrics()
    limits = RequestLimits(1, 100, lambda: 0.0, metrics=metrics)
    await limits.admit(ANNA)
    await limits.admit(Requester("desktop"))
    with pytest.raises(TooManyRequests):
        await limits.admit(ANNA)
    assert metrics.by_label(Metric.REQUESTS) == {"accepted": 2, "refused": 1}
