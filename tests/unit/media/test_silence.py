import math
import re
from collections.abc import AsyncIterator

import pytest

from core.domain import Segment, Word
from core.media import DecodedBlock, Timeline, without_silence
from core.media.silence import SHORTEST_SKIPPED_S, measure
from core.media.timeline import KEPT_S

SPEECH, QUIET, SILENT = 20, 60, 96


def recording(*stretches: tuple[float, int], block_frames: int = 400, cut_samples: int = 0) -> list[DecodedBlock]:
    """Blocks of stretches in seconds with their loudness; the last frame is shorter by so many samples."""
    levels = b"".join(bytes([level]) * round(seconds * 50) for seconds, level in stretches)
    pcm = b"".join(bytes([level]) * 640 for level in levels)
    pcm = pcm[: len(pcm) - 2 * cut_samples]
    return [
        DecodedBlock(pcm[at * 640 : (at + block_frames) * 640], levels[at : at + block_frames])
        for at in range(0, len(levels), block_frames)
    ]


async def kept_of(blocks: list[DecodedBlock]) -> tuple[list[DecodedBlock], Timeline]:
    async def deliver() -> AsyncIterator[DecodedBlock]:
        for block in blocks:
            yield block

    timeline = Timeline()
    return [block async for block in without_silence(deliver(), timeline)], timeline


def sounding_at(blocks: list[DecodedBlock], level: int = SPEECH) -> list[tuple[float, float]]:
    levels = b"".join(block.loudness for block in blocks)
    return [(found.start() / 50, found.end() / 50) for found in re.finditer(b"\\x%02x+" % level, levels)]


async def test_what_has_no_long_silence_stays_as_it_is() -> None:
    blocks = recording((20, SPEECH), (SHORTEST_SKIPPED_S - 0.1, SILENT), (20, QUIET), (1, SILENT), cut_samples=100)
    kept, timeline = await kept_of(blocks)
    assert b"".join(block.pcm for block in kept) == b"".join(block.pcm for block in blocks)
    assert b"".join(block.loudness for block in kept) == b"".join(block.loudness for block in blocks)
    assert timeline.skipped_s == 0


@pytest.mark.parametrize("silence_s", [0.02, 2.0, 60.0, 3600.0])
async def test_of_silence_alone_nothing_is_left(silence_s: float) -> None:
    kept, timeline = await kept_of(recording((silence_s, SILENT), cut_samples=7))
    assert kept == []
    assert timeline.total_s == pytest.approx(silence_s, abs=0.02)


async def test_quiet_speech_is_no_silence() -> None:
    syllables = [(0.1, 60), (0.1, 78), (0.2, 70), (0.1, 85)] * 100
    kept, _ = await kept_of(recording((60, QUIET), *syllables))
    assert sum(block.duration_s for block in kept) == pytest.approx(110)


@pytest.mark.parametrize("block_frames", [37, 400, 5000])
async def test_a_steady_noise_far_below_speech_is_silence(block_frames: int) -> None:
    noise = [(0.02, 76 + number % 3) for number in range(60 * 50)]
    kept, timeline = await kept_of(recording((5, SPEECH), *noise, (5, SPEECH), block_frames=block_frames))
    assert sum(block.duration_s for block in kept) == pytest.approx(11, abs=1)
    assert timeline.total_s == pytest.approx(70)


async def test_of_a_gap_nothing_is_left_but_the_times_behind_it() -> None:
    spoken = recording((0.2, SPEECH))
    blocks = [part for _ in range(50) for part in (*spoken, DecodedBlock.of_gap(45))]
    kept, timeline = await kept_of([*blocks, *spoken])
    assert sum(block.duration_s for block in kept) == pytest.approx(51 * 0.2)
    heard = [Segment(0.2 * number, 0.2 * (number + 1), "x") for number in range(51)]
    restored = [part for segment in heard for part in timeline.restored(segment)]
    assert [part.start_s for part in restored] == pytest.approx([1.1 * number for number in range(51)])
    assert [part.end_s for part in restored] == pytest.approx([1.1 * number + 0.2 for number in range(51)])


@pytest.mark.parametrize("block_frames", [1, 37, 400, 5000])
async def test_words_behind_silences_keep_their_times(block_frames: int) -> None:
    stretches = ((100, SILENT), (3, SPEECH), (40, SILENT), (2, SPEECH), (1, SILENT), (2, SPEECH), (500, SILENT))
    stretches += ((4, SPEECH), (30, SILENT))
    blocks = recording(*stretches, block_frames=block_frames, cut_samples=11)
    kept, timeline = await kept_of(blocks)

    spoken = sounding_at(blocks)
    heard = [Segment(start_s, end_s, "x") for start_s, end_s in sounding_at(kept)]
    restored = [part for segment in heard for part in timeline.restored(segment)]
    assert [part.start_s for part in restored] == pytest.approx([start_s for start_s, _ in spoken])
    assert [part.end_s for part in restored] == pytest.approx([end_s for _, end_s in spoken])
    assert timeline.total_s == pytest.approx(sum(seconds for seconds, _ in stretches), abs=0.02)
    assert sum(block.duration_s for block in kept) == pytest.approx(11 + 1 + 6 * KEPT_S, abs=0.02)


async def test_times_that_a_provider_is_unsure_of_are_put_on_the_right_side() -> None:
    """What is heard a little early or late lies in the silence that was kept, half a second at each end."""
    _, timeline = await kept_of(recording((10, SPEECH), (100, SILENT), (10, SPEECH)))
    early, late = Segment(10.2, 15.0, "behind"), Segment(6.0, 10.9, "before")
    fragment = Segment(10.1, 10.3, "before")
    spans = [(part.start_s, part.end_s) for one in (early, late, fragment) for part in timeline.restored(one)]
    assert spans[0] == (pytest.approx(109.5), pytest.approx(114.0))
    assert spans[1] == (6.0, 10.5)
    assert spans[2] == (10.1, pytest.approx(10.3))


async def test_a_sentence_across_a_silence_is_parted_between_its_words() -> None:
    _, timeline = await kept_of(recording((10, SPEECH), (100, SILENT), (10, SPEECH)))
    words = (Word(9.0, 9.5, "Hello,"), Word(9.5, 10.0, "hello"), Word(11.0, 11.5, "world."))
    first, second = timeline.restored(Segment(9.0, 11.5, "Hello, hello world.", words))
    assert (first.text, first.start_s, first.end_s, len(first.words)) == ("Hello, hello", 9.0, 10.0, 2)
    assert (second.text, second.start_s, second.end_s) == ("world.", pytest.approx(110.0), pytest.approx(110.5))
    assert second.words[0].start_s == pytest.approx(110.0)
    (whole,) = timeline.restored(Segment(9.0, 11.5, "Hello, hello world."))
    assert (whole.start_s, whole.end_s) == (9.0, pytest.approx(110.5))


async def test_a_length_is_measured_with_and_without_silence() -> None:
    async def deliver(blocks: list[DecodedBlock]) -> AsyncIterator[DecodedBlock]:
        for block in blocks:
            yield block

    spoken = await measure(deliver(recording((10, SPEECH), (2, SILENT), (1, SPEECH))))
    assert (spoken.total_s, spoken.has_silence) == (pytest.approx(13), False)
    for parts in ([(60, SILENT)], [(0.5, SILENT)], [(1, SPEECH), (60, SILENT)], [(60, SILENT), (1, SPEECH)]):
        length = await measure(deliver(recording(*parts)))
        assert length.has_silence
        assert math.isclose(length.total_s, sum(seconds for seconds, _ in parts))
