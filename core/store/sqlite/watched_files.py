"""What is remembered of watched folders: their files, and which contents have counted."""

import json
import os
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import sqlite_utils

from core.domain import ContentHash, JobId
from core.domain.file_location import location_of, path_of
from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore
from core.store.watch_stores import FileStamp, FolderMemory, KnownFile

UNDO_S = 300.0
"""A folder that is watched again so soon was never given up: what came into it meanwhile counts."""

KEPT_S = 90 * 24 * 3600.0
"""So long it is known which recordings of a folder that isn't watched any more have counted."""

_KEEP_FILE = """INSERT INTO watched_files (folder, path, size_bytes, modified_ns, content) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (folder, path) DO UPDATE SET
    size_bytes = excluded.size_bytes, modified_ns = excluded.modified_ns, content = excluded.content"""


class SqliteWatchedFiles(PersonalStore):
    """`clock` gives seconds since the epoch."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def load(self, folder: str, scope: str) -> FolderMemory | None:
        """What is remembered of a folder; None where the watching of this part is to begin, perhaps anew.

        Raises `StoreError`.
        """
        now = self._clock()

        def operation(connection: sqlite3.Connection) -> FolderMemory | None:
            query = "SELECT device, ended_at FROM watched_folders WHERE folder = ? AND scope = ?"
            row = connection.execute(query, [_text(folder), scope]).fetchone()
            if row is None or (row["ended_at"] is not None and abs(now - row["ended_at"]) > UNDO_S):
                return None
            memory = FolderMemory(str(row["device"]))
            query = "SELECT path, size_bytes, modified_ns, content FROM watched_files WHERE folder = ?"
            for path, size_bytes, modified_ns, content in connection.execute(query, [_text(folder)]):
                known = KnownFile(FileStamp(size_bytes, modified_ns), ContentHash(content) if content else None)
                memory.files[_path(path)] = known
            query = "SELECT content, job_id, submitted FROM watched_contents WHERE folder = ?"
            for content, job_id, submitted in connection.execute(query, [_text(folder)]):
                memory.contents.add(ContentHash(content))
                if not submitted:
                    memory.due[ContentHash(content)] = JobId(job_id)
            return memory

        return await self._database.read(operation)

    async def begin(self, folder: str, scope: str, device: str, there: Mapping[str, FileStamp]) -> None:
        """Begin to watch: these files are there already and don't count. When this returns that is durable.

        Files that have counted before and are as they were stay known as such. Raises `StoreError`.
        """

        def operation(database: sqlite_utils.Database) -> None:
            database.execute(
                """INSERT INTO watched_folders (folder, scope, device) VALUES (?, ?, ?)
                ON CONFLICT (folder) DO UPDATE SET scope = excluded.scope, device = excluded.device, ended_at = NULL""",
                [_text(folder), scope, device],
            )
            query = f"{_KEEP_FILE} WHERE size_bytes != excluded.size_bytes OR modified_ns != excluded.modified_ns"
            rows = ((_text(folder), _text(path), *stamp, None) for path, stamp in there.items())
            database.conn.executemany(query, rows)

        await self._database.write(operation)

    async def note(self, folder: str, files: Mapping[str, KnownFile], due: Mapping[ContentHash, JobId]) -> None:
        """Remember these files, and that these contents count, durably and in one transaction. Raises `StoreError`."""

        def operation(database: sqlite_utils.Database) -> None:
            rows = [(_text(folder), _text(path), *file.stamp, file.content) for path, file in files.items()]
            database.conn.executemany(_KEEP_FILE, rows)
            database.conn.executemany(
                "INSERT OR IGNORE INTO watched_contents (folder, content, job_id) VALUES (?, ?, ?)",
                [(_text(folder), content, job_id) for content, job_id in due.items()],
            )

        await self._database.write(operation)

    async def submitted(self, folder: str, contents: Collection[ContentHash]) -> None:
        """The jobs of these contents are in the journal. Raises `StoreError`."""
        rows = [(_text(folder), content) for content in contents]

        def operation(database: sqlite_utils.Database) -> None:
            query = "UPDATE watched_contents SET submitted = 1 WHERE folder = ? AND content = ?"
            database.conn.executemany(query, rows)

        await self._database.write(operation, durable=False)  # Where that is lost, the same job is submitted again.

    async def watch_only(self, folders: Sequence[str]) -> None:
        """End the watching of all other folders. What is known of them is forgotten after some months.

        Raises `StoreError`.
        """
        now = self._clock()
        watched = json.dumps([_text(folder) for folder in folders])

        def operation(database: sqlite_utils.Database) -> None:
            others = "folder NOT IN (SELECT value FROM json_each(?))"
            database.execute(
                f"UPDATE watched_folders SET ended_at = ? WHERE ended_at IS NULL AND {others}",  # noqa: S608
                [now, watched],
            )
            database.execute(
                f"DELETE FROM watched_folders WHERE ended_at < ? AND {others}",  # noqa: S608
                [now - KEPT_S, watched],
            )
            query = """UPDATE watched_folders SET ended_at = NULL
                WHERE abs(? - ended_at) <= ? AND folder IN (SELECT value FROM json_each(?))"""
            database.execute(query, [now, UNDO_S, watched])

        await self._database.write(operation)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Nothing: only the owner has folders here, and ends their watching in the settings."""


def _text(path: str) -> str:
    """A path as a text that SQLite takes, whatever its bytes are."""
    return location_of(Path(path))


def _path(text: str) -> str:
    return os.fspath(path_of(text))
