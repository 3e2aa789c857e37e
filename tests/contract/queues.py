"""How the contract suite makes queues. An implementation that is to pass it adds a class like `LocalQueues`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

from core.queue import QueueService, RetryPolicy
from core.store.sqlite import Database
from tests.unit.queue.work import AT_ONCE, Work, running


class Queues(Protocol):
    """Makes queues of one implementation on one store, which lives as long as the test."""

    def running(
        self, work: Work, *, workers: int = 2, resume: bool = True, retry: RetryPolicy = AT_ONCE
    ) -> AbstractAsyncContextManager[QueueService]:
        """A started queue whose attempts are `work`; stopped at the end, after which another one may be started."""

    def instances(
        self, count: int, work: Work, *, workers: int = 2
    ) -> AbstractAsyncContextManager[Sequence[QueueService]]:
        """So many started queues side by side, as so many processes have them. They may be one and the same object."""


class LocalQueues:
    """`LocalQueue` on SQLite. All users of one process share one queue, so its instances are the same object."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    @asynccontextmanager
    async def running(
        self, work: Work, *, workers: int = 2, resume: bool = True, retry: RetryPolicy = AT_ONCE
    ) -> AsyncIterator[QueueService]:
        async with running(self._database, self._folder, work, workers=workers, resume=resume, retry=retry) as queue:
            yield queue

    @asynccontextmanager
    async def instances(self, count: int, work: Work, *, workers: int = 2) -> AsyncIterator[Sequence[QueueService]]:
        async with self.running(work, workers=workers) as queue:
            yield [queue] * count
