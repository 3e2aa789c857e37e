"""The Bot API's name for a file, as its server makes it (file_id of version 4, since 2019)."""

import base64
import struct

_AUDIO = 9
_WITH_REFERENCE = 1 << 25
_VERSION = bytes((53, 4))


def file_id_of(data_centre: int, reference: bytes, file_id: int, access_hash: int, kind: int = _AUDIO) -> str:
    """The name with everything that is needed to fetch the file."""
    body = struct.pack("<ii", kind | _WITH_REFERENCE, data_centre) + _text(reference)
    body += struct.pack("<qq", file_id, access_hash) + _VERSION
    return base64.urlsafe_b64encode(_short(body)).rstrip(b"=").decode()


def _text(data: bytes) -> bytes:
    """A string as https://core.telegram.org/mtproto/serialize has it."""
    body = (bytes((len(data),)) if len(data) < 254 else b"\xfe" + len(data).to_bytes(3, "little")) + data
    return body + bytes(-len(body) % 4)


def _short(data: bytes) -> bytes:
    """Runs of zeros as a zero and their length."""
    packed = bytearray()
    zeros = 0
    for byte in data + b"\x01":
        if byte == 0 and zeros < 255:
            zeros += 1
            continue
        if zeros:
            packed += bytes((0, zeros))
            zeros = 0
        if byte == 0:
            zeros = 1
        else:
            packed.append(byte)
    return bytes(packed[:-1])
