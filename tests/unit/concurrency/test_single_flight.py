import asyncio

import pytest

from core.concurrency.single_flight import Report, SingleFlight
from core.domain import CacheKey, Segment
from core.domain.errors import EngineCrashed
from tests.fakes.watcher import Watcher

KEY = CacheKey("key")


class Work:
    """A run that ends when it is told to."""

    def __init__(self) -> None:
        self.started = 0
        self.cancelled = 0
        self.may_end = asyncio.Event()
        self.failure: Exception | None = None

    async def __call__(self, report: Report) -> str:
        self.started += 1
        report.duration(60.0)
        report.segment(Segment(0, 1, "first"))
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.failure:
            raise self.failure
        report.segment(Segment(1, 2, "second"))
        return "result"


async def start_callers(
    single_flight: SingleFlight[str], work: Work, count: int
) -> tuple[list[Watcher], list[asyncio.Task[str]]]:
    watchers = [Watcher() for _ in range(count)]
    tasks = []
    for watcher in watchers:
        tasks.append(asyncio.create_task(single_flight.run(KEY, watcher, work)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    return watchers, tasks


async def test_one_run_is_enough_for_all() -> None:
    single_flight, work = SingleFlight[str](), Work()
    watchers, tasks = await start_callers(single_flight, work, 5)
    work.may_end.set()

    assert await asyncio.gather(*tasks) == ["result"] * 5
    assert work.started == 1
    for watcher in watchers:
        assert watcher.durations == [60.0]
        assert [segment.text for segment in watcher.segments] == ["first", "second"]


async def test_one_that_leaves_does_not_stop_it_for_the_others() -> None:
    single_flight, work = SingleFlight[str](), Work()
    watchers, tasks = await start_callers(single_flight, work, 3)
    tasks[0].cancel()
    await asyncio.wait([tasks[0]])
    work.may_end.set()

    assert await asyncio.gather(*tasks[1:]) == ["result"] * 2
    assert tasks[0].cancelled()
    assert work.cancelled == 0
    assert [segment.text for segment in watchers[0].segments] == ["first"]


async def test_when_all_have_left_the_run_ends_and_the_next_begins_anew() -> None:
    single_flight, work = SingleFlight[str](), Work()
    _, tasks = await start_callers(single_flight, work, 3)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert work.cancelled == 1

    work.may_end.set()
    assert await single_flight.run(KEY, Watcher(), work) == "result"
    assert work.started == 2


async def test_an_error_reaches_all_and_the_next_begins_anew() -> None:
    single_flight, work = SingleFlight[str](), Work()
    work.failure = EngineCrashed()
    _, tasks = await start_callers(single_flight, work, 3)
    work.may_end.set()
    assert [type(error) for error in await asyncio.gather(*tasks, return_exceptions=True)] == [EngineCrashed] * 3

    with pytest.raises(EngineCrashed):
        await single_flight.run(KEY, Watcher(), work)
    assert work.started == 2


async def test_other_keys_fly_on_their_own() -> None:
    single_flight, work = SingleFlight[str](), Work()
    work.may_end.set()
    await asyncio.gather(*(single_flight.run(CacheKey(str(number)), Watcher(), work) for number in range(4)))
    assert work.started == 4
