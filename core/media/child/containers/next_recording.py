"""How recordings begin, to find another one that is glued behind the first: of its kind, or of another.

Where a container states its own end, the next recording is looked for just there. In others it is found only by
reading; there a beginning has to be so long that it stands nowhere else by chance.

Only the decoder's child imports this.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from core.domain.media_formats import container_of, is_signed
from core.media.child.containers.seekable_file import SeekableFile, bytes_at
from core.media.child.containers.signature import (
    ID3_HEADER_BYTES,
    ac3_frame_bytes,
    adts_frame_bytes,
    id3_length,
    mpeg_frame_bytes,
)

LONGEST_BEGINNING_BYTES = 64

_HEAD_BYTES = 4096


def _pattern(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


_MPEG_OFFSETS = (13, 21, 36)
"""Behind the header and side information of a frame, by its version and channels."""

_BEGINNINGS: tuple[tuple[str, bytes, tuple[int, ...], re.Pattern[bytes]], ...] = (
    ("wav", b"WAVE", (8,), _pattern(rb"(?:RIFF|RIFX|RF64|BW64).{4}WAVE(?:fmt |ds64|bext|JUNK|LIST)")),
    ("avi", b"AVI LIST", (8,), _pattern(rb"RIFF.{4}AVI LIST")),
    ("ogg", b"OggS\0\2\0\0\0\0", (0,), _pattern(rb"OggS\x00\x02\x00{8}")),
    # Another block or a frame follows the first one; in Ogg, where it stands in a header, a page does.
    (
        "flac",
        b"fLaC",
        (0,),
        _pattern(rb"fLaC(?:\x00\x00\x00\x22.{34}[\x01-\x06\x81-\x86]|\x80\x00\x00\x22.{34}\xff[\xf8\xf9])"),
    ),
    ("matroska", b"\x1a\x45\xdf\xa3", (0,), _pattern(rb"\x1a\x45\xdf\xa3.{1,40}?\x42\x82.(?:webm|matroska)")),
    ("flv", b"FLV\x01", (0,), _pattern(rb"FLV\x01[\x01\x04\x05]\x00\x00\x00\x09\x00\x00\x00\x00")),
    ("asf", b"\x30\x26\xb2\x75\x8e\x66", (0,), _pattern(re.escape(bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")))),
    ("wtv", b"\xb7\xd8\x00\x20\x37\x49", (0,), _pattern(re.escape(bytes.fromhex("b7d800203749da11a64e0007e95ead8d")))),
    (
        "mp4",
        b"ftyp",
        (4,),
        _pattern(rb"\x00\x00\x00[\x10-\x80]ftyp(?:iso[m2-9]|mp4[12]|M4[ABVP] |qt  |3g[2p].|avc1|dash|f4v |mmp4)"),
    ),
    ("aiff", b"FORM", (0,), _pattern(rb"FORM.{4}AIF[FC](?:COMM\x00|FVER)")),
    ("caf", b"caff\0\1\0\0", (0,), _pattern(rb"caff\x00\x01\x00\x00desc")),
    ("w64", b"riff\x2e\x91\xcf\x11", (0,), _pattern(re.escape(bytes.fromhex("726966662e91cf11a5d628db04c10000")))),
    ("au", b".snd\0\0\0", (0,), _pattern(rb"\.snd\x00\x00\x00[\x18-\xff].{4}\x00\x00\x00[\x01-\x1b]")),
    ("amr", b"#!AMR", (0,), _pattern(rb"#!AMR(?:-WB)?\n")),
    ("nut", b"nut/multimedia container\0", (0,), _pattern(rb"nut/multimedia container\x00")),
    ("realmedia", b".RMF\0\0\0", (0,), _pattern(rb"\.RMF\x00\x00\x00[\x0a-\x20]\x00[\x00\x01]")),
    ("tta", b"TTA1", (0,), _pattern(rb"TTA1[\x01\x03]\x00[\x01-\x20]\x00[\x08\x10\x18\x20]\x00")),
    # The first of the blocks that begin with sample 0: https://www.wavpack.com/WavPack5FileFormat.pdf, section 2.
    ("wavpack", b"wvpk", (0,), _pattern(rb"wvpk.{4}[\x02-\x10]\x04\x00.{5}\x00{4}.{5}[\x08-\x0f\x18-\x1f]")),
    ("voc", b"Creative Voice File\x1a", (0,), _pattern(rb"Creative Voice File\x1a")),
    ("sox", b".SoX", (0,), _pattern(rb"\.SoX[\x1c-\xff].\x00\x00.{8}\x00{4}")),
    ("dss", b"\x02dss", (0,), _pattern(rb"\x02dss\x00{4}")),
    (
        "id3",
        b"ID3",
        (0,),
        _pattern(
            rb"ID3[\x02-\x04]\x00[\x00\x80\x40][\x00-\x7f]{4}(?:T[A-Z][A-Z0-9]{1,2}|APIC|COMM|PRIV|GEOB|UFID|WXXX)"
        ),
    ),
    # The frame with which encoders of MP3 begin: the side information of a silent one, then how many follow.
    ("mp3", b"Info\0\0\0", _MPEG_OFFSETS, _pattern(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb].{2}\x00{9,32}Info\x00\x00\x00")),
    ("mp3", b"Xing\0\0\0", _MPEG_OFFSETS, _pattern(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb].{2}\x00{9,32}Xing\x00\x00\x00")),
)
"""The container, a part of its beginning to look for fast, how far inside that may be, and the whole of it."""

_INSIDE = {
    "ogg": {"ogg"},  # Each stream begins so.
    "matroska": {"ogg", "flac", "mp3", "id3"},
    "mp3": {"mp3", "id3"},  # What is glued here goes on with the next frame.
    "aac": {"id3"},  # Segments of transmissions have times in such tags.
    "mpegts": {"id3", "mp3"},
    "flv": {"mp3"},
    "asf": {"id3", "mp3"},
    "mxf": {"wav", "avi", "aiff"},
}
"""Beginnings that stand inside these containers, too, without another recording beginning there."""

Finder = Callable[[bytes, int], int | None]


def finder_of_next(container: str | None) -> Finder:
    """What finds another recording in a piece of a file of this container, from an offset on."""
    inside = _INSIDE.get(container or "", set())
    wanted = [each for each in _BEGINNINGS if each[0] not in inside]
    search = _PartSearch(part for _, part, _, _ in wanted)
    beginnings = {part: (offsets, whole) for _, part, offsets, whole in wanted}

    def find(data: bytes, start: int) -> int | None:
        for at, part in search.places(data, start):
            offsets, whole = beginnings[part]
            for begin in (at - offset for offset in offsets):
                found = whole.match(data, begin) if begin >= start else None
                if found is not None and found.end() > at:
                    return begin
        return None

    return find


class _PartSearch:
    """Looks for several parts, of at least three bytes each, at once.

    Of each there are two bytes at an even place: by those nearly all of a piece is passed over. To look for two dozen
    parts one after another takes ten times as long (measured).
    """

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._may_begin = np.zeros(1 << 16, np.bool_)
        self._parts: dict[bytes, list[bytes]] = defaultdict(list)
        for part in parts:
            self._parts[part[:3]].append(part)
            self._may_begin[np.frombuffer(part[:2], np.uint16)] = True
            self._may_begin[np.frombuffer(part[1:3], np.uint16)] = True

    def places(self, data: bytes, start: int) -> Iterator[tuple[int, bytes]]:
        """Where a part is, from `start` on, and which one, in the order of the places."""
        pairs = np.frombuffer(data, np.uint16, len(data) // 2)
        # No number is out of range: with "clip" none is looked at for that.
        for even in np.flatnonzero(self._may_begin.take(pairs, mode="clip")).tolist():
            for at in (2 * even - 1, 2 * even):
                if at >= start:
                    for part in self._parts.get(data[at : at + 3], ()):
                        if data.startswith(part, at):
                            yield at, part


def begins_at(file: SeekableFile, at: int) -> bool:
    """Whether another recording begins there, behind the end that a container states for itself."""
    tail = bytes_at(file, at, _HEAD_BYTES)
    if len(tail) < LONGEST_BEGINNING_BYTES:
        return False
    if (tag_bytes := id3_length(tail)) > 0:
        behind = bytes_at(file, at + tag_bytes, _HEAD_BYTES)
        return len(behind) > ID3_HEADER_BYTES and (is_signed(behind) or _is_followed(behind))
    return is_signed(tail) or _is_followed(tail)


def _is_followed(head: bytes) -> bool:
    """Whether a frame of MPEG audio, ADTS or AC-3 is followed by another one."""
    for length_of in (mpeg_frame_bytes, adts_frame_bytes, ac3_frame_bytes):
        length = length_of(head[:8])
        if length is not None and length_of(head[length : length + 8]) is not None:
            return container_of(head) is not None
    return False
