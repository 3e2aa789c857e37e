"""The history is searched for what the owner has noted about transcripts, too; people of the bot never find that."""

import contextlib
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain import CacheKey, HistoryFilter, HistoryOrder, HistoryPage, Requester, TranscriptId
from core.domain.bot import Delivery, DeliveryKind, delivery_id
from core.domain.person import Person
from core.store.sqlite import Database, SqliteHistory, SqliteTranscriptNotes
from core.store.sqlite.deliveries import SqliteDeliveries
from core.store.sqlite.health import damage_mark
from core.store.sqlite.personal_records import SqlitePersonalRecords
from core.store.sqlite.read_only import _connected
from tests.unit.samples import HASH, THE_OWNER, make_source, make_transcript

BOT, ADA = 99, 7
OF_ADA = Requester("telegram", "7")
SPOKEN = (
    ("tea.wav", "Black tea. No milk."),
    ("wood.wav", "The wood cutters sing about tea."),
    ("rain.wav", "It rains."),
)


class Shelf:
    """Three transcripts, made one after the other."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.history = SqliteHistory(database)
        self.notes = SqliteTranscriptNotes(database)
        self.ids: dict[str, TranscriptId] = {}

    async def fill(self) -> None:
        for number, (name, text) in enumerate(SPOKEN):
            self.ids[name] = await self.history.save(
                make_source(name), CacheKey(name), HASH, make_transcript(text), float(number), requester=THE_OWNER
            )

    async def note(self, name: str, text: str) -> None:
        assert await self.notes.keep(self.ids[name], text, 9.0)

    async def found(self, search: str, chosen: HistoryFilter = HistoryFilter()) -> list[tuple[str, bool]]:  # noqa: B008
        page = await self.history.page(search, 10, 0, chosen)
        assert page.total == len(page.entries)
        return [(entry.name, entry.is_in_notes) for entry in page.entries]


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    shelf = Shelf(await Database.open(tmp_path / "notula.db"))
    await shelf.fill()
    yield shelf
    await shelf.database.close()


async def test_what_is_found_in_notes_alone_comes_first_and_says_so(shelf: Shelf) -> None:
    await shelf.note("rain.wav", "Bring tea to the meeting.")
    assert await shelf.found("tea") == [("rain.wav", True), ("tea.wav", False), ("wood.wav", False)]
    page = await shelf.history.page("meet", 10, 0)
    assert page.entries[0].excerpt == (("Bring tea to the ", False), ("meeting", True), (".", False))


async def test_an_entry_in_which_it_was_also_said_is_shown_at_that_place(shelf: Shelf) -> None:
    await shelf.note("tea.wav", "About tea.")
    page = await shelf.history.page("tea", 10, 0)
    assert [(entry.name, entry.is_in_notes) for entry in page.entries if entry.name == "tea.wav"] == [
        ("tea.wav", False)
    ]


async def test_every_word_may_be_in_the_notes_the_text_or_the_name(shelf: Shelf) -> None:
    await shelf.note("wood.wav", "Budget for Ann.")
    assert await shelf.found("ann budget") == [("wood.wav", True)]
    assert await shelf.found("sing budg") == [("wood.wav", True)]
    assert await shelf.found("wav ann") == [("wood.wav", True)]
    assert await shelf.found("milk budget") == []
    assert await shelf.found("budget nowhere") == []


@pytest.mark.parametrize(
    ("notes", "search"),
    [
        ("今天天气很好", "天气"),
        ("ประชุมเรื่องงบ", "งบ"),
        ("कल हिन्दी में बात", "हिन्दी"),
        ("Danach ins Café", "cafe"),
        ("Party 🎉", "🎉"),
        ("Die Straße", "strasse"),
    ],
)
async def test_all_scripts_are_found_as_in_texts(shelf: Shelf, notes: str, search: str) -> None:
    await shelf.note("rain.wav", notes)
    assert await shelf.found(search) == [("rain.wav", True)]
    page = await shelf.history.page(search, 10, 0)
    assert "".join(piece for piece, _ in page.entries[0].excerpt) == notes
    assert await shelf.notes.get(shelf.ids["rain.wav"]) == notes


async def test_a_filter_and_an_order_hold_for_both(shelf: Shelf) -> None:
    await shelf.note("rain.wav", "Bring tea.")
    oldest = HistoryFilter(order=HistoryOrder.OLDEST)
    assert await shelf.found("tea", oldest) == [("tea.wav", False), ("wood.wav", False), ("rain.wav", True)]
    assert await shelf.found("tea", HistoryFilter(made_from=1.5)) == [("rain.wav", True)]
    assert await shelf.found("tea", HistoryFilter(made_before=1.5)) == [("tea.wav", False), ("wood.wav", False)]


async def test_pages_follow_each_other_without_a_gap_and_nothing_twice(shelf: Shelf) -> None:
    await shelf.note("rain.wav", "Bring tea.")
    pages: list[HistoryPage] = [await shelf.history.page("tea", 1, offset) for offset in range(4)]
    assert {page.total for page in pages} == {3}
    assert [entry.name for page in pages for entry in page.entries] == ["rain.wav", "tea.wav", "wood.wav"]


async def test_the_index_follows_what_is_written_and_deleted(shelf: Shelf) -> None:
    await shelf.note("rain.wav", "first")
    await shelf.note("rain.wav", "second")
    assert await shelf.found("first") == []
    assert await shelf.found("second") == [("rain.wav", True)]
    await shelf.note("rain.wav", " ")
    assert await shelf.found("second") == []
    await shelf.note("rain.wav", "third")
    await shelf.history.delete([shelf.ids["rain.wav"]])
    assert await shelf.found("third") == []
    check = "INSERT INTO transcript_notes_fts (transcript_notes_fts, rank) VALUES ('integrity-check', 1)"
    await shelf.database.write(lambda database: database.execute(check))


async def test_what_was_noted_before_leaves_every_file_with_its_transcript(shelf: Shelf, tmp_path: Path) -> None:
    for number in range(40):
        await shelf.note("rain.wav", f"zzsecret{number:02}")
        await shelf.note("tea.wav", "zzother")
    await shelf.history.delete([shelf.ids["rain.wav"]])
    await shelf.database.erase()
    in_files = b"".join(file.read_bytes() for file in tmp_path.glob("notula.db*"))
    assert b"zzsecret" not in in_files
    assert await shelf.found("zzother") == [("tea.wav", True)]


async def test_notes_of_a_person_who_is_forgotten_are_not_found(shelf: Shelf) -> None:
    hers = await shelf.history.save(
        make_source("hers.ogg"), CacheKey("hers"), HASH, make_transcript(), 9.0, requester=OF_ADA
    )
    await shelf.notes.keep(hers, "Call back.", 9.0)
    assert await shelf.found("call") == [("hers.ogg", True)]
    person = Person(ADA, frozenset({OF_ADA}))
    await shelf.database.write(lambda database: shelf.history.forget_person(database, person))
    assert await shelf.found("call") == []


async def test_a_person_of_the_bot_does_not_find_what_the_owner_has_noted(shelf: Shelf) -> None:
    deliveries = SqliteDeliveries(shelf.database, BOT, lambda: 5.0)
    owed = Delivery(delivery_id(BOT, 1), DeliveryKind.TRANSCRIPT, ADA, ADA, 1, "en", 1.0, name="rain.wav")
    await deliveries.open(owed)
    await deliveries.set_transcript(owed.id, shelf.ids["rain.wav"])
    await shelf.note("rain.wav", "Doubtful 🎉.")
    records = SqlitePersonalRecords(shelf.database, BOT)
    assert (await records.page(ADA, "rains", limit=5)).total == 1
    for search in ("doubtful", "rains doubtful", "🎉"):
        assert (await records.page(ADA, search, limit=5)).total == 0


async def test_notes_are_handed_out_only_with_the_transcript_of_who_asks_for_them(shelf: Shelf) -> None:
    await shelf.note("rain.wav", "今天天气")
    plain = await shelf.history.get(shelf.ids["rain.wav"])
    noted = await shelf.history.get(shelf.ids["rain.wav"], with_notes=True)
    other = await shelf.history.get(shelf.ids["tea.wav"], with_notes=True)
    assert plain is not None
    assert noted is not None
    assert other is not None
    assert (plain.notes, noted.notes, other.notes) == ("", "今天天气", "")


async def test_notes_of_a_damaged_file_are_found_in_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "notula.db"
    first = Shelf(await Database.open(file))
    await first.fill()
    await first.note("rain.wav", "今天天气很好")
    await first.database.close()
    damage_mark(file).touch()
    second = Shelf(await Database.open(file))
    assert await second.found("天气") == [("rain.wav", True)]
    await second.database.close()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database from before notes were searched, with notes about `memo.m4a`."""
    fixtures = Path(__file__).resolve().parents[2] / "fixtures" / "databases"
    return Path(shutil.copy(fixtures / "version-18.sqlite3", tmp_path / "notula.db"))


@pytest.mark.parametrize("is_damaged", [False, True])
async def test_notes_of_an_older_version_are_found(old: Path, is_damaged: bool) -> None:
    if is_damaged:
        damage_mark(old).touch()
    shelf = Shelf(await Database.open(old))
    for search in ("budget", "天气", "ann bread"):
        assert await shelf.found(search) == [("memo.m4a", True)]
    (entry,) = (await shelf.history.page("budget", 10, 0)).entries
    assert await shelf.notes.get(entry.id) == "Ask Ann about the budget. 今天天气很好"
    await shelf.database.close()


def test_notes_of_an_older_version_that_may_only_be_read_are_found(old: Path) -> None:
    before = old.read_bytes()
    with contextlib.closing(_connected(old, "immutable=1", is_alone=False)) as connection:
        query = "SELECT rowid FROM transcript_notes_fts WHERE transcript_notes_fts MATCH 'budget'"
        assert connection.execute(query).fetchall() == [(3,)]
    assert old.read_bytes() == before
    with contextlib.closing(sqlite3.connect(old)) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'transcript_notes_fts'").fetchall()
