"""Bytes at a place of a file, for those who look into its headers before libav does."""

import os
from typing import Protocol


class SeekableFile(Protocol):
    """A file of `size` bytes."""

    @property
    def size(self) -> int:
        """How many bytes there are."""

    def tell(self) -> int:
        """The position of the next read."""

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move the position of the next read."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to so many bytes."""


def bytes_at(file: SeekableFile, offset: int, length: int) -> bytes:
    """Up to `length` bytes from there, none behind the end. Moves the position of the next read."""
    if offset >= file.size:
        return b""
    file.seek(offset)
    return file.read(length)
