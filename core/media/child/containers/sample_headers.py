"""Where the headers of WAV, RF64, Wave64, AIFF, CAF, AU and SoX say how much sound there is.

Only the decoder's child imports this.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from core.media.child.containers.seekable_file import SeekableFile, bytes_at

_MOST_CHUNKS = 64
"""Before the sound; more aren't looked at."""

_MOST_BLOCKS = 10_000
_LAST_BLOCK = 9
"""Of the kinds of blocks in VOC."""

_UNKNOWN_FROM = 0x7FFF_0000
_UNKNOWN_LONG_FROM = 0x3FFF_FFFF_FFFF_FFFF
"""Writers of streams state an impossible length from here on, in four bytes and in eight."""

_W64_DATA = b"data" + bytes.fromhex("f3acd3118cd100c04f8edb8a")
_SAMPLES_OF_AIFC = frozenset({b"NONE", b"sowt", b"twos", b"in24", b"in32", b"42ni", b"23ni", b"raw "})
"""Codecs of AIFF-C whose count of frames is one of samples: https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/AIFF"""


@dataclass(frozen=True, slots=True)
class ChunkLayout:
    """How a container writes chunks: a name and a length, which may include both, and padding to a multiple."""

    name_bytes: int
    length_bytes: int
    byte_order: Literal["little", "big"]
    multiple: int
    counts_header: bool = False

    @property
    def header_bytes(self) -> int:
        """How many bytes name and length take."""
        return self.name_bytes + self.length_bytes

    def number(self, data: bytes) -> int:
        """A number of this container."""
        return int.from_bytes(data, self.byte_order)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk: its name, where its content is, how long that is by its header, and where the next chunk begins."""

    name: bytes
    at: int
    length: int
    next_at: int


RIFF = ChunkLayout(4, 4, "little", 2)
IFF = ChunkLayout(4, 4, "big", 2)
_CAF = ChunkLayout(4, 8, "big", 1)
_W64 = ChunkLayout(16, 8, "little", 8, counts_header=True)


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """A number in a header that follows from the length of the sound: that and `more` bytes, divided by `unit`.

    One that may be larger, as there may be something else behind the sound, is `at_least` that.
    """

    at: int
    length_bytes: int
    more: int = 0
    unit: int = 1
    at_least: bool = False

    def of(self, sound_bytes: int) -> int:
        """What it is for sound of this length."""
        return min((sound_bytes + self.more) // self.unit, (1 << 8 * self.length_bytes) - 1)


@dataclass(frozen=True, slots=True)
class SampleHeader:
    """A file of samples: where they start, how many bytes of them are stated, and by which numbers.

    `stated` is None where the writer didn't know, or left no length behind.
    """

    layout: ChunkLayout
    start: int
    stated: int | None
    numbers: tuple[StatedNumber, ...]


def sample_header(file: SeekableFile, container: str) -> SampleHeader | None:
    """The header of a file in this container (`wav`, `w64`, `aiff`, `caf`, `au` or `sox`), None without its sound."""
    finders = {"wav": _of_wav, "w64": _of_w64, "aiff": _of_aiff, "caf": _of_caf, "au": _of_au, "sox": _of_sox}
    return finders[container](file)


def chunk_at(file: SeekableFile, at: int, layout: ChunkLayout) -> Chunk | None:
    """The chunk that begins here; None at the end of the file."""
    header = bytes_at(file, at, layout.header_bytes)
    if len(header) < layout.header_bytes:
        return None
    length = layout.number(header[layout.name_bytes :])
    if layout.counts_header:
        length = max(0, length - layout.header_bytes)
    end = at + layout.header_bytes + length
    return Chunk(header[: layout.name_bytes], at + layout.header_bytes, length, end + -end % layout.multiple)


def _chunks(file: SeekableFile, at: int, layout: ChunkLayout) -> Iterator[Chunk]:
    for _ in range(_MOST_CHUNKS):
        chunk = chunk_at(file, at, layout)
        if chunk is None:
            return
        yield chunk
        at = chunk.next_at


def _known(length: int, length_bytes: int) -> int | None:
    """A stated length, None for one that stands for none."""
    unknown_from = _UNKNOWN_FROM if length_bytes == 4 else _UNKNOWN_LONG_FROM
    return length if 0 < length < unknown_from else None


def _of_wav(file: SeekableFile) -> SampleHeader | None:
    layout = IFF if bytes_at(file, 0, 4) == b"RIFX" else RIFF
    long_length_at = None
    for chunk in _chunks(file, 12, layout):
        if chunk.name == b"ds64":
            long_length_at = chunk.at + 8  # Behind the length of all.
        if chunk.name == b"data":
            if chunk.length == 0xFFFF_FFFF and long_length_at is not None:
                long_length = _known(layout.number(bytes_at(file, long_length_at, 8)), 8)
                return SampleHeader(layout, chunk.at, long_length, (StatedNumber(long_length_at, 8),))
            return SampleHeader(layout, chunk.at, _known(chunk.length, 4), (StatedNumber(chunk.at - 4, 4),))
    return None


def _of_w64(file: SeekableFile) -> SampleHeader | None:
    for chunk in _chunks(file, 40, _W64):
        if chunk.name == _W64_DATA:
            numbers = (
                StatedNumber(chunk.at - 8, 8, more=_W64.header_bytes),
                StatedNumber(16, 8, more=chunk.at, at_least=True),
            )
            return SampleHeader(_W64, chunk.at, _known(chunk.length, 8), numbers)
        if not chunk.length:
            return None
    return None


def _of_aiff(file: SeekableFile) -> SampleHeader | None:
    frames: tuple[StatedNumber, ...] = ()
    for chunk in _chunks(file, 12, IFF):
        if chunk.name == b"COMM":
            common = bytes_at(file, chunk.at, 22)
            frame_bytes = int.from_bytes(common[:2], "big") * -(-int.from_bytes(common[6:8], "big") // 8)
            if frame_bytes and (chunk.length < 22 or common[18:] in _SAMPLES_OF_AIFC):
                frames = (StatedNumber(chunk.at + 2, 4, unit=frame_bytes),)
        if chunk.name == b"SSND":  # Its length counts two numbers before the samples.
            start = chunk.at + 8
            numbers = (
                StatedNumber(chunk.at - 4, 4, more=8),
                StatedNumber(4, 4, more=start - 8, at_least=True),
                *frames,
            )
            return SampleHeader(IFF, start, _known(chunk.length - 8, 4), numbers)
    return None


def _of_caf(file: SeekableFile) -> SampleHeader | None:
    for chunk in _chunks(file, 8, _CAF):
        if chunk.name == b"data":  # Its length counts a number before the samples.
            return SampleHeader(
                _CAF, chunk.at + 4, _known(chunk.length - 4, 8), (StatedNumber(chunk.at - 8, 8, more=4),)
            )
    return None


def _of_au(file: SeekableFile) -> SampleHeader | None:
    head = bytes_at(file, 0, 12)
    start, length = int.from_bytes(head[4:8], "big"), int.from_bytes(head[8:], "big")
    return SampleHeader(IFF, start, _known(length, 4), (StatedNumber(8, 4),))


def _of_sox(file: SeekableFile) -> SampleHeader | None:
    """Samples of four bytes: soxformat(7), and sox.c of SoX 14.4.2."""
    head = bytes_at(file, 0, 16)
    layout = RIFF if head.startswith(b".SoX") else IFF
    start, samples = 4 + layout.number(head[4:8]), layout.number(head[8:])
    return SampleHeader(layout, start, _known(4 * samples, 8), (StatedNumber(8, 8, unit=4),))


def is_voc_cut_off(file: SeekableFile) -> bool:
    """Whether a VOC ends within a block: https://moddingwiki.shikadi.net/wiki/VOC_Format."""
    at = int.from_bytes(bytes_at(file, 20, 2), "little")
    for _ in range(_MOST_BLOCKS):
        head = bytes_at(file, at, 4)
        if len(head) < 4 or head[0] == 0 or head[0] > _LAST_BLOCK:
            return False
        at += 4 + int.from_bytes(head[1:], "little")
        if at > file.size:
            return True
    return False
