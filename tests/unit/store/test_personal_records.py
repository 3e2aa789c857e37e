"""What there is of one person: listed, searched, summed up, and forgotten without touching anybody else's."""

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
from core.domain.job import Job, JobState
from core.domain.usage import Usage, UsageKey
from core.store.sqlite import (
    Database,
    Instance,
    SqliteChatPreferences,
    SqliteHistory,
    SqliteJobJournal,
    SqliteUsageLedger,
)
from core.store.sqlite.deliveries import SqliteDeliveries
from core.store.sqlite.personal_records import SqlitePersonalRecords

ADA, BEN, BOT = 7, 8, 4711
OF_ADA, OF_BEN = Requester("telegram", "7"), Requester("telegram", "8")


@dataclass
class Shelf:
    """A database that things can be put in."""

    database: Database
    journal: SqliteDeliveries
    jobs: SqliteJobJournal
    count: int = 0

    async def transcribed(self, user_id: int, text: str, *, name: str = "talk.ogg", kind: str = "transcript") -> int:
        """Somebody was given a transcript; its number."""
        self.count += 1
        content = ContentHash(str(hash((text, name)) % 10**9))
        transcript = Transcript((Segment(0.0, 60.0, text),), "en", 60.0, "groq", "turbo")
        source = SourceReference("telegram", "telegram://", name)
        saved = await SqliteHistory(self.database).save(
            source, CacheKey(content), content, transcript, float(self.count)
        )
        job_id = JobId(f"job-{self.count}")
        requester = Requester("telegram", str(user_id))
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
    yield Shelf(database, SqliteDeliveries(database, BOT, lambda: 0.0), SqliteJobJournal(database, instance))
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
    await shelf.transcribed(ADA, "both have it")
    await shelf.transcribed(BEN, "both have it")
    preferences = SqliteChatPreferences(shelf.database)
    for chat in (ADA, BEN):
        await preferences.set(chat, ChatPreferences(language="id"))
    ledger = SqliteUsageLedger(shelf.database)
    sums = {UsageKey("2026-11-24", "groq", "turbo", "telegram", user): Usage(1, 60.0, 0.5) for user in ("7", "8", "")}
    await ledger.add(sums, "2026-11")

    assert await records.own_transcripts(ADA, OF_ADA) == (TranscriptId(own),)
    for _ in range(2):  # A second time there is nothing left, and nothing goes wrong.
        await records.forget(ADA, OF_ADA)
    assert await records.own_transcripts(ADA, OF_ADA) == ()
    assert await records.totals(ADA) == (0, 0.0)
    assert await records.totals(BEN) == (1, 60.0)
    assert await shelf.rows("SELECT requester_user FROM jobs") == [("8",)]
    assert await shelf.rows("SELECT chat_id FROM chat_preferences") == [(BEN,)]
    assert {(row.key.user, row.usage.requests) for row in await ledger.rows("2026-11")} == {("", 2), ("8", 1)}
    assert await ledger.cost_usd("2026-11") == 1.5


async def test_what_the_owner_has_at_home_is_not_only_theirs(shelf: Shelf, records: SqlitePersonalRecords) -> None:
    own = await shelf.transcribed(ADA, "hers")
    await shelf.database.write(
        lambda database: database.execute("UPDATE jobs SET requester_channel = 'desktop', requester_user = 'owner'")
    )
    assert await records.own_transcripts(ADA, OF_ADA) == ()
    assert await records.own_transcripts(ADA, Requester("desktop", "owner")) == (TranscriptId(own),)
