"""The history: every person's transcripts, their full-text index, their revisions, and deleting for good."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import sqlite_utils

from core.domain import (
    CacheKey,
    ContentHash,
    HistoryEntry,
    HistoryPage,
    Requester,
    Segment,
    SourceReference,
    StoredTranscript,
    Transcript,
    TranscriptId,
)
from core.domain.person import Person
from core.store.sqlite.body import pack, unpack
from core.store.sqlite.database import Database
from core.store.sqlite.deliveries import forget_transcript
from core.store.sqlite.erasure import note_deletion
from core.store.sqlite.history_rows import BEGINNING, COLUMNS, entry_of
from core.store.sqlite.job_parts import delete_parts
from core.store.sqlite.marks import Mark, raise_to
from core.store.sqlite.people_of_entries import person_key
from core.store.sqlite.person_deletion import PersonalStore
from core.store.sqlite.readable import readable, text
from core.store.sqlite.search import SEARCH, Search

_FREE_ID = """(SELECT 1 + coalesce(max(used.id), 0) FROM (
    SELECT max(id) AS id FROM transcripts UNION ALL SELECT value FROM store_marks WHERE name = 'last-transcript'
    ) AS used)"""
"""SQLite would give the number of the newest entry, once that is deleted, to the next: another person's, perhaps."""

_INSERT = """
INSERT INTO transcripts (id, person, cache_key, content_hash, name, location, created_at, duration_s, language,
                         provider, model, text, body)
SELECT {id}, :person, :cache_key, :content_hash, :name, :location, :created_at, :duration_s, :language,
       :provider, :model, :text, {body}
ON CONFLICT (person, cache_key, name) DO UPDATE SET location = excluded.location, created_at = excluded.created_at
RETURNING id
"""
_INSERT_PACKED = _INSERT.format(id=_FREE_ID, body=":body WHERE true")
_INSERT_CACHED = _INSERT.format(id=_FREE_ID, body="body FROM cached_transcripts WHERE key = :cache_key")
"""The cache has packed it already, the same way."""

_REPEAT = """
UPDATE transcripts SET location = :location, created_at = :created_at
WHERE person = :person AND cache_key = :cache_key AND name = :name
RETURNING id
"""

_REVISE = """UPDATE transcripts SET text = :text, edited_body = :body, edited_at = :edited_at WHERE id = :id
RETURNING id"""

_DELETE = "DELETE FROM transcripts WHERE id = ? RETURNING content_hash, cache_key, person, edited_at IS NOT NULL"

_HAS_KEY = "SELECT 1 FROM transcripts WHERE cache_key = ? LIMIT 1"

_HAS_CONTENT = "SELECT 1 FROM transcripts WHERE content_hash = ? LIMIT 1"

_DELETE_CACHED = """DELETE FROM cached_transcripts WHERE content_hash = :content
    AND key NOT IN (SELECT cache_key FROM transcripts WHERE content_hash = :content)"""
"""What is cached of a recording, but for the answers that entries of other people or other options still have.

Translations and summaries have keys that no entry has, so they go, whichever entry's text they were made of.
"""

_FORGET_JOBS = "UPDATE jobs SET transcript_id = NULL, removed = 1 WHERE transcript_id = ?"


class SqliteHistory(PersonalStore):
    """Transcripts by number, by date and by what was said in them. Each is one person's.

    A row holds what the cache gave, which never changes, and beside it the newest revision. Each person has a row of
    their own with a copy of both: what is deleted is then one row, and no reading has to look at two tables.
    """

    def __init__(self, database: Database, search: Search = SEARCH) -> None:
        self._database = database
        self._search = search
        self.revision = 0
        self.on_change: Callable[[], None] = lambda: None

    def _has_changed(self) -> None:
        self.revision += 1
        self.on_change()

    async def save(
        self,
        source: SourceReference,
        key: CacheKey,
        content: ContentHash,
        transcript: Transcript,
        created_at: float,
        *,
        requester: Requester,
    ) -> TranscriptId:
        """Keep a transcript for this person. The same recording with the same options and name keeps its one entry.

        An entry that was edited stays as it was edited. It survives a crash, and a power cut as soon as anything
        durable is written after it, as the job's end is.
        """
        values: dict[str, Any] = {
            "person": person_key(requester),
            "cache_key": key,
            "content_hash": content,
            "name": source.name,
            "location": source.kept_location,
            "created_at": created_at,
            "duration_s": transcript.duration_s,
            "language": transcript.language,
            "provider": transcript.provider,
            "model": transcript.model,
            "text": transcript.text,
        }

        def without_body(database: sqlite_utils.Database) -> int | None:
            known: int | None = _first_value(database, _REPEAT, values)
            return _first_value(database, _INSERT_CACHED, values) if known is None else known

        saved = await self._database.write(without_body, durable=False)
        if saved is None:
            packed = values | {"body": await asyncio.to_thread(pack, transcript)}
            saved = await self._database.write(lambda db: _first_value(db, _INSERT_PACKED, packed), durable=False)
        assert saved is not None
        self._has_changed()
        return TranscriptId(saved)

    async def update(self, transcript_id: TranscriptId, revised: Transcript, edited_at: float) -> bool:
        """Have this be what the entry says from now on, durably. False where it was deleted.

        Its search index follows. Other people's entries, and what the cache answers, stay as they are. `edited_at` is
        in seconds since the epoch.
        """
        body = await asyncio.to_thread(pack, revised)
        values = {"id": transcript_id, "text": revised.text, "body": body, "edited_at": edited_at}
        is_there = await self._database.write(lambda database: _first_value(database, _REVISE, values) is not None)
        if is_there:
            self._has_changed()
        return is_there

    async def get(self, transcript_id: TranscriptId) -> StoredTranscript | None:
        """One transcript with all its segments."""

        def operation(connection: sqlite3.Connection) -> StoredTranscript | None:
            query = f"""SELECT {COLUMNS}, t.content_hash, t.text, coalesce(t.edited_body, t.body) AS body
                FROM transcripts t WHERE t.id = ?"""  # noqa: S608
            row = connection.execute(query, [transcript_id]).fetchone()
            if row is None:
                return None
            try:
                entry = entry_of(row)
            except ValueError:
                self._database.unreadable("transcript", transcript_id)
                return None
            return StoredTranscript(entry, ContentHash(row["content_hash"]), self._transcript(entry, row))

        return await self._database.read(operation)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Delete their entries. The owner's stay: those also come from the window and the command line."""
        for requester in person.requesters:
            if not requester.is_owner:
                rows = database.execute(
                    "SELECT id FROM transcripts WHERE person = ?", [person_key(requester)]
                ).fetchall()
                _delete(database, [TranscriptId(row[0]) for row in rows])

    def drop_person(self, person: Person) -> None:
        """Nothing is remembered, but entries may have been deleted."""
        self._has_changed()

    def _transcript(self, entry: HistoryEntry, row: sqlite3.Row) -> Transcript:
        """All of it, or where its segments can't be read its text in one."""
        try:
            return unpack(row["body"])
        except ValueError:
            self._database.unreadable("transcript", entry.id)
        segments = (Segment(0.0, entry.duration_s, text(row, "text")),)
        return Transcript(segments, entry.language, entry.duration_s, entry.provider, entry.model)

    async def page(self, search: str, limit: int, offset: int) -> HistoryPage:
        """Entries newest first, or those that hold every word of the search (the last may be a word's beginning)."""
        expression = self._search.expression(search)
        if not expression:
            return await self._database.read(lambda connection: self._newest(connection, limit, offset))
        return await self._database.read(lambda connection: self._found(connection, expression, limit, offset))

    async def delete(self, transcript_ids: Sequence[TranscriptId]) -> tuple[ContentHash, ...]:
        """Delete entries for good, and return the hashes of recordings of which something cached was deleted.

        Memory copies of those are to be dropped. Nothing that was sent or asked for names the entries any more. What
        was cached of their recordings goes too, translations included, but for the transcripts that other entries
        have. `Database.erase` then removes the text from the file.
        """
        contents = await self._database.write(lambda database: _delete(database, transcript_ids))
        self._has_changed()
        return contents

    def _newest(self, connection: sqlite3.Connection, limit: int, offset: int) -> HistoryPage:
        query = f"""SELECT {COLUMNS}, {BEGINNING} FROM transcripts t
            ORDER BY t.created_at DESC, t.id DESC LIMIT ? OFFSET ?"""  # noqa: S608
        rows = connection.execute(query, [limit, offset]).fetchall()
        total = connection.execute("SELECT count(*) FROM transcripts").fetchone()[0]
        return HistoryPage(self._entries(rows), total)

    def _found(self, connection: sqlite3.Connection, expression: str, limit: int, offset: int) -> HistoryPage:
        search = self._search
        query = f"""SELECT {COLUMNS}, {search.excerpt} FROM transcripts AS t {search.join}
            WHERE {search.condition} ORDER BY {search.best_first}, t.id DESC LIMIT :limit OFFSET :offset"""  # noqa: S608
        values = {"search": expression, "limit": limit, "offset": offset}
        rows = connection.execute(query, values).fetchall()
        total = connection.execute(search.count, {"search": expression}).fetchone()[0]
        return HistoryPage(self._entries(rows), total)

    def _entries(self, rows: list[sqlite3.Row]) -> tuple[HistoryEntry, ...]:
        return tuple(readable(rows, entry_of, self._database.unreadable, "transcript"))


def _delete(database: sqlite_utils.Database, transcript_ids: Sequence[TranscriptId]) -> tuple[ContentHash, ...]:
    """`SqliteHistory.delete`, in the caller's transaction."""
    hashes: list[ContentHash] = []
    is_any = False
    for transcript_id in transcript_ids:
        deleted = database.execute(_DELETE, [transcript_id]).fetchall()
        database.execute(_FORGET_JOBS, [transcript_id])
        forget_transcript(database, "transcript_id = ?", [transcript_id])
        for content, key, person, is_edited in deleted:
            is_any = True
            has_key = database.execute(_HAS_KEY, [key]).fetchone() is not None
            has_content = database.execute(_HAS_CONTENT, [content]).fetchone() is not None
            delete_parts(database, content, person if has_content else None)
            # Cached translations of an edited text contain that text: they go even if others have the transcript.
            if is_edited or not has_key:
                database.execute(_DELETE_CACHED, {"content": content})
                hashes.append(content)
            if not has_content:
                database.execute("DELETE FROM identity_aliases WHERE content_hash = ?", [content])
    if is_any:
        raise_to(database, Mark.LAST_TRANSCRIPT, max(transcript_ids))
        note_deletion(database, is_indexed=True)
    return tuple(hashes)


def _first_value(database: sqlite_utils.Database, query: str, values: dict[str, Any]) -> Any:
    rows = database.execute(query, values).fetchall()
    return rows[0][0] if rows else None
