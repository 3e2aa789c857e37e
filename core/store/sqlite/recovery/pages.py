"""The rows of a damaged database's file, read without SQLite.

SQLite finds a row through the file's header, the schema and the pages above; where one of these is damaged, it finds
none of what lies below. The pages with the rows (https://www.sqlite.org/fileformat2.html#b_tree_pages) say all that it
takes to read them.
"""

import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.store.sqlite.recovery.header import HEADER_BYTES, page_size_bytes
from core.store.sqlite.recovery.write_ahead_log import log_file, read_log

Value = int | float | str | bytes | None

_LEAF_WITH_ROWS = 0x0D
_LONGEST_OVERFLOW_PAGES = 10_000

_FIXED_BYTES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)
"""The sizes of NULL, six kinds of integers, a float, and the integers 0 and 1."""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row of some table; a column that is the row's number is None in `values`."""

    number: int
    values: tuple[Value, ...]


class DamagedFile:
    """The pages of a database's file as its last commit left them, where they can be read."""

    def __init__(self, file: Path) -> None:
        log = read_log(file)
        self._file = file.open("rb")
        self._log = log_file(file).open("rb") if log.frames else None
        self._page_bytes = page_size_bytes(self._file.read(HEADER_BYTES).ljust(HEADER_BYTES)) or log.page_bytes
        self._in_log = dict(log.frames) if self._page_bytes == log.page_bytes else {}
        self._pages = self._file.seek(0, 2) // self._page_bytes

    def close(self) -> None:
        """Close the file and its log."""
        self._file.close()
        if self._log is not None:
            self._log.close()

    def rows(self, columns: Collection[int], *, only_in_log: bool = False) -> Iterator[FoundRow]:
        """All rows that have one of these numbers of columns, those written last roughly first. Raises OSError."""
        in_file = () if only_in_log else range(1, self._pages + 1)
        for number in sorted({*in_file, *self._in_log}, reverse=True):
            yield from self._rows_of(number, columns)

    def _page(self, number: int) -> bytes:
        if self._log is not None and number in self._in_log:
            self._log.seek(self._in_log[number])
            return self._log.read(self._page_bytes)
        self._file.seek((number - 1) * self._page_bytes)
        return self._file.read(self._page_bytes)

    def _rows_of(self, number: int, columns: Collection[int]) -> Iterator[FoundRow]:
        page = self._page(number)
        start = HEADER_BYTES if number == 1 else 0
        if len(page) < self._page_bytes or page[start] != _LEAF_WITH_ROWS:
            return
        cells = struct.unpack(">H", page[start + 3 : start + 5])[0]
        for cell in range(min(cells, self._page_bytes // 4)):
            pointer = page[start + 8 + 2 * cell : start + 10 + 2 * cell]
            try:
                row = self._row(page, struct.unpack(">H", pointer)[0], columns)
            except (ValueError, IndexError, struct.error):
                continue
            if row is None:  # All rows of a page are of one table.
                return
            yield row

    def _row(self, page: bytes, start: int, columns: Collection[int]) -> FoundRow | None:
        """The row at this place of a page, None where it has another number of columns."""
        payload_bytes, start = _variable_integer(page, start)
        number, start = _variable_integer(page, start)
        local_bytes = self._local_bytes(payload_bytes)
        local = page[start : start + local_bytes]
        types = _types(local)
        if len(types) not in columns:
            return None
        if local_bytes < payload_bytes:
            first = struct.unpack(">I", page[start + local_bytes : start + local_bytes + 4])[0]
            local += self._overflow(first, payload_bytes - local_bytes)
        if len(local) != payload_bytes:
            raise ValueError("cut off")
        return FoundRow(number, tuple(_values(local, types)))

    def _local_bytes(self, payload_bytes: int) -> int:
        """How much of a row is on its own page."""
        most, least = self._page_bytes - 35, (self._page_bytes - 12) * 32 // 255 - 23
        if payload_bytes <= most:
            return payload_bytes
        local_bytes = least + (payload_bytes - least) % (self._page_bytes - 4)
        return local_bytes if local_bytes <= most else least

    def _overflow(self, number: int, size_bytes: int) -> bytes:
        found = bytearray()
        for _ in range(_LONGEST_OVERFLOW_PAGES):
            if number == 0 or len(found) >= size_bytes:
                break
            page = self._page(number)
            number = struct.unpack(">I", page[:4])[0]
            found += page[4:]
        return bytes(found[:size_bytes])


def _variable_integer(data: bytes, start: int) -> tuple[int, int]:
    """The number that begins here, and where the next thing begins."""
    number = 0
    for place in range(start, start + 8):
        number = number << 7 | data[place] & 0x7F
        if data[place] < 0x80:
            return number, place + 1
    return number << 8 | data[start + 8], start + 9


def _types(record: bytes) -> list[int]:
    header_bytes, place = _variable_integer(record, 0)
    if header_bytes > len(record):
        raise ValueError("a record's header is cut off")
    types = []
    while place < header_bytes:
        kind, place = _variable_integer(record, place)
        types.append(kind)
    return types


def _values(record: bytes, types: list[int]) -> Iterator[Value]:
    """https://www.sqlite.org/fileformat2.html#record_format."""
    start, _ = _variable_integer(record, 0)
    for kind in types:
        data = record[start : start + _size_bytes(kind)]
        start += _size_bytes(kind)
        if len(data) < _size_bytes(kind):
            raise ValueError("a record is cut off")
        if kind >= 12:
            yield data.decode() if kind % 2 else data
        elif kind == 7:
            yield struct.unpack(">d", data)[0]
        elif kind == 0:
            yield None
        else:
            yield kind - 8 if kind in (8, 9) else int.from_bytes(data, "big", signed=True)
    if start != len(record):
        raise ValueError("a record is longer than what is in it")


def _size_bytes(kind: int) -> int:
    if kind in (10, 11):
        raise ValueError("no kind of value that occurs in files")
    return (kind - 12) // 2 if kind >= 12 else _FIXED_BYTES[kind]
