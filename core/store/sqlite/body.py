"""A transcript as the bytes that the database keeps: JSON, compressed."""

import json
import zlib

from core.domain import Transcript


def pack(transcript: Transcript) -> bytes:
    """The transcript as compressed JSON."""
    described = json.dumps(transcript.to_dict(), ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(described.encode(), level=4)  # 2 % larger than at level 6, in 40 % of the time.


def unpack(body: bytes) -> Transcript:
    """The transcript of these bytes. Raises ValueError where they are not what `pack` wrote."""
    try:
        return Transcript.from_dict(json.loads(zlib.decompress(body)))
    except (zlib.error, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError("not a transcript") from error
