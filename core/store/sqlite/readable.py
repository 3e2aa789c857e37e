"""Rows that can't be read: damaged, or written by a newer version. Only such a row is left out."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

T = TypeVar("T")

Row = sqlite3.Row | Mapping[str, Any]


class NotReadable(ValueError):
    """A row isn't what it should be."""


def readable(
    rows: Iterable[sqlite3.Row], make: Callable[[sqlite3.Row], T], note: Callable[[str, object], None], what: str
) -> Iterator[T]:
    """What is made of the rows, without those that `make` raises ValueError for: `note` is told of them.

    `what` is what the first column is the name of.
    """
    for row in rows:
        try:
            made = make(row)
        except ValueError:
            note(what, row[0])
        else:
            yield made


def number(row: Row, column: str) -> float:
    """The number of a column. Raises `NotReadable` where there is none."""
    value = row[column]
    if not isinstance(value, int | float):
        raise NotReadable(f"{column} is no number")
    return value


def text(row: Row, column: str) -> str:
    """The text of a column, empty where there is none. Raises `NotReadable` where there is something else."""
    value = row[column]
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NotReadable(f"{column} is no text")
    return value
