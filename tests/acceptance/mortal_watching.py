"""Watching a folder in a process that kills itself at a chosen commit, for tests of what is left of it then.

    python -m tests.acceptance.mortal_watching MOMENT FOLDER JOBS

Watches FOLDER/watched until it was looked into and JOBS jobs have ended, and prints `done`. All is kept in FOLDER/data.
The moments are those of `tests.acceptance.mortal_queue`. Time goes by as fast as it is waited for.
"""

import asyncio
import functools
import sqlite3
import sys
import time
import uuid
from pathlib import Path

from core.app.job_factory import JobFactory
from core.app.settings import SettingsService
from core.app.watched_folders import WatchedFolders, WatchParts
from core.concurrency.supervision import Supervisor
from core.config import LoadedSettings, Settings
from core.domain import CacheKey, ContentHash, Job
from core.domain.watching import WatchCondition
from core.pipeline import Outcome, Report
from core.queue import JobHandling, LocalQueue
from core.store.sqlite import Database, Instance, SqliteHistory, SqliteJobJournal
from core.store.sqlite.watched_files import SqliteWatchedFiles
from tests.acceptance.mortal_queue import MortalConnection
from tests.fakes.simulated_time import SimulatedTime
from tests.unit.samples import THE_OWNER, make_transcript


async def main(folder: Path, jobs: int) -> None:
    data = folder / "data"
    database = await Database.open(data / "notula.db")
    instance = Instance(data / "instances", lambda: uuid.uuid4().hex)
    instance.announce()
    history = SqliteHistory(database)
    ended = asyncio.Semaphore(0)

    async def run(job: Job, report: Report) -> Outcome:
        key, content = CacheKey(job.source.name), ContentHash(job.source.name)
        saved = await history.save(job.source, key, content, make_transcript("Hello."), 1.0, requester=THE_OWNER)
        return Outcome(saved, from_cache=False)

    handling = JobHandling(run, ended=lambda _: ended.release())
    queue = LocalQueue(SqliteJobJournal(database, instance), handling, workers=4)
    settings = Settings(watch_folders={str(folder / "watched"): {}})
    service = SettingsService(LoadedSettings(settings), data / "settings.toml", {})
    simulated = SimulatedTime()
    changed = asyncio.Event()

    async def pause(seconds: float) -> None:
        await simulated.pause(seconds)
        await asyncio.sleep(0)

    watched = WatchedFolders(
        WatchParts(
            settings=service,
            store=SqliteWatchedFiles(database, time.time),
            queue=queue,
            factory=JobFactory(service, time.time, lambda: uuid.uuid4().hex),
            names_in_use=lambda: ["on-device"],
            new_id=lambda: uuid.uuid4().hex,
            lock_file=data / "watching.lock",
            changed=changed.set,
            clock=simulated.clock,
            pause=pause,
        ),
        supervisor=Supervisor(),
    )
    await queue.start(resume=True)
    watched.start()
    done = sum(view.state.is_final for view in queue.views())
    while done < jobs:
        await ended.acquire()
        done = sum(view.state.is_final for view in queue.views())
    while watched.states[0].condition is not WatchCondition.WATCHING:
        await changed.wait()
        changed.clear()
    print("done", flush=True)
    await watched.stop()
    await queue.stop()
    await database.close()
    instance.leave()


if __name__ == "__main__":
    moment, place_of_all, number_of_jobs = sys.argv[1:]
    place, _, number = moment.partition(" ")
    MortalConnection.place, MortalConnection.number = place, int(number)
    sqlite3.connect = functools.partial(sqlite3.connect, factory=MortalConnection)  # type: ignore[assignment]
    asyncio.run(main(Path(place_of_all), int(number_of_jobs)))
