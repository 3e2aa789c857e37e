"""The cache's second tier: transcripts by cache key in the database."""

import logging
import sqlite3

import sqlite_utils

from core.domain import CacheKey, ContentHash, Transcript
from core.store.body import pack, unpack
from core.store.database import Database

logger = logging.getLogger(__name__)


class CachedTranscripts:
    """Transcripts that outlive the process, for a recording that is sent again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: CacheKey) -> Transcript | None:
        """The transcript under this key. An entry that can't be read counts as none."""

        def operation(connection: sqlite3.Connection) -> Transcript | None:
            row = connection.execute("SELECT body FROM cached_transcripts WHERE key = ?", [key]).fetchone()
            if row is None:
                return None
            try:
                return unpack(row["body"])
            except ValueError:
                logger.warning("The cache entry %s is damaged and counts as missing", key)
                return None

        return await self._database.read(operation)

    async def put(self, key: CacheKey, content: ContentHash, transcript: Transcript, created_at: float) -> None:
        """Keep a transcript under its key."""

        def operation(database: sqlite_utils.Database) -> None:
            database.execute(
                "INSERT OR REPLACE INTO cached_transcripts (key, content_hash, body, created_at) VALUES (?, ?, ?, ?)",
                [key, content, pack(transcript), created_at],
            )

        await self._database.write(operation, durable=False)
