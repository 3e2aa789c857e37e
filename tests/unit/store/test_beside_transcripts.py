"""Notes and translations stay with their transcript: as long as that is there, and no longer."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain import CacheKey, Requester, TranscriptId
from core.domain.person import Person
from core.domain.translation import TranslatedLine, Translation
from core.store.sqlite import Database, SqliteHistory, SqliteTranscriptNotes, SqliteTranslations
from core.store.sqlite.health import damage_mark
from tests.unit.samples import HASH, THE_OWNER, make_source, make_transcript

OF_ADA = Requester("telegram", "7")
NOTES = "Ask Ann about the *third* chapter.\n\n- 狄更斯 🙂"
MADE = Translation("id", (TranslatedLine("It was the best.", "Itu yang zzterbaik."),), "groq", "llama")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


async def kept(database: Database, key: str = "key", requester: Requester = THE_OWNER) -> TranscriptId:
    return await SqliteHistory(database).save(
        make_source(), CacheKey(key), HASH, make_transcript(), 1.0, requester=requester
    )


async def test_notes_are_kept_as_they_are_written(database: Database) -> None:
    notes = SqliteTranscriptNotes(database)
    number = await kept(database)
    assert await notes.get(number) == ""
    for text in ("Ask", NOTES):
        assert await notes.keep(number, text, 2.0)
        assert await notes.get(number) == text
    assert await notes.keep(number, " \n", 3.0)
    assert await notes.get(number) == ""


async def test_both_go_with_their_transcript_and_leave_the_file(database: Database, tmp_path: Path) -> None:
    notes, translations, history = (
        SqliteTranscriptNotes(database),
        SqliteTranslations(database),
        SqliteHistory(database),
    )
    number, other = await kept(database), await kept(database, "other")
    for one, text in ((number, "zzsecret"), (other, "zzother")):
        await notes.keep(one, text, 2.0)
        await translations.keep(one, MADE, 2.0)
    await history.delete([number])
    await database.erase()
    assert (await notes.get(number), await translations.get(number, "id")) == ("", None)
    assert (await notes.get(other), await translations.get(other, "id")) == ("zzother", MADE)
    assert not await notes.keep(number, "late", 3.0)
    assert not await translations.keep(number, MADE, 3.0)
    assert await notes.get(number) == ""
    in_files = b"".join(file.read_bytes() for file in tmp_path.glob("notula.db*"))
    assert b"zzsecret" not in in_files
    assert b"zzother" in in_files


async def test_both_go_with_the_person(database: Database) -> None:
    notes, translations = SqliteTranscriptNotes(database), SqliteTranslations(database)
    number = await kept(database, requester=OF_ADA)
    await notes.keep(number, NOTES, 2.0)
    await translations.keep(number, MADE, 2.0)
    ada = Person(7, frozenset({OF_ADA}))
    await database.write(lambda opened: SqliteHistory(database).forget_person(opened, ada))
    assert (await notes.get(number), await translations.get(number, "id")) == ("", None)


async def test_both_survive_a_damaged_file_with_their_transcript(tmp_path: Path) -> None:
    file = tmp_path / "notula.db"
    database = await Database.open(file)
    number, lost = await kept(database), await kept(database, "lost")
    for one in (number, lost):
        await SqliteTranscriptNotes(database).keep(one, NOTES, 2.0)
        await SqliteTranslations(database).keep(one, MADE, 2.0)
    await database.close()
    with sqlite3.connect(file) as opened:
        opened.execute("UPDATE transcripts SET body = x'00' WHERE id = ?", [lost])
    opened.close()
    damage_mark(file).touch()
    database = await Database.open(file)
    assert await SqliteHistory(database).get(lost) is None
    notes, translations = SqliteTranscriptNotes(database), SqliteTranslations(database)
    assert (await notes.get(number), await translations.get(number, "id")) == (NOTES, MADE)
    assert (await notes.get(lost), await translations.get(lost, "id")) == ("", None)
    await database.close()
