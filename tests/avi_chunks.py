"""AVI taken apart into its chunks, to leave some out, and put together again."""

import struct
from collections.abc import Callable


def _chunks(data: bytes, at: int, end: int) -> list[tuple[bytes, bytes]]:
    found = []
    while at + 8 <= end:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        found.append((data[at : at + 4], data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return found


def with_sound(avi: bytes, new: Callable[[float, bytes], bytes | None], *, has_index: bool = True) -> bytes:
    """The file with each chunk of sound as `new` makes it, which is given its share of the way; None leaves it out."""
    at = avi.index(b"movi")
    end = at + int.from_bytes(avi[at - 4 : at], "little")
    chunks = _chunks(avi, at + 4, end)
    sounds = sum(name.endswith(b"wb") for name, _ in chunks)
    pieces, index, number, place = [], [], 0, 4
    for name, content in chunks:
        kept: bytes | None = content
        if name.endswith(b"wb"):
            kept = new(number / sounds, content)
            number += 1
        if kept is None:
            continue
        pieces.append(name + struct.pack("<I", len(kept)) + kept + bytes(len(kept) % 2))
        index.append(name + struct.pack("<III", 16, place, len(kept)))
        place += len(pieces[-1])
    films = b"movi" + b"".join(pieces)
    body = b"AVI " + avi[12 : at - 8] + b"LIST" + struct.pack("<I", len(films)) + films
    if has_index:
        body += b"idx1" + struct.pack("<I", 16 * len(index)) + b"".join(index)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def interleaved(avi: bytes, pictures_of: list[int]) -> bytes:
    """The file with so many pictures between pieces of sound that go with them; with the last number to the end."""
    at = avi.index(b"movi")
    chunks = _chunks(avi, at + 4, at + int.from_bytes(avi[at - 4 : at], "little"))
    sounds = [chunk for chunk in chunks if chunk[0].endswith(b"wb")]
    pictures = [chunk for chunk in chunks if not chunk[0].endswith(b"wb")]
    ordered, shown, heard, lengths = [], 0, 0, list(pictures_of)
    while shown < len(pictures):
        shown += lengths.pop(0) if len(lengths) > 1 else lengths[0]
        until = min(len(sounds), len(sounds) * shown // len(pictures))
        ordered += sounds[heard:until] + pictures[len(ordered) - heard : shown]
        heard = until
    films, index = bytearray(b"movi"), bytearray()
    for name, content in ordered:
        index += name + struct.pack("<III", 16, len(films), len(content))
        films += name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
    body = b"AVI " + avi[12 : at - 8] + b"LIST" + struct.pack("<I", len(films)) + films
    body += b"idx1" + struct.pack("<I", len(index)) + index
    return b"RIFF" + struct.pack("<I", len(body)) + body
