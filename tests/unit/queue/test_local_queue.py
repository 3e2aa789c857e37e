import pytest

from core.domain import JobState, Priority
from tests.unit.queue.work import MemoryJournal, Work, queue_of
from tests.unit.samples import make_job


async def test_who_waits_is_told_their_place() -> None:
    work, now = Work(), [0.0]
    work.hold("first")
    queue = queue_of(MemoryJournal(), work, monotonic=lambda: now[0])
    await queue.start(resume=False)
    first, second, third = [
        (await queue.submit([make_job(name, priority=priority)]))[0]
        for name, priority in (("first", Priority.SHORT), ("b", Priority.LONG), ("c", Priority.SHORT))
    ]
    await work.has_started("first")
    assert [queue.place(job_id) for job_id in (first, second, third)] == [None, 2, 1]
    await queue.cancel([third])
    now[0] += 1
    assert [queue.place(job_id) for job_id in (second, third)] == [1, None]
    await queue.stop()


async def test_the_table_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.queue.local.entries.MOST_SHOWN", 20)
    monkeypatch.setattr("core.queue.local.entries.FINISHED_JOBS_SHOWN", 5)
    work = Work()
    work.hold("held")
    queue = queue_of(MemoryJournal(), work, workers=2)
    await queue.start(resume=False)
    await queue.submit([make_job("held")])
    ids = []
    for number in range(40):
        ids += await queue.submit([make_job(f"{number}.wav")])
        await queue.wait(ids[-1])
        assert len(queue.views()) <= 26
    shown = [view.name for view in queue.views()]
    assert {"held", "39.wav"} < set(shown)
    assert queue.view(ids[0]) is None
    assert (await queue.wait(ids[0])).state is JobState.DONE
    await queue.stop()
