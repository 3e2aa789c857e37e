"""What the first bytes of a file or a frame state: the length of its tag or its own, and whether it is cut off."""

import re
from collections.abc import Callable
from functools import partial

_ID3_HEADER = re.compile(rb"ID3[\x02-\x04].([\x00-\xff])([\x00-\x7f]{4})", re.DOTALL)
ID3_HEADER_BYTES = 10
_RIFF = re.compile(rb"RIFF(.{4})(?:WAVE|AVI )", re.DOTALL)
_XING = re.compile(rb"(?:Xing|Info)(.{4})(.{4})", re.DOTALL)
_LOWEST_MPEG1_RATE_HZ = 32_000
_RIFF_HEADER_BYTES = 8
_ROUNDING_BYTES = 64
_RIFF_UNKNOWN_LENGTH = 0x7FFF_0000

_MPEG1_LAYER_2 = (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_MPEG1_LAYER_3 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_KBPS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_AC3_KBPS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640)
_AMR_NB_BYTES = (12, 13, 15, 17, 19, 20, 26, 31, 5)
_AMR_WB_BYTES = (17, 23, 32, 36, 40, 46, 50, 58, 60, 5)
_MPEG1_RATES_HZ = (44_100, 48_000, 32_000)


def riff_is_cut_off(head: bytes, size: int) -> bool:
    """Whether the header of a WAV or AVI of `size` bytes states more. Writers of streams state an impossible length."""
    riff = _RIFF.match(head)
    if riff is None:
        return False
    length = int.from_bytes(riff[1], "little") + _RIFF_HEADER_BYTES
    return size + _ROUNDING_BYTES < length < _RIFF_UNKNOWN_LENGTH


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


def xing_duration_s(head: bytes, rate_hz: int) -> float | None:
    """The duration that an MP3 counts in its first frame (the tag of Xing and LAME), None where it doesn't."""
    tag = _XING.search(head)
    if tag is None or rate_hz <= 0 or not tag[1][3] & 1:
        return None
    samples = 1152 if rate_hz >= _LOWEST_MPEG1_RATE_HZ else 576
    return int.from_bytes(tag[2], "big") * samples / rate_hz


def mpeg_frame_bytes(header: bytes) -> int | None:
    """How long a frame of MPEG audio, layer 2 or 3, is by its first four bytes; None for what is none.

    Layout: ISO/IEC 11172-3, section 2.4.1.3, and 13818-3 for the lower rates.
    """
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version, layer, kbps_at, rate_at = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3), header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer not in (2, 3) or kbps_at in (0, 15) or rate_at == 3:
        return None
    is_mpeg1 = version == 3
    table = (_MPEG1_LAYER_2 if layer == 2 else _MPEG1_LAYER_3) if is_mpeg1 else _MPEG2_KBPS
    rate_hz = _MPEG1_RATES_HZ[rate_at] >> {3: 0, 2: 1, 0: 2}[version]
    slots = 144 if is_mpeg1 or layer == 2 else 72
    return slots * 1000 * table[kbps_at] // rate_hz + (header[2] >> 1 & 1)


def ac3_frame_bytes(header: bytes) -> int | None:
    """How long a frame of AC-3 or E-AC-3 is by its first six bytes; None for what is none.

    Layout: ETSI TS 102 366, sections 4.3.1 and 4.4.1, annex E.1.2; table 4.13.
    """
    if len(header) < 6 or header[:2] != b"\x0b\x77":
        return None
    if header[5] >> 3 > 10:  # E-AC-3
        return 2 * (((header[2] & 7) << 8 | header[3]) + 1)
    rate_at, size_at = header[4] >> 6, header[4] & 0x3F
    if rate_at == 3 or size_at >= 2 * len(_AC3_KBPS):
        return None
    kbps = _AC3_KBPS[size_at // 2]
    words = {0: 2 * kbps, 1: kbps * 1000 * 96 // 44_100 + size_at % 2, 2: 3 * kbps}
    return 2 * words[rate_at]


def amr_frame_bytes(header: bytes, *, is_wide: bool) -> int | None:
    """How long a frame of AMR is by its first byte: RFC 4867, section 5.3, and 3GPP TS 26.101 and 26.201."""
    sizes = _AMR_WB_BYTES if is_wide else _AMR_NB_BYTES
    mode = header[0] >> 3 & 15 if header else len(sizes)
    return 1 + sizes[mode] if mode < len(sizes) else None


def adts_frame_bytes(header: bytes) -> int | None:
    """How long a frame of AAC in ADTS is by its first seven bytes; None for what is none.

    Layout: ISO/IEC 13818-7, section 6.2.
    """
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 15 > 12:
        return None
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length > 7 else None


def frame_bytes_of(codec: str) -> Callable[[bytes], int | None]:
    """What tells how long a frame of this codec, by libav's name, is by its first bytes; by default of MPEG audio."""
    if codec in ("ac3", "eac3"):
        return ac3_frame_bytes
    if codec in ("aac", "aac_fixed"):
        return adts_frame_bytes
    if codec in ("amrnb", "libopencore_amrnb", "amrwb", "libopencore_amrwb"):
        return partial(amr_frame_bytes, is_wide=codec.endswith("wb"))
    return mpeg_frame_bytes
