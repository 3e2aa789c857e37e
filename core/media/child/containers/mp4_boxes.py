"""Boxes of an MP4 (ISO/IEC 14496-12), read where they are.

Only the decoder's child imports this.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from core.media.child.containers.seekable_file import SeekableFile, bytes_at

_MOST_CHILDREN = 1000
HEADER_BYTES = 8


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its name, where it begins, where its content does, and where it ends."""

    name: bytes
    begin: int
    at: int
    end: int


def box_at(file: SeekableFile, begin: int) -> Box | None:
    """The box that begins there by its header, which may be damaged; None where there is no room for one."""
    head = bytes_at(file, begin, 16)
    if len(head) < HEADER_BYTES:
        return None
    name, length, header = head[4:8], int.from_bytes(head[:4], "big"), HEADER_BYTES
    if length == 1:
        length, header = int.from_bytes(head[8:16], "big"), 16
    elif length == 0 and name == b"mdat":
        length = file.size - begin  # It takes the rest of the file.
    return Box(name, begin, begin + header, begin + length)


def boxes_in(file: SeekableFile, at: int, end: int) -> Iterator[Box]:
    """The boxes between these places, up to one that doesn't fit there."""
    for _ in range(_MOST_CHILDREN):
        box = box_at(file, at) if at + HEADER_BYTES <= end else None
        if box is None or not box.at <= box.end <= end:
            return
        yield box
        at = box.end


def box_in(file: SeekableFile, parent: Box, *names: bytes) -> Box | None:
    """The first box of the first name, in it that of the second, and so on."""
    found: Box | None = parent
    for name in names:
        if found is None:
            return None
        found = next((box for box in boxes_in(file, found.at, found.end) if box.name == name), None)
    return found


def number_at(file: SeekableFile, at: int, length: int) -> int:
    """A number of so many bytes; 0 behind the end."""
    return int.from_bytes(bytes_at(file, at, length), "big")
