"""Full-text search of the history's names and texts, and of what the owner has noted about them.

The statements that search are put together from the parts of a `SearchQuery`, as only those differ between databases.
All else of them is plain SQL, in which `t` stands for the table of transcripts.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import sqlite_utils

from core.domain.scripts import has_unspaced
from core.store.searchable import SearchWord, search_symbols, search_words
from core.store.sqlite.excerpts import MATCH_END, MATCH_START

_BEST_FIRST = "transcripts_fts.rank"
_EXCERPT_WORDS = 16
_EXCERPT_CHARACTERS = 40
"""Of a script in which each character is indexed as a word: about as much text. FTS5 gives at most 64."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a person typed, as parts of statements and the values of their parameters."""

    condition: str
    """Whether an entry matches."""
    values: Mapping[str, str | int]
    excerpt: str
    """The column `excerpt`: the place of the text with the matches, marked, or where there are `shown` all of it."""
    shown: tuple[str, ...] = ()
    """What is to be marked in that, where the index can't tell where it is."""
    join: str = ""
    """Joins the index to `t`."""
    best_first: str = "-t.created_at"
    """An expression for ORDER BY."""

    counted: str = "transcripts AS t"
    """What has a row for each entry, as far as the condition needs."""

    @property
    def count(self) -> str:
        """The statement for how many entries match, of all."""
        return f"SELECT count(*) FROM {self.counted} WHERE {self.condition}"  # noqa: S608


class Search(Protocol):
    """How one kind of database searches.

    The database keeps its index up to date by itself, in the transaction that writes or deletes an entry. Names and
    texts are kept as `core.store.searchable` makes them.
    """

    def query(self, typed: str) -> SearchQuery | None:
        """Every word must occur, the last one may go on; of what has none, its symbols. None where there is neither."""

    def notes_query(self, typed: str) -> SearchQuery | None:
        """What `query` doesn't find, as a word or all occur in the notes alone. Its excerpts are of the notes.

        For the owner alone: people of the bot must not find what is noted about their transcripts.
        """

    def erase_some(self, database: sqlite_utils.Database, pages: int) -> bool:
        """Overwrite words of forgotten entries and notes, at most so many pages each. Whether there may be more."""


class Fts5Search:
    """SQLite's FTS5 (https://www.sqlite.org/fts5.html). Triggers of the schema keep both indexes up to date."""

    _JOIN = "JOIN transcripts_fts ON transcripts_fts.rowid = t.id"
    _MATCH = "transcripts_fts MATCH :search"
    _SNIPPET = f"snippet(transcripts_fts, -1, '{MATCH_START}', '{MATCH_END}', '…', :excerpt_words) AS excerpt"
    _EXACT = """NOT EXISTS (SELECT 1 FROM json_each(:exact) AS word WHERE NOT EXISTS (
        SELECT 1 FROM json_each(word.value) AS form
        WHERE instr(t.text, form.value) > 0 OR instr(t.name, form.value) > 0))"""
    """The tokenizer takes vowel signs for spaces, so that several Thai or Hindi words are one to the index."""
    _WHOLE = """CASE WHEN EXISTS (SELECT 1 FROM json_each(:exact) AS word, json_each(word.value) AS form
        WHERE instr(t.text, form.value) > 0) THEN t.text ELSE t.name END AS excerpt"""

    _NOTED = "JOIN transcript_notes AS n ON n.transcript_id = t.id"
    _NOTED_JOIN = f"{_NOTED} JOIN transcript_notes_fts ON transcript_notes_fts.rowid = t.id"
    _NOTED_SNIPPET = f"snippet(transcript_notes_fts, 0, '{MATCH_START}', '{MATCH_END}', '…', :excerpt_words) AS excerpt"
    _NOTED_EXACT = _EXACT.replace("instr(t.name", "instr(n.text, form.value) > 0 OR instr(t.name")
    _NOTED_MATCH = """transcript_notes_fts MATCH :any_word AND t.id IN (
        SELECT id FROM (
            SELECT word.key, noted.rowid AS id FROM json_each(:words) AS word CROSS JOIN transcript_notes_fts AS noted
                WHERE noted.transcript_notes_fts MATCH word.value
            UNION SELECT word.key, said.rowid FROM json_each(:words) AS word CROSS JOIN transcripts_fts AS said
                WHERE said.transcripts_fts MATCH word.value
                AND +said.rowid IN (SELECT transcript_id FROM transcript_notes)
        ) GROUP BY id HAVING count(*) = json_array_length(:words))"""
    """Each word is looked for once: without the plus it were once for each that has notes."""
    _SAID = "t.id IN (SELECT rowid FROM transcripts_fts WHERE transcripts_fts MATCH :search)"

    def query(self, typed: str) -> SearchQuery | None:
        """Each word in quotes, so that none is an operator; in a row, those that are cut into characters."""
        words = search_words(typed)
        if not words:
            return self._of_symbols(search_symbols(typed))
        values, exact = self._values(typed, words), any(word.exact for word in words)
        if not exact:
            return SearchQuery(self._MATCH, values, self._SNIPPET, (), self._JOIN, _BEST_FIRST, "transcripts_fts")
        return SearchQuery(
            f"{self._MATCH} AND {self._EXACT}",
            values,
            self._WHOLE,
            _shown(words),
            self._JOIN,
            _BEST_FIRST,
            f"transcripts AS t {self._JOIN}",
        )

    def notes_query(self, typed: str) -> SearchQuery | None:
        """As `query`, where the words may also be in the notes."""
        words = search_words(typed)
        if not words:
            said = self._of_symbols(search_symbols(typed))
            return said and replace(
                said,
                condition=f"{self._NOTED_EXACT} AND NOT ({self._EXACT})",
                excerpt="n.text AS excerpt",
                join=self._NOTED,
                counted=f"transcripts AS t {self._NOTED}",
            )
        expressions = _expressions(words)
        values = self._values(typed, words) | {"any_word": " OR ".join(expressions), "words": json.dumps(expressions)}
        shown: tuple[str, ...] = ()
        condition, excerpt = f"{self._NOTED_MATCH} AND NOT {self._SAID}", self._NOTED_SNIPPET
        if any(word.exact for word in words):
            condition = f"{self._NOTED_MATCH} AND {self._NOTED_EXACT} AND NOT ({self._SAID} AND {self._EXACT})"
            excerpt, shown = "n.text AS excerpt", _shown(words)
        return SearchQuery(
            condition,
            values,
            excerpt,
            shown,
            self._NOTED_JOIN,
            "transcript_notes_fts.rank",
            f"transcripts AS t {self._NOTED_JOIN}",
        )

    def _values(self, typed: str, words: Sequence[SearchWord]) -> dict[str, str | int]:
        return {
            "search": " AND ".join(_expressions(words)),
            "excerpt_words": _EXCERPT_CHARACTERS if has_unspaced(typed) else _EXCERPT_WORDS,
            "exact": json.dumps([word.exact for word in words if word.exact]),
        }

    def _of_symbols(self, symbols: Sequence[str]) -> SearchQuery | None:
        """Looks at every text, as rarely as that is asked for."""
        if not symbols:
            return None
        values = {"exact": json.dumps([[symbol] for symbol in symbols])}
        return SearchQuery(self._EXACT, values, self._WHOLE, tuple(symbols))

    def erase_some(self, database: sqlite_utils.Database, pages: int) -> bool:
        """https://www.sqlite.org/fts5.html#the_merge_command: two changes or more where there was anything to merge."""
        is_any_left = False
        for index in ("transcripts_fts", "transcript_notes_fts"):
            before = database.conn.total_changes
            database.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", [pages])  # noqa: S608
            is_any_left |= database.conn.total_changes - before >= 2
        return is_any_left


def _expressions(words: Sequence[SearchWord]) -> list[str]:
    """An expression of FTS5 for each word."""
    last = len(words) - 1
    groups = ([f'"{form}"{"*" * (place == last)}' for form in word.forms] for place, word in enumerate(words))
    return [f"({' OR '.join(group)})" for group in groups]


def _shown(words: Sequence[SearchWord]) -> tuple[str, ...]:
    return tuple(form for word in words for form in (word.exact or word.forms))


SEARCH: Search = Fts5Search()
"""What SQLite's stores use."""
