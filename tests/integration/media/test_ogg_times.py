"""Ogg: all recordings of a chain are decoded, and what comes behind a gap stays at its time."""

from pathlib import Path

import pytest

from core.media import Decoder
from tests.integration.media.decoded_whole import Decoded, decode_all
from tests.media_samples import BytesSource, Samples, encode
from tests.ogg_pages import granule_of, numbered, pages_of, with_granule
from tests.sound_marks import found_marks, marks

pytestmark = pytest.mark.asyncio(loop_scope="module")

RATE_HZ = 48_000
CODECS = ("libopus", "vorbis", "flac")
FIRST, SECOND = marks(6, 0.5, 2, 5), marks(4, 0.3, 1.7, 3)
VORBIS = {"layout": "stereo", "codec_options": {"strict": "-2"}}


def ogg(folder: Path, codec: str, sound: Samples = FIRST, **options: object) -> bytes:
    """A recording with pages of 0.2 s."""
    special = VORBIS if codec == "vorbis" else {}
    chosen = {"options": {"page_duration": "200000"}, **special, **options}
    return encode(folder / "made.ogg", "ogg", codec, sound, **chosen)  # type: ignore[arg-type]


async def decoded(decoder: Decoder, recording: bytes) -> Decoded:
    return await decode_all(decoder, BytesSource(recording))


@pytest.mark.parametrize("codec", CODECS)
async def test_a_gap_is_silence_of_its_length(codec: str, decoder: Decoder, tmp_path: Path) -> None:
    pages = pages_of(ogg(tmp_path, codec))
    left = [page for page in pages if not 2.6 * RATE_HZ < granule_of(page) < 4.2 * RATE_HZ]
    assert len(left) < len(pages) - 3
    result = await decoded(decoder, numbered(left))
    assert found_marks(result.samples) == pytest.approx([0.5, 2, 5], abs=0.05)
    assert result.duration_s == pytest.approx(6.0, abs=0.02)
    assert (result.report.truncated, result.report.damaged_at_s) == (False, None)
    assert not result.report.is_plain


@pytest.mark.parametrize("late_s", [0.3, 3.7, 700])
@pytest.mark.parametrize("codec", CODECS)
async def test_sound_that_starts_late_beside_pictures_stays_there(
    codec: str, late_s: float, decoder: Decoder, tmp_path: Path
) -> None:
    result = await decoded(decoder, ogg(tmp_path, codec, video="libvpx", start_s=late_s))
    assert found_marks(result.samples) == pytest.approx([late_s + mark for mark in (0.5, 2, 5)], abs=0.05)


@pytest.mark.parametrize("codec", CODECS)
async def test_many_small_gaps_add_up(codec: str, decoder: Decoder, tmp_path: Path) -> None:
    sound = marks(12, 0.5, 11.2)
    pages = pages_of(ogg(tmp_path, codec, sound))
    left = [page for at, page in enumerate(pages) if at < 7 or at % 4 or at > len(pages) - 9]
    result = await decoded(decoder, numbered(left))
    assert result.report.gaps_s > 1.0
    assert found_marks(result.samples) == pytest.approx([0.5, 11.2], abs=0.05)


@pytest.mark.parametrize("codec", CODECS)
async def test_lost_pages_are_told(codec: str, decoder: Decoder, tmp_path: Path) -> None:
    pages = pages_of(ogg(tmp_path, codec))
    left = [page for page in pages if not 2.6 * RATE_HZ < granule_of(page) < 4.2 * RATE_HZ]
    result = await decoded(decoder, b"".join(left))
    assert result.report.damaged_at_s == pytest.approx(2.6, abs=0.5)
    assert found_marks(result.samples) == pytest.approx([0.5, 2, 5], abs=0.05)


async def test_a_line_that_was_dead_for_ten_hours_costs_no_memory(decoder: Decoder, tmp_path: Path) -> None:
    pages = pages_of(ogg(tmp_path, "libopus"))
    shift = 10 * 3600 * RATE_HZ
    moved = [with_granule(page, granule_of(page) + shift * (granule_of(page) > 3 * RATE_HZ)) for page in pages]
    async with decoder.decode(BytesSource(b"".join(moved))) as decoding:
        sounding = [block async for block in decoding if not block.is_gap]
    assert sum(block.duration_s for block in sounding) < 10
    assert decoding.report is not None
    assert decoding.report.decoded_s == pytest.approx(36_006, abs=0.1)


@pytest.mark.parametrize("by_s", [-2, 100 * 3600])
async def test_a_clock_that_was_reset_makes_no_gap(by_s: int, decoder: Decoder, tmp_path: Path) -> None:
    pages = pages_of(ogg(tmp_path, "libopus"))
    moved = [with_granule(page, granule_of(page) + by_s * RATE_HZ * (granule_of(page) > 3 * RATE_HZ)) for page in pages]
    result = await decoded(decoder, b"".join(moved))
    assert found_marks(result.samples) == pytest.approx([0.5, 2, 5], abs=0.05)


@pytest.mark.parametrize("by_s", [-2, 5, 500])
@pytest.mark.parametrize("codec", CODECS)
async def test_one_wrong_time_is_neither_a_gap_nor_a_reset(
    codec: str, by_s: int, decoder: Decoder, tmp_path: Path
) -> None:
    pages = pages_of(ogg(tmp_path, codec))
    middle = len(pages) // 2
    pages[middle] = with_granule(pages[middle], granule_of(pages[middle]) + by_s * RATE_HZ)
    result = await decoded(decoder, b"".join(pages))
    assert found_marks(result.samples) == pytest.approx([0.5, 2, 5], abs=0.05)
    assert result.duration_s == pytest.approx(6.0, abs=0.05)


@pytest.mark.parametrize("codec", CODECS)
async def test_what_was_cut_out_of_a_broadcast_begins_at_nought_and_is_whole(
    codec: str, decoder: Decoder, tmp_path: Path
) -> None:
    pages = pages_of(ogg(tmp_path, codec))
    moved = [with_granule(page, granule_of(page) + 1000 * RATE_HZ) if granule_of(page) > 0 else page for page in pages]
    result = await decoded(decoder, b"".join(moved[:-1]))
    assert found_marks(result.samples) == pytest.approx([0.5, 2, 5], abs=0.05)
    assert result.report.gaps_s == 0
    assert not result.report.truncated


async def test_every_link_of_a_chain_is_decoded_whatever_its_format(decoder: Decoder, tmp_path: Path) -> None:
    links = [
        ogg(tmp_path, "libopus"),
        ogg(tmp_path, "libopus", SECOND, layout="stereo"),
        ogg(tmp_path, "vorbis", SECOND, rate_hz=44_100),
        ogg(tmp_path, "flac", SECOND, rate_hz=16_000),
        ogg(tmp_path, "vorbis", SECOND, rate_hz=16_000),
    ]
    result = await decoded(decoder, b"".join(links))
    expected = [0.5, 2, 5, *(start + mark for start in (6, 10, 14, 18) for mark in (0.3, 1.7, 3))]
    assert found_marks(result.samples) == pytest.approx(expected, abs=0.05)
    assert result.duration_s == pytest.approx(22.0, abs=0.05)
    assert (result.report.truncated, result.report.has_left_out) == (False, False)
    assert not result.report.is_plain


async def test_a_link_that_breaks_off_before_another_is_told(decoder: Decoder, tmp_path: Path) -> None:
    first = ogg(tmp_path, "libopus")
    result = await decoded(decoder, first[: len(first) * 6 // 10] + ogg(tmp_path, "vorbis", SECOND))
    assert result.report.damaged_at_s == pytest.approx(3.4, abs=1.2)
    assert len(found_marks(result.samples)) == 5
    between = first + bytes(3000) + ogg(tmp_path, "vorbis", SECOND)
    assert (await decoded(decoder, between)).report.damaged_at_s is None


async def test_a_link_that_cannot_be_decoded_is_told(decoder: Decoder, tmp_path: Path) -> None:
    unknown = ogg(tmp_path, "libopus").replace(b"OpusHead", b"Unheard0")
    headless = numbered(pages_of(unknown))
    result = await decoded(decoder, ogg(tmp_path, "libopus") + headless)
    assert result.report.has_left_out
    assert found_marks(result.samples) == pytest.approx([0.5, 2, 5], abs=0.05)


@pytest.mark.parametrize("codec", CODECS)
async def test_a_recording_that_breaks_off_is_told(codec: str, decoder: Decoder, tmp_path: Path) -> None:
    whole = ogg(tmp_path, codec)
    last = len(pages_of(whole)[-1])
    for cut in (whole[: len(whole) * 6 // 10], whole[:-last], whole[:-1]):
        result = await decoded(decoder, cut)
        assert result.report.truncated
        assert found_marks(result.samples)[:2] == pytest.approx([0.5, 2], abs=0.05)
