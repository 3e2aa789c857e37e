"""Whoever keeps the computer awake is told when the first job begins and when the last one has ended."""

import asyncio

from core.queue import JobHandling, LocalQueue
from tests.patience import PATIENCE_S
from tests.unit.queue.work import MemoryJournal, Work
from tests.unit.samples import make_job


async def test_it_is_told_once_that_jobs_run_and_once_that_none_does() -> None:
    work, told = Work(), list[bool]()
    for name in ("a", "b"):
        work.hold(name)
    queue = LocalQueue(MemoryJournal(), JobHandling(work.run), workers=2, busy_changed=told.append)
    await queue.start(resume=False)
    async with asyncio.timeout(PATIENCE_S):
        first, second = await queue.submit([make_job("a"), make_job("b")])
        await work.has_started("a")
        await work.has_started("b")
        assert told == [True]
        work.let_go("a")
        await queue.wait(first)
        assert told == [True]
        work.let_go("b")
        await queue.wait(second)
        assert told == [True, False]
        await queue.stop()
