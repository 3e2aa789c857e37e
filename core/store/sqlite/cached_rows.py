"""The rows of the transcript cache and the sum of their sizes, for the database's writing thread."""

from collections.abc import Mapping

import sqlite_utils

from core.domain import CacheKey, ContentHash

_ROWS_AT_ONCE = 50
"""How many rows one call deletes: deleted pages are overwritten, and accepted jobs wait for the same thread."""

_PUTS_BETWEEN_SUMS = 200
"""After how many puts the total is summed again, since the history and other processes delete and add rows as well."""


class CachedRows:
    """Puts, touches and deletes rows, and knows how many bytes they are without looking at each of them."""

    def __init__(self) -> None:
        self._total_bytes = 0
        self._puts_until_sum = 0

    def put(
        self, database: sqlite_utils.Database, key: CacheKey, content: ContentHash, body: bytes, created_at: float
    ) -> None:
        """Write one row, in place of the one that has its key."""
        self._sum_where_due(database)
        self._puts_until_sum -= 1
        self.delete_key(database, key)
        database.execute(
            """INSERT INTO cached_transcripts (key, content_hash, body, created_at, used_at, size_bytes)
               VALUES (?, ?, ?, ?, ?, ?)""",
            [key, content, body, created_at, created_at, len(body)],
        )
        self._total_bytes += len(body)

    def touch(self, database: sqlite_utils.Database, used_at: Mapping[CacheKey, float]) -> None:
        """Write when rows were used last, in seconds since the epoch."""
        database.conn.executemany(
            "UPDATE cached_transcripts SET used_at = ? WHERE key = ?", [(at, key) for key, at in used_at.items()]
        )

    def delete_key(self, database: sqlite_utils.Database, key: CacheKey) -> int:
        """Delete the row that has this key, and return how many went."""
        return self._delete(database, "key = ?", key)

    def delete_made_until(self, database: sqlite_utils.Database, made_until: float) -> int:
        """Delete some rows that were made at this time (seconds since the epoch) or before, and return how many."""
        return self._delete(database, "created_at <= ?", made_until)

    def delete_up_to(self, database: sqlite_utils.Database, last: int) -> int:
        """Delete some rows whose number is not above this one, and return how many went."""
        return self._delete(database, "rowid <= ?", last)

    def evict(self, database: sqlite_utils.Database, most_bytes: int) -> int:
        """Delete some rows if all together have more bytes, the least recently used first; return how many went."""
        self._sum_where_due(database)
        excess_bytes = self._total_bytes - most_bytes
        evicted: list[tuple[int]] = []
        query = "SELECT rowid, CAST(size_bytes AS INTEGER) FROM cached_transcripts ORDER BY used_at LIMIT ?"
        for row, size_bytes in database.execute(query, [_ROWS_AT_ONCE if excess_bytes > 0 else 0]).fetchall():
            if excess_bytes <= 0:
                break
            evicted.append((row,))
            excess_bytes -= size_bytes
        database.conn.executemany("DELETE FROM cached_transcripts WHERE rowid = ?", evicted)
        self._total_bytes = most_bytes + excess_bytes
        return len(evicted)

    def forget_total(self) -> None:
        """Sum again when the total is needed next, as counted rows may have been rolled back. Thread-safe."""
        self._puts_until_sum = 0

    def _delete(self, database: sqlite_utils.Database, condition: str, value: str | float) -> int:
        query = f"""DELETE FROM cached_transcripts WHERE rowid IN
            (SELECT rowid FROM cached_transcripts WHERE {condition} LIMIT {_ROWS_AT_ONCE})
            RETURNING CAST(size_bytes AS INTEGER)"""  # noqa: S608  The conditions are our own.
        sizes_bytes = [row[0] for row in database.execute(query, [value]).fetchall()]
        self._total_bytes -= sum(sizes_bytes)
        return len(sizes_bytes)

    def _sum_where_due(self, database: sqlite_utils.Database) -> None:
        if self._puts_until_sum <= 0:
            query = "SELECT coalesce(sum(size_bytes), 0) FROM cached_transcripts"
            self._total_bytes = int(database.execute(query).fetchone()[0])
            self._puts_until_sum = _PUTS_BETWEEN_SUMS
