"""A part of a recording is its sound and nothing else, at its time."""

from collections.abc import AsyncIterator

import pytest

from core.media import DecodedBlock, excerpt
from tests.unit.media.test_silence import recording

A, B, C = 10, 20, 30


async def part_of(blocks: list[DecodedBlock], from_s: float, until_s: float | None) -> tuple[bytes, bytes, int]:
    taken = 0

    async def deliver() -> AsyncIterator[DecodedBlock]:
        nonlocal taken
        for block in blocks:
            taken += 1
            yield block

    found = [block async for block in excerpt(deliver(), from_s, until_s)]
    assert all(len(block.loudness) == -(-len(block.pcm) // 640) for block in found)
    sound = b"".join(block.loudness for block in found if not block.is_gap)
    gap = sum(len(block.loudness) for block in found if block.is_gap)
    return sound, b"".join(block.pcm for block in found if not block.is_gap), gap if taken else -1


@pytest.mark.parametrize("block_frames", [37, 400, 5000])
async def test_the_middle_keeps_its_place(block_frames: int) -> None:
    blocks = recording((3, A), (4, B), (5, C), block_frames=block_frames)
    levels, pcm, gap = await part_of(blocks, 3.0, 7.0)
    assert levels == bytes([B]) * 200
    assert pcm == bytes([B]) * 200 * 640
    assert gap == 150


async def test_without_an_end_it_goes_on_to_the_last_sample() -> None:
    levels, pcm, gap = await part_of(recording((3, A), (1, B), cut_samples=7), 3.0, None)
    assert (len(levels), len(pcm), gap) == (50, 50 * 640 - 14, 150)


async def test_what_comes_after_is_not_asked_for() -> None:
    async def deliver() -> AsyncIterator[DecodedBlock]:
        for block in recording((4, A), block_frames=100):
            yield block
        raise AssertionError("a block behind the end")

    assert sum([block.duration_s async for block in excerpt(deliver(), 0.0, 4.0)]) == pytest.approx(4.0)


async def test_behind_the_end_there_is_nothing_but_the_gap() -> None:
    levels, _, gap = await part_of(recording((3, A)), 10.0, 20.0)
    assert (levels, gap) == (b"", 150)
