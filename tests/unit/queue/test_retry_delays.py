"""The delay before another attempt, and its end before its time."""

import asyncio

import pytest

from core.domain import JobState
from core.domain.errors import EngineCrashed
from core.queue import RetryPolicy
from tests.patience import PATIENCE_S
from tests.unit.queue.work import MemoryJournal, Work, queue_of
from tests.unit.samples import make_job

AN_HOUR = RetryPolicy(first_delay_s=3600.0, longest_delay_s=3600.0)


@pytest.mark.parametrize("after_turns", range(12))
async def test_a_delay_can_be_skipped_at_any_moment_after_the_failure(after_turns: int) -> None:
    """Also before the failure is written, and between the showing of it and the scheduling of the next attempt."""
    journal, work = MemoryJournal(), Work()
    work.fail("talk.wav", EngineCrashed())
    queue = queue_of(journal, work, retry=AN_HOUR)
    journal.hold(JobState.RETRYING)
    await queue.start(resume=False)
    async with asyncio.timeout(PATIENCE_S):
        job = make_job()
        await queue.submit([job])
        await journal.is_writing(JobState.RETRYING)
        if after_turns:
            journal.let_go(JobState.RETRYING)
        for _ in range(after_turns):
            await asyncio.sleep(0)
        queue.skip_retry_delays(job.source.kind)
        if not after_turns:
            journal.let_go(JobState.RETRYING)
        done = await queue.wait(job.id)
        await queue.stop()
    assert (done.state, done.attempt) == (JobState.DONE, 2)


async def test_a_skipped_delay_is_that_of_one_failure_only() -> None:
    journal, work = MemoryJournal(), Work()
    work.fail("talk.wav", EngineCrashed(), EngineCrashed())
    queue = queue_of(journal, work, retry=AN_HOUR)
    journal.hold(JobState.RETRYING)
    await queue.start(resume=False)
    async with asyncio.timeout(PATIENCE_S):
        job = make_job()
        await queue.submit([job])
        await journal.is_writing(JobState.RETRYING)
        queue.skip_retry_delays(job.source.kind)
        journal.let_go(JobState.RETRYING)
        await work.has_started("talk.wav", 2)
        while queue.views()[0].state is not JobState.RETRYING:
            await queue.wait_for_change()
        (later,) = await queue.submit([make_job("later")])
        await queue.wait(later)
        assert queue.views()[0].state is JobState.RETRYING
        await queue.stop()
    assert work.started == ["talk.wav", "talk.wav", "later"]
