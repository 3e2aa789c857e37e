"""Recordings for tests: made with PyAV or by hand, never with a program from the machine."""

import asyncio
import math
import struct
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
import numpy.typing as npt

from core.domain.errors import NotulaError
from core.media import SourceInfo

Samples = npt.NDArray[np.int16]

SPEECH_RATE_HZ = 48_000
TESTDATA = Path(__file__).resolve().parents[2] / "shared" / "testdata"


class BytesSource:
    """A recording in memory that counts what is read, can wait before it answers, and can fail."""

    def __init__(self, data: bytes, name: str = "sample") -> None:
        self.data = data
        self.info = SourceInfo(name, len(data))
        self.reads: list[tuple[int, int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: NotulaError | None = None
        self.was_asked = asyncio.Event()

    async def read_range(self, offset: int, length: int) -> bytes:
        self.reads.append((offset, length))
        self.was_asked.set()
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return self.data[offset : offset + length]

    async def close(self) -> None:
        pass


def has_encoder(codec: str) -> bool:
    """Whether this libav can make `codec`: which ones it can differs between PyAV's wheels."""
    try:
        return av.codec.Codec(codec, "w").is_encoder
    except ValueError:  # av.codec.codec.UnknownCodecError
        return False


def read_speech(file: Path | BinaryIO, rate_hz: int = SPEECH_RATE_HZ) -> Samples:
    """A file of speech as mono samples."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate_hz)
    pieces = []
    with av.open(str(file) if isinstance(file, Path) else file, "r") as container:
        for frame in container.decode(audio=0):
            pieces += [part.to_ndarray()[0] for part in resampler.resample(frame)]
        pieces += [part.to_ndarray()[0] for part in resampler.resample(None)]
    return np.concatenate(pieces)


def tone(seconds: float, rate_hz: int = SPEECH_RATE_HZ, frequency_hz: float = 440.0) -> Samples:
    """A steady tone."""
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    return (np.sin(2 * math.pi * frequency_hz * times) * 12_000).astype(np.int16)


def encode(
    path: Path,
    container: str,
    codec: str,
    samples: Samples,
    *,
    rate_hz: int = SPEECH_RATE_HZ,
    layout: str = "mono",
    video: str | None = None,
    video_s: float | None = None,
    tracks: int = 1,
    start_s: float = 0.0,
    extras: int = 0,
    options: dict[str, str] | None = None,
    codec_options: dict[str, str] | None = None,
) -> bytes:
    """Write mono 48 kHz `samples` as a file and return its bytes. `video` names a codec for moving noise beside it,
    for `video_s` or as long as the samples.

    `extras` is how many empty subtitle tracks, and how many fonts, are in it as well.
    """
    with av.open(str(path), "w", format=container, options=options or {}) as output:
        picture = output.add_stream(video, rate=10) if video else None
        if picture is not None:
            picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        streams = []
        for _ in range(tracks):
            stream = output.add_stream(codec, rate=rate_hz, options=codec_options or {})
            stream.layout = layout
            stream.bit_rate = 64_000  # wmav2 has no default
            streams.append(stream)
        for number in range(extras):
            output.add_stream("ass")
            output.add_attachment(f"{number}.ttf", "application/x-truetype-font", b"font")
        if picture is not None:
            _write_video(output, picture, len(samples) / SPEECH_RATE_HZ if video_s is None else video_s)
        for stream in streams:
            _write_audio(output, stream, samples, start_s)
    return path.read_bytes()


def _write_audio(output, stream, samples, start_s) -> None:  # type: ignore[no-untyped-def]
    context = stream.codec_context
    context.open(strict=False)
    resampler = av.AudioResampler(
        format=context.format, layout=context.layout, rate=context.rate, frame_size=context.frame_size or 1024
    )
    position = round(start_s * context.rate)
    step = SPEECH_RATE_HZ // 10
    frames = []
    for at in range(0, len(samples), step):
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis, at : at + step], "s16", "mono")
        frame.sample_rate = SPEECH_RATE_HZ
        frame.pts = at
        frame.time_base = Fraction(1, SPEECH_RATE_HZ)
        frames += resampler.resample(frame)
    frames += resampler.resample(None)
    for frame in frames:
        frame.pts = position
        frame.time_base = Fraction(1, context.rate)
        position += frame.samples
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def _write_video(output, stream, seconds) -> None:  # type: ignore[no-untyped-def]
    noise = np.random.default_rng(1)
    for index in range(max(1, round(seconds * 10))):
        frame = av.VideoFrame.from_ndarray(noise.integers(0, 255, (64, 64, 3), dtype=np.uint8), "rgb24")
        frame.pts = index
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def video_only(path: Path, seconds: float = 1.0) -> bytes:
    """A film without sound."""
    with av.open(str(path), "w", format="mp4") as output:
        picture = output.add_stream("mpeg4", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        _write_video(output, picture, seconds)
    return path.read_bytes()


def png(path: Path) -> bytes:
    """A picture."""
    with av.open(str(path), "w", format="image2") as output:
        picture = output.add_stream("png", rate=1)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "rgb24"
        _write_video(output, picture, 0.1)
    return path.read_bytes()


def wav_header(data_bytes: int, *, rate_hz: int, channels: int = 1, bits: int = 16) -> bytes:
    """The 44 bytes before a WAV's samples."""
    block = channels * bits // 8
    return (
        b"RIFF"
        + struct.pack("<I", min(36 + data_bytes, 0xFFFFFFFF))
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, channels, rate_hz, rate_hz * block, block, bits)
        + b"data"
        + struct.pack("<I", min(data_bytes, 0xFFFFFFFF))
    )


def amr_nb(seconds: float) -> bytes:
    """AMR-NB of empty mode-0 frames (4.75 kbit/s: a header byte and 12 bytes for 20 ms; RFC 4867, section 5.3)."""
    return b"#!AMR\n" + (b"\x04" + bytes(12)) * round(seconds * 50)


def amr_wb(seconds: float) -> bytes:
    """AMR-WB of empty mode-0 frames (6.60 kbit/s: a header byte and 17 bytes for 20 ms)."""
    return b"#!AMR-WB\n" + (b"\x04" + bytes(17)) * round(seconds * 50)


def id3(entries: int, cover_bytes: int = 0) -> bytes:
    """An ID3v2.4 tag of many small texts or one large picture."""
    frames = [b"TXXX" + _syncsafe(22) + b"\0\0\0" + b"k%09d\0v%09d" % (number, number) for number in range(entries)]
    if cover_bytes:
        frames.append(b"APIC" + _syncsafe(cover_bytes + 13) + b"\0\0\0image/png\0\3\0" + bytes(cover_bytes))
    body = b"".join(frames)
    return b"ID3\4\0\0" + _syncsafe(len(body)) + body


def flac_bomb(hours: float, rate_hz: int = 48_000, block: int = 65_535) -> bytes:
    """Silence of constant subframes: some eleven bytes for 65,535 samples (https://www.rfc-editor.org/rfc/rfc9639)."""
    count = int(hours * 3600 * rate_hz / block) + 1
    crc8, crc16 = _crc(8, 0x07), _crc(16, 0x8005)
    total = min(count * block, (1 << 36) - 1)
    stream_info = struct.pack(">HH6xQ16x", block, block, rate_hz << 44 | 15 << 36 | total)
    parts = [b"fLaC\x80" + struct.pack(">I", 34)[1:] + stream_info]
    for number in range(count):
        header = b"\xff\xf8\x70\x08" + _flac_number(number) + struct.pack(">H", block - 1)
        frame = header + bytes([crc8(header)]) + bytes(3)
        parts.append(frame + struct.pack(">H", crc16(frame)))
    return b"".join(parts)


def opus_pages(packets: list[bytes], *, serial: int = 1, last_granule: int | None = None, samples: int = 5760) -> bytes:
    """Ogg Opus around given packets of `samples` at 48 kHz each."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 1) + b"x" + struct.pack("<I", 0)
    pages = [_ogg_page(serial, 0, 0, [head], 2), _ogg_page(serial, 1, 0, [tags])]
    granule = 0
    groups = [packets[at : at + 255] for at in range(0, len(packets), 255)]
    for number, group in enumerate(groups, 2):
        is_last = number == len(groups) + 1
        granule += len(group) * samples
        shown = last_granule if is_last and last_granule is not None else granule
        pages.append(_ogg_page(serial, number, shown, group, 4 if is_last else 0))
    return b"".join(pages)


def opus_bomb(hours: float) -> bytes:
    """Discontinued transmission: packets of two bytes that each play for 120 ms."""
    return opus_pages([b"\x1b\x02"] * round(hours * 3600 / 0.12))


def ogg_of_many_streams(count: int) -> bytes:
    """As many logical streams as wanted in one Ogg file, with sound in the first."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 1) + b"x" + struct.pack("<I", 0)
    return (
        b"".join(_ogg_page(1000 + number, 0, 0, [head], 2) for number in range(count))
        + b"".join(_ogg_page(1000 + number, 1, 0, [tags]) for number in range(count))
        + b"".join(_ogg_page(1000, 2 + page, (page + 1) * 288_000, [b"\x1b\x02"] * 50) for page in range(5))
    )


def nested_boxes(depth: int) -> bytes:
    """An MP4 of boxes in boxes."""
    boxes = b""
    for _ in range(depth):
        boxes = struct.pack(">I", 8 + len(boxes)) + b"moov" + boxes
    return struct.pack(">I", 20) + b"ftypisom\0\0\0\0isom" + boxes


def matroska_of_one_block(size: int) -> bytes:
    """Matroska with a single packet of `size` 8-bit samples at 8 kHz."""
    return matroska_of_blocks([(0, bytes(size))])


def matroska_of_blocks(blocks: list[tuple[int, bytes]]) -> bytes:
    """Matroska with such packets of 8-bit samples at 8 kHz, each at a time in milliseconds."""
    track = (
        _ebml("d7", b"\1")
        + _ebml("73c5", b"\1")
        + _ebml("83", b"\2")
        + _ebml("86", b"A_PCM/INT/LIT")
        + _ebml("e1", _ebml("b5", struct.pack(">d", 8000.0)) + _ebml("9f", b"\1") + _ebml("6264", b"\x08"))
    )
    clusters = b"".join(
        _ebml("1f43b675", _ebml("e7", at_ms.to_bytes(8, "big")) + _ebml("a3", b"\x81\0\0\x80" + samples))
        for at_ms, samples in blocks
    )
    segment = _ebml("1549a966", _ebml("2ad7b1", (1_000_000).to_bytes(4, "big")))
    segment += _ebml("1654ae6b", _ebml("ae", track)) + clusters
    return _ebml("1a45dfa3", _ebml("4282", b"matroska")) + _ebml("18538067", segment)


def _ebml(element: str, body: bytes) -> bytes:
    return bytes.fromhex(element) + struct.pack(">Q", len(body) | 1 << 56) + body


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 127 for shift in (21, 14, 7, 0))


def _crc(bits: int, polynomial: int) -> Callable[[bytes], int]:
    top, mask = 1 << (bits - 1), (1 << bits) - 1
    table = []
    for byte in range(256):
        value = byte << (bits - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & mask
        table.append(value)

    def crc(data: bytes) -> int:
        value = 0
        for byte in data:
            value = (value << 8 & mask) ^ table[value >> (bits - 8) ^ byte]
        return value

    return crc


_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def ogg_crc(data: bytes) -> int:
    """The CRC of Ogg's pages: zlib's polynomial, but with the bits in the other order and without its inversions."""
    mirrored = zlib.crc32(data.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(mirrored.to_bytes(4, "little").translate(_MIRRORED), "big")


def _ogg_page(serial: int, number: int, granule: int, packets: list[bytes], flags: int = 0) -> bytes:
    segments = bytes(len(packet) for packet in packets)
    head = b"OggS\0" + bytes([flags]) + struct.pack("<qIII", granule, serial, number, 0) + bytes([len(segments)])
    page = bytearray(head + segments + b"".join(packets))
    page[22:26] = struct.pack("<I", ogg_crc(bytes(page)))
    return bytes(page)


def _flac_number(number: int) -> bytes:
    """FLAC's frame numbers are written as UTF-8 would be."""
    if number < 0x80:
        return bytes([number])
    tail: list[int] = []
    for length, lead in ((2, 0xC0), (3, 0xE0), (4, 0xF0), (5, 0xF8), (6, 0xFC)):
        tail.insert(0, 0x80 | number & 0x3F)
        number >>= 6
        if number < 1 << (7 - length):
            return bytes([lead | number, *tail])
    raise ValueError("too large a number")
