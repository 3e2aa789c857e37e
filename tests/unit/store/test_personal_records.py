"""What there is of one person: listed, searched, summed up, and forgotten without touching anybody else's."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.domain import (
    CacheKey,
    ContentHash,
    JobId,
    Requester,
    Segment,
    SourceReference,
    Transcript,
    TranscriptId,
    TranscriptionOptions,
)
from core.domain.bot import ChatPreferences, Delivery, DeliveryKind, delivery_id
from core.domain.errors import StoreError
from core.domain.job import Job, JobState
from core.domain.person import Person
from core.domain.usage import Usage, UsageKey
from core.store import BotStores
from core.store.sqlite import (
    Database,
    Instance,
    SqliteChatPreferences,
    SqliteHistory,
    SqliteJobJournal,
    SqliteUsageLedger,
    sqlite_stores,
)
from core.store.sqlite.deliveries import SqliteDeliveries
from core.store.sqlite.person_deletion import SqlitePersonDeletion
from core.store.sqlite.personal_records import SqlitePersonalRecords

ADA, BEN, BOT = 7, 8, 4711
OF_ADA, OF_BEN = Requester("telegram", "7"), Requester("telegram", "8")


@dataclass
class Shelf:
    """A database that things can be put in."""

    database: Database
    journal: SqliteDeliveries
    jobs: SqliteJobJournal
    kept: BotStores
    count: int = 0

    async def transcribed(
        self,
        user_id: int,
        text: str,
        *,
        name: str = "talk.ogg",
        kind: str = "transcript",
        requester: Requester | None = None,
    ) -> int:
        """Somebody was given a transcript; its number."""
        self.count += 1
        content = ContentHash(str(hash((text, name)) % 10**9))
        transcript = Transcript((Segment(0.0, 60.0, text),), "en", 60.0, "groq", "turbo")
        source = SourceReference("telegram", "telegram://", name)
        requester = requester or Requester("telegram", str(user_id))
        saved = await SqliteHistory(self.database).save(
            source, CacheKey(content), content, transcript, float(self.count), requester=requester
        )
        job_id = JobId(f"job-{self.count}")
        job = Job(job_id, source, TranscriptionOptions(), requester, float(self.count), state=JobState.DONE)
        await self.jobs.record([job])
        await self.database.write(
            lambda database: database.execute("UPDATE jobs SET transcript_id = ? WHERE id = ?", [saved, job_id])
        )
        given = delivery_id(BOT, self.count)
        await self.journal.open(
            Delivery(given, DeliveryKind(kind), user_id, user_id, 1, "en", float(self.count), job_id=job_id)
        )
        await self.journal.set_transcript(given, saved)
        return saved

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        return await self.database.read(lambda connection: [tuple(row) for row in connection.execute(query)])


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    database = await Database.open(tmp_path / "notula.db")
    instance = Instance(tmp_path / "instances", lambda: "this")
    instance.announce()
    kept = sqlite_stores(database, tmp_path / "notula.db", instance, lambda: 0.0).for_bot(BOT)
    yield Shelf(database, SqliteDeliveries(database, BOT, lambda: 0.0), SqliteJobJournal(database, instance), kept)
    instance.leave()
    await database.close()


@pytest.fixture
def records(shelf: Shelf) -> SqlitePersonalRecords:
    return SqlitePersonalRecords(shelf.database, BOT)


async def test_a_person_finds_what_is_theirs_newest_first(shelf: Shelf, records: SqlitePersonalRecords) -> None:
    for number in range(5):
        await shelf.transcribed(ADA, f"speech {number}", name=f"{number}.ogg")
    await shelf.transcribed(BEN, "something else")
    page = await records.page(ADA, limit=2, offset=1)
    assert [found.entry.name for found in page.entries] == ["3.ogg", "2.ogg"]
    assert page.total == 5
    assert page.entries[0].entry.excerpt == (("speech 3", False),)
    assert await records.totals(ADA) == (5, 300.0)
    assert await records.totals(99) == (0, 0.0)
    assert (await SqlitePersonalRecords(shelf.database, 1).page(ADA, limit=2)).total == 0  # Another bot.


async def test_what_was_sent_twice_is_listed_once_as_it_was_delivered_last(
    shelf: Shelf, records: SqlitePersonalRecords
) -> None:
    await shelf.transcribed(ADA, "the same")
    await shelf.transcribed(ADA, "the same")
    await shelf.transcribed(ADA, "the same", kind="copy")
    page = await records.page(ADA, limit=10)
    assert [found.delivery_id for found in page.entries] == [delivery_id(BOT, 2)]


async def test_a_search_finds_nothing_of_others(shelf: Shelf, records: SqlitePersonalRecords) -> None:
    await shelf.transcribed(ADA, "the best of times")
    await shelf.transcribed(BEN, "the worst of times")
    page = await records.page(ADA, "of times", limit=10)
    assert page.total == 1
    assert ("times", True) in page.entries[0].entry.excerpt
    assert (await records.page(ADA, "worst", limit=10)).total == 0
    assert (await records.page(ADA, "wo\"rst' OR *", limit=10)).total == 0


async def test_a_person_is_forgotten_and_nobody_else(shelf: Shelf, records: SqlitePersonalRecords) -> None:
    own = await shelf.transcribed(ADA, "only hers")
    shared = await shelf.transcribed(ADA, "both have it")
    await shelf.transcribed(BEN, "both have it")
    preferences = SqliteChatPreferences(shelf.database)
    for chat in (ADA, BEN):
        await preferences.set(chat, ChatPreferences(language="id"))
    ledger = SqliteUsageLedger(shelf.database)
    sums = {UsageKey("2026-11-24", "groq", "turbo", "telegram", user): Usage(1, 60.0, 0.5) for user in ("7", "8", "")}
    await ledger.add(sums, "2026-11")

    assert await records.own_transcripts(ADA, OF_ADA) == (TranscriptId(own), TranscriptId(shared))
    for _ in range(2):  # A second time there is nothing left, and nothing goes wrong.
        await shelf.kept.person_deletion.forget(Person(ADA, frozenset({OF_ADA})))
    assert await records.own_transcripts(ADA, OF_ADA) == ()
    assert await records.totals(ADA) == (0, 0.0)
    assert await records.totals(BEN) == (1, 60.0)
    assert await shelf.rows("SELECT requester_user FROM jobs") == [("8",)]
    assert await shelf.rows("SELECT chat_id FROM chat_preferences") == [(BEN,)]
    assert {(row.key.user, row.usage.requests) for row in await ledger.rows("2026-11")} == {("", 2), ("8", 1)}
    assert await ledger.cost_usd("2026-11") == 1.5


async def test_what_the_owner_has_at_home_is_not_deleted_in_the_bot(
    shelf: Shelf, records: SqlitePersonalRecords
) -> None:
    of_owner, at_home = Requester("telegram"), Requester("desktop")
    await shelf.transcribed(ADA, "of the bot", requester=of_owner)
    both = [await shelf.transcribed(ADA, "both", requester=requester) for requester in (of_owner, at_home)]
    assert both[0] == both[1]
    assert await records.own_transcripts(ADA, of_owner) == (TranscriptId(1),)
    assert await records.own_transcripts(ADA, OF_ADA) == ()
    await shelf.kept.person_deletion.forget(Person(ADA, frozenset({OF_ADA, of_owner})))
    assert (await SqliteHistory(shelf.database).page("", 9, 0)).total == 2  # The app deletes those of the bot first.


class Forgetful:
    """A store that doesn't say what it does with a person's data."""

    async def find(self) -> None: ...


async def test_a_store_that_does_not_say_how_a_person_is_forgotten_is_noticed(shelf: Shelf) -> None:
    with pytest.raises(TypeError, match="Forgetful"):
        SqlitePersonDeletion(shelf.database, [Forgetful()])


async def test_a_table_that_no_store_answers_for_is_noticed(shelf: Shelf) -> None:
    """Whoever adds a table says here which store forgets a person in it, or why nothing in it is a person's."""
    people_are_in = {
        "jobs": "SqliteJobJournal",
        "job_parts": "SqliteJobParts",
        "transcripts": "SqliteHistory",
        "transcript_notes": "SqliteTranscriptNotes",
        "watched_folders": "SqliteWatchedFiles",
        "watched_files": "SqliteWatchedFiles",
        "watched_contents": "SqliteWatchedFiles",
        "translations": "SqliteTranslations",
        "deliveries": "SqliteDeliveries",
        "bot_people": "SqliteBotPeople",
        "chat_preferences": "SqliteChatPreferences",
        "audit_log": "SqliteAuditLog",
        "usage": "SqliteUsageLedger",
        "worked_recordings": "SqliteWorkedRecordings",
        "telegram_updates": "SqliteUpdates",
        "cached_transcripts": "SqliteCachedTranscripts",
        "identity_aliases": "SqliteIdentityAliases",
    }
    of_nobody = {"store_marks", "notices", "metric_buckets", "_sqlite_migrations", "sqlite_sequence"}
    names = {str(row[0]) for row in await shelf.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert {
        name for name in names if not name.startswith(("transcripts_fts", "transcript_notes_fts"))
    } - of_nobody == people_are_in.keys()
    asked = {type(store).__name__ for store in shelf.kept.person_deletion._stores}  # type: ignore[attr-defined]
    assert set(people_are_in.values()) <= asked


async def test_what_goes_wrong_in_one_store_leaves_the_person_in_all(
    shelf: Shelf, records: SqlitePersonalRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shelf.transcribed(ADA, "hers")

    def fail(*_: object) -> None:
        raise sqlite3.IntegrityError("no")

    monkeypatch.setattr(SqliteUsageLedger, "forget_person", fail)
    with pytest.raises(StoreError):
        await shelf.kept.person_deletion.forget(Person(ADA, frozenset({OF_ADA})))
    assert await records.totals(ADA) == (1, 60.0)
    assert await shelf.rows("SELECT requester_user FROM jobs") == [("7",)]
