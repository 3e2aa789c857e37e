"""Recordings in files on this computer."""

import asyncio
import hashlib
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from core.domain.errors import EmptyFile, SourceChanged, SourceDenied, SourceError, SourceInterrupted, SourceMissing
from core.domain.file_location import path_of, shown_name
from core.domain.identity import ContentHash
from core.media.source import SourceInfo

_HASH_BLOCK_BYTES = 1024 * 1024


class FileSource:
    """A file on this computer. Every call into the file system runs in a thread, since a network drive may hang."""

    def __init__(self, file: "_OpenFile", name: str, size_bytes: int) -> None:
        self._file = file
        self._info = SourceInfo(name, size_bytes)

    @classmethod
    async def open(cls, path: Path | str, name: str | None = None) -> Self:
        """Open a regular file: its path, or the text that `location_of` gives for it.

        `name` is what people call it, by default the file's own name.

        Raises `EmptyFile` for no bytes, `SourceMissing`, `SourceDenied`, or `SourceError` for anything that is not a
        regular file.
        """
        path = path_of(path) if isinstance(path, str) else path
        shown = name if name is not None else shown_name(path)
        file, size_bytes = await asyncio.to_thread(_open_regular_file, path, shown)
        return cls(file, shown, size_bytes)

    @property
    def info(self) -> SourceInfo:
        """Name and size of when the file was opened. Its identity isn't known: a file's name tells nothing sure."""
        return self._info

    async def read_range(self, offset: int, length: int) -> bytes:
        """The bytes from `offset`; fewer than `length` only at the end.

        Raises `SourceInterrupted`, and `SourceChanged` where the file was written to since it was opened.
        """
        return await asyncio.to_thread(self._read_now, offset, length)

    async def content_hash(self) -> ContentHash:
        """SHA-256 of the whole file, in one thread job. Cancelling ends the job at its next block."""
        cancelled = threading.Event()
        try:
            return await asyncio.to_thread(self._hash_now, cancelled)
        finally:
            cancelled.set()

    async def close(self) -> None:
        """Close the file once reads that are under way have ended; more than once does no harm."""
        self._file.close()

    def _read_now(self, offset: int, length: int) -> bytes:
        try:
            data, is_unchanged = self._file.read_at(offset, length)
        except OSError as error:
            raise SourceInterrupted(name=self._info.name) from error
        if not is_unchanged:  # What has been read before, and its hash, belong to other bytes.
            raise SourceChanged(name=self._info.name)
        return data

    def _hash_now(self, cancelled: threading.Event) -> ContentHash:
        digest = hashlib.sha256()
        offset = 0
        while not cancelled.is_set():
            block = self._read_now(offset, _HASH_BLOCK_BYTES)
            if not block:
                break
            digest.update(block)
            offset += len(block)
        return ContentHash(digest.hexdigest())


class _OpenFile:
    """A file descriptor that isn't closed under a read: its number could be another file's by then."""

    def __init__(self, descriptor: int, status: os.stat_result) -> None:
        self._descriptor = descriptor
        self._state = _state_in(status)
        self._lock = threading.Lock()
        self._position_lock = threading.Lock()
        self._users = 1

    def read_at(self, offset: int, length: int) -> tuple[bytes, bool]:
        """The bytes, and whether the file is unchanged since it was opened. Raises `OSError`."""
        with self._in_use() as descriptor:
            pieces: list[bytes] = []
            while length > 0 and (piece := self._read_some(descriptor, offset, length)):
                pieces.append(piece)
                offset += len(piece)
                length -= len(piece)
            is_unchanged = _state_in(os.fstat(descriptor)) == self._state
            return pieces[0] if len(pieces) == 1 else b"".join(pieces), is_unchanged

    def close(self) -> None:
        with self._lock:
            if self._descriptor < 0:
                return
            descriptor, self._descriptor = self._descriptor, -1
        self._release(descriptor)

    @contextmanager
    def _in_use(self) -> Iterator[int]:
        with self._lock:
            if self._descriptor < 0:
                raise OSError("the file has been closed")
            descriptor = self._descriptor
            self._users += 1
        try:
            yield descriptor
        finally:
            self._release(descriptor)

    def _release(self, descriptor: int) -> None:
        with self._lock:
            self._users -= 1
            is_last = self._users == 0
        if is_last:
            os.close(descriptor)

    def _read_some(self, descriptor: int, offset: int, length: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(descriptor, length, offset)
        with self._position_lock:
            os.lseek(descriptor, offset, os.SEEK_SET)
            return os.read(descriptor, length)


def _state_in(status: os.stat_result) -> tuple[int, int]:
    return status.st_mtime_ns, status.st_size


def _open_regular_file(path: Path, name: str) -> tuple[_OpenFile, int]:
    # Looked at before it is opened: opening a device can have effects, and a folder's error differs by system.
    # Opened without blocking all the same: it may have become a pipe without a writer in between.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SourceError(name=name)
        descriptor = os.open(path, flags)
    except FileNotFoundError as error:
        raise SourceMissing(name=name) from error
    except PermissionError as error:
        raise SourceDenied(name=name) from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise SourceError(name=name) from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise SourceError(name=name)
    if status.st_size == 0:
        os.close(descriptor)
        raise EmptyFile(name=name)
    return _OpenFile(descriptor, status), status.st_size
