"""The table of jobs looks the same after a restart: each recording's length, and the order of the rows."""

from pathlib import Path

from core.domain import JobState
from core.domain.errors import SourceDenied
from core.store.sqlite import Database
from tests.unit.queue.work import Work, running
from tests.unit.samples import make_job

NAMES = ("done.wav", "failed.wav", "cancelled.wav", "late.wav")


async def test_lengths_and_the_order_of_rows_are_the_same_after_a_restart_and_after_a_retry(
    database: Database, tmp_path: Path
) -> None:
    work = Work()
    for name in NAMES:
        work.hold(name)
    work.fail("failed.wav", SourceDenied(name="failed.wav"), SourceDenied(name="failed.wav"))
    async with running(database, tmp_path, work, workers=4) as queue:
        ids = await queue.submit([make_job(name) for name in NAMES])
        for length_s, name in enumerate(NAMES, 1):
            await work.has_started(name)
            work.reports[name].duration(float(length_s))
        await queue.cancel([ids[2]])
        for name in ("done.wav", "failed.wav"):
            work.let_go(name)
        await queue.wait(ids[0])
        await queue.wait(ids[1])
        await queue.retry([ids[1]])
        await queue.wait(ids[1])
        before = [(view.name, view.duration_s) for view in queue.views()]
    assert before == [(name, float(length_s)) for length_s, name in enumerate(NAMES, 1)]

    for _ in range(2):
        if "late.wav" in work._gates:
            work.let_go("late.wav")
            work.let_go("cancelled.wav")
        async with running(database, tmp_path, work) as queue:
            assert [(view.name, view.duration_s) for view in queue.views()] == before
            late = await queue.wait(ids[3])
            assert late.state is JobState.DONE
            await queue.retry([ids[2]])
            await queue.wait(ids[2])
            assert [view.name for view in queue.views()] == list(NAMES)
