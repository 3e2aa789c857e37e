"""All of a file's sound is decoded, whatever its headers state of its length; what breaks off or is damaged is told."""

import io
import struct
from pathlib import Path

import av
import pytest

from core.media import Decoder
from tests.integration.media.decoded_whole import Decoded, decode_all
from tests.media_samples import BytesSource, encode, id3
from tests.sound_marks import found_marks, marks

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIRST, SECOND = marks(6, 0.5, 2, 5), marks(4, 0.3, 1.7, 3)
FIRST_MARKS = [0.5, 2, 5]
BOTH_MARKS = [0.5, 2, 5, 6.3, 7.7, 9]
TWO_SECONDS = 2 * 48_000 * 2
LIST = b"LIST" + struct.pack("<I", 26) + b"INFOISFT" + struct.pack("<I", 14) + b"Lavf60.16.100\0"


async def decoded(decoder: Decoder, recording: bytes) -> Decoded:
    return await decode_all(decoder, BytesSource(recording))


def with_bytes(recording: bytes, at: int, new: bytes) -> bytes:
    return recording[:at] + new + recording[at + len(new) :]


def stale(folder: Path, container: str, stated: int = TWO_SECONDS) -> bytes:
    """A recording of 6 s whose header states so many bytes, 2 s, as a recorder leaves it that crashes."""
    if container == "rf64":
        made = encode(folder / "made", "wav", "pcm_s16le", FIRST, options={"rf64": "always"})
        return with_bytes(made, made.index(b"ds64") + 16, struct.pack("<Q", stated))
    codec = "pcm_s16be" if container in ("aiff", "au") else "pcm_s16le"
    made = encode(folder / "made", container, codec, FIRST)
    if container == "wav":
        return with_bytes(made, made.index(b"data") + 4, struct.pack("<I", stated))
    if container == "w64":
        return with_bytes(made, made.index(b"data\xf3") + 16, struct.pack("<Q", stated + 24))
    if container == "caf":
        return with_bytes(made, made.index(b"data") + 4, struct.pack(">Q", stated + 4))
    if container == "au":
        return with_bytes(made, 8, struct.pack(">I", stated))
    made = with_bytes(made, made.index(b"COMM") + 10, struct.pack(">I", stated // 2))
    return with_bytes(made, made.index(b"SSND") + 4, struct.pack(">I", stated + 8))


@pytest.mark.parametrize("container", ["wav", "rf64", "w64", "aiff", "caf", "au"])
async def test_sound_behind_the_stated_end_is_decoded(container: str, decoder: Decoder, tmp_path: Path) -> None:
    result = await decoded(decoder, stale(tmp_path, container))
    assert found_marks(result.samples) == pytest.approx(FIRST_MARKS, abs=0.02)
    assert result.duration_s == pytest.approx(6.0, abs=0.01)
    assert result.info.duration_s == pytest.approx(6.0, abs=0.01) or container == "au"
    assert not result.report.truncated
    assert not result.report.is_plain


@pytest.mark.parametrize("has_length", [True, False], ids=["length of all", "no length of all"])
@pytest.mark.parametrize("container", ["wav", "rf64", "w64", "aiff", "caf", "au"])
async def test_a_header_that_was_never_brought_up_to_date_hides_nothing(
    container: str, has_length: bool, decoder: Decoder, tmp_path: Path
) -> None:
    made = stale(tmp_path, container, 0)
    lengths_at = {"wav": (4, 4), "rf64": (20, 8), "w64": (16, 8), "aiff": (4, 4)}
    if not has_length and container in lengths_at:
        at, length = lengths_at[container]
        made = with_bytes(made, at, bytes(length))
    result = await decoded(decoder, made)
    assert found_marks(result.samples) == pytest.approx(FIRST_MARKS, abs=0.02)
    assert result.duration_s == pytest.approx(6.0, abs=0.01)
    assert not result.report.truncated


@pytest.mark.parametrize("length", [2**63 - 1, 2**64 - 1])
@pytest.mark.parametrize("container", ["rf64", "w64", "caf"])
async def test_an_impossible_length_of_eight_bytes_is_none(
    container: str, length: int, decoder: Decoder, tmp_path: Path
) -> None:
    made = stale(tmp_path, container)
    at = {"rf64": b"ds64", "w64": b"data\xf3", "caf": b"data"}[container]
    order = ">Q" if container == "caf" else "<Q"
    made = with_bytes(made, made.index(at) + (4 if container == "caf" else 16), struct.pack(order, length))
    result = await decoded(decoder, made)
    assert found_marks(result.samples) == pytest.approx(FIRST_MARKS, abs=0.02)
    assert not result.report.truncated


async def test_samples_in_several_chunks_are_all_decoded(decoder: Decoder, tmp_path: Path) -> None:
    made = encode(tmp_path / "made", "wav", "pcm_s16le", FIRST)
    start = made.index(b"data") + 8
    first, second = made[start : start + TWO_SECONDS], made[start + TWO_SECONDS :]
    pieces = [b"data" + struct.pack("<I", len(piece)) + piece for piece in (first, second)]
    result = await decoded(decoder, made[: start - 8] + LIST.join(pieces))
    assert found_marks(result.samples) == pytest.approx(FIRST_MARKS, abs=0.02)


@pytest.mark.parametrize(
    ("container", "codec", "chunk"),
    [
        ("wav", "pcm_s16le", LIST + LIST),
        ("aiff", "pcm_s16be", b"ANNO\0\0\0\4text"),
        ("caf", "pcm_s16le", b"info" + struct.pack(">Q", 9) + b"123456789"),
        ("caf", "alac", b""),  # Its table of packets is behind the sound.
    ],
)
async def test_another_recording_is_found_behind_chunks(
    container: str, codec: str, chunk: bytes, decoder: Decoder, tmp_path: Path
) -> None:
    first = encode(tmp_path / "made", container, codec, FIRST)
    second = encode(tmp_path / "made", container, codec, SECOND, rate_hz=44_100, layout="stereo")
    result = await decoded(decoder, first + chunk + second)
    assert found_marks(result.samples) == pytest.approx(BOTH_MARKS, abs=0.08)
    assert not result.report.truncated


@pytest.mark.parametrize(
    "behind",
    [LIST, b"xyzw" + struct.pack("<I", 1000) + b"\x55" * 1000, bytes(4000), b"ID3\x04\0\0\0\0\1\0" + b"\x77" * 128],
    ids=["LIST", "unknown chunk", "padding", "ID3"],
)
async def test_chunks_and_padding_behind_the_sound_are_no_sound(
    behind: bytes, decoder: Decoder, tmp_path: Path
) -> None:
    result = await decoded(decoder, encode(tmp_path / "made", "wav", "pcm_s16le", FIRST) + behind)
    assert result.duration_s == pytest.approx(6.0, abs=0.001)
    assert result.report.is_plain


@pytest.mark.parametrize("container", ["wav", "w64", "aiff", "caf", "au"])
async def test_sound_that_breaks_off_before_the_stated_end_is_told(
    container: str, decoder: Decoder, tmp_path: Path
) -> None:
    codec = "pcm_s16be" if container in ("aiff", "au") else "pcm_s16le"
    made = encode(tmp_path / "made", container, codec, FIRST)
    result = await decoded(decoder, made[: len(made) // 2])
    assert result.report.truncated
    assert result.duration_s == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("wav", "pcm_s16le"),
        ("mp4", "aac"),
        ("matroska", "aac"),
        ("webm", "libopus"),
        ("live", "libopus"),
        ("flac", "flac"),
        ("flv", "aac"),
        ("asf", "wmav2"),
        ("mpegts", "aac"),
        ("adts", "aac"),
        ("mp3", "libmp3lame"),
    ],
)
async def test_recordings_glued_together_are_decoded_one_after_another(
    container: str, codec: str, decoder: Decoder, tmp_path: Path
) -> None:
    options = {"live": "1"} if container == "live" else {}
    container = "webm" if container == "live" else container
    first = encode(tmp_path / "made", container, codec, FIRST, options=options)
    other = {"rate_hz": 44_100} if codec in ("flac", "pcm_s16le") else {}
    second = encode(tmp_path / "made", container, codec, SECOND, layout="stereo", options=options, **other)
    result = await decoded(decoder, first + second)
    assert found_marks(result.samples) == pytest.approx(BOTH_MARKS, abs=0.08)  # Each codec has its delay.
    assert not result.report.truncated
    assert not result.report.has_left_out


@pytest.mark.parametrize(("pid", "codec"), [("512", "aac"), ("512", "mp2"), ("256", "mp2")])
async def test_sound_that_goes_on_in_another_stream_of_a_transmission_is_decoded(
    pid: str, codec: str, decoder: Decoder, tmp_path: Path
) -> None:
    first = encode(tmp_path / "made", "mpegts", "aac", FIRST, options={"mpegts_start_pid": "256"})
    second = encode(tmp_path / "made", "mpegts", codec, SECOND, options={"mpegts_start_pid": pid})
    result = await decoded(decoder, first + second)
    assert found_marks(result.samples) == pytest.approx(BOTH_MARKS, abs=0.08)
    assert (result.report.damaged_at_s, result.report.has_left_out) == (None, False)


async def test_pictures_behind_the_sound_of_a_transmission_are_nothing_left_out(
    decoder: Decoder, tmp_path: Path
) -> None:
    first = encode(tmp_path / "made", "mpegts", "aac", FIRST, video="mpeg2video")
    second = encode(tmp_path / "made", "mpegts", "aac", SECOND[:0], video="mpeg2video", start_s=10)
    result = await decoded(decoder, first + second * 40)
    assert found_marks(result.samples) == pytest.approx(FIRST_MARKS, abs=0.05)
    assert not result.report.has_left_out


async def test_the_last_of_glued_recordings_may_break_off(decoder: Decoder, tmp_path: Path) -> None:
    first = encode(tmp_path / "made", "wav", "pcm_s16le", FIRST)
    second = encode(tmp_path / "made", "wav", "pcm_s16le", SECOND, rate_hz=16_000, layout="stereo")
    result = await decoded(decoder, first + second[: len(second) // 2])
    assert found_marks(result.samples) == pytest.approx([*FIRST_MARKS, 6.3, 7.7], abs=0.02)
    assert result.report.truncated


async def test_a_film_that_is_cut_off_is_told_by_the_length_of_its_segment(decoder: Decoder, tmp_path: Path) -> None:
    film = encode(tmp_path / "film", "matroska", "aac", FIRST, video="mpeg4")
    assert (await decoded(decoder, film[: len(film) * 6 // 10])).report.truncated
    assert not (await decoded(decoder, film)).report.truncated


@pytest.mark.parametrize("late_s", [0.0, 1.0])
@pytest.mark.parametrize(
    ("container", "codec", "options"),
    [
        ("matroska", "aac", {}),
        ("webm", "libopus", {}),
        ("asf", "wmav2", {}),
        ("nut", "mp2", {}),
        ("wtv", "mp2", {}),
        ("flv", "aac", {}),
        ("ogg", "flac", {}),
        ("mp4", "aac", {}),
        ("mp4", "aac", {"movflags": "frag_keyframe+delay_moov"}),
    ],
)
async def test_pictures_that_go_on_without_sound_are_no_recording_that_breaks_off(
    container: str, codec: str, options: dict[str, str], late_s: float, decoder: Decoder, tmp_path: Path
) -> None:
    video = {"webm": "libvpx", "ogg": "libvpx", "flv": "flv1", "wtv": "mpeg2video"}.get(container, "mpeg4")
    film = encode(tmp_path / "film", container, codec, FIRST, video=video, video_s=9, start_s=late_s, options=options)
    result = await decoded(decoder, film)
    assert found_marks(result.samples) == pytest.approx([late_s + mark for mark in FIRST_MARKS], abs=0.06)
    assert (result.report.truncated, result.report.damaged_at_s) == (False, None)


@pytest.mark.parametrize("container", ["matroska", "nut", "asf"])
async def test_a_longer_track_beside_it_is_no_recording_that_breaks_off(
    container: str, decoder: Decoder, tmp_path: Path
) -> None:
    both = encode(tmp_path / "made", container, "mp2", FIRST, tracks=2)
    with av.open(io.BytesIO(both), "r") as source, av.open(str(tmp_path / "cut"), "w", format=container) as made:
        streams = [made.add_stream_from_template(stream) for stream in source.streams.audio]
        for packet in source.demux():
            number = packet.stream.index
            if packet.pts is not None and (number or packet.pts * (packet.time_base or 0) < 3):
                packet.stream = streams[number]
                made.mux(packet)
    async with decoder.decode(BytesSource((tmp_path / "cut").read_bytes()), track=1) as decoding:
        heard_s = sum([block.duration_s async for block in decoding])
    assert heard_s == pytest.approx(3.0, abs=0.1)
    assert decoding.report is not None
    assert not decoding.report.truncated


async def test_a_recording_that_is_written_live_is_never_cut_off(decoder: Decoder, tmp_path: Path) -> None:
    live = encode(tmp_path / "made", "webm", "libopus", FIRST, options={"live": "1"})
    result = await decoded(decoder, live[: len(live) // 2])
    assert not result.report.truncated


async def test_a_picture_between_two_songs_is_neither_a_gap_nor_an_end(decoder: Decoder, tmp_path: Path) -> None:
    song = encode(tmp_path / "made", "mp3", "libmp3lame", FIRST)
    result = await decoded(decoder, song + id3(3, 800_000) + song)
    assert result.duration_s == pytest.approx(12.0, abs=0.1)
    assert not result.report.truncated
