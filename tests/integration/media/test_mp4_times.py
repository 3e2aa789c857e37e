"""MP4: what its edit lists and the times of its fragments stand for."""

import io
import os
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest

from core.media import Decoder
from core.media.child.containers.stated_length import stated_length
from tests.integration.media.decoded_whole import Decoded, decode_all
from tests.media_samples import BytesSource, encode
from tests.mp4_boxes import Edit, boxes, with_edits, with_times
from tests.sound_marks import found_marks, marks

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOUND = marks(6, 0.5, 2, 5)
RATE_HZ = 48_000
BEGIN = 1024
"""The first sample that AAC doesn't only play itself in with."""

FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "500000"}
HALF = 6


async def decoded(decoder: Decoder, recording: bytes) -> Decoded:
    return await decode_all(decoder, BytesSource(recording))


@pytest.mark.parametrize(
    ("edits", "found"),
    [
        ([(0, BEGIN, 1)], [0.5, 2, 5]),
        ([(0, BEGIN + RATE_HZ, 1)], [1, 4]),
        ([(3000, -1, 1), (6000, BEGIN, 1)], [3.5, 5, 8]),
        ([(3000, -1, 1), (0, BEGIN, 1)], [3.5, 5, 8]),
        ([(700, -1, 1), (0, BEGIN, 1)], [1.2, 2.7, 5.7]),
        ([(3000, BEGIN, 1), (2000, -1, 1), (3000, BEGIN + 3 * RATE_HZ, 1)], [0.5, 2, 7]),
        ([(3000, BEGIN + 3 * RATE_HZ, 1), (3000, BEGIN, 1)], [2, 3.5, 5]),
        ([(2000, BEGIN, 0), (6000, BEGIN, 1)], [2.5, 4, 7]),
    ],
    ids=["to the end", "later to the end", "late", "late to the end", "a bit late", "a pause", "turned", "standing"],
)
@pytest.mark.parametrize("video", [None, "mpeg4"])
async def test_sound_is_where_the_edit_list_puts_it(
    edits: list[Edit], found: list[float], video: str | None, decoder: Decoder, tmp_path: Path
) -> None:
    made = encode(tmp_path / "made", "mp4", "aac", SOUND, video=video)
    result = await decoded(decoder, with_edits(made, edits))
    assert found_marks(result.samples) == pytest.approx(found, abs=0.06)
    assert (result.report.truncated, result.report.damaged_at_s, result.report.has_other_speed) == (False, None, False)


@pytest.mark.parametrize(("speed", "milliseconds"), [(2, 3000), (0.5, 12_000)])
async def test_another_speed_is_told_and_all_is_read(
    speed: float, milliseconds: int, decoder: Decoder, tmp_path: Path
) -> None:
    made = encode(tmp_path / "made", "mp4", "aac", SOUND)
    result = await decoded(decoder, with_edits(made, [(milliseconds, BEGIN, speed)]))
    assert found_marks(result.samples) == pytest.approx([0.5, 2, 5], abs=0.05)
    assert result.report.has_other_speed
    assert not result.report.is_plain


async def test_what_was_cut_out_in_an_editor_is_told(decoder: Decoder, tmp_path: Path) -> None:
    made = encode(tmp_path / "made", "mp4", "aac", SOUND)
    assert not (await decoded(decoder, made)).report.has_cuts
    result = await decoded(decoder, with_edits(made, [(1000, BEGIN, 1), (3000, BEGIN + 3 * RATE_HZ, 1)]))
    assert found_marks(result.samples) == pytest.approx([0.5, 3], abs=0.05)
    assert (result.report.has_cuts, result.report.truncated) == (True, False)


@pytest.mark.parametrize(
    ("time_of", "found"),
    [
        (lambda number, time: 0, [0.5, 2, 5]),
        (lambda number, time: time if number < HALF else time - HALF * RATE_HZ // 2, [0.5, 2, 5]),
        (lambda number, time: time + 2 * RATE_HZ * (number >= HALF), [0.5, 2, 7]),
        (lambda number, time: time + 2 * RATE_HZ * (number == HALF), [0.5, 2, 5]),
        (lambda number, time: time * (number != HALF), [0.5, 2, 5]),
        (lambda number, time: time + 700 * RATE_HZ, [0.5, 2, 5]),
    ],
    ids=["all 0", "begun anew", "a gap", "one late", "one 0", "begun late"],
)
async def test_fragments_follow_each_other_whatever_their_times(
    time_of: Callable[[int, int], int], found: list[float], decoder: Decoder, tmp_path: Path
) -> None:
    made = encode(tmp_path / "made", "mp4", "aac", SOUND, options=FRAGMENTS)
    result = await decoded(decoder, with_times(made, lambda number, time: max(0, time_of(number, time))))
    assert found_marks(result.samples) == pytest.approx(found, abs=0.06)
    assert not result.report.truncated


async def test_fragments_of_a_recorder_that_began_anew_are_all_decoded(decoder: Decoder, tmp_path: Path) -> None:
    made = encode(tmp_path / "made", "mp4", "aac", SOUND, video="mpeg4", options=FRAGMENTS)
    again = b"".join(whole for name, whole in boxes(made) if name in (b"moof", b"mdat"))
    result = await decoded(decoder, made + again)
    assert found_marks(result.samples) == pytest.approx([0.5, 2, 5, 6.5, 8, 11], abs=0.1)


async def test_fragments_that_are_missing_are_silence(decoder: Decoder, tmp_path: Path) -> None:
    made = encode(tmp_path / "made", "mp4", "aac", SOUND, options=FRAGMENTS)
    parts = [whole for _, whole in boxes(made)]
    result = await decoded(decoder, b"".join(parts[: 2 + 2 * 5] + parts[2 + 2 * 8 :]))
    assert found_marks(result.samples) == pytest.approx([0.5, 2, 5], abs=0.05)
    assert result.report.gaps_s == pytest.approx(1.5, abs=0.1)


class NotedReads(io.BytesIO):
    """A file that notes where it is read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.size = len(data)
        self.places: list[int] = []

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        self.places.append(offset)
        return super().seek(offset, whence)


async def test_all_of_a_fragment_is_read_before_the_next(tmp_path: Path) -> None:
    """To come by each once more would fetch a recording of the web once more."""
    made = encode(tmp_path / "made", "mp4", "aac", SOUND, options=FRAGMENTS)
    first = made.index(b"moof") - 4
    file = NotedReads(with_times(made, lambda number, time: 0))
    assert len(stated_length(file).corrections) == made.count(b"moof") - 1
    begins = [at for at in range(first, len(made)) if made[at + 4 : at + 8] == b"moof"]
    read = [sum(begin <= place for begin in begins) for place in file.places if place >= first]
    assert [number for number, _ in groupby(read)] == list(range(1, len(begins) + 1))
