"""A recording that brings down the whole process is not tried for ever; one that was only there is."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.domain import Job, JobState
from core.domain.errors import ProcessCrashed
from core.store.sqlite import Database, Instance, SqliteJobJournal
from tests.conftest import REPOSITORY

CRASHING = """
import asyncio, faulthandler, os, signal, sys, uuid
from pathlib import Path
from core.store.sqlite import Database, Instance, SqliteJobJournal
from core.domain import JobState
from tests.unit.samples import make_job

async def main(folder, way):
    instance = Instance(folder / "instances", lambda: uuid.uuid4().hex)
    instance.announce()
    database = await Database.open(folder / "notula.db")
    journal = SqliteJobJournal(database, instance)
    jobs = await journal.adopt_all()
    if not jobs:
        jobs = [make_job("guilty.mp3"), make_job("waiting.mp3")]
        await journal.record(jobs)
    if jobs[0].source.name == "guilty.mp3":
        await journal.update(jobs[0].moved_to(JobState.RUNNING, attempt=1))
    if way == "crash":
        faulthandler._sigsegv()
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


def die(folder: Path, way: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", CRASHING, str(folder), way], cwd=REPOSITORY, capture_output=True, check=False, text=True
    )
    assert ended.returncode < 0, ended.stderr


async def resumed(folder: Path) -> tuple[list[Job], list[Job]]:
    """What the next start goes on with, and what it shows as ended."""
    instance = Instance(folder / "instances", lambda: "next")
    instance.announce()
    database = await Database.open(folder / "notula.db")
    journal = SqliteJobJournal(database, instance)
    found = await journal.adopt_all(), await journal.finished(10)
    await database.close()
    instance.leave()
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
async def test_what_ran_in_two_crashes_is_failed_and_the_others_go_on(tmp_path: Path) -> None:
    die(tmp_path, "crash")
    die(tmp_path, "crash")
    going_on, ended = await resumed(tmp_path)
    assert [job.source.name for job in going_on] == ["waiting.mp3"]
    assert [(job.source.name, job.state) for job in ended] == [("guilty.mp3", JobState.FAILED)]
    assert ended[0].error == ProcessCrashed(name="guilty.mp3").message


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
async def test_who_is_killed_leaves_no_suspects(tmp_path: Path) -> None:
    die(tmp_path, "crash")
    for _ in range(3):
        die(tmp_path, "kill")
    going_on, ended = await resumed(tmp_path)
    assert {job.source.name for job in going_on} == {"guilty.mp3", "waiting.mp3"}
    assert ended == []
    assert list((tmp_path / "instances").glob("*.crash")) == []
