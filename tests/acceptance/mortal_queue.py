"""A queue in a process that kills itself at a chosen commit, for tests of what is left of it then.

    python -m tests.acceptance.mortal_queue MOMENT FOLDER NAME...

Resumes what is left in the folder's database, takes the names as recordings, twenty at once, and keeps a transcript
of each. Prints `accepted NAME` once it is in the journal, and `done` when every job has ended. At the
moment "before 7" or "after 7" the process is killed around the seventh commit of its writing thread, at "never 0" not
at all.
"""

import asyncio
import functools
import os
import signal
import sqlite3
import sys
import time
import uuid
from pathlib import Path

from core.domain import CacheKey, ContentHash, Job, JobId, Requester, SourceReference, TranscriptionOptions
from core.pipeline import Outcome, Report
from core.queue import JobHandling, LocalQueue
from core.store.sqlite import Database, Instance, SqliteHistory, SqliteJobJournal
from tests.unit.samples import THE_OWNER, make_transcript

WORKERS = 20


class MortalConnection(sqlite3.Connection):
    """Commits until it is time to die."""

    place, number = "", 0
    commits = 0

    def commit(self) -> None:
        MortalConnection.commits += 1
        is_last = MortalConnection.commits == self.number
        if is_last and self.place == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        super().commit()
        if is_last and self.place == "after":
            os.kill(os.getpid(), signal.SIGKILL)


async def main(folder: Path, names: list[str]) -> None:
    database = await Database.open(folder / "notula.db")
    instance = Instance(folder / "instances", lambda: uuid.uuid4().hex)
    instance.announce()
    history = SqliteHistory(database)

    async def run(job: Job, report: Report) -> Outcome:
        text = f"This was said in {job.source.name}."
        key, content = CacheKey(job.source.name), ContentHash(job.source.name)
        saved = await history.save(job.source, key, content, make_transcript(text), time.time(), requester=THE_OWNER)
        return Outcome(saved, from_cache=False)

    queue = LocalQueue(SqliteJobJournal(database, instance), JobHandling(run), workers=WORKERS)
    await queue.start(resume=True)

    async def submit(name: str) -> None:
        source = SourceReference("file", f"/recordings/{name}", name)
        job = Job(JobId(uuid.uuid4().hex), source, TranscriptionOptions(), Requester("test"), submitted_at=time.time())
        await queue.submit([job])
        print(f"accepted {name}", flush=True)

    async with asyncio.TaskGroup() as tasks:
        for name in names:
            tasks.create_task(submit(name))
            await asyncio.sleep(0)  # So that not all of them are in one commit.
    for view in queue.views():
        await queue.wait(view.id)
    print("done", flush=True)
    await queue.stop()
    await database.close()
    instance.leave()


if __name__ == "__main__":
    moment, folder, *names = sys.argv[1:]
    place, _, number = moment.partition(" ")
    MortalConnection.place, MortalConnection.number = place, int(number)
    sqlite3.connect = functools.partial(sqlite3.connect, factory=MortalConnection)  # type: ignore[assignment]
    asyncio.run(main(Path(folder), names))
