"""Full-text search of the history's names and texts.

The statements that search are put together from the parts of a `SearchQuery`, as only those differ between databases.
All else of them is plain SQL, in which `t` stands for the table of transcripts.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    best_first: str = "t.created_at DESC"
    """For ORDER BY."""

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

    def erase_some(self, database: sqlite_utils.Database, pages: int) -> bool:
        """Overwrite words of forgotten entries, at most so many pages. Whether there may be more."""


class Fts5Search:
    """SQLite's FTS5 (https://www.sqlite.org/fts5.html). Triggers of the schema keep its index up to date."""

    _JOIN = "JOIN transcripts_fts ON transcripts_fts.rowid = t.id"
    _MATCH = "transcripts_fts MATCH :search"
    _SNIPPET = f"snippet(transcripts_fts, -1, '{MATCH_START}', '{MATCH_END}', '…', :excerpt_words) AS excerpt"
    _EXACT = """NOT EXISTS (SELECT 1 FROM json_each(:exact) AS word WHERE NOT EXISTS (
        SELECT 1 FROM json_each(word.value) AS form
        WHERE instr(t.text, form.value) > 0 OR instr(t.name, form.value) > 0))"""
    """The tokenizer takes vowel signs for spaces, so that several Thai or Hindi words are one to the index."""
    _WHOLE = """CASE WHEN EXISTS (SELECT 1 FROM json_each(:exact) AS word, json_each(word.value) AS form
        WHERE instr(t.text, form.value) > 0) THEN t.text ELSE t.name END AS excerpt"""

    def query(self, typed: str) -> SearchQuery | None:
        """Each word in quotes, so that none is an operator; in a row, those that are cut into characters."""
        words = search_words(typed)
        if not words:
            return self._of_symbols(search_symbols(typed))
        is_cut = has_unspaced(typed)
        values: dict[str, str | int] = {
            "search": _expression(words),
            "excerpt_words": _EXCERPT_CHARACTERS if is_cut else _EXCERPT_WORDS,
        }
        exact = [word.exact for word in words if word.exact]
        if not exact:
            return SearchQuery(self._MATCH, values, self._SNIPPET, (), self._JOIN, _BEST_FIRST, "transcripts_fts")
        return SearchQuery(
            f"{self._MATCH} AND {self._EXACT}",
            values | {"exact": json.dumps(exact)},
            self._WHOLE,
            tuple(form for word in words for form in (word.exact or word.forms)),
            self._JOIN,
            _BEST_FIRST,
            f"transcripts AS t {self._JOIN}",
        )

    def _of_symbols(self, symbols: Sequence[str]) -> SearchQuery | None:
        """Looks at every text, as rarely as that is asked for."""
        if not symbols:
            return None
        values = {"exact": json.dumps([[symbol] for symbol in symbols])}
        return SearchQuery(self._EXACT, values, self._WHOLE, tuple(symbols))

    def erase_some(self, database: sqlite_utils.Database, pages: int) -> bool:
        """https://www.sqlite.org/fts5.html#the_merge_command: two changes or more where there was anything to merge."""
        before = database.conn.total_changes
        database.execute("INSERT INTO transcripts_fts (transcripts_fts, rank) VALUES ('merge', ?)", [pages])
        return database.conn.total_changes - before >= 2


def _expression(words: Sequence[SearchWord]) -> str:
    last = len(words) - 1
    groups = ([f'"{form}"{"*" * (place == last)}' for form in word.forms] for place, word in enumerate(words))
    return " AND ".join(f"({' OR '.join(group)})" for group in groups)


SEARCH: Search = Fts5Search()
"""What SQLite's stores use."""
