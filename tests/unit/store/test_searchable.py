# ruff: noqa: RUF001
"""Words are found wherever they stand in a text, also in scripts that have no spaces between words."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import CacheKey, ContentHash, Segment, Transcript
from core.store.searchable import SEPARATOR, search_words, searchable, without_separators
from core.store.sqlite import Database, SqliteHistory
from core.store.sqlite.indexing import index_some
from core.store.sqlite.marks import Mark, value_of
from tests.unit.samples import THE_OWNER, make_source, make_transcript

TEXTS = {
    "weather.wav": "今天天气很好我们一起去公园散步吧。下雨了。",
    "meeting.wav": "それでは会議を始めたいと思います。ガイドはｶﾞｲﾄﾞと書く。",
    "thai.wav": "สวัสดีครับวันนี้เราจะมาพูดถึงเรื่องการประชุมประจำเดือน",
    "lao.wav": "ສະບາຍດີມື້ນີ້ອາກາດດີຫຼາຍ",
    "khmer.wav": "ខ្ញុំស្រឡាញ់ភាសាខ្មែរ",
    "burmese.wav": "မြန်မာစာကိုလေ့လာနေပါတယ်",
    "korean.wav": "오늘은 날씨가 좋아서 일기예보를 봤다.",
    "phone.wav": "我买了iPhone手机和ＭａｃＢｏｏｋ。😀好",
    "café.wav": "Un café au lait. Fresh croissants, naïve Köln.",
    "hindi.wav": "हिन्दी में बात करते हैं",
    "会议记录.m4a": "Budget and plans.",
    "rare.wav": "𠮷野家で食べる",
    "street.wav": "Die Straße ist groß. In Großbuchstaben FUSSBALL.",
    "light.wav": "Işık İzmir'de, ısırgan.",
    "greek.wav": "Η Αθήνα είναι όμορφη.",
    "tree.wav": "Ёлка зелёная.",
    "town.wav": "Łódź, København, đẹp, œuvre.",
    "year.wav": "令和６年",
    "party.wav": "Party 🎉 with 👨‍👩‍👧‍👦 and ❤️.",
    "pointed.wav": "קראתי שלום, محمد ذهب",
    "fields.wav": "ทุ่งนา เที่ยวที่นี่",
}

FOUND = [
    ("天气", ["weather.wav"]),
    ("雨", ["weather.wav"]),
    ("公园散步", ["weather.wav"]),
    ("今天 公园", ["weather.wav"]),
    ("气天", []),
    ("始め", ["meeting.wav"]),
    ("会議", ["meeting.wav"]),
    ("思い", ["meeting.wav"]),
    ("議", ["meeting.wav"]),
    ("ガイド", ["meeting.wav"]),
    ("ｶﾞｲﾄﾞ", ["meeting.wav"]),
    ("か", []),
    ("ประชุม", ["thai.wav"]),
    ("วันนี้", ["thai.wav"]),
    ("ดี", ["thai.wav"]),
    ("ดุ", []),
    ("อากาศ", []),
    ("ອາກາດ", ["lao.wav"]),
    ("ភាសា", ["khmer.wav"]),
    ("ខ្មែរ", ["khmer.wav"]),
    ("လေ့လာ", ["burmese.wav"]),
    ("날씨", ["korean.wav"]),
    ("날씨 일기", ["korean.wav"]),
    ("예보", ["korean.wav"]),
    ("iphone", ["phone.wav"]),
    ("iPhone手机", ["phone.wav"]),
    ("手机", ["phone.wav"]),
    ("macbook", ["phone.wav"]),
    ("ＩＰＨＯＮＥ", ["phone.wav"]),
    ("好", ["phone.wav", "weather.wav"]),
    ("cafe croiss", ["café.wav"]),
    ("CAFÉ", ["café.wav"]),
    ("roissant", []),
    ("हिन्दी", ["hindi.wav"]),
    ("हिन्दू", []),
    ("记录", ["会议记录.m4a"]),
    ("会议 budget", ["会议记录.m4a"]),
    ("𠮷", ["rare.wav"]),
    ("食べる", ["rare.wav"]),
    ("strasse", ["street.wav"]),
    ("STRASSE", ["street.wav"]),
    ("gross", ["street.wav"]),
    ("fußball", ["street.wav"]),
    ("ışık", ["light.wav"]),
    ("IŞIK", ["light.wav"]),
    ("izmir", ["light.wav"]),
    ("İZMİR", ["light.wav"]),
    ("Isırgan", ["light.wav"]),
    ("ΑΘΗΝΑ", ["greek.wav"]),
    ("ομορφη", ["greek.wav"]),
    ("елка зеленая", ["tree.wav"]),
    ("lodz kobenhavn dep oeuvre", ["town.wav"]),
    ("令和6年", ["year.wav"]),
    ("🎉", ["party.wav"]),
    ("👨‍👩‍👧‍👦 ❤", ["party.wav"]),
    ("🎂", []),
    ("שָׁלוֹם", ["pointed.wav"]),
    ("مُحَمَّد", ["pointed.wav"]),
    ("ที่นี่", ["fields.wav"]),
    ("ทุ่นี่", []),
    ("café strasse", []),
]


def transcript_of(text: str) -> Transcript:
    return Transcript((Segment(0.0, 1.0, text),), "xx", 1.0, "provider", "model")


async def fill(history: SqliteHistory) -> None:
    for number, (name, text) in enumerate(TEXTS.items()):
        key, content = CacheKey(f"key-{number}"), ContentHash(f"content-{number}")
        await history.save(make_source(name), key, content, transcript_of(text), number, requester=THE_OWNER)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


async def test_words_are_found_in_every_script(database: Database) -> None:
    history = SqliteHistory(database)
    await fill(history)
    found = {}
    for typed, _ in FOUND:
        page = await history.page(typed, 99, 0)
        found[typed] = sorted(entry.name for entry in page.entries)
        assert page.total == len(page.entries)
    assert found == {typed: sorted(names) for typed, names in FOUND}


async def test_what_was_found_is_marked_in_the_text_as_it_was_said(database: Database) -> None:
    history = SqliteHistory(database)
    await fill(history)

    async def excerpt(typed: str) -> tuple[tuple[str, bool], ...]:
        return (await history.page(typed, 1, 0)).entries[0].excerpt

    assert await excerpt("天气") == (("今天", False), ("天气", True), ("很好我们一起去公园散步吧。下雨了。", False))
    assert [piece for piece, is_match in await excerpt("iphone手机") if is_match] == ["iPhone手机"]
    assert ("ประชุม", True) in await excerpt("ประชุม")
    assert ("ｶﾞｲﾄﾞ", True) in await excerpt("ガイド")
    assert await excerpt("ดี") == (("สวัส", False), ("ดี", True), (TEXTS["thai.wav"].partition("ดี")[2], False))
    assert await excerpt("ที่") == (
        *(("ทุ่งนา เ", False), ("ที่", True), ("ยว", False)),
        *(("ที่", True), ("นี่", False)),
    )
    assert await excerpt("हि") == (("हि", True), ("न्दी में बात करते हैं", False))
    assert await excerpt("❤") == (("Party 🎉 with 👨‍👩‍👧‍👦 and ", False), ("❤️", True), (".", False))
    assert await excerpt("记录") == (("会议", False), ("记录", True), (".m4a", False))


async def test_the_list_shows_names_and_beginnings_without_separators(database: Database) -> None:
    history = SqliteHistory(database)
    await fill(history)
    page = await history.page("", 99, 0)
    entries = {entry.name: "".join(piece for piece, _ in entry.excerpt) for entry in page.entries}
    assert entries == TEXTS
    long = "今天天气很好" * 100
    saved = await history.save(
        make_source("long"), CacheKey("l"), ContentHash("l"), transcript_of(long), 99.0, requester=THE_OWNER
    )
    assert (await history.page("", 1, 0)).entries[0].excerpt == ((long[:160] + "…", False),)
    await database.write(lambda db: db.execute("UPDATE transcripts SET body = x'00' WHERE id = ?", [saved]))
    stored = await history.get(saved)
    assert stored is not None
    assert stored.transcript.text == long


async def test_a_recording_with_such_a_name_keeps_its_one_entry(database: Database) -> None:
    history = SqliteHistory(database)
    source, key, content = make_source("会议が\u3099.wav"), CacheKey("key"), ContentHash("content")
    first = await history.save(source, key, content, make_transcript(), 1.0, requester=THE_OWNER)
    assert await history.save(source, key, content, make_transcript(), 2.0, requester=THE_OWNER) == first
    await history.update(first, make_transcript("改过的文字"), 3.0)
    assert (await history.page("文字", 1, 0)).total == 1
    assert (await history.page("best", 1, 0)).total == 0
    await history.delete([first])
    assert (await history.page("文字", 1, 0)).total == 0


def write_as_before(file: Path, count: int) -> None:
    """Rows as the version before wrote them: with texts as they were said."""
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("DELETE FROM store_marks WHERE name = ?", [Mark.SEARCHABLE_UP_TO])
        for number in range(count):
            connection.execute(
                """INSERT INTO transcripts (cache_key, content_hash, name, created_at, duration_s, text, body, language,
                    provider, model) VALUES (?, ?, ?, ?, 1, ?, x'00', 'zh', 'p', 'm')""",
                [f"key-{number}", f"content-{number}", f"会议{number}.m4a", number, f"第{number}次会议，今天天气很好"],
            )
    connection.close()


async def test_texts_of_an_older_version_are_found_after_the_opening(tmp_path: Path) -> None:
    file = tmp_path / "notula.db"
    await (await Database.open(file)).close()
    write_as_before(file, 30)

    database = await Database.open(file)
    history = SqliteHistory(database)
    assert (await history.page("天气", 100, 0)).total == 30
    assert {entry.name for entry in (await history.page("会议7", 100, 0)).entries} == {"会议7.m4a"}
    assert await database.read(lambda db: value_of(db, Mark.SEARCHABLE_UP_TO)) == 30
    await database.close()


async def test_what_an_opening_leaves_is_indexed_later_and_a_repeat_meanwhile_is_no_second_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "notula.db"
    await (await Database.open(file)).close()
    write_as_before(file, 20)
    monkeypatch.setattr("core.store.sqlite.database.LONGEST_INDEXING_S", 0.0)
    monkeypatch.setattr("core.store.sqlite.indexing._LONGEST_STEP_S", 0.0)

    database = await Database.open(file)
    history = SqliteHistory(database)
    assert (await history.page("天气", 100, 0)).total == 1, "a row in each step, and no time for more"
    source, key, content = make_source("会议5.m4a"), CacheKey("key-5"), ContentHash("content-5")
    again = await history.save(source, key, content, make_transcript(), 9.0, requester=THE_OWNER)
    assert again == 6
    await database.close()  # As a crash would end it; the next opening goes on.
    database = await Database.open(file)
    history = SqliteHistory(database)
    assert (await history.page("天气", 100, 0)).total == 2
    await database.complete_index()
    assert (await history.page("天气", 100, 0)).total == (await history.page("", 100, 0)).total == 20
    check = "INSERT INTO transcripts_fts (transcripts_fts, rank) VALUES ('integrity-check', 1)"
    await database.write(lambda db: db.execute(check))
    await database.close()


async def test_a_damaged_text_is_left_as_it_is(database: Database) -> None:
    statement = """INSERT INTO transcripts (cache_key, content_hash, name, text, body)
        VALUES ('k', 'c', 'n', CAST(x'e5a4a9ffe5a4a9' AS TEXT), x'00')"""
    await database.write(lambda db: db.execute(statement))
    await database.complete_index()
    query = "SELECT hex(CAST(text AS BLOB)) FROM transcripts"
    assert await database.read(lambda db: db.execute(query).fetchone()[0]) == "E5A4A9FFE5A4A9"


async def test_a_step_ends_once_there_is_nothing_more(database: Database) -> None:
    await fill(SqliteHistory(database))
    assert await database.write(index_some)
    assert not await database.write(index_some)


@given(st.text())
def test_separators_change_nothing_else_and_are_put_once(text: str) -> None:
    made = searchable(text)
    assert searchable(made) == made
    shown = without_separators(made)
    assert searchable(shown) == made
    assert SEPARATOR not in shown


@given(st.text(alphabet="天气かガｶﾞกดีุ้ำaé1 .날ἀ\u0301हिन्दी"))
def test_a_word_of_a_text_is_looked_for_as_it_is_indexed(text: str) -> None:
    indexed = searchable(text).replace(SEPARATOR, " ")
    for word in search_words(text):
        assert word.forms[0] in " ".join(indexed.split()) or word.forms[0] in indexed
