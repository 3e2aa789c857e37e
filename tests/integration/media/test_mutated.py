"""Real recordings with bytes changed, cut out and put in: none crashes, hangs, or costs the next one anything."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from core.domain.errors import DecoderCrashed, MediaError
from core.media import Decoder, DecoderLimits
from tests.integration.media.decoded_whole import decode_all
from tests.media_samples import BytesSource, encode, has_encoder, tone
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECONDS = 3.0
MUTATIONS_OF_EACH = 30

FORMATS = {
    "mp3": ("mp3", "libmp3lame", {}),
    "m4a": ("ipod", "aac", {}),
    "mp4-film": ("mp4", "aac", {"video": "mpeg4"}),
    "mp4-fragmented": ("mp4", "aac", {"options": {"movflags": "frag_keyframe+empty_moov"}}),
    "ogg": ("ogg", "libopus", {}),
    "flac": ("flac", "flac", {}),
    "wav": ("wav", "pcm_s16le", {}),
    "webm": ("webm", "libopus", {}),
    "mkv-film": ("matroska", "aac", {"video": "mpeg4"}),
    "aac": ("adts", "aac", {}),
    "avi": ("avi", "libmp3lame", {"video": "mpeg4"}),
    "asf": ("asf", "wmav2", {}),
    "ts": ("mpegts", "aac", {"video": "mpeg2video"}),
    "flv": ("flv", "aac", {}),
    "caf": ("caf", "pcm_s16le", {}),
    "aiff": ("aiff", "pcm_s16be", {}),
}
FORMATS = {kind: described for kind, described in FORMATS.items() if has_encoder(described[1])}


def with_noise(content: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 4, 40))):
        content[chance.randrange(len(content))] = chance.randrange(256)


def with_a_noisy_head(content: bytearray, chance: random.Random) -> None:
    """Where the sizes and tables are."""
    for _ in range(chance.choice((1, 3, 10))):
        content[chance.randrange(min(len(content), 600))] = chance.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF))


def with_large_numbers(content: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(content) - 8)
    number = chance.choice((2**31 - 1, 2**32 - 1, 2**31, 0, 1, len(content)))
    content[place : place + 4] = number.to_bytes(4, chance.choice(("big", "little")))


def without_a_piece(content: bytearray, chance: random.Random) -> None:
    begin = chance.randrange(len(content))
    del content[begin : begin + chance.choice((1, 100, 5000))]


def with_a_piece_twice(content: bytearray, chance: random.Random) -> None:
    begin = chance.randrange(len(content))
    content[begin:begin] = content[begin : begin + chance.choice((1, 100, 5000))]


def with_pieces_swapped(content: bytearray, chance: random.Random) -> None:
    middle = chance.randrange(1, len(content))
    content[:] = content[middle:] + content[:middle]


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    with_noise,
    with_a_noisy_head,
    with_large_numbers,
    without_a_piece,
    with_a_piece_twice,
    with_pieces_swapped,
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def strict_decoder() -> AsyncIterator[Decoder]:
    decoder = Decoder(DecoderLimits(longest_hours=0.5, cpu_s=3, stall_s=5))
    yield decoder
    await decoder.close()


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_mutated_recording_ends_soon_and_harms_nobody(
    kind: str, strict_decoder: Decoder, tmp_path: Path
) -> None:
    container, codec, values = FORMATS[kind]
    whole = encode(tmp_path / kind, container, codec, tone(SECONDS), **values)
    chance = random.Random(kind)
    sentences, crashed = [], 0
    for _ in range(MUTATIONS_OF_EACH):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3))):
            chance.choice(MUTATIONS)(content, chance)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await decode_all(strict_decoder, BytesSource(bytes(content)))
        except DecoderCrashed:
            crashed += 1
        except MediaError as error:
            sentences.append(str(error.message))
    assert all(sentences)
    assert crashed == 0, "a crash is contained, but libav ought not to crash at all"

    decoded = await decode_all(strict_decoder, BytesSource(whole))
    assert abs(decoded.duration_s - SECONDS) < 0.2
