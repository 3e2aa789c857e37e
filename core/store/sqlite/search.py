"""Full-text search of the history's names and texts.

The statements that search are put together from the parts of a `Search`, as only those differ between databases. All
else of them is plain SQL, in which `t` stands for the table of transcripts.
"""

import re
from typing import Protocol

import sqlite_utils

MATCH_START, MATCH_END = "\x02", "\x03"
"""Around each match in an excerpt. Neither occurs in text that people write."""


class Search(Protocol):
    """How one kind of database searches. `:search` is what `expression` gives.

    The database keeps its index up to date by itself, in the transaction that writes or deletes an entry.
    """

    join: str
    """Joins the index to `t`."""
    condition: str
    """Whether an entry matches."""
    best_first: str
    """For ORDER BY."""
    excerpt: str
    """The column `excerpt`: the place of the text with the matches, marked by `MATCH_START` and `MATCH_END`."""
    count: str
    """How many entries match, of all."""

    def expression(self, typed: str) -> str:
        """What a person typed, as the index takes it: every word must occur, the last one may go on. Empty: no word."""

    def erase_some(self, database: sqlite_utils.Database, pages: int) -> bool:
        """Overwrite words of forgotten entries, at most so many pages. Whether there may be more."""


class Fts5Search:
    """SQLite's FTS5 (https://www.sqlite.org/fts5.html). Triggers of the schema keep its index up to date."""

    join = "JOIN transcripts_fts ON transcripts_fts.rowid = t.id"
    condition = "transcripts_fts MATCH :search"
    best_first = "transcripts_fts.rank"
    excerpt = f"snippet(transcripts_fts, -1, '{MATCH_START}', '{MATCH_END}', '…', 16) AS excerpt"
    count = "SELECT count(*) FROM transcripts_fts WHERE transcripts_fts MATCH :search"

    def expression(self, typed: str) -> str:
        """Each word in quotes, so that none is an operator."""
        words = re.findall(r"\w+", typed)
        return " ".join(f'"{word}"' for word in words[:-1]) + f' "{words[-1]}"*' if words else ""

    def erase_some(self, database: sqlite_utils.Database, pages: int) -> bool:
        """https://www.sqlite.org/fts5.html#the_merge_command: two changes or more where there was anything to merge."""
        before = database.conn.total_changes
        database.execute("INSERT INTO transcripts_fts (transcripts_fts, rank) VALUES ('merge', ?)", [pages])
        return database.conn.total_changes - before >= 2


SEARCH: Search = Fts5Search()
"""What SQLite's stores use."""
