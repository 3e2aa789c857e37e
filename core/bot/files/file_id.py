"""Decodes a Bot API `file_id`, which holds all that MTProto needs to fetch the file.

The format is undocumented, but has been the same since 2019
(https://github.com/tdlib/td/blob/master/td/telegram/files/FileManager.cpp, `to_persistent_id`). Where it
can't be decoded, the message is looked up instead.
"""

import base64
import binascii
import struct
from dataclasses import dataclass, field

_PERSISTENT = 4
_WEB = 1 << 24
_WITH_REFERENCE = 1 << 25
_DOCUMENTS = frozenset((3, 4, 5, 8, 9, 10, 13))
"""Voice, video, document, sticker, audio, animation, video note: all types but photos."""

_LONG_TEXT = 254


@dataclass(frozen=True, slots=True)
class FileLocation:
    """Where Telegram keeps a file. `reference` is valid for some hours, for one bot."""

    data_centre: int
    id: int
    access_hash: int = field(repr=False)
    reference: bytes = field(repr=False)


def location_in(file_id: str) -> FileLocation | None:
    """The location in a `file_id`, None where its format is unknown."""
    try:
        packed = base64.b64decode(file_id + "=" * (-len(file_id) % 4), altchars=b"-_", validate=True)
        data = _unpacked(packed)
        kind, data_centre = struct.unpack_from("<ii", data)
        if data[-1] != _PERSISTENT or kind & _WEB or not kind & _WITH_REFERENCE or kind & 0xFFFFFF not in _DOCUMENTS:
            return None
        reference, end = _text_at(data, 8)
        number, access_hash = struct.unpack_from("<qq", data, end)
    except (binascii.Error, ValueError, struct.error, IndexError):
        return None
    return FileLocation(data_centre, number, access_hash, reference)


def _unpacked(packed: bytes) -> bytes:
    """Decode runs of zeros, each of which is encoded as a zero and its length."""
    data = bytearray()
    following = iter(packed)
    for byte in following:
        data += bytes(next(following, 0)) if byte == 0 else bytes((byte,))
    return bytes(data)


def _text_at(data: bytes, offset: int) -> tuple[bytes, int]:
    """A string as of https://core.telegram.org/mtproto/serialize, and the offset of what follows it."""
    length, start = data[offset], offset + 1
    if length == _LONG_TEXT:
        length, start = int.from_bytes(data[start : start + 3], "little"), start + 3
    return data[start : start + length], start + length + -(start + length) % 4
