"""A transcript as the bytes that the database keeps: JSON, compressed."""

import gc
import json
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Self

from core.domain import Segment, Transcript

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_LEVEL = 4
"""Of zlib's compression: 2 % larger than at level 6, in 40 % of the time."""

_SEGMENTS_OF_PIECE = 200
"""About 100 kB of JSON where words have times, three times what deflate looks back."""

_HEADER = b"\x78\x5e"
"""Of a zlib stream: deflate with a window of 32 KiB, compressed fast. https://www.rfc-editor.org/rfc/rfc1950#section-2.2"""

_LAST_BLOCK = b"\x03\x00"
"""An empty one, marked as the last. https://www.rfc-editor.org/rfc/rfc1951#section-3.2.6"""

_NO_SEGMENTS = '"segments":[]}'


class _Collecting:
    """Python's search for unreachable cycles.

    It goes through all new objects again and again while a hundred thousand words are made, which takes two thirds of
    the time. There are no cycles among them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pauses = 0
        self._was_enabled = False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Don't collect for as long as any thread is in here."""
        with self._lock:
            if not self._pauses:
                self._was_enabled = gc.isenabled()
                gc.disable()
            self._pauses += 1
        try:
            yield
        finally:
            with self._lock:
                self._pauses -= 1
                if not self._pauses and self._was_enabled:
                    gc.enable()


_COLLECTING = _Collecting()


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some segments that follow each other: as JSON without the brackets around a list, and that as deflate blocks."""

    segments: tuple[Segment, ...]
    encoded: bytes
    deflated: bytes

    @classmethod
    def of(cls, segments: tuple[Segment, ...]) -> Self:
        # One by one: encoding ten thousand at once keeps all other threads waiting for a tenth of a second.
        encoded = ",".join(_encode(segment.to_dict()) for segment in segments).encode()
        return cls(segments, encoded, _deflate(encoded))


def pack(transcript: Transcript) -> bytes:
    """The transcript as compressed JSON."""
    return Packer().pack(transcript)


class Packer:
    """Packs one transcript again and again, as it is edited: what hasn't changed since the last time costs little.

    What has been compressed is kept in pieces, which end at the borders of bytes (a full flush of zlib), so that a zlib
    stream can be put together of them: https://www.rfc-editor.org/rfc/rfc1950#section-2.2. Compressing all of a long
    transcript would keep a processor busy for a tenth of a second at each pause of somebody who types.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pieces: dict[int, _Piece] = {}
        """Of the last transcript, by the identity of their first segments, which are kept with them."""

    def pack(self, transcript: Transcript) -> bytes:
        """The transcript as compressed JSON."""
        with self._lock, _COLLECTING.paused():
            pieces = list(self._divide(transcript.segments))
            self._pieces = {id(piece.segments[0]): piece for piece in pieces}
        facts = _encode(replace(transcript, segments=()).to_dict())
        assert facts.endswith(_NO_SEGMENTS)
        before = facts.removesuffix(_NO_SEGMENTS).encode() + b'"segments":['
        parts = [(before, _deflate(before))]
        for number, piece in enumerate(pieces):
            parts += [_COMMA] * bool(number) + [(piece.encoded, piece.deflated)]
        parts.append(_END)
        checksum = zlib.adler32(b"")
        for encoded, _ in parts:
            checksum = zlib.adler32(encoded, checksum)
        return b"".join((_HEADER, *(deflated for _, deflated in parts), _LAST_BLOCK, checksum.to_bytes(4, "big")))

    def _divide(self, segments: tuple[Segment, ...]) -> Iterator[_Piece]:
        """The pieces of the last time where nothing has changed, and new ones between them."""
        begin = end = 0
        while end < len(segments):
            known = self._pieces.get(id(segments[end]))
            if known is not None and segments[end : end + len(known.segments)] == known.segments:
                if begin < end:
                    yield _Piece.of(segments[begin:end])
                yield known
                begin = end = end + len(known.segments)
                continue
            end += 1
            if end - begin == _SEGMENTS_OF_PIECE:
                yield _Piece.of(segments[begin:end])
                begin = end
        if begin < end:
            yield _Piece.of(segments[begin:end])


def _deflate(data: bytes) -> bytes:
    """Blocks of deflate that refer to nothing outside, end at the border of a byte, and aren't the last ones."""
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush(zlib.Z_FULL_FLUSH)


_COMMA = (b",", _deflate(b","))
_END = (b"]}", _deflate(b"]}"))


def unpack(body: bytes) -> Transcript:
    """The transcript of these bytes. Raises ValueError where they are not what `pack` wrote."""
    try:
        with _COLLECTING.paused():
            return Transcript.from_dict(json.loads(zlib.decompress(body)))
    except (zlib.error, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError("not a transcript") from error
