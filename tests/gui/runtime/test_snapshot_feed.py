"""The feed of snapshots is started again after errors."""

import asyncio

from core.domain import Snapshot, TranslatableText
from gui.runtime.core_thread import OUTDATED, SnapshotFeed
from tests.fakes.simulated_time import SimulatedTime


class SnapshotSource:
    """Raises these errors before it returns snapshots."""

    def __init__(self, *failures: Exception) -> None:
        self._failures = list(failures)
        self.changed = asyncio.Event()

    def snapshot(self) -> Snapshot:
        if self._failures:
            raise self._failures.pop(0)
        return Snapshot(notices=(TranslatableText("fresh"),))

    async def wait_for_change(self) -> None:
        await self.changed.wait()
        self.changed.clear()


async def test_a_snapshot_that_fails_is_told_in_the_last_one_and_taken_again() -> None:
    published: list[list[str]] = []
    stop, is_fresh = asyncio.Event(), asyncio.Event()

    def publish(snapshot: Snapshot) -> None:
        published.append([str(notice) for notice in snapshot.notices])
        if "fresh" in published[-1]:
            is_fresh.set()

    feed = SnapshotFeed(SnapshotSource(KeyError("lost"), KeyError("lost")), publish, pause=SimulatedTime().pause)
    running = asyncio.create_task(feed.run(stop))
    await is_fresh.wait()
    stop.set()
    await running
    assert published[0] == [str(OUTDATED)]
    assert published[-1] == [str(OUTDATED), "fresh"]
