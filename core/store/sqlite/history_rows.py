"""How entries of the history are asked for, and read out of rows."""

import sqlite3
import unicodedata

from core.domain import HistoryEntry, TranscriptId
from core.store.sqlite.people_of_entries import requester_of
from core.store.sqlite.readable import number, text
from core.store.sqlite.search import MATCH_END, MATCH_START

COLUMNS = "t.id, t.name, t.location, t.created_at, t.duration_s, t.language, t.provider, t.model, t.edited_at, t.person"
"""Of an entry; `t` stands for the table of transcripts."""

_BEGINNING_CHARACTERS = 160
BEGINNING = f"substr(t.text, 1, {_BEGINNING_CHARACTERS + 1}) AS excerpt"
"""A text's first words, and one character more where it goes on."""

_JOINER = "\u200d"
"""The zero-width joiner, which joins several emoji into one: an excerpt doesn't end within such a sequence."""


def entry_of(row: sqlite3.Row) -> HistoryEntry:
    """The entry of a row that has `COLUMNS`, and may have a `BEGINNING` or an excerpt. Raises `NotReadable`."""
    excerpt = _pieces(text(row, "excerpt")) if "excerpt" in row.keys() else ()  # noqa: SIM118  A row isn't a mapping.
    return HistoryEntry(
        id=TranscriptId(row["id"]),
        name=text(row, "name"),
        location=text(row, "location"),
        created_at=number(row, "created_at"),
        duration_s=number(row, "duration_s"),
        language=text(row, "language"),
        provider=text(row, "provider"),
        model=text(row, "model"),
        excerpt=excerpt,
        edited_at=None if row["edited_at"] is None else number(row, "edited_at"),
        requester=requester_of(text(row, "person")),
    )


def _pieces(marked: str) -> tuple[tuple[str, bool], ...]:
    """A marked excerpt as (piece, is_match) pairs."""
    if MATCH_START not in marked:
        beginning = _whole_words(marked)
        return ((beginning, False),) if beginning else ()
    pieces: list[tuple[str, bool]] = []
    for place, part in enumerate(marked.split(MATCH_START)):
        match, found, rest = part.partition(MATCH_END) if place else ("", "", part)
        if not found and place:
            match, rest = "", part
        pieces += [(match, True)] if match else []
        pieces += [(rest, False)] if rest else []
    return tuple(pieces)


def _whole_words(beginning: str) -> str:
    """The beginning of a text without the word that it breaks off in, or where that is all, without its last letter.

    A letter may be several characters: accents, and what is joined to it, go with it.
    """
    if len(beginning) <= _BEGINNING_CHARACTERS:
        return beginning
    words, _, broken = beginning.rpartition(" ")
    if words and len(broken) < _BEGINNING_CHARACTERS // 2:
        return words + " …"
    end = len(beginning) - 1
    while end > 0 and (unicodedata.combining(beginning[end]) or _JOINER in beginning[end - 1 : end + 1]):
        end -= 1
    return beginning[:end] + "…"
