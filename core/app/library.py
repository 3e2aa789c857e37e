"""Read-only access to the history and the usage: without a queue, providers or an entry in the journal."""

import sqlite3
from pathlib import Path
from typing import Self

from core.domain import HistoryPage, StoredTranscript, TranscriptId, TranslatableText
from core.domain.errors import StoreDamaged
from core.domain.usage import UsageRow
from core.store.sqlite import Database, SqliteHistory, SqliteUsageLedger
from core.store.sqlite.health import damage_mark
from core.store.sqlite.notices import untold
from core.store.sqlite.read_only import open_to_read
from core.store.sqlite.recovery.write_ahead_log import log_file


class Library:
    """Works where the database can't be written, too."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._history = SqliteHistory(database)
        self._usage = SqliteUsageLedger(database)

    @classmethod
    async def open(cls, database: Path) -> Self:
        """Raises `StoreError` where it can't be read."""
        return cls(await open_to_read(database))

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What a person should know now."""
        return self._database.notices

    async def notices_told(self) -> None:
        """Note that `notices` were shown to a person. Raises `StoreError`."""
        await self._database.notices_told()

    async def get(self, transcript_id: TranscriptId, *, with_notes: bool = False) -> StoredTranscript | None:
        """A transcript of the history, if asked for with the notes, None where there is none. Raises `StoreError`."""
        return await self._history.get(transcript_id, with_notes=with_notes)

    async def page(self, search: str = "", *, limit: int = 100, offset: int = 0) -> HistoryPage:
        """The history, newest first, or what matches the search, best first. Raises `StoreError`."""
        return await self._history.page(search, limit, offset)

    async def usage(self, month: str) -> tuple[UsageRow, ...]:
        """What was transcribed in a month, as `2026-11`. Raises `StoreError`."""
        return await self._usage.rows(month)

    async def close(self) -> None:
        """Close the database."""
        await self._database.close()


def has_pending_notices(database: Path) -> bool:
    """Whether the database holds notices that were not shown yet. Quick, and changes nothing. Blocks."""
    if not database.exists():
        return False
    try:
        # Where the last one closed it well there is no log, and reading as SQLite does otherwise would make one.
        options = "mode=ro" if log_file(database).exists() else "immutable=1"
        connection = sqlite3.connect(f"{database.as_uri()}?{options}", uri=True)
        try:
            return bool(untold(connection))
        finally:
            connection.close()
    except sqlite3.Error:  # A command that needs the database says what is wrong with it.
        return False


def known_damage(database: Path) -> TranslatableText | None:
    """What to say where the next start will set the database aside."""
    return StoreDamaged().message if damage_mark(database).exists() else None
