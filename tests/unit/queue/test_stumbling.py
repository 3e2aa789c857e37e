"""Mistakes of our own, anywhere in the queue, cost the job that they happen to and no other."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from core.concurrency.supervision import RESTARTED, Supervisor
from core.domain import JobId, JobState
from core.domain.errors import DecoderCrashed
from core.queue import JobHandling, LocalQueue, QueueClocks
from core.queue.local.dispatcher import INTERNAL_FAILURE
from core.queue.local.entry import JobEntry
from tests.fakes.simulated_time import SimulatedTime
from tests.unit.queue.work import AT_ONCE, MemoryJournal, Work
from tests.unit.samples import make_job


class Once:
    """Raises at one call, counted from 1; all others work."""

    def __init__(self, call: Callable[..., Any], error: BaseException, number: int = 1) -> None:
        self._call = call
        self._error = error
        self._number = number
        self.calls = 0

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        self.calls += 1
        if self.calls == self._number:
            raise self._error
        return self._call(*arguments, **named)


class Desk:
    def __init__(self) -> None:
        self.time = SimulatedTime()
        self.supervisor = Supervisor(pause=self.time.pause, clock=self.time.clock)
        self.journal = MemoryJournal()
        self.work = Work()
        self.queue = LocalQueue(
            self.journal,
            JobHandling(self.work.run, AT_ONCE),
            workers=2,
            clocks=QueueClocks(lambda: 0.0, lambda: 0.0),
            supervisor=self.supervisor,
        )


PLACES: dict[str, tuple[Callable[[Desk], object], str]] = {
    "writing": (lambda desk: desk.journal, "update"),
    "taking": (lambda desk: desk.queue._waiting, "take"),
    "occupying": (lambda desk: desk.queue._workers, "occupy"),
    "freeing": (lambda desk: desk.queue._workers, "free"),
    "holding": (lambda desk: desk.queue._waiting, "hold"),
    "releasing": (lambda desk: desk.queue._waiting, "release"),
    "measuring": (lambda desk: desk.queue._meter, "ended"),
    "deciding": (lambda desk: desk.queue._dispatcher._attempts, "_after_failure"),
    "postponing": (lambda desk: desk.queue._dispatcher, "_schedule_retry"),
    "attempting": (lambda desk: desk.queue._dispatcher._attempts, "run"),
    "beginning": (lambda desk: desk.queue._dispatcher, "_begin"),
}


@pytest.mark.parametrize("number", [1, 2, 4])
@pytest.mark.parametrize(
    ("place", "error"),
    [
        *((place, KeyError("lost")) for place in PLACES),
        *((place, asyncio.CancelledError()) for place in ("writing", "attempting")),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
async def test_a_mistake_costs_one_job_at_most_and_is_told(
    place: str, error: BaseException, number: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk()
    queue = desk.queue
    desk.work.fail("retried", DecoderCrashed(name="retried"))
    await queue.start(resume=True)
    queue.set_workers(0)
    ids = await queue.submit([make_job(name) for name in ("1", "retried", "2", "3", "4")])
    owner, name = PLACES[place]
    stumbling = Once(getattr(owner(desk), name), error, number)
    monkeypatch.setattr(owner(desk), name, stumbling)
    queue.set_workers(2)
    jobs = [await queue.wait(job_id) for job_id in ids]
    monkeypatch.undo()
    (later,) = await queue.submit([make_job("later")])
    jobs.append(await queue.wait(later))
    await queue.stop()

    assert stumbling.calls >= number or place in ("holding", "releasing", "postponing", "deciding")
    assert sum(job.state is JobState.DONE for job in jobs) >= 5, [job.state for job in jobs]
    assert all(job.state in (JobState.DONE, JobState.FAILED) for job in jobs)
    assert not queue.is_busy
    if place in ("measuring", "writing"):  # The text was, or still came to be, there.
        assert all(job.state is JobState.DONE for job in jobs)
    if stumbling.calls >= number:
        assert "Traceback" in caplog.text
    if any(job.state is JobState.FAILED for job in jobs):
        assert str(INTERNAL_FAILURE) in map(str, desk.supervisor.notices)
    if place == "taking":
        assert str(RESTARTED) in map(str, desk.supervisor.notices)


async def test_a_run_that_was_cancelled_by_something_else_ends_as_failed() -> None:
    desk = Desk()
    desk.work.fail("bad", asyncio.CancelledError())  # type: ignore[arg-type]
    await desk.queue.start(resume=True)
    bad, good = await desk.queue.submit([make_job("bad"), make_job("good")])
    assert (await desk.queue.wait(bad)).state is JobState.FAILED
    assert (await desk.queue.wait(good)).state is JobState.DONE
    await desk.queue.stop()


async def test_a_job_that_could_not_begin_is_run_by_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    await desk.queue.start(resume=True)
    monkeypatch.setattr(desk.queue._workers, "occupy", Once(desk.queue._workers.occupy, KeyError("lost")))
    (bad,) = await desk.queue.submit([make_job("bad")])
    assert (await desk.queue.wait(bad)).state is JobState.FAILED
    await desk.queue.retry([bad])
    assert (await desk.queue.wait(bad)).state is JobState.DONE
    await desk.queue.stop()


async def test_one_command_that_fails_doesnt_keep_the_others_from_being_carried_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    await desk.queue.start(resume=True)
    desk.work.hold("running")
    desk.queue.set_workers(1)
    running, bad, good = await desk.queue.submit([make_job("running"), make_job("bad"), make_job("good")])
    await desk.work.has_started("running")
    real = desk.queue._dispatcher.cancel_waiting

    async def cancel(entry: JobEntry) -> None:
        if entry.job.id == bad:
            raise KeyError("lost")
        await real(entry)

    monkeypatch.setattr(desk.queue._dispatcher, "cancel_waiting", cancel)
    with pytest.raises(KeyError):
        await desk.queue.cancel([bad, good, running])
    assert [(await desk.queue.find(JobId(one))).state for one in (good, running)] == [JobState.CANCELLED] * 2  # type: ignore[union-attr]
    await desk.queue.stop()
