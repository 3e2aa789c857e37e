"""What SQLite leaves in the unused middle of its pages.

A row that is deleted is overwritten (`PRAGMA secure_delete`), but where rows were moved between pages before, because
some grew or went, copies stay in the bytes between a page's list of cells and its content, which belong to no row
(https://www.sqlite.org/fileformat2.html#b_tree_pages). They are overwritten here, in the file itself.

What makes that safe: it is done while no connection can write and the log is empty, so the file is all that there is;
not a byte that SQLite reads is changed; and the transaction that ends it makes every connection forget the pages that
it has in memory, so that none writes old bytes again.
"""

import os
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from core.store.sqlite.recovery.header import HEADER_BYTES, page_size_bytes

_LEAVES, _INTERIORS = (0x0D, 0x0A), (0x05, 0x02)
"""The first byte of a page with cells. Pages of overflow begin with a page's number, which is never so large."""

_PENDING_BYTE = 0x40000000
"""Nothing is kept in the page with this byte: https://www.sqlite.org/fileformat2.html#the_lock_byte_page."""

_BLOCK_BYTES = 1 << 20


class OpenFile:
    """A database's file, opened once a process: on POSIX closing it would end the locks of SQLite's own connections.

    https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_. To be
    closed after the last of those.
    """

    _lock: ClassVar[threading.Lock] = threading.Lock()
    _opened: ClassVar[dict[tuple[int, int], tuple[int, int]]] = {}
    """By device and inode: the descriptor, and how many use it."""

    def __init__(self, file: Path) -> None:
        """Raises OSError."""
        with self._lock:
            status = file.stat()
            self._key = (status.st_dev, status.st_ino)
            known = self._opened.get(self._key)
            flags = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
            descriptor, users = known or (os.open(file, flags), 0)
            self._opened[self._key] = (descriptor, users + 1)
            self._descriptor = descriptor

    def close(self) -> None:
        """Close it, unless others use it."""
        with self._lock:
            descriptor, users = self._opened.pop(self._key)
            if users > 1:
                self._opened[self._key] = (descriptor, users - 1)
            else:
                os.close(descriptor)

    def read(self, place: int, size_bytes: int) -> bytes:
        """So many bytes from this place, or what there is of them. Raises OSError."""
        with self._lock:
            os.lseek(self._descriptor, place, os.SEEK_SET)
            return os.read(self._descriptor, size_bytes)

    def clear(self, place: int, size_bytes: int) -> None:
        """Overwrite bytes. Raises OSError."""
        with self._lock:
            os.lseek(self._descriptor, place, os.SEEK_SET)
            if os.write(self._descriptor, bytes(size_bytes)) != size_bytes:
                raise OSError("a part of a page could not be overwritten")

    def sync(self) -> None:
        """Return once it is on the disk. Raises OSError."""
        os.fsync(self._descriptor)


def pages_with_leftovers(file: OpenFile) -> Iterator[int]:
    """The places of pages in whose unused middle there is something. Raises OSError."""
    page_bytes = page_size_bytes(file.read(0, HEADER_BYTES).ljust(HEADER_BYTES))
    if page_bytes is None:
        return
    start = 0
    while block := file.read(start, _BLOCK_BYTES):
        for offset in range(0, len(block) - page_bytes + 1, page_bytes):
            page = block[offset : offset + page_bytes]
            if _leftovers(page, start + offset) is not None:
                yield start + offset
        start += len(block) - len(block) % page_bytes
        if len(block) < page_bytes:
            return


def clear_leftovers(file: OpenFile, places: list[int]) -> None:
    """Overwrite the unused middle of these pages. No connection may write meanwhile, and the log has to be empty.

    Raises OSError.
    """
    page_bytes = page_size_bytes(file.read(0, HEADER_BYTES).ljust(HEADER_BYTES))
    if page_bytes is None:
        return
    for place in places:
        found = _leftovers(file.read(place, page_bytes), place)
        if found is not None:
            begin, end = found
            file.clear(place + begin, end - begin)
    file.sync()


def _leftovers(page: bytes, place: int) -> tuple[int, int] | None:
    """Where a page's unused middle begins and ends, None where there is nothing in it or it isn't a page with cells."""
    header = HEADER_BYTES if place == 0 else 0
    if place <= _PENDING_BYTE < place + len(page) or len(page) < 512 or page[header] not in (*_LEAVES, *_INTERIORS):
        return None
    cells, content = struct.unpack_from(">HH", page, header + 3)
    begin = header + (8 if page[header] in _LEAVES else 12) + 2 * cells
    end = content or 65536
    if not begin < end <= len(page) or page.count(0, begin, end) == end - begin:
        return None
    return begin, end
