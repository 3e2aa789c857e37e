"""WAV files that are true at every moment while they grow: their header is written anew with all that is added."""

import os
import struct
from pathlib import Path

from core.system.private_files import open_for_owner

SAMPLE_RATE_HZ = 48_000
"""What microphones deliver: sound that is worth keeping, 346 MB an hour."""

SAMPLE_BYTES = 2
"""Mono, 16-bit, little-endian."""

LARGEST_BYTES = 2**32 - 2**20
"""A WAV file's sizes have 32 bits. So much sound plays 12.4 hours."""

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
"""RIFF, WAVE, `fmt ` and the beginning of `data`: http://soundfile.sapp.org/doc/WaveFormat/."""

_PCM = 1
_FORMAT_BYTES = 16
_BINARY = getattr(os, "O_BINARY", 0)


class WaveFile:
    """A new file that sound is added to. Its methods block, and raise OSError."""

    def __init__(self, path: Path) -> None:
        """Raises FileExistsError where there is one."""
        self.path = path
        self.samples = 0
        self._descriptor = open_for_owner(str(path), os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY)
        try:
            self._write_all(_header(0), 0)
        except BaseException:
            os.close(self._descriptor)
            raise

    @property
    def room_bytes(self) -> int:
        """How much more sound the file takes."""
        return LARGEST_BYTES - self.samples * SAMPLE_BYTES

    def add(self, pcm: bytes) -> None:
        """Append samples. Where that fails, whole samples that were written are kept, and the header is true."""
        begin = _HEADER.size + self.samples * SAMPLE_BYTES
        try:
            self._write_all(pcm, begin)
        finally:
            self.samples = _samples_in(os.fstat(self._descriptor).st_size)
            self._write_all(_header(self.samples * SAMPLE_BYTES), 0)

    def sync(self) -> None:
        """Have what was added survive a power cut."""
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Add no more."""
        try:
            self.sync()
        finally:
            os.close(self._descriptor)

    def _write_all(self, content: bytes, place: int) -> None:
        os.lseek(self._descriptor, place, os.SEEK_SET)
        left = memoryview(content)
        while left:
            left = left[os.write(self._descriptor, left) :]


def length_s(path: Path) -> float:
    """How long such a file plays, by its size and not by its header. Raises OSError."""
    return _samples_in(path.stat().st_size) / SAMPLE_RATE_HZ


def repair(path: Path) -> None:
    """Make the header of such a file true, which a power cut may have kept from being written. Raises OSError."""
    descriptor = open_for_owner(str(path), os.O_RDWR | _BINARY)
    try:
        sound_bytes = _samples_in(os.fstat(descriptor).st_size) * SAMPLE_BYTES
        os.truncate(descriptor, _HEADER.size + sound_bytes)
        os.write(descriptor, _header(sound_bytes))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _samples_in(size_bytes: int) -> int:
    return max(0, size_bytes - _HEADER.size) // SAMPLE_BYTES


def _header(sound_bytes: int) -> bytes:
    return _HEADER.pack(
        b"RIFF",
        _HEADER.size - 8 + sound_bytes,
        b"WAVE",
        b"fmt ",
        _FORMAT_BYTES,
        _PCM,
        1,
        SAMPLE_RATE_HZ,
        SAMPLE_RATE_HZ * SAMPLE_BYTES,
        SAMPLE_BYTES,
        8 * SAMPLE_BYTES,
        b"data",
        sound_bytes,
    )
