"""What a person has noted about a transcript: plain text, kept beside it."""

import asyncio
import sqlite3

import sqlite_utils

from core.domain import TranscriptId
from core.domain.person import Person
from core.store.searchable import searchable, without_separators
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore
from core.store.sqlite.readable import text

_SET = """INSERT INTO transcript_notes (transcript_id, edited_at, text)
SELECT :id, :edited_at, :text WHERE EXISTS (SELECT 1 FROM transcripts WHERE id = :id)
ON CONFLICT (transcript_id) DO UPDATE SET edited_at = excluded.edited_at, text = excluded.text"""

_IS_THERE = "SELECT 1 FROM transcripts WHERE id = ?"


class SqliteTranscriptNotes(PersonalStore):
    """One row a transcript that has notes. A trigger deletes it with the transcript, whichever way that goes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, transcript_id: TranscriptId) -> str:
        """The notes, empty where there are none. Raises `StoreError`."""

        def operation(connection: sqlite3.Connection) -> str:
            query = "SELECT text FROM transcript_notes WHERE transcript_id = ?"
            row = connection.execute(query, [transcript_id]).fetchone()
            return without_separators(text(row, "text")) if row else ""

        return await self._database.read(operation)

    async def keep(self, transcript_id: TranscriptId, notes: str, edited_at: float) -> bool:
        """Keep these notes in place of those before, durably; False where the transcript was deleted.

        Without any text nothing is kept. `edited_at` is in seconds since the epoch. Searches find them by then. Raises
        `StoreError`.
        """
        indexed = await asyncio.to_thread(searchable, notes)

        def operation(database: sqlite_utils.Database) -> bool:
            if notes.strip():
                database.execute(_SET, {"id": transcript_id, "text": indexed, "edited_at": edited_at})
            else:
                database.execute("DELETE FROM transcript_notes WHERE transcript_id = ?", [transcript_id])
            return database.execute(_IS_THERE, [transcript_id]).fetchone() is not None

        return await self._database.write(operation)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Nothing by itself: notes go with the person's transcripts."""
