"""How entries of the history are asked for, and read out of rows."""

import sqlite3
from collections.abc import Sequence

from core.domain import HistoryEntry, TranscriptId
from core.store.searchable import SEPARATOR, without_separators
from core.store.sqlite.excerpts import BEGINNING_CHARACTERS, excerpt_around, marked_excerpt
from core.store.sqlite.people_of_entries import requester_of
from core.store.sqlite.readable import number, text

COLUMNS = "t.id, t.name, t.location, t.created_at, t.duration_s, t.language, t.provider, t.model, t.edited_at, t.person"
"""Of an entry; `t` stands for the table of transcripts."""

BEGINNING = f"""substr(replace(substr(t.text, 1, {2 * BEGINNING_CHARACTERS + 2}), char({ord(SEPARATOR)}), ''),
    1, {BEGINNING_CHARACTERS + 1}) AS excerpt"""
"""A text's first words, and one character more where it goes on. At most every other character is a separator."""


def entry_of(row: sqlite3.Row, shown: Sequence[str] = ()) -> HistoryEntry:
    """The entry of a row that has `COLUMNS`, and may have a `BEGINNING` or an excerpt. Raises `NotReadable`.

    Where something is to be `shown`, the excerpt is a whole text, of which the place with that is shown.
    """
    found = without_separators(text(row, "excerpt")) if "excerpt" in row.keys() else ""  # noqa: SIM118  A row isn't a mapping.
    excerpt = excerpt_around(found, tuple(map(without_separators, shown))) if shown else marked_excerpt(found)
    return HistoryEntry(
        id=TranscriptId(row["id"]),
        name=without_separators(text(row, "name")),
        location=text(row, "location"),
        created_at=number(row, "created_at"),
        duration_s=number(row, "duration_s"),
        language=text(row, "language"),
        provider=text(row, "provider"),
        model=text(row, "model"),
        excerpt=excerpt,
        edited_at=None if row["edited_at"] is None else number(row, "edited_at"),
        requester=requester_of(text(row, "person")),
        is_in_notes="is_in_notes" in row.keys() and bool(row["is_in_notes"]),  # noqa: SIM118
    )
