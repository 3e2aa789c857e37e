"""Where a film in MP4, Matroska, ASF or AVI ends by its own headers.

Only the decoder's child imports this.
"""

import re
from dataclasses import dataclass

from core.media.child.containers.fragment_times import FragmentReader, FragmentTimes
from core.media.child.containers.mp4_boxes import HEADER_BYTES, Box, box_at
from core.media.child.containers.next_recording import begins_at
from core.media.child.containers.seekable_file import SeekableFile, bytes_at

_MOST_BOXES = 64
"""Of a film; more aren't looked at where none of them is a fragment."""

_PADDING_BYTES = 64 * 1024
_MOST_FRAGMENTS = 500_000
_SEARCHED_BYTES = 1024 * 1024
_FRAGMENT = re.compile(rb"(?=[\x00-\xff]{4}moof[\x00-\xff]{4}mfhd)")
_INDEX = re.compile(rb"[\x00-\xff]{4}moov[\x00-\xff]{4}mvhd")
_BOX_NAME = re.compile(rb"[A-Za-z0-9 ]{4}")
_ASF_FILE_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_SEGMENT = bytes.fromhex("18538067")
_UNKNOWN_LENGTH = 0x7FFF_0000


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes of a film in MP4. `next_at` is where another recording begins behind them.

    `movie` is its index; where the length of what stands before doesn't lead there, `content` is that length as it
    should be, and where it is written. `times` are those of a film in fragments. Of such a
    one, `damaged` are the ranges, as begin and end, from which no box leads to the next fragment. It `is_cut_off` where
    that is so to its end.
    """

    next_at: int | None = None
    damaged: tuple[tuple[int, int], ...] = ()
    is_cut_off: bool = False
    movie: Box | None = None
    content: tuple[int, bytes] | None = None
    times: FragmentTimes | None = None


def boxes_of(file: SeekableFile) -> Boxes:
    """Walk through the boxes of a film in MP4, those of one in fragments to its end."""
    at, movie, content_at = 0, None, None
    damaged: list[tuple[int, int]] = []
    fragments: FragmentReader | None = None

    def walked(next_at: int | None = None, *, is_cut_off: bool = False) -> Boxes:
        return Boxes(next_at, tuple(damaged), is_cut_off, movie, times=fragments.times() if fragments else None)

    for number in range(_MOST_FRAGMENTS):
        box = box_at(file, at)
        if box is None or (number >= _MOST_BOXES and fragments is None):
            break
        name, end = box.name, box.end
        if name == b"ftyp" and movie is not None:
            return walked(at)
        is_whole = _BOX_NAME.fullmatch(name) and box.at <= end and (end <= file.size or name == b"mdat")
        if name == b"moov" and movie is None:
            movie = box
        elif name == b"moof" and movie is not None:
            fragments = fragments or FragmentReader(file, movie)
            fragments.add(box)
        if name == b"mdat":
            content_at = at
        if movie is None and content_at is not None and (not is_whole or end >= file.size):
            return _with_lost_index(file, content_at)
        if not is_whole:
            if fragments is None:
                return walked(at) if movie is not None and begins_at(file, at) else walked()
            fragment_at = _first_place(file, _FRAGMENT, at + 1)
            if fragment_at is None and begins_at(file, at):
                return walked(at)
            damaged.append((at, file.size if fragment_at is None else fragment_at))
            if fragment_at is None:
                return walked(is_cut_off=name == b"moof" or file.size - at > _PADDING_BYTES)
            end = fragment_at
        at = end
    return walked()


def _with_lost_index(file: SeekableFile, content_at: int) -> Boxes:
    """A film whose content has more or fewer bytes than it states, so that its index isn't where it leads to."""
    begin = _first_place(file, _INDEX, max(content_at, file.size - _SEARCHED_BYTES * 16))
    movie = box_at(file, begin) if begin is not None else None
    if begin is None or movie is None or movie.end > file.size:
        return Boxes()
    is_long = bytes_at(file, content_at, 4) == b"\0\0\0\1"
    where, width = (content_at + HEADER_BYTES, 8) if is_long else (content_at, 4)
    length = begin - content_at
    if length >= 1 << 8 * width:
        return Boxes()
    return Boxes(movie=movie, content=(where, length.to_bytes(width, "big")))


def _first_place(file: SeekableFile, pattern: re.Pattern[bytes], at: int) -> int | None:
    """Where this pattern of 16 bytes is first found from there on."""
    while at < file.size:
        found = pattern.search(bytes_at(file, at, _SEARCHED_BYTES))
        if found is not None:
            return at + found.start()
        at += _SEARCHED_BYTES - 15  # It may begin in the last bytes of what was searched.
    return None


def end_of_segment(head: bytes) -> int | None:
    """Where the segment of a film in Matroska ends by its header; None where it is written live."""
    length, header = ebml_length(head[4:])
    at = 4 + header + (length or 0)
    if length is None or head[at : at + 4] != _SEGMENT:
        return None
    length, header = ebml_length(head[at + 4 :])
    return None if length is None else at + 4 + header + length


def end_of_riff(file: SeekableFile) -> int | None:
    """Where an AVI ends by its header, with those pieces of it that have a header of their own (OpenDML)."""
    at = 0
    for _ in range(_MOST_BOXES):
        head = bytes_at(file, at, 12)
        if head[:4] != b"RIFF" or head[8:] not in (b"AVI ", b"AVIX") or (at and head[8:] == b"AVI "):
            break
        length = int.from_bytes(head[4:8], "little")
        if not 4 < length < _UNKNOWN_LENGTH:
            return None
        at += 8 + length + length % 2
    return at or None


def asf_size(head: bytes) -> int | None:
    """How long a file in ASF is by its header; None for a broadcast, which has no length.

    Layout: Advanced Systems Format Specification, section 3.2, File Properties Object.
    """
    at = head.find(_ASF_FILE_PROPERTIES)
    if at < 0 or len(head) < at + 92 or head[at + 88] & 1:
        return None
    return int.from_bytes(head[at + 40 : at + 48], "little")


def ebml_length(data: bytes) -> tuple[int | None, int]:
    """A length of EBML (RFC 8794, section 6), None where it is unknown, and how many bytes it takes."""
    if not data or not data[0]:
        return None, 1
    size = 9 - data[0].bit_length()
    value = int.from_bytes(data[:size], "big") & ((1 << 7 * size) - 1)
    return (None if value == (1 << 7 * size) - 1 else value), size
