"""Cutting speech into chunks."""

import math
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.speech import SpeechChunk
from core.media import DecodedBlock, SplitPlan, split
from tests.property_examples import share_of_examples

FRAME_BYTES = 640
_COUNTER = b"".join(number.to_bytes(2, "little") for number in range(65_536))


async def cut(blocks: list[DecodedBlock], plan: SplitPlan) -> list[SpeechChunk]:
    async def deliver() -> AsyncIterator[DecodedBlock]:
        for block in blocks:
            yield block

    return [chunk async for chunk in split(deliver(), plan)]


def blocks_of(loudness: bytes, samples_short: int = 0, block_frames: int = 400) -> list[DecodedBlock]:
    """Blocks with this loudness, whose samples count upwards so that none can be lost unseen."""
    samples = max(0, len(loudness) * 320 - samples_short)
    pcm = (_COUNTER * math.ceil(2 * samples / len(_COUNTER)))[: 2 * samples]
    return [
        DecodedBlock(
            pcm[at * FRAME_BYTES : (at + block_frames) * FRAME_BYTES],
            loudness[at : at + block_frames],
        )
        for at in range(0, len(loudness), block_frames)
    ]


def pattern(*stretches: tuple[float, int]) -> bytes:
    """Loudness from (seconds, dB below full scale)."""
    return b"".join(bytes([level]) * round(seconds * 50) for seconds, level in stretches)


@settings(max_examples=share_of_examples(0.6))
@given(
    loudness=st.lists(st.tuples(st.integers(1, 120), st.integers(0, 96)), max_size=12),
    samples_short=st.integers(0, 319),
    block_frames=st.integers(1, 200),
    target_s=st.floats(0.05, 8),
    room=st.floats(1, 2),
)
async def test_no_sample_is_lost_and_no_chunk_is_too_long(
    loudness: list[tuple[int, int]], samples_short: int, block_frames: int, target_s: float, room: float
) -> None:
    levels = b"".join(bytes([level]) * frames for frames, level in loudness)
    blocks = blocks_of(levels, samples_short, block_frames)
    plan = SplitPlan(target_s, target_s * room)

    chunks = await cut(blocks, plan)

    whole = b"".join(block.pcm for block in blocks)
    assert b"".join(chunk.data[round(chunk.overlap_before_s * 32_000) :] for chunk in chunks) == whole
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    position, shared_s = 0, 0.0
    for chunk in chunks:
        assert chunk.data
        assert chunk.overlap_before_s == shared_s <= plan.overlap_s + 1e-9
        shared_s = chunk.overlap_after_s
        assert chunk.start_s == position / 32_000
        assert chunk.duration_s <= max(plan.longest_s, 0.02) + 1e-9
        position += len(chunk.data) - round(shared_s * 32_000)
    assert shared_s == 0
    if len(chunks) > 1 and target_s >= 1:
        assert chunks[-1].duration_s >= plan.shortest_rest_s - 0.02, "the end is no scrap"


async def test_the_cut_is_in_the_middle_of_the_longest_silence() -> None:
    loudness = pattern((50, 20), (0.4, 70), (8, 20), (1.0, 70), (20, 20), (0.3, 70), (40, 20))
    first, *_ = await cut(blocks_of(loudness), SplitPlan(60, 120))
    assert first.duration_s == pytest.approx(50 + 0.4 + 8 + 0.5)


async def test_a_silence_outside_the_window_is_not_used() -> None:
    loudness = pattern((20, 20), (3, 70), (41, 20), (0.4, 70), (60, 20))
    first, *_ = await cut(blocks_of(loudness), SplitPlan(60, 120))
    assert first.duration_s == pytest.approx(64.2)


async def test_silence_is_relative_to_the_speech() -> None:
    """A quiet recording's speech is not silence, a loud one's noise between words is."""
    quiet = pattern((55, 55), (0.5, 92), (60, 55))
    noisy = pattern((55, 10), (0.5, 45), (60, 10))
    for loudness in (quiet, noisy):
        first, *_ = await cut(blocks_of(loudness), SplitPlan(60, 120))
        assert first.duration_s == pytest.approx(55.26, abs=0.02)


async def test_no_cut_goes_through_a_voice_that_is_far_less_loud_than_others() -> None:
    """It is as quiet as a pause beside loud speech; where it pauses itself it is quieter."""
    words = pattern((0.3, 58), (0.06, 70), (0.4, 62)) * 4
    loudness = pattern((52, 20), (0.5, 80)) + words + pattern((0.6, 80)) + words + pattern((0.3, 80), (60, 20))
    first, *_ = await cut(blocks_of(loudness), SplitPlan(60, 120))
    assert first.overlap_after_s == 0
    assert first.duration_s == pytest.approx(52.5 + len(words) / 50 + 0.3)


async def test_without_silence_two_chunks_share_the_seconds_around_the_quietest_moment() -> None:
    loudness = pattern((58, 20), (0.06, 90), (3, 20), (0.1, 33), (60, 20))
    first, second, *_ = await cut(blocks_of(loudness), SplitPlan(60, 120))
    assert 60 <= first.end_s < 60.1
    assert 56 <= second.start_s < 56.1
    assert first.overlap_after_s == second.overlap_before_s == 4
    assert first.data[-4 * 32_000 :] == second.data[: 4 * 32_000]


async def test_where_there_is_silence_nothing_is_shared() -> None:
    first, second, *_ = await cut(blocks_of(pattern((58, 20), (0.5, 70), (60, 20))), SplitPlan(60, 120))
    assert first.overlap_after_s == second.overlap_before_s == 0
    assert first.end_s == second.start_s


async def test_a_short_end_is_taken_along() -> None:
    chunks = await cut(blocks_of(pattern((76, 20))), SplitPlan(60, 180))
    assert [chunk.duration_s for chunk in chunks] == [76]


async def test_a_short_end_that_would_be_too_much_makes_the_cut_earlier() -> None:
    chunks = await cut(blocks_of(pattern((61, 20))), SplitPlan(60, 60))
    assert len(chunks) == 2
    assert chunks[1].duration_s >= 2


async def test_nothing_gives_nothing() -> None:
    assert await cut([], SplitPlan(60, 180)) == []


async def test_chunks_come_while_the_recording_is_still_being_decoded() -> None:
    taken = 0

    async def deliver() -> AsyncIterator[DecodedBlock]:
        nonlocal taken
        for block in blocks_of(pattern((200, 20))):
            taken += 1
            yield block

    chunks = split(deliver(), SplitPlan(60, 180))
    await anext(chunks)
    assert taken == math.ceil((75 + 2) / 8)


@pytest.mark.parametrize(
    ("duration_s", "parallel", "longest_s", "count"),
    [(None, 2, 180, None), (30, 2, 180, 1), (70, 2, 180, 1), (180, 2, 180, 2), (600, 2, 300, 6), (3600, 4, 300, 32)],
)
def test_a_plan_gives_every_worker_as_much(
    duration_s: float | None, parallel: int, longest_s: float, count: int | None
) -> None:
    plan = SplitPlan.for_recording(duration_s, parallel, longest_s)
    assert 60 <= plan.target_s <= longest_s
    assert plan.window_s <= longest_s
    if duration_s is None:
        assert plan.target_s == 60
    else:
        long_s = duration_s - plan.short_chunks * plan.short_target_s
        assert plan.short_chunks + round(long_s / plan.target_s) == count or duration_s < 80
        assert plan.short_chunks in (0, parallel)


async def test_each_workers_first_chunk_of_a_long_recording_is_short() -> None:
    plan = SplitPlan.for_recording(1200, 2, 3600)
    loudness = pattern(*[(4.6, 20), (0.4, 70)] * 240)
    chunks = await cut(blocks_of(loudness), plan)
    assert [round(chunk.duration_s, -1) for chunk in chunks[:3]] == [60, 60, round(plan.target_s, -1)]
    assert all(abs(chunk.end_s - following.start_s) < 0.01 for chunk, following in pairwise(chunks))


async def test_three_minutes_for_two_workers_are_two_halves() -> None:
    plan = SplitPlan.for_recording(180, 2, 180)
    loudness = pattern(*[(4.6, 20), (0.4, 70)] * 36)
    chunks = await cut(blocks_of(loudness), plan)
    assert len(chunks) == 2
    assert all(70 < chunk.duration_s < 110 for chunk in chunks)


def test_a_provider_that_takes_little_gets_little() -> None:
    plan = SplitPlan.for_recording(600, 2, 25)
    assert plan.window_s <= 25


def test_a_plan_that_can_not_be_kept_is_refused() -> None:
    with pytest.raises(ValueError, match="target"):
        SplitPlan(100, 60)
