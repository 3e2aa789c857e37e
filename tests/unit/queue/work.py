"""A queue whose every step a test holds and lets go."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from core.domain import (
    Job,
    JobId,
    JobState,
    NotulaError,
    Requester,
    SourceReference,
    TranscriptId,
    TranscriptionOptions,
)
from core.domain.errors import StoreError
from core.pipeline import Outcome, Report
from core.queue import JobHandling, LocalQueue, QueueClocks, RetryPolicy
from core.queue.local.clocks import CallLater
from core.store.sqlite import Database, Instance, SqliteJobJournal

ANNA, BEN = Requester("telegram", "anna"), Requester("telegram", "ben")

AT_ONCE = RetryPolicy(first_delay_s=0.0)


class Work:
    """A stand-in for the pipeline whose every attempt the test starts and ends."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.most_at_once = 0
        self.reports: dict[str, Report] = {}
        self._at_once = 0
        self._gates: dict[str, asyncio.Event] = {}
        self._failures: dict[str, list[NotulaError | Exception]] = {}
        self._start_of_any = asyncio.Event()

    def fail(self, name: str, *errors: NotulaError | Exception) -> None:
        """The next attempts at this recording raise these."""
        self._failures[name] = list(errors)

    def hold(self, name: str) -> None:
        """Attempts at this recording wait for `let_go`."""
        self._gates[name] = asyncio.Event()

    def let_go(self, name: str) -> None:
        self._gates.pop(name).set()

    async def has_started(self, name: str, times: int = 1) -> None:
        while self.started.count(name) < times:
            self._start_of_any.clear()
            await self._start_of_any.wait()

    async def run(self, job: Job, report: Report) -> Outcome:
        name = job.source.name
        self.started.append(name)
        self.reports[name] = report
        self._start_of_any.set()
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            if name in self._gates:
                await self._gates[name].wait()
            if self._failures.get(name):
                raise self._failures[name].pop(0)
        finally:
            self._at_once -= 1
        return Outcome(TranscriptId(len(self.started)), from_cache=False, provider="device of tests")


class MemoryJournal:
    """Keeps jobs in memory. Every call takes one turn of the loop, or for as long as the test holds it."""

    def __init__(self, *left: Job) -> None:
        self.jobs = {job.id: job for job in left}
        self.history: list[tuple[JobId, JobState]] = []
        self.records = 0
        self.is_full = False
        self._gates: dict[JobState, asyncio.Event] = {}
        self._held: dict[JobState, asyncio.Event] = {}

    def hold(self, state: JobState) -> None:
        """Jobs that go into this state wait for `let_go` before they are written."""
        self._gates[state] = asyncio.Event()
        self._held[state] = asyncio.Event()

    def let_go(self, state: JobState) -> None:
        self._gates.pop(state).set()

    async def is_writing(self, state: JobState) -> None:
        """Return once a job waits to be written in this state."""
        await self._held[state].wait()

    async def record(self, jobs: Sequence[Job]) -> None:
        self.records += 1
        await self._pass(JobState.QUEUED)
        self.jobs |= {job.id: job for job in jobs}

    async def update(self, job: Job) -> None:
        await self._pass(job.state)
        self.jobs[job.id] = job
        self.history.append((job.id, job.state))

    async def exchange_turns(self, turns: Mapping[JobId, JobId]) -> None:
        await self._pass(JobState.QUEUED)
        before = dict(self.jobs)
        for job_id, other in turns.items():
            self.jobs[job_id] = replace(before[job_id], priority=before[other].priority, turn=before[other].turn)

    async def adopt_all(self) -> list[Job]:
        await self._pass(JobState.QUEUED)
        left = [job for job in self.jobs.values() if not job.state.is_final]
        return [replace(job, state=JobState.QUEUED, started_at=None) for job in left]

    async def adopt(self, source: SourceReference, options: TranscriptionOptions) -> list[Job]:
        await asyncio.sleep(0)
        return []

    async def find(self, job_id: JobId) -> Job | None:
        await asyncio.sleep(0)
        return self.jobs.get(job_id)

    async def finished(self, limit: int) -> list[Job]:
        return [job for job in self.jobs.values() if job.state.is_final][-limit:]

    async def set_removed(self, job_ids: Sequence[JobId], removed: bool) -> None:
        await asyncio.sleep(0)

    async def _pass(self, state: JobState) -> None:
        await asyncio.sleep(0)
        if state in self._gates:
            self._held[state].set()
            await self._gates[state].wait()
        if self.is_full:
            raise StoreError


@asynccontextmanager
async def running(
    database: Database, folder: Path, work: Work, *, workers: int = 2, resume: bool = True, retry: RetryPolicy = AT_ONCE
) -> AsyncIterator[LocalQueue]:
    names = (f"instance-{random.getrandbits(64):x}" for _ in itertools.count())
    instance = Instance(folder / "instances", lambda: next(names))
    instance.announce()
    queue = LocalQueue(
        SqliteJobJournal(database, instance),
        JobHandling(work.run, retry),
        workers=workers,
        clocks=QueueClocks(lambda: asyncio.get_running_loop().time()),
    )
    await queue.start(resume=resume)
    try:
        yield queue
    finally:
        await queue.stop()
        instance.leave()


def queue_of(
    journal: MemoryJournal,
    work: Work,
    *,
    workers: int = 1,
    retry: RetryPolicy = AT_ONCE,
    clock: Callable[[], float] = lambda: 0.0,
    monotonic: Callable[[], float] = lambda: 0.0,
    call_later: CallLater | None = None,
) -> LocalQueue:
    """A queue that has not been started, on clocks that stand still unless the test has others."""
    return LocalQueue(
        journal, JobHandling(work.run, retry), workers=workers, clocks=QueueClocks(clock, monotonic, call_later)
    )
