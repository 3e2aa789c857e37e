"""The first 100 bytes of a database's file: https://www.sqlite.org/fileformat2.html#the_database_header."""

import struct
from pathlib import Path

HEADER_BYTES = 100
MAGIC = b"SQLite format 3\x00"


def is_header_sound(file: Path) -> bool:
    """Whether what SQLite trusts blindly, or takes for a refusal, has the values that it always has in our files.

    A file that is missing or empty is sound: SQLite begins it. Raises `OSError`.
    """
    try:
        with file.open("rb") as opened:
            header = opened.read(HEADER_BYTES)
    except FileNotFoundError:
        return True
    if len(header) < HEADER_BYTES:
        return not header
    page_bytes = page_size_bytes(header)
    schema_format, encoding = struct.unpack(">I", header[44:48])[0], struct.unpack(">I", header[56:60])[0]
    return (
        header.startswith(MAGIC)
        and page_bytes is not None
        and header[18] in (1, 2)
        and header[19] in (1, 2)
        and header[20] == 0
        and header[21:24] == bytes((64, 32, 32))
        and schema_format in (0, 4)
        and encoding in (0, 1)
        and not any(header[52:56])
        and not any(header[64:68])
    )


def page_size_bytes(header: bytes) -> int | None:
    """The size of a page, None where it can't be."""
    size: int = struct.unpack(">H", header[16:18])[0]
    size = 65536 if size == 1 else size
    return size if size >= 512 and size & (size - 1) == 0 else None
