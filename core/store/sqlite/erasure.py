"""Removes deleted text from the database's files, in small steps between which others can write.

SQLite overwrites deleted rows (`PRAGMA secure_delete`), but for three places. An FTS5 index keeps deleted words until
the segments that hold them are merged (https://www.sqlite.org/fts5.html#the_merge_command); that is done here some
pages at a time, where `optimize` would rewrite the whole index in one go. FTS5's own `secure-delete` is not used: it
takes SQLite 3.42, and older ones can't read an index any more in which it has deleted. The write-ahead log keeps
old pages until it is emptied. And rows that were moved leave copies in the unused bytes of pages
(`core.store.sqlite.unused_bytes`).
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import sqlite_utils

from core.domain.errors import StoreClosed, TextNotErased
from core.store.sqlite.checkpoint import Checkpoint
from core.store.sqlite.health import store_error
from core.store.sqlite.marks import Mark, clear, count_up, value_of
from core.store.sqlite.recovery.kept_files import delete_kept
from core.store.sqlite.search import SEARCH

logger = logging.getLogger(__name__)

T = TypeVar("T")

PAGES_AT_ONCE = 100
"""Of the search index (2,000 bytes each), merged in one write: some 6 milliseconds."""

LEFTOVERS_AT_ONCE = 1_000
"""Pages that are overwritten in one step, during which no connection can write: some 10 milliseconds."""

ATTEMPTS = 40
PAUSE_S = 0.25
"""How often, and how long apart, the log is tried to be emptied while another process reads older pages in it."""


class _Store(Protocol):
    """The database's two ways in."""

    async def write(self, operation: Callable[[sqlite_utils.Database], T], *, durable: bool = True) -> T: ...

    async def read(self, operation: Callable[[sqlite3.Connection], T]) -> T: ...


def note_deletion(database: sqlite_utils.Database, *, is_indexed: bool) -> None:
    """Note in this transaction that it deletes text that has to leave the files; with `is_indexed` a transcript's.

    What is left to do of it survives a crash: the next start's first `erase` does it.
    """
    count_up(database, Mark.COPIES_TO_DELETE, Mark.LOG_TO_EMPTY, *([Mark.TO_MERGE] if is_indexed else []))


class Erasure:
    """Erases for all who ask at the same time together. Belongs to one event loop. `pause` waits for some seconds."""

    def __init__(
        self,
        store: _Store,
        checkpoint: Checkpoint,
        file: Path,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._checkpoint = checkpoint
        self._file = file
        self._pause = pause
        self._one_at_a_time = asyncio.Lock()
        self._asked = 0
        self._done = 0
        self._is_closed = False

    async def erase(self) -> None:
        """Return once nothing that was deleted before is in any file of the database.

        Raises `TextNotErased` where another process keeps the log from being emptied, and other kinds of `StoreError`.
        """
        self._asked += 1
        wanted = self._asked
        async with self._one_at_a_time:
            if self._done >= wanted:  # By one that began after this was asked for.
                return
            if self._is_closed:
                raise StoreClosed
            asked = self._asked
            await self._merge()
            await self._delete_copies()
            await self._empty_log()
            self._done = asked

    async def erase_left(self) -> None:
        """Do what an earlier run has left to do, if there is anything. Raises as `erase` does."""
        marks = (Mark.TO_MERGE, Mark.COPIES_TO_DELETE, Mark.LOG_TO_EMPTY)
        if await self._store.read(lambda connection: any(value_of(connection, mark) for mark in marks)):
            await self.erase()

    async def close(self) -> None:
        """Wait for the step that is under way, and take no more."""
        self._is_closed = True
        async with self._one_at_a_time:
            await asyncio.to_thread(self._checkpoint.close)

    def release(self) -> None:
        """To be called once all of this process's connections are closed."""
        self._checkpoint.release()

    async def _merge(self) -> None:
        """Merge the segments that there are. What is added meanwhile holds nothing of what was deleted before."""
        deletions = await self._value(Mark.TO_MERGE)
        if not deletions:
            return
        # A negative number puts all segments together first, a positive one goes on with them.
        pages = -PAGES_AT_ONCE
        while await self._store.write(lambda database, pages=pages: SEARCH.erase_some(database, pages), durable=False):  # type: ignore[misc]
            pages = PAGES_AT_ONCE
        await self._clear(Mark.TO_MERGE, deletions)

    async def _delete_copies(self) -> None:
        deletions = await self._value(Mark.COPIES_TO_DELETE)
        if deletions:
            await self._in_thread(partial(delete_kept, self._file))
            await self._clear(Mark.COPIES_TO_DELETE, deletions)

    async def _empty_log(self) -> None:
        deletions = await self._value(Mark.LOG_TO_EMPTY)
        await self._with_retries(self._checkpoint.empty)
        if not deletions:
            return
        pages = await self._in_thread(self._checkpoint.leftovers)
        while pages:
            some, pages = pages[:LEFTOVERS_AT_ONCE], pages[LEFTOVERS_AT_ONCE:]
            await self._with_retries(partial(self._checkpoint.clear, some))
        await self._with_retries(self._checkpoint.empty)
        await self._clear(Mark.LOG_TO_EMPTY, deletions)

    async def _with_retries(self, step: Callable[[], bool]) -> None:
        """Take a step that takes an empty log, once it can be taken. Raises `TextNotErased` where it can't."""
        for attempt in range(ATTEMPTS):
            if attempt:
                await self._pause(PAUSE_S)
            if self._is_closed:
                raise StoreClosed
            await self._in_thread(self._checkpoint.run_passive)
            # In the thread that reads, so that no reading of our own is in the way.
            if await self._store.read(lambda _: self._with_our_errors(step)):
                return
        logger.warning("Another process reads the database's log, so deleted text is still in it")
        raise TextNotErased

    async def _in_thread(self, step: Callable[[], T]) -> T:
        return await asyncio.to_thread(self._with_our_errors, step)

    async def _value(self, mark: Mark) -> int:
        return await self._store.read(lambda connection: value_of(connection, mark))

    async def _clear(self, mark: Mark, seen: int) -> None:
        if seen:
            await self._store.write(lambda database: clear(database, mark, seen), durable=False)

    def _with_our_errors(self, step: Callable[[], T]) -> T:
        try:
            return step()
        except (sqlite3.Error, OSError) as error:
            raise store_error(error, self._file.parent) from error
