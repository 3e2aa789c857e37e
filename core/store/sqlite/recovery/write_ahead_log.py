"""The write-ahead log beside the database's file, read without SQLite.

https://www.sqlite.org/fileformat2.html#walformat: SQLite takes the first frame that is damaged for the log's end, as if
what follows had never been committed.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

HEADER_BYTES = 32
FRAME_HEADER_BYTES = 24
USUAL_PAGE_BYTES = 4096
"""What SQLite chooses for a new file."""

_BIG_ENDIAN_MAGIC = 0x377F0683


@dataclass(frozen=True, slots=True)
class Log:
    """What the log holds up to its last commit: page numbers, and where in the log the page begins.

    `salts` are the numbers that SQLite writes into all frames until it begins the log anew. `commits` are how many
    frames there were after each commit.
    """

    salts: bytes = b""
    page_bytes: int = USUAL_PAGE_BYTES
    frames: tuple[tuple[int, int], ...] = ()
    commits: tuple[int, ...] = ()
    is_header_sound: bool = True


def log_file(file: Path) -> Path:
    """Where the log of this database is, if it has one."""
    return file.with_name(f"{file.name}-wal")


def read_log(file: Path) -> Log:
    """The log of this database. Checksums of frames are not looked at. Raises `OSError`."""
    try:
        log = log_file(file).open("rb")
    except FileNotFoundError:
        return Log()
    with log:
        header, first_frame = log.read(HEADER_BYTES), log.read(FRAME_HEADER_BYTES)
        if len(first_frame) < FRAME_HEADER_BYTES or not any(header):
            return Log()
        is_sound = _is_header_sound(header)
        page_bytes: int = struct.unpack(">I", header[8:12])[0] if is_sound else USUAL_PAGE_BYTES
        salts = header[16:24] if is_sound else first_frame[8:16]
        frames: list[tuple[int, int]] = []
        commits: list[int] = []
        log.seek(HEADER_BYTES)
        while len(frame := log.read(FRAME_HEADER_BYTES)) == FRAME_HEADER_BYTES:
            page, pages_after_commit = struct.unpack(">II", frame[:8])
            frames.append((page, log.tell()))
            # Other salts are left from before the log was begun anew, or damaged in the midst of this one's.
            if frame[8:16] == salts and pages_after_commit:
                commits.append(len(frames))
            log.seek(page_bytes, 1)
    return Log(salts, page_bytes, tuple(frames[: commits[-1]] if commits else ()), tuple(commits), is_sound)


def _is_header_sound(header: bytes) -> bool:
    """Whether its checksum is right."""
    order = ">" if struct.unpack(">I", header[:4])[0] == _BIG_ENDIAN_MAGIC else "<"
    words = struct.unpack(f"{order}6I", header[:24])
    first = second = 0
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return header[24:32] == struct.pack(">II", first, second)
