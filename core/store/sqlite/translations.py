"""Translations of transcripts, each line beside the text that it was made of."""

import asyncio
import json
import sqlite3
import zlib

import sqlite_utils

from core.domain import TranscriptId
from core.domain.person import Person
from core.domain.translation import TranslatedLine, Translation
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore

_SET = """INSERT INTO translations (transcript_id, language, made_at, body)
SELECT :id, :language, :made_at, :body WHERE EXISTS (SELECT 1 FROM transcripts WHERE id = :id)
ON CONFLICT (transcript_id, language) DO UPDATE SET made_at = excluded.made_at, body = excluded.body
RETURNING 1"""


class SqliteTranslations(PersonalStore):
    """One row a transcript and language. A trigger deletes them with the transcript, whichever way that goes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, transcript_id: TranscriptId, language: str) -> Translation | None:
        """The translation that was made last, None where there is none or it can't be read. Raises `StoreError`."""

        def operation(connection: sqlite3.Connection) -> bytes | None:
            query = "SELECT body FROM translations WHERE transcript_id = ? AND language = ?"
            row = connection.execute(query, [transcript_id, language]).fetchone()
            return row["body"] if row else None

        body = await self._database.read(operation)
        if body is None:
            return None
        try:
            return await asyncio.to_thread(_unpack, body, language)
        except ValueError:
            self._database.unreadable("translation", transcript_id)
            return None

    async def keep(self, transcript_id: TranscriptId, translation: Translation, made_at: float) -> bool:
        """Keep a translation in place of the one before; False where the transcript was deleted.

        `made_at` is in seconds since the epoch. Raises `StoreError`.
        """
        body = await asyncio.to_thread(_pack, translation)
        values = {"id": transcript_id, "language": translation.language, "made_at": made_at, "body": body}

        def operation(database: sqlite_utils.Database) -> bool:
            return bool(database.execute(_SET, values).fetchall())

        return await self._database.write(operation)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Nothing by itself: translations go with the person's transcripts."""


def _pack(translation: Translation) -> bytes:
    lines = [[line.source, line.text] for line in translation.lines]
    described = {"provider": translation.provider, "model": translation.model, "lines": lines}
    return zlib.compress(json.dumps(described, ensure_ascii=False).encode(errors="replace"), level=4)


def _unpack(body: bytes, language: str) -> Translation:
    """Raises ValueError for anything but what `_pack` gives."""
    try:
        described = json.loads(zlib.decompress(body))
        lines = tuple(TranslatedLine(str(source), str(text)) for source, text in described["lines"])
        return Translation(language, lines, str(described["provider"]), str(described["model"]))
    except (zlib.error, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("no translation") from error
