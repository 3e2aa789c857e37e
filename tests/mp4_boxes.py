"""MP4 taken apart into its boxes, to give it other edit lists and times, and put together again."""

import struct
from collections.abc import Callable, Iterator

Edit = tuple[int, int, float]
"""How long in milliseconds, from which sample on (-1: nothing), and how fast."""


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The names of boxes, and each with its header."""
    at = 0
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big") or len(data) - at
        yield data[at + 4 : at + 8], data[at : at + length]
        at += length


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def rewritten(data: bytes, path: tuple[bytes, ...], new: Callable[[bytes, int], bytes]) -> bytes:
    """The file with each box of this path as `new` makes it, which is given it and its number."""
    number = 0

    def within(inner: bytes, names: tuple[bytes, ...]) -> bytes:
        nonlocal number
        parts = []
        for name, whole in boxes(inner):
            if name != names[0]:
                parts.append(whole)
            elif len(names) > 1:
                parts.append(box(name, within(whole[8:], names[1:])))
            else:
                parts.append(new(whole, number))
                number += 1
        return b"".join(parts)

    return within(data, path)


def units_of_movie(index: bytes) -> int:
    """How many of the units a second has in which the index tells lengths: 1000 as FFmpeg 8 writes it, more since 9."""
    header = next(whole for name, whole in boxes(index[8:]) if name == b"mvhd")
    at = 28 if header[8] else 20  # After two times of 64 or 32 bits.
    return int.from_bytes(header[at : at + 4], "big")


def with_edits(data: bytes, edits: list[Edit]) -> bytes:
    """The file with this edit list for its sound; its index is moved to its end, so that all else stays in place."""
    index = next(whole for name, whole in boxes(data) if name == b"moov")
    units = units_of_movie(index) / 1000
    entries = b"".join(
        struct.pack(">Iii", round(length_ms * units), begin, round(speed * 65536)) for length_ms, begin, speed in edits
    )
    listed = box(b"edts", box(b"elst", bytes(4) + struct.pack(">I", len(edits)) + entries))

    def track(whole: bytes, _: int) -> bytes:
        if b"soun" not in whole:
            return whole
        parts = [part + (listed if name == b"tkhd" else b"") for name, part in boxes(whole[8:]) if name != b"edts"]
        return box(b"trak", b"".join(parts))

    at = data.index(index)
    return (
        data[:at]
        + box(b"free", bytes(len(index) - 8))
        + data[at + len(index) :]
        + rewritten(index, (b"moov", b"trak"), track)
    )


def with_times(data: bytes, time_of: Callable[[int, int], int]) -> bytes:
    """The file in fragments with other times of them: `time_of` is given the number of each, and its time."""

    def moved(whole: bytes, number: int) -> bytes:
        width = 8 if whole[8] else 4
        time = time_of(number, int.from_bytes(whole[12 : 12 + width], "big"))
        return whole[:12] + time.to_bytes(width, "big") + whole[12 + width :]

    return rewritten(data, (b"moof", b"traf", b"tfdt"), moved)
