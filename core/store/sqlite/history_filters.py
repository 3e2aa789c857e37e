"""A `HistoryFilter` as parts of statements, in which `t` stands for the table of transcripts.

All columns that these name are in the index `idx_transcripts_library`. The plus keeps SQLite from another one, which
has the person alone, so that all of that person's rows would be read (https://www.sqlite.org/optoverview.html#uplus).
"""

import sqlite3
from dataclasses import dataclass

from core.domain import HistoryFilter, HistoryOrder, HistorySummary
from core.store.sqlite.people_of_entries import person_key, requester_of

NEWEST_FIRST = "t.created_at DESC, t.id DESC"

_ORDERS = {
    HistoryOrder.NEWEST: NEWEST_FIRST,
    HistoryOrder.OLDEST: "t.created_at, t.id",
    HistoryOrder.LONGEST: "t.duration_s DESC, t.created_at DESC, t.id DESC",
    HistoryOrder.SHORTEST: "t.duration_s, t.created_at DESC, t.id DESC",
}


@dataclass(frozen=True, slots=True)
class FilterQuery:
    """What is filtered, and the order."""

    condition: str
    """Whether an entry is one of the chosen; always true where all are."""

    values: dict[str, str | float]
    """Of the condition's parameters."""

    order: str
    """For ORDER BY; empty where what is searched for decides."""

    @property
    def is_everything(self) -> bool:
        """Whether no entry is left out."""
        return not self.values and self.condition == "true"


def filter_query(chosen: HistoryFilter) -> FilterQuery:
    """The parts of statements for these entries. Every value is a parameter."""
    conditions: list[str] = []
    values: dict[str, str | float] = {}
    for name, comparison, value in (
        ("made_from", "t.created_at >=", chosen.made_from),
        ("made_before", "t.created_at <", chosen.made_before),
        ("person", "+t.person =", None if chosen.requester is None else person_key(chosen.requester)),
        ("language", "t.language =", chosen.language),
        ("provider", "t.provider =", chosen.provider),
        ("least_s", "t.duration_s >=", chosen.least_s),
        ("below_s", "t.duration_s <", chosen.below_s),
    ):
        if value is not None:
            conditions.append(f"{comparison} :{name}")
            values[name] = value
    if chosen.is_edited is not None:
        conditions.append(f"t.edited_at IS {'NOT ' if chosen.is_edited else ''}NULL")
    return FilterQuery(" AND ".join(conditions) or "true", values, _ORDERS.get(chosen.order, ""))


def summary_of(connection: sqlite3.Connection) -> HistorySummary:
    """What there is to choose from, and the room that is used."""

    def values_of(column: str) -> list[str]:
        query = f"SELECT DISTINCT {column} FROM transcripts WHERE {column} != '' ORDER BY {column}"  # noqa: S608
        return [str(row[0]) for row in connection.execute(query)]

    def number_of(query: str) -> int:
        return int(connection.execute(query).fetchone()[0])

    people = (requester_of(person) for person in values_of("person"))
    cached = number_of("SELECT CAST(coalesce(sum(size_bytes), 0) AS INTEGER) FROM cached_transcripts")
    pages = number_of("PRAGMA page_count") - number_of("PRAGMA freelist_count")
    return HistorySummary(
        total=number_of("SELECT count(*) FROM transcripts"),
        languages=tuple(values_of("language")),
        providers=tuple(values_of("provider")),
        requesters=tuple(person for person in people if person is not None),
        used_bytes=max(0, pages * number_of("PRAGMA page_size") - cached),
        cached_bytes=cached,
    )
