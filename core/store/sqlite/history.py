"""The history: every person's transcripts, their full-text index, their revisions, and deleting for good."""

import asyncio
import functools
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import sqlite_utils

from core.domain import (
    CacheKey,
    ContentHash,
    HistoryEntry,
    HistoryFilter,
    HistoryPage,
    HistorySummary,
    JobId,
    Requester,
    Segment,
    SourceReference,
    StoredTranscript,
    Transcript,
    TranscriptId,
)
from core.domain.errors import TextChanged
from core.domain.history import EVERYTHING
from core.domain.person import Person
from core.store.searchable import searchable, without_separators
from core.store.sqlite.body import Packer, pack, unpack
from core.store.sqlite.database import Database
from core.store.sqlite.history_deletion import HAS_CONTENT, delete_entries
from core.store.sqlite.history_filters import filter_query, summary_of
from core.store.sqlite.history_pages import found, listed
from core.store.sqlite.history_rows import COLUMNS, entry_of
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
ON CONFLICT (person, cache_key, coalesce(recording_name, name)) DO UPDATE
    SET location = excluded.location, created_at = excluded.created_at
RETURNING id
"""
_INSERT_PACKED = _INSERT.format(id=_FREE_ID, body=":body WHERE true")
_INSERT_CACHED = _INSERT.format(id=_FREE_ID, body="body FROM cached_transcripts WHERE key = :cache_key")
"""The cache has packed it already, the same way."""

_REPEAT = """
UPDATE transcripts SET location = :location, created_at = :created_at
WHERE person = :person AND cache_key = :cache_key AND coalesce(recording_name, name) IN (:name, :older_name)
RETURNING id
"""
"""Names that an older version wrote are made searchable some time after the opening."""

_DELETE_REPLACED_PARTS = """DELETE FROM job_parts WHERE job_id = :job_id
    AND EXISTS (SELECT 1 FROM cached_transcripts WHERE key = :cache_key)"""
"""Before the transcript is written, which then takes their pages: else those are overwritten, and others are used."""

_REVISE = """UPDATE transcripts SET text = :text, edited_body = :body, edited_at = :edited_at
WHERE id = :id AND (:is_whatever OR edited_at IS :made_at) RETURNING id"""

_RENAME = """UPDATE transcripts SET name = coalesce(nullif(:name, ''), recording_name, name),
    recording_name = iif(:name = '', NULL, coalesce(recording_name, name))
WHERE id = :id RETURNING name"""
"""The right sides are the values from before: https://www.sqlite.org/lang_update.html"""

_MOVE = """UPDATE transcripts SET location = :location
WHERE content_hash = :content AND person = (SELECT person FROM transcripts WHERE id = :id)
    AND (id = :id OR location = :before) RETURNING id"""

_IS_THERE = "SELECT 1 FROM transcripts WHERE id = :id"

_NOTES = "coalesce((SELECT text FROM transcript_notes WHERE transcript_id = t.id), '')"


class SqliteHistory(PersonalStore):
    """Transcripts by number, by date and by what was said in them. Each is one person's.

    A row holds what the cache gave, which never changes, and beside it the newest revision. Each person has a row of
    their own with a copy of both: what is deleted is then one row, and no reading has to look at two tables.
    """

    def __init__(self, database: Database, search: Search = SEARCH) -> None:
        self._database = database
        self._search = search
        self._packer = Packer()
        """For revisions: the one before of the same transcript has most of their segments."""
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
        made_of: JobId | None = None,
    ) -> TranscriptId:
        """Keep a transcript for this person. The same recording with the same options and name keeps its one entry.

        It takes the place of the finished parts of the job that it is `made_of`, provided that the cache has it too,
        where that job would find it again.

        An entry that was edited stays as it was edited. It survives a crash, and a power cut as soon as anything
        durable is written after it, as the job's end is.
        """
        values: dict[str, Any] = {
            "person": person_key(requester),
            "cache_key": key,
            "content_hash": content,
            "name": searchable(source.name),
            "older_name": source.name,
            "location": source.kept_location,
            "created_at": created_at,
            "duration_s": transcript.duration_s,
            "language": transcript.language,
            "provider": transcript.provider,
            "model": transcript.model,
            "text": await asyncio.to_thread(searchable, transcript.text),
            "job_id": made_of,
        }

        def without_body(database: sqlite_utils.Database) -> int | None:
            known: int | None = _first_value(database, _REPEAT, values)
            if known is None and made_of is not None:
                database.execute(_DELETE_REPLACED_PARTS, values)
            return _first_value(database, _INSERT_CACHED, values) if known is None else known

        saved = await self._database.write(without_body, durable=False)
        if saved is None:
            packed = values | {"body": await asyncio.to_thread(pack, transcript)}
            saved = await self._database.write(lambda db: _first_value(db, _INSERT_PACKED, packed), durable=False)
        assert saved is not None
        self._has_changed()
        return TranscriptId(saved)

    async def update(
        self,
        transcript_id: TranscriptId,
        revised: Transcript,
        edited_at: float,
        *,
        made_of: HistoryEntry | None = None,
    ) -> bool:
        """Have this be what the entry says from now on, durably. False where it was deleted.

        Its search index follows. Other people's entries, and what the cache answers, stay as they are. `edited_at` is
        in seconds since the epoch. Raises `TextChanged` where the entry was edited since it was `made_of`, in this
        process or another one.
        """
        body = await asyncio.to_thread(self._packer.pack, revised)
        text = await asyncio.to_thread(searchable, revised.text)
        values = {
            "id": transcript_id,
            "text": text,
            "body": body,
            "edited_at": edited_at,
            "is_whatever": made_of is None,
            "made_at": made_of.edited_at if made_of is not None else None,
        }

        def operation(database: sqlite_utils.Database) -> tuple[bool, bool]:
            is_revised = _first_value(database, _REVISE, values) is not None
            return is_revised, is_revised or _first_value(database, _IS_THERE, {"id": transcript_id}) is not None

        is_revised, is_there = await self._database.write(operation)
        if is_revised:
            self._has_changed()
        elif is_there:
            raise TextChanged
        return is_there

    async def rename(self, transcript_id: TranscriptId, name: str) -> str | None:
        """Have the entry bear this name, or its recording's where it is empty. Returns the name, None where it is gone.

        Searches find the new name. The same recording's next transcript still finds this entry.
        """
        values = {"id": transcript_id, "name": searchable(name)}
        written: str | None = await self._database.write(lambda database: _first_value(database, _RENAME, values))
        if written is None:
            return None
        self._has_changed()
        return without_separators(written)

    async def move(self, entry: HistoryEntry, content: ContentHash, location: str) -> bool:
        """Have the entry, whose recording has this content, say where that is now. False where it was deleted.

        So do the same person's other entries of this recording that were at the place before.
        """
        values = {"id": entry.id, "content": content, "before": entry.location, "location": location}
        is_there = await self._database.write(lambda database: _first_value(database, _MOVE, values) is not None)
        if is_there:
            self._has_changed()
        return is_there

    async def entry(self, transcript_id: TranscriptId) -> HistoryEntry | None:
        """The entry of a transcript without its text, None where it was deleted or can't be read."""
        query = f"SELECT {COLUMNS} FROM transcripts t WHERE t.id = ?"  # noqa: S608
        rows = await self._database.read(lambda connection: connection.execute(query, [transcript_id]).fetchall())
        entries = self._entries(rows)
        return entries[0] if entries else None

    async def has_content(self, content: ContentHash) -> bool:
        """Whether anybody has a transcript of this recording."""
        return await self._database.read(
            lambda connection: connection.execute(HAS_CONTENT, [content]).fetchone() is not None
        )

    async def get(self, transcript_id: TranscriptId, *, with_notes: bool = False) -> StoredTranscript | None:
        """One transcript with all its segments, and where that is asked for with the owner's notes."""
        notes = _NOTES if with_notes else "''"

        def operation(connection: sqlite3.Connection) -> StoredTranscript | None:
            query = f"""SELECT {COLUMNS}, t.content_hash, t.text, coalesce(t.edited_body, t.body) AS body,
                {notes} AS notes FROM transcripts t WHERE t.id = ?"""  # noqa: S608
            row = connection.execute(query, [transcript_id]).fetchone()
            if row is None:
                return None
            try:
                entry = entry_of(row)
            except ValueError:
                self._database.unreadable("transcript", transcript_id)
                return None
            transcript = self._transcript(entry, row)
            return StoredTranscript(
                entry, ContentHash(row["content_hash"]), transcript, without_separators(text(row, "notes"))
            )

        return await self._database.read(operation)

    async def original(self, transcript_id: TranscriptId) -> Transcript | None:
        """What was transcribed, before anything of it was edited; None where it was deleted or can't be read."""
        row = await self._database.read(
            lambda connection: connection.execute(
                "SELECT body FROM transcripts WHERE id = ?", [transcript_id]
            ).fetchone()
        )
        if row is None:
            return None
        try:
            return await asyncio.to_thread(unpack, row["body"])
        except ValueError:
            self._database.unreadable("transcript", transcript_id)
            return None

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Delete their entries. The owner's stay: those also come from the window and the command line."""
        for requester in person.requesters:
            if not requester.is_owner:
                rows = database.execute(
                    "SELECT id FROM transcripts WHERE person = ?", [person_key(requester)]
                ).fetchall()
                delete_entries(database, [TranscriptId(row[0]) for row in rows])

    def drop_person(self, person: Person) -> None:
        """Nothing is remembered, but entries may have been deleted."""
        self._has_changed()

    def _transcript(self, entry: HistoryEntry, row: sqlite3.Row) -> Transcript:
        """All of it, or where its segments can't be read its text in one."""
        try:
            return unpack(row["body"])
        except ValueError:
            self._database.unreadable("transcript", entry.id)
        segments = (Segment(0.0, entry.duration_s, without_separators(text(row, "text"))),)
        return Transcript(segments, entry.language, entry.duration_s, entry.provider, entry.model)

    async def page(self, search: str, limit: int, offset: int, chosen: HistoryFilter = EVERYTHING) -> HistoryPage:
        """The chosen entries, or those of them that hold every word of the search (the last may be a beginning).

        What the owner has noted counts, too.
        """
        wanted = filter_query(chosen)
        spoken, noted = self._search.query(search), self._search.notes_query(search)

        def operation(connection: sqlite3.Connection) -> HistoryPage:
            if spoken is None or noted is None:
                rows, total = listed(connection, wanted, limit, offset)
                return HistoryPage(self._entries(rows), total)
            rows, total = found(connection, (spoken, noted), wanted, limit, offset)
            return HistoryPage(self._entries(rows, spoken.shown), total)

        return await self._database.read(operation)

    async def summary(self) -> HistorySummary:
        """What there is to choose from, and the room that is used."""
        return await self._database.read(summary_of)

    async def delete(self, transcript_ids: Sequence[TranscriptId]) -> tuple[ContentHash, ...]:
        """Delete entries for good, and return the hashes of recordings of which something cached was deleted.

        Memory copies of those are to be dropped. Nothing that was sent or asked for names the entries any more. What
        was cached of their recordings goes too, translations included, but for the transcripts that other entries
        have. `Database.erase` then removes the text from the file.
        """
        contents = await self._database.write(lambda database: delete_entries(database, transcript_ids))
        self._has_changed()
        return contents

    def _entries(self, rows: list[sqlite3.Row], shown: Sequence[str] = ()) -> tuple[HistoryEntry, ...]:
        make = functools.partial(entry_of, shown=shown)
        return tuple(readable(rows, make, self._database.unreadable, "transcript"))


def _first_value(database: sqlite_utils.Database, query: str, values: dict[str, Any]) -> Any:
    rows = database.execute(query, values).fetchall()
    return rows[0][0] if rows else None
