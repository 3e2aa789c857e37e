"""The history filtered and in every order, against the same done by hand."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain import CacheKey, HistoryEntry, HistoryFilter, HistoryOrder, HistorySummary, Requester
from core.store.sqlite import Database, SqliteCachedTranscripts, SqliteHistory
from tests.unit.samples import HASH, make_source, make_transcript

ADA, OWNER = Requester("telegram", "7"), Requester("desktop")
ROWS = [
    # person, language, provider, length in seconds, edited
    (OWNER, "en", "on-device", 30.0, False),
    (ADA, "id", "groq", 400.0, True),
    (OWNER, "id", "on-device", 400.0, False),
    (ADA, "en", "groq", 3000.0, False),
    (OWNER, "de", "office", 90.0, True),
]

Keep = Callable[[HistoryEntry], bool]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "notula.db")
    yield opened
    await opened.close()


@pytest.fixture
async def history(database: Database) -> SqliteHistory:
    kept = SqliteHistory(database)
    for number, (person, language, provider, length_s, is_edited) in enumerate(ROWS):
        said = replace(
            make_transcript("Black tea. No milk."), language=language, provider=provider, duration_s=length_s
        )
        name = f"{number}.wav"
        saved = await kept.save(
            make_source(name), CacheKey(name), HASH, said, 100.0 + number // 2 * 10.0, requester=person
        )
        if is_edited:
            await kept.update(saved, said, 1_000.0)
    return kept


FILTERS: list[tuple[HistoryFilter, Keep]] = [
    (HistoryFilter(), lambda entry: True),
    (HistoryFilter(made_from=110.0), lambda entry: entry.created_at >= 110.0),
    (HistoryFilter(made_before=110.0), lambda entry: entry.created_at < 110.0),
    (HistoryFilter(requester=ADA), lambda entry: entry.requester == ADA),
    (HistoryFilter(requester=Requester("cli")), lambda entry: entry.requester is None),
    (HistoryFilter(language="id"), lambda entry: entry.language == "id"),
    (HistoryFilter(provider="groq"), lambda entry: entry.provider == "groq"),
    (HistoryFilter(is_edited=True), lambda entry: entry.edited_at is not None),
    (HistoryFilter(is_edited=False), lambda entry: entry.edited_at is None),
    (HistoryFilter(least_s=90.0, below_s=3000.0), lambda entry: 90.0 <= entry.duration_s < 3000.0),
    (HistoryFilter(language="id", is_edited=False), lambda entry: entry.language == "id" and entry.edited_at is None),
    (HistoryFilter(language="' OR 1 = 1 --"), lambda entry: False),
]
ORDERS: dict[HistoryOrder, Callable[[HistoryEntry], tuple[float, ...]]] = {
    HistoryOrder.AUTOMATIC: lambda entry: (-entry.created_at, -entry.id),
    HistoryOrder.NEWEST: lambda entry: (-entry.created_at, -entry.id),
    HistoryOrder.OLDEST: lambda entry: (entry.created_at, entry.id),
    HistoryOrder.LONGEST: lambda entry: (-entry.duration_s, -entry.created_at, -entry.id),
    HistoryOrder.SHORTEST: lambda entry: (entry.duration_s, -entry.created_at, -entry.id),
}


@pytest.mark.parametrize("order", HistoryOrder)
@pytest.mark.parametrize(("chosen", "keep"), FILTERS)
async def test_every_filter_leaves_the_right_entries_in_every_order(
    history: SqliteHistory, chosen: HistoryFilter, keep: Keep, order: HistoryOrder
) -> None:
    everything = (await history.page("", 99, 0)).entries
    assert len(everything) == len(ROWS)
    expected = [entry.id for entry in sorted(filter(keep, everything), key=ORDERS[order])]

    listed = await history.page("", 99, 0, replace(chosen, order=order))
    assert ([entry.id for entry in listed.entries], listed.total) == (expected, len(expected))
    found = await history.page("tea", 99, 0, replace(chosen, order=order))
    assert (sorted(entry.id for entry in found.entries), found.total) == (sorted(expected), len(expected))
    if order is not HistoryOrder.AUTOMATIC:
        assert [entry.id for entry in found.entries] == expected
    pages = [await history.page("", 2, offset, replace(chosen, order=order)) for offset in range(0, len(ROWS), 2)]
    assert [entry.id for page in pages for entry in page.entries] == expected


async def test_the_summary_tells_what_there_is_and_how_much_room_it_takes(
    database: Database, history: SqliteHistory
) -> None:
    empty = await history.summary()
    assert replace(empty, used_bytes=0) == HistorySummary(
        5, ("de", "en", "id"), ("groq", "office", "on-device"), (ADA,), 0, 0
    )
    assert empty.used_bytes > 0
    cache = SqliteCachedTranscripts(database)
    size_bytes = await cache.put(CacheKey("a"), HASH, make_transcript(), 1.0)
    assert (await history.summary()).cached_bytes == size_bytes
    await cache.clear()
    assert (await history.summary()).cached_bytes == 0
