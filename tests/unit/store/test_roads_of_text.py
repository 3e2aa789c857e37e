"""A word that is put through every road on which text is kept is in no file after every way of deleting it."""

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from core.cache import TranscriptCache
from core.domain import CacheKey, ContentHash, JobState, Requester, Segment, TranscriptId
from core.domain.bot import Delivery, DeliveryKind, ReceivedUpdate, delivery_id
from core.domain.part import FinishedPart
from core.domain.person import Person
from core.store import BotStores
from core.store.sqlite import (
    Database,
    Instance,
    SqliteCachedTranscripts,
    SqliteHistory,
    SqliteJobJournal,
    body,
    job_parts,
    sqlite_stores,
)
from core.store.sqlite.deliveries import SqliteDeliveries
from core.store.sqlite.ended_records import SqliteEndedRecords
from core.store.sqlite.job_parts import SqliteJobParts
from core.store.sqlite.updates import SqliteUpdates
from tests.unit.samples import make_job, make_source, make_transcript

WORD = "Xylophonquartett"
ADA, BEN, BOT = 7, 8, 99
OF_ADA = Requester("telegram", "7")
CONTENT = ContentHash("c" * 64)
DAY_S = 24 * 3600.0


class Readable:
    """zlib without compression, so that a text can be found in what is kept."""

    error = zlib.error
    decompress = staticmethod(zlib.decompress)
    adler32 = staticmethod(zlib.adler32)
    DEFLATED, MAX_WBITS, Z_FULL_FLUSH = zlib.DEFLATED, zlib.MAX_WBITS, zlib.Z_FULL_FLUSH

    @staticmethod
    def compressobj(_level: int, method: int, window: int) -> Any:
        return zlib.compressobj(0, method, window)

    @staticmethod
    def compress(data: bytes, level: int = 0) -> bytes:
        return zlib.compress(data, 0)


@dataclass
class House:
    """A data folder with all that keeps text in it. `now` is in seconds since the epoch."""

    folder: Path
    database: Database
    instance: Instance
    now: float = 1_000 * DAY_S

    def clock(self) -> float:
        return self.now

    @property
    def cached(self) -> SqliteCachedTranscripts:
        return SqliteCachedTranscripts(self.database)

    @property
    def journal(self) -> SqliteJobJournal:
        return SqliteJobJournal(self.database, self.instance)

    @property
    def kept(self) -> BotStores:
        return sqlite_stores(self.database, self.folder / "notula.db", self.instance, self.clock).for_bot(BOT)

    def holding(self) -> list[str]:
        files = [file for file in self.folder.rglob("*") if file.is_file()]
        return [file.name for file in files if WORD.encode() in file.read_bytes()]

    async def transcribe(self, person: int, name: str, number: int) -> TranscriptId:
        """All that there is once a person has sent a recording, has it translated, and has had files of it."""
        text = make_transcript(f"So {WORD} said {number}. And more.")
        key = CacheKey("key")
        await self.cached.put(key, CONTENT, text, self.now)
        requester = Requester("telegram", str(person))
        saved = await SqliteHistory(self.database).save(
            make_source(name), key, CONTENT, text, self.now, requester=requester
        )
        await self.cached.put(CacheKey("in Indonesian"), CONTENT, text, self.now, is_derived=True)
        job = replace(make_job(name), requester=requester, state=JobState.DONE, transcript_id=saved)
        await self.journal.record([job])
        updates = SqliteUpdates(self.database, BOT, self.clock)
        await updates.record([ReceivedUpdate(number, person, f'{{"text": "{WORD}"}}')])
        deliveries = SqliteDeliveries(self.database, BOT, self.clock)
        for index, kind in enumerate((DeliveryKind.TRANSCRIPT, DeliveryKind.TRANSLATION, DeliveryKind.FILE)):
            owed = Delivery(
                delivery_id(BOT, number, index), kind, person, person, 1, "en", self.now, name=f"{WORD}.ogg"
            )
            await deliveries.open(replace(owed, job_id=job.id))
            await deliveries.set_transcript(owed.id, saved)
            await deliveries.finish(owed.id)
        await updates.handled([number])
        return saved

    async def fail(self) -> Any:
        """All that there is of a recording that has failed when a part of it was done."""
        job = replace(make_job("failed.ogg"), requester=OF_ADA, finished_at=self.now)
        await self.journal.record([job])
        segments = (Segment(0.0, 1.0, WORD),)
        parts = SqliteJobParts(self.database)
        part = FinishedPart("p", "groq", "m", "{}", (0.0,), None, "en", segments)
        await parts.keep(job.id, CacheKey("run"), [part], {}, "2026-11")
        await parts.keep_shown(job.id, segments)
        await self.journal.update(replace(job, state=JobState.FAILED))
        return job.id


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(body, "zlib", Readable)
    monkeypatch.setattr(job_parts, "zlib", Readable)
    database = await Database.open(tmp_path / "notula.db")
    instance = Instance(tmp_path / "instances", lambda: "this")
    instance.announce()
    yield House(tmp_path, database, instance)
    instance.leave()
    await database.close()


async def delete_for_good(house: House) -> None:
    saved = await house.transcribe(ADA, "talk.ogg", 1)
    await SqliteHistory(house.database).delete([saved])
    await house.database.erase()


async def delete_everything(house: House) -> None:
    await house.transcribe(ADA, "talk.ogg", 1)
    await house.fail()
    kept = house.kept
    await SqliteHistory(house.database).delete(await kept.personal_records.own_transcripts(ADA, OF_ADA))
    await kept.person_deletion.forget(Person(ADA, frozenset({OF_ADA})))


async def remove_from_the_table(house: House) -> None:
    await house.journal.set_removed([await house.fail()], removed=True)


async def wait_for_the_purge(house: House) -> None:
    await house.fail()
    owed = Delivery(delivery_id(BOT, 9), DeliveryKind.NOTICE, ADA, ADA, None, "en", house.now, text=WORD)
    deliveries = SqliteDeliveries(house.database, BOT, house.clock)
    await deliveries.open(owed)
    await deliveries.finish(owed.id)
    house.now += 91 * DAY_S
    await SqliteEndedRecords(house.database, house.folder / "notula.db", house.clock).purge()


async def wait_for_the_cache(house: House) -> None:
    cache = TranscriptCache(house.cached, clock=house.clock)
    await cache.put(CacheKey("key"), CONTENT, make_transcript(WORD))
    house.now += 8 * DAY_S
    assert await cache.purge_expired() == 1
    await house.database.erase()


async def delete_while_it_is_translated(house: House) -> None:
    saved = await house.transcribe(ADA, "talk.ogg", 1)
    await SqliteHistory(house.database).delete([saved])
    await house.cached.put(CacheKey("in Javanese"), CONTENT, make_transcript(WORD), house.now, is_derived=True)
    await house.database.erase()


@pytest.mark.parametrize(
    "delete",
    [
        delete_for_good,
        delete_everything,
        remove_from_the_table,
        wait_for_the_purge,
        wait_for_the_cache,
        delete_while_it_is_translated,
    ],
)
async def test_a_word_is_in_no_file_after_it_was_deleted(
    house: House, delete: Callable[[House], Awaitable[None]]
) -> None:
    await delete(house)
    assert house.holding() == []


async def test_what_somebody_else_has_too_stays_theirs(house: House) -> None:
    history, records = SqliteHistory(house.database), house.kept.personal_records
    hers = await house.transcribe(ADA, "talk.ogg", 1)
    his = await house.transcribe(BEN, "talk.ogg", 2)
    other = await house.transcribe(BEN, "another name.ogg", 3)
    assert len({hers, his, other}) == 3
    assert await history.delete(await records.own_transcripts(ADA, OF_ADA)) == ()  # What is cached is Ben's, too.
    await house.kept.person_deletion.forget(Person(ADA, frozenset({OF_ADA})))
    assert (await records.page(ADA, limit=9)).total == 0
    assert (await records.page(BEN, WORD, limit=9)).total == 2
    assert await house.cached.get(CacheKey("key")) is not None
    assert await history.get(his) is not None
    assert await history.delete([his]) == ()
    assert await history.delete([other]) == (CONTENT,)
    await house.database.erase()
    assert house.holding() == []


async def test_an_edited_text_is_in_no_file_after_it_was_deleted_though_somebody_has_the_recording(
    house: House,
) -> None:
    history = SqliteHistory(house.database)
    hers = await house.transcribe(ADA, "talk.ogg", 1)
    assert await history.update(hers, make_transcript("A donkey."), house.now)
    await house.cached.put(
        CacheKey("of the edited text"), CONTENT, make_transcript("A donkey."), house.now, is_derived=True
    )
    key, plain = CacheKey("key"), make_transcript("Nothing else.")
    await history.save(make_source("talk.ogg"), key, CONTENT, plain, house.now, requester=Requester("telegram", "8"))
    assert await history.delete([hers]) == (CONTENT,)
    await house.database.erase()
    held = [file.name for file in house.folder.rglob("*") if file.is_file() and b"donkey" in file.read_bytes()]
    assert held == []
