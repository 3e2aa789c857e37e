"""One page of the history's rows: as they are listed, or as a search finds them."""

import sqlite3
from collections.abc import Mapping, Sequence

from core.store.sqlite.history_filters import NEWEST_FIRST, FilterQuery
from core.store.sqlite.history_rows import BEGINNING, COLUMNS
from core.store.sqlite.search import SearchQuery

Rows = tuple[list[sqlite3.Row], int]
"""Those of one page, and how many there are in all."""


def listed(connection: sqlite3.Connection, wanted: FilterQuery, limit: int, offset: int) -> Rows:
    """The chosen entries. Rows are read of those alone that are shown; which ones these are is in the index."""
    order = wanted.order or NEWEST_FIRST
    query = f"""SELECT {COLUMNS}, {BEGINNING} FROM (
            SELECT t.id AS chosen_id FROM transcripts AS t WHERE {wanted.condition}
            ORDER BY {order} LIMIT :limit OFFSET :offset
        ) CROSS JOIN transcripts AS t ON t.id = chosen_id ORDER BY {order}"""  # noqa: S608
    rows = connection.execute(query, {**wanted.values, "limit": limit, "offset": offset}).fetchall()
    count = f"SELECT count(*) FROM transcripts AS t WHERE {wanted.condition}"  # noqa: S608
    return rows, connection.execute(count, wanted.values).fetchone()[0]


def found(
    connection: sqlite3.Connection,
    queries: Sequence[SearchQuery],
    wanted: FilterQuery,
    limit: int,
    offset: int,
) -> Rows:
    """Those of the chosen entries that a search finds by what was said, and by the notes alone.

    The latter come first where the best do: they are few, and somebody has written them to find them again.
    """
    if not connection.execute("SELECT EXISTS (SELECT 1 FROM transcript_notes)").fetchone()[0]:
        queries = queries[:1]
    values = {name: value for query in queries for name, value in query.values.items()} | wanted.values
    parts = " UNION ALL ".join(
        f"""SELECT {COLUMNS}, {query.excerpt}, {query.best_first} AS best, {number} AS is_in_notes
            FROM transcripts AS t {query.join} WHERE {query.condition} AND {wanted.condition}"""  # noqa: S608
        for number, query in enumerate(queries)
    )
    order = wanted.order or "is_in_notes DESC, best, id DESC"
    rows = connection.execute(
        f"{parts} ORDER BY {order} LIMIT :limit OFFSET :offset", {**values, "limit": limit, "offset": offset}
    ).fetchall()
    return rows, sum(_count(connection, query, wanted, values) for query in queries)


def _count(
    connection: sqlite3.Connection, query: SearchQuery, wanted: FilterQuery, values: Mapping[str, str | int | float]
) -> int:
    """How many entries one of the queries finds; without a filter by the index alone."""
    statement = query.count
    if not wanted.is_everything:
        statement = f"""SELECT count(*) FROM transcripts AS t {query.join}
            WHERE {query.condition} AND {wanted.condition}"""  # noqa: S608
    return int(connection.execute(statement, values).fetchone()[0])
