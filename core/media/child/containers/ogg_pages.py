"""Ogg's pages: https://www.rfc-editor.org/rfc/rfc3533. Read in order, with what was lost between them.

Only the decoder's child imports this.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

_HEADER = struct.Struct("<4sBBqIIIB")
_MAGIC = b"OggS"
_CRC_AT = 22
_READ_BYTES = 64 * 1024
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_NO_GRANULE = -1
_REVERSED_BITS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class ReadableBytes(Protocol):
    """A file object."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to so many bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page with the pieces of packets that it holds.

    The first piece may continue a packet of the page before (`is_continued`), the last one may be continued
    (`is_open`). `granule` is None where no packet ends. `is_behind_loss`: bytes before
    it can't be read; `is_behind_damaged`: they are of a page.
    """

    serial: int
    number: int
    granule: int | None
    pieces: tuple[bytes, ...]
    is_continued: bool
    is_open: bool
    is_first: bool
    is_last: bool
    is_behind_loss: bool
    is_behind_damaged: bool = False


class PageReader:
    """The pages of a file, from where it stands."""

    def __init__(self, file: ReadableBytes) -> None:
        self._file = file
        self._buffer = bytearray()
        self._at = 0
        self.is_cut_off = False
        """Whether the file ended within a page."""

    def pages(self) -> Iterator[Page]:
        """The pages in order, without damaged ones; of one that is cut off the packets that are there are given."""
        is_behind_loss = is_behind_damaged = False
        while self._find_magic():
            is_behind_loss |= self._was_skipping
            whole = self._whole_page()
            if whole is None:
                self.is_cut_off = True
                return
            header, body, lacing = whole
            if len(body) < sum(lacing):
                self.is_cut_off = True
                yield _page(header, body, lacing, is_behind_loss=is_behind_loss, is_cut_off=True)
                return
            if not _is_sound(bytes(self._buffer[self._at : self._at + _HEADER.size + len(lacing) + len(body)])):
                self._at += len(_MAGIC)
                is_behind_loss = is_behind_damaged = True
                continue
            self._at += _HEADER.size + len(lacing) + len(body)
            page = _page(header, body, lacing, is_behind_loss=is_behind_loss, is_cut_off=False)
            yield replace(page, is_behind_damaged=is_behind_damaged)
            is_behind_loss = is_behind_damaged = False

    def _find_magic(self) -> bool:
        """Move to the next page. Returns whether there is any."""
        self._was_skipping = False
        while self._have(len(_MAGIC)):
            found = self._buffer.find(_MAGIC, self._at)
            if found == self._at:
                return True
            self._was_skipping = True
            self._at = found if found >= 0 else max(self._at, len(self._buffer) - len(_MAGIC) + 1)
            if found < 0 and not self._fill():
                return False
        left = bytes(self._buffer[self._at :])
        self.is_cut_off |= bool(left) and _MAGIC.startswith(left)
        return False

    def _whole_page(self) -> tuple[tuple[int, ...], bytes, bytes] | None:
        """Header, body and lacing values of the page here; the body is shorter than it should be at the file's end."""
        if not self._have(_HEADER.size):
            return None
        header = _HEADER.unpack_from(self._buffer, self._at)[1:]
        if not self._have(_HEADER.size + header[-1]):
            return None
        lacing_at = self._at + _HEADER.size
        lacing = bytes(self._buffer[lacing_at : lacing_at + header[-1]])
        self._have(_HEADER.size + len(lacing) + sum(lacing))
        start = self._at + _HEADER.size + len(lacing)  # Filling the buffer has moved what is in it.
        return header, bytes(self._buffer[start : start + sum(lacing)]), lacing

    def _have(self, length: int) -> bool:
        while len(self._buffer) - self._at < length:
            if not self._fill():
                return False
        return True

    def _fill(self) -> bool:
        data = self._file.read(_READ_BYTES)
        del self._buffer[: self._at]
        self._at = 0
        self._buffer += data
        return bool(data)


def _page(header: tuple[int, ...], body: bytes, lacing: bytes, *, is_behind_loss: bool, is_cut_off: bool) -> Page:
    _, flags, granule, serial, number, _, _ = header
    pieces: list[bytes] = []
    start = end = 0
    is_open = False
    for length in lacing:
        end += length
        if end > len(body):
            is_open = True
            break
        is_open = length == 255
        if not is_open:
            pieces.append(body[start:end])
            start = end
    if is_open:
        pieces.append(body[start:])
    return Page(
        serial,
        number,
        None if granule == _NO_GRANULE or is_cut_off else granule,
        tuple(pieces),
        bool(flags & _CONTINUED),
        is_open,
        bool(flags & _FIRST),
        bool(flags & _LAST) and not is_cut_off,
        is_behind_loss,
    )


def _is_sound(page: bytes) -> bool:
    """Whether the page has its checksum: a CRC-32 with zlib's polynomial, from the other end of each byte."""
    stated = int.from_bytes(page[_CRC_AT : _CRC_AT + 4], "little")
    blanked = page[:_CRC_AT] + bytes(4) + page[_CRC_AT + 4 :]
    reversed_crc = zlib.crc32(blanked.translate(_REVERSED_BITS), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{reversed_crc:032b}"[::-1], 2) == stated
