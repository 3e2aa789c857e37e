"""The container that a file's first bytes (its magic number) stand for.

libav decides what a file is. Where it fails, this tells a damaged recording from a file that isn't a recording, for
the choice of the error.
"""

import re

HEAD_BYTES = 4096
"""How much of a file's beginning `container_of` needs."""

_MAGIC: tuple[tuple[str, re.Pattern[bytes]], ...] = tuple(
    (container, re.compile(pattern, re.DOTALL))
    for container, pattern in (
        ("mp4", rb".{4}(ftyp|moov|mdat|wide|free|skip|moof)"),
        ("ogg", rb"OggS"),
        ("wav", rb"(RIFF|RF64).{4}WAVE"),
        ("avi", rb"RIFF.{4}AVI "),
        ("flac", rb"fLaC"),
        ("matroska", rb"\x1a\x45\xdf\xa3"),
        ("aiff", rb"FORM.{4}AIF[FC]"),
        ("caf", rb"caff"),
        ("amr", rb"#!AMR"),
        ("asf", rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
        ("flv", rb"FLV\x01"),
        ("w64", rb"riff\x2e\x91\xcf\x11"),
        ("au", rb"\.snd"),
        ("mpegts", rb"\x47.{187}\x47.{187}\x47"),
        ("mpeg", rb"\x00\x00\x01\xba"),
        ("ac3", rb"\x0b\x77"),
        ("id3", rb"ID3[\x02-\x04]"),
        # An MPEG audio frame: layer 1-3 with a real bit rate and sample rate, or AAC's ADTS with layer 0.
        ("mp3", rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff][\x10-\xeb]"),
        ("aac", rb"\xff[\xf0\xf1\xf8\xf9]"),
    )
)

_ID3_HEADER = re.compile(rb"ID3[\x02-\x04].([\x00-\xff])([\x00-\x7f]{4})", re.DOTALL)
ID3_HEADER_BYTES = 10
_RIFF = re.compile(rb"RIFF(.{4})(?:WAVE|AVI )", re.DOTALL)
_RIFF_HEADER_BYTES = 8
_RIFF_UNKNOWN_LENGTH = 0x7FFF_0000


def container_of(head: bytes) -> str | None:
    """The container that `head` looks like the beginning of, or None where it looks like no recording at all."""
    return next((container for container, pattern in _MAGIC if pattern.match(head)), None)


def riff_is_cut_off(head: bytes, size: int) -> bool:
    """Whether the header of a WAV or AVI of `size` bytes states more. Writers of streams state an impossible length."""
    riff = _RIFF.match(head)
    if riff is None:
        return False
    length = int.from_bytes(riff[1], "little") + _RIFF_HEADER_BYTES
    return size < length < _RIFF_UNKNOWN_LENGTH


def id3_length(head: bytes) -> int:
    """How many bytes the ID3v2 tag takes that `head` begins with; 0 where there is none.

    A tag is skipped before libav sees it: one of 200,000 entries keeps libav busy for more than a minute.
    Layout: https://id3.org/id3v2.4.0-structure, section 3.1.
    """
    tag = _ID3_HEADER.match(head)
    if tag is None:
        return 0
    length = 0
    for digit in tag[2]:
        length = length << 7 | digit
    has_footer = tag[1][0] & 0x10
    return ID3_HEADER_BYTES + length + (ID3_HEADER_BYTES if has_footer else 0)
