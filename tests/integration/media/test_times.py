"""Sound is at the time that its container states: late starts, gaps, clocks that are reset."""

import io
from fractions import Fraction
from pathlib import Path

import av
import pytest

from core.domain.errors import NoAudio
from core.media import Decoder
from tests.integration.media.decoded_whole import Decoded, decode_all
from tests.media_samples import BytesSource, encode, matroska_of_blocks, tone
from tests.sound_marks import found_marks, marks

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOUND = marks(6, 0.5, 2, 5)
LARGE_BYTES = 8_000_000
PACK, PICTURE_PACKET = b"\0\0\1\xba", b"\0\0\1\xe0"
"""Of a program stream: ISO/IEC 13818-1, section 2.5.3, and table 2-22."""

FILMS = {
    "matroska": ("aac", "mpeg4"),
    "mp4": ("aac", "mpeg4"),
    "mov": ("pcm_s16le", "mpeg4"),
    "mpegts": ("aac", "mpeg2video"),
    "flv": ("aac", "flv1"),
    "webm": ("libopus", "libvpx"),
}


def first_flv_picture(film: bytes) -> tuple[int, int]:
    """Where the first tag with a picture begins and ends: Adobe Flash Video File Format Specification, annex E.4."""
    at = 13
    while True:
        end = at + 15 + int.from_bytes(film[at + 1 : at + 4], "big")
        if film[at] == 9:
            return at, end
        at = end


def first_pack_of_pictures(film: bytes) -> tuple[int, int]:
    """Where the first pack of a program stream with pictures alone begins and ends."""
    first = film.index(PICTURE_PACKET)
    return film.rindex(PACK, 0, first), film.index(PACK, first)


async def decoded(decoder: Decoder, recording: bytes) -> Decoded:
    return await decode_all(decoder, BytesSource(recording))


def moved(recording: bytes, file: Path, container: str, times: list[tuple[float, float]]) -> bytes:
    """The recording with each packet from `times[i][0]` on later by `times[i][1]` seconds."""
    with av.open(io.BytesIO(recording), "r") as source, av.open(str(file), "w", format=container) as made:
        stream = made.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.pts is None or packet.time_base is None:
                continue
            at_s = float(packet.pts * packet.time_base)
            by_s = sum(later_s for from_s, later_s in times if at_s >= from_s)
            packet.pts += round(by_s / packet.time_base)
            packet.dts = packet.pts
            packet.stream = stream
            made.mux(packet)
    return file.read_bytes()


@pytest.mark.parametrize("late_s", [0.08, 0.45, 3.7])
@pytest.mark.parametrize("container", FILMS)
async def test_sound_that_starts_late_in_a_film_stays_there(
    container: str, late_s: float, decoder: Decoder, tmp_path: Path
) -> None:
    codec, video = FILMS[container]
    film = encode(tmp_path / "film", container, codec, SOUND, video=video, start_s=late_s)
    result = await decoded(decoder, film)
    assert found_marks(result.samples) == pytest.approx([late_s + mark for mark in (0.5, 2, 5)], abs=0.04)
    assert not result.report.truncated


@pytest.mark.parametrize("container", ["matroska", "mp4", "mpegts"])
async def test_a_microphone_that_was_switched_on_after_an_hour_is_there(
    container: str, decoder: Decoder, tmp_path: Path
) -> None:
    codec, video = FILMS[container]
    film = encode(tmp_path / "film", container, codec, SOUND, video=video, start_s=3600)
    async with decoder.decode(BytesSource(film)) as decoding:
        gap_s = sum([block.duration_s async for block in decoding if block.is_gap])
    assert gap_s == pytest.approx(3599, abs=0.1)
    assert decoding.report is not None
    assert decoding.report.decoded_s == pytest.approx(3606, abs=0.1)


@pytest.mark.parametrize("container", ["flv", "vob", "svcd"])
async def test_sound_behind_many_bytes_of_pictures_is_found(container: str, decoder: Decoder, tmp_path: Path) -> None:
    """These have no list of their streams, and libav looks no further for another one than so many bytes."""
    if container == "flv":
        film = encode(tmp_path / "film", "flv", "libmp3lame", SOUND, rate_hz=44_100, video="flv1", start_s=3)
        begin, end = first_flv_picture(film)
    else:
        film = encode(tmp_path / "film", container, "mp2", SOUND, video="mpeg2video", start_s=3)
        begin, end = first_pack_of_pictures(film)
    pictures = film[begin:end] * (LARGE_BYTES // (end - begin))
    result = await decoded(decoder, film[:end] + pictures + film[end:] + pictures)
    assert found_marks(result.samples) == pytest.approx([3.5, 5, 8], abs=0.06)


@pytest.mark.parametrize("container", ["flv", "vob", "mpegts"])
async def test_a_film_without_sound_is_told_however_its_streams_are_found(
    container: str, decoder: Decoder, tmp_path: Path
) -> None:
    video = "flv1" if container == "flv" else "mpeg2video"
    film = encode(tmp_path / "film", container, "aac", SOUND, video=video, tracks=0)
    with pytest.raises(NoAudio):
        await decoded(decoder, film)


@pytest.mark.parametrize("container", ["matroska", "mp4", "flv", "mpegts"])
async def test_many_small_gaps_do_not_drift(container: str, decoder: Decoder, tmp_path: Path) -> None:
    times = [(0.9 + 0.3 * number, 0.3) for number in range(12)]
    made = encode(tmp_path / "made", container, "aac", marks(6, 0.5, 5.2))
    result = await decoded(decoder, moved(made, tmp_path / "moved", container, times))
    assert found_marks(result.samples) == pytest.approx([0.5, 8.8], abs=0.13)


@pytest.mark.parametrize(
    ("container", "by_s"), [("flv", 20_000.0), ("mpegts", 20_000.0), ("matroska", 20 * 3600.0), ("mp4", 20 * 3600.0)]
)
async def test_a_clock_that_jumps_is_no_gap(container: str, by_s: float, decoder: Decoder, tmp_path: Path) -> None:
    made = encode(tmp_path / "made", container, "aac", SOUND)
    result = await decoded(decoder, moved(made, tmp_path / "moved", container, [(3.0, by_s)]))
    assert found_marks(result.samples) == pytest.approx([0.5, 2, 5], abs=0.06)


async def test_a_line_that_was_dead_for_an_hour_is_a_gap(decoder: Decoder, tmp_path: Path) -> None:
    made = encode(tmp_path / "made", "matroska", "aac", SOUND)
    data = moved(made, tmp_path / "moved", "matroska", [(3.0, 3600)])
    async with decoder.decode(BytesSource(data)) as decoding:
        gap_s = sum([block.duration_s async for block in decoding if block.is_gap])
    assert gap_s == pytest.approx(3599, abs=0.2)


@pytest.mark.parametrize("wrong_ms", [900_000, 5000, 0])
async def test_one_wrong_time_is_no_gap(wrong_ms: int, decoder: Decoder) -> None:
    """It is the time of the block between those at 1 and 3 s."""
    sound = (tone(1.0, 8000) // 256 + 128).astype("u1").tobytes()
    blocks = [(0, sound), (1000, sound), (wrong_ms, sound), (3000, sound), (4000, sound)]
    result = await decoded(decoder, matroska_of_blocks(blocks))
    assert result.duration_s == pytest.approx(5.0, abs=0.05)


@pytest.mark.parametrize("start", [2**33 - 4 * 90_000, 50_000 * 90_000])
async def test_a_transport_stream_begins_anywhere_on_its_clock(start: int, decoder: Decoder, tmp_path: Path) -> None:
    made = encode(tmp_path / "made", "matroska", "aac", SOUND)
    data = moved(made, tmp_path / "moved.ts", "mpegts", [(-1.0, float(Fraction(start, 90_000)))])
    result = await decoded(decoder, data)
    assert found_marks(result.samples) == pytest.approx([0.5, 2, 5], abs=0.06)
