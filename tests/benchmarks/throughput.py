"""How much of what the workers could do the queue lets them do."""

import asyncio
import time
import uuid
from pathlib import Path

from core.concurrency.single_flight import Report
from core.domain import Job, JobId, Requester, SourceReference, TranscriptId, TranscriptionOptions
from core.pipeline import Outcome
from core.queue import JobHandling, LocalQueue
from core.store.sqlite import Database, Instance, SqliteJobJournal
from tests.benchmarks.figure import Figure
from tests.benchmarks.scale import Scale

JOBS = 200
USERS = 5
WORKERS = 5
LATENCY_S = 0.3


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """200 jobs of 5 people, 0.3 s each, 5 workers, a real journal: 16.7 jobs a second would be ideal."""
    jobs = scale.of(JOBS, 20)
    seconds = asyncio.run(_run(folder, jobs))
    ideal_s = jobs * LATENCY_S / WORKERS
    return [
        Figure(
            f"{jobs} jobs of {USERS} people / ideal",
            seconds / ideal_s,
            1 / 0.95,
            "",
            f"{jobs / seconds:.2f} jobs a second of {jobs / ideal_s:.2f}",
        )
    ]


async def _run(folder: Path, jobs: int) -> float:
    database = await Database.open(folder / "notula.db")
    instance = Instance(folder / "instances", lambda: uuid.uuid4().hex)
    instance.announce()
    queue = LocalQueue(SqliteJobJournal(database, instance), JobHandling(_work), workers=WORKERS)
    queue.set_limits(running=3, waiting=jobs)
    await queue.start(resume=False)
    begun = time.perf_counter()
    ids = await queue.submit([_job(number) for number in range(jobs)])
    for job_id in ids:
        await queue.wait(job_id)
    seconds = time.perf_counter() - begun
    await queue.stop()
    instance.leave()
    await database.close()
    return seconds


async def _work(job: Job, report: Report) -> Outcome:
    await asyncio.sleep(LATENCY_S)
    return Outcome(TranscriptId(1), from_cache=False)


def _job(number: int) -> Job:
    return Job(
        id=JobId(uuid.uuid4().hex),
        source=SourceReference("file", f"/recordings/{number}.ogg", f"{number}.ogg"),
        options=TranscriptionOptions(),
        requester=Requester("telegram", str(number % USERS)),
        submitted_at=time.time(),
    )
