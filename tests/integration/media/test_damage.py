"""What is damaged, lost or cut off in a file is told, and what comes behind it stays at its time."""

import io
import re
from pathlib import Path

import av
import numpy as np
import pytest

from core.media import Decoder
from tests.integration.media.decoded_whole import Decoded, decode_all
from tests.media_samples import BytesSource, Samples, encode, has_encoder
from tests.sound_marks import found_marks, marks

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECONDS = 12
MARKS = [0.5 + number for number in range(11)]
FASTSTART = {"movflags": "faststart"}
FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "500000"}


def noisy_marks() -> Samples:
    """Tones once a second, with noise so that each second takes as many bytes."""
    sound = marks(SECONDS, *MARKS)
    return sound + np.random.default_rng(1).normal(0, 300, len(sound)).astype(np.int16)


async def decoded(decoder: Decoder, recording: bytes) -> Decoded:
    return await decode_all(decoder, BytesSource(recording))


def overwritten(recording: bytes, kind: str = "zeros") -> bytes:
    """The recording with an eighth of its bytes damaged or lost behind its middle."""
    middle, length = len(recording) * 6 // 10, len(recording) // 8
    noise = np.random.default_rng(3).integers(0, 256, length, dtype=np.uint8).tobytes()
    new = {"zeros": bytes(length), "noise": noise, "lost": b""}[kind]
    return recording[:middle] + new + recording[middle + length :]


def film(folder: Path, container: str, codec: str, video: str, *dead_s: tuple[float, float]) -> bytes:
    """A film whose sound and pictures are interleaved, with a line that is dead at these times."""
    made = encode(folder / "made", container, codec, noisy_marks(), video=video)
    with av.open(io.BytesIO(made)) as source, av.open(str(folder / "film"), "w", format=container) as output:
        streams = {stream.index: output.add_stream_from_template(stream) for stream in source.streams}
        packets = [packet for packet in source.demux() if packet.dts is not None]
        for packet in sorted(packets, key=lambda each: each.dts * each.time_base):
            at_s = float(packet.dts * packet.time_base)
            if packet.stream.type == "audio" and any(start_s < at_s < end_s for start_s, end_s in dead_s):
                continue
            packet.stream = streams[packet.stream.index]
            output.mux(packet)
    return (folder / "film").read_bytes()


@pytest.mark.parametrize(
    ("container", "codec", "options"),
    [
        ("mp4", "aac", FASTSTART),
        ("mp3", "libmp3lame", {}),
        ("ac3", "ac3", {}),
        ("flac", "flac", {}),
        ("matroska", "aac", {}),
        ("matroska", "pcm_s16le", {}),
        ("webm", "libopus", {}),
        ("flv", "aac", {}),
        ("mpegts", "aac", {}),
        ("asf", "wmav2", {}),
    ],
)
@pytest.mark.parametrize("kind", ["zeros", "noise"])
async def test_what_is_damaged_in_the_middle_is_told_and_keeps_its_place(
    container: str, codec: str, options: dict[str, str], kind: str, decoder: Decoder, tmp_path: Path
) -> None:
    made = encode(tmp_path / "made", container, codec, noisy_marks(), options=options)
    result = await decoded(decoder, overwritten(made, kind))
    assert result.report.damaged_at_s is not None
    assert 3 < result.report.damaged_at_s < 9
    assert not result.report.truncated
    assert found_marks(result.samples)[-1] == pytest.approx(10.5, abs=0.05)


@pytest.mark.parametrize("kind", ["zeros", "noise"])
async def test_damage_in_adts_is_told(kind: str, decoder: Decoder, tmp_path: Path) -> None:
    made = encode(tmp_path / "made", "adts", "aac", noisy_marks())
    result = await decoded(decoder, overwritten(made, kind))
    assert result.report.damaged_at_s == pytest.approx(7.2, abs=0.2)
    whole = await decoded(decoder, made + b"TAG" + bytes(125))
    assert (whole.report.damaged_at_s, whole.report.truncated) == (None, False)


@pytest.mark.parametrize(
    ("container", "codec"),
    [("flac", "flac"), ("matroska", "aac"), ("webm", "libopus"), ("flv", "aac"), ("mpegts", "aac")],
)
async def test_bytes_that_are_lost_in_the_middle_are_damage_and_no_end(
    container: str, codec: str, decoder: Decoder, tmp_path: Path
) -> None:
    made = encode(tmp_path / "made", container, codec, noisy_marks())
    result = await decoded(decoder, overwritten(made, "lost"))
    assert result.report.damaged_at_s == pytest.approx(7.1, abs=0.3)
    assert not result.report.truncated
    assert found_marks(result.samples)[-1] == pytest.approx(10.5, abs=0.05)


FILMS = [("matroska", "aac", "mpeg4"), ("webm", "libopus", "libvpx"), ("mpegts", "aac", "mpeg2video")]


@pytest.mark.parametrize(("container", "codec", "video"), FILMS)
async def test_damage_among_the_pictures_of_a_film_is_told_where_sound_is_lost(
    container: str, codec: str, video: str, decoder: Decoder, tmp_path: Path
) -> None:
    result = await decoded(decoder, overwritten(film(tmp_path, container, codec, video)))
    assert result.report.damaged_at_s == pytest.approx(7.0, abs=0.4)
    assert found_marks(result.samples)[-1] == pytest.approx(10.5, abs=0.05)


@pytest.mark.parametrize(("container", "codec", "video"), FILMS)
async def test_a_line_that_was_dead_in_a_film_is_no_damage(
    container: str, codec: str, video: str, decoder: Decoder, tmp_path: Path
) -> None:
    result = await decoded(decoder, film(tmp_path, container, codec, video, (3.2, 3.45), (5.2, 8.2)))
    assert (result.report.damaged_at_s, result.report.truncated) == (None, False)
    assert found_marks(result.samples)[-3:] == pytest.approx([8.5, 9.5, 10.5], abs=0.05)


@pytest.mark.parametrize(
    ("container", "codec", "options"),
    [
        ("adts", "aac", {}),
        ("mp3", "libmp3lame", {"write_xing": "0"}),
        ("flac", "flac", {}),
        ("mpegts", "aac", {}),
        ("flv", "aac", {}),
        ("asf", "wmav2", {}),
        ("mp4", "aac", FASTSTART),
        ("mp4", "aac", FRAGMENTS),
    ],
)
async def test_a_recording_that_breaks_off_within_a_packet_is_told(
    container: str, codec: str, options: dict[str, str], decoder: Decoder, tmp_path: Path
) -> None:
    made = encode(tmp_path / "made", container, codec, noisy_marks(), options=options)
    assert not (await decoded(decoder, made)).report.truncated
    result = await decoded(decoder, made[: len(made) * 6 // 10 + 31])
    assert result.report.truncated
    assert result.report.damaged_at_s is None
    assert found_marks(result.samples)[:6] == pytest.approx(MARKS[:6], abs=0.05)


def fragments(folder: Path) -> tuple[bytes, list[int]]:
    """A recording in fragments, and where their headers begin."""
    made = encode(folder / "made", "mp4", "aac", noisy_marks(), options=FRAGMENTS)
    return made, [found.start() - 4 for found in re.finditer(b"moof", made)]


async def test_of_fragments_those_before_one_that_is_only_begun_are_decoded(decoder: Decoder, tmp_path: Path) -> None:
    made, headers = fragments(tmp_path)
    result = await decoded(decoder, made[: headers[12] + 60])
    assert result.report.truncated
    assert found_marks(result.samples)[:6] == pytest.approx(MARKS[:6], abs=0.05)


@pytest.mark.parametrize("new", [bytes(400), b"\x7f\xff\xff\xffmoof" * 50], ids=["zeros", "wrong length"])
async def test_fragments_behind_a_damaged_one_are_decoded(new: bytes, decoder: Decoder, tmp_path: Path) -> None:
    made, headers = fragments(tmp_path)
    at = headers[9]
    result = await decoded(decoder, made[:at] + new + made[at + len(new) :])
    assert result.report.damaged_at_s is not None
    assert not result.report.truncated
    assert found_marks(result.samples)[-5:] == pytest.approx(MARKS[-5:], abs=0.05)


@pytest.mark.parametrize(
    ("container", "codec", "start_s", "options"),
    [
        ("matroska", "aac", 9.9, {}),
        ("webm", "libopus", 700.0, {}),
        ("asf", "wmav2", 9.9, {}),
        ("nut", "aac", 9.9, {}),
        ("mp4", "aac", 9.9, FRAGMENTS),
    ],
)
async def test_sound_alone_that_begins_late_on_its_clock_is_whole(
    container: str, codec: str, start_s: float, options: dict[str, str], decoder: Decoder, tmp_path: Path
) -> None:
    made = encode(tmp_path / "made", container, codec, noisy_marks(), start_s=start_s, options=options)
    result = await decoded(decoder, made)
    assert found_marks(result.samples) == pytest.approx(MARKS, abs=0.05)
    assert not result.report.truncated


@pytest.mark.parametrize(("container", "codec"), [("wav", "pcm_s16le"), ("w64", "pcm_s16le"), ("matroska", "aac")])
async def test_a_byte_too_few_is_no_end(container: str, codec: str, decoder: Decoder, tmp_path: Path) -> None:
    made = encode(tmp_path / "made", container, codec, noisy_marks())
    assert not (await decoded(decoder, made[:-1])).report.truncated


@pytest.mark.parametrize("kind", ["lost", "added"])
@pytest.mark.parametrize("options", [FASTSTART, {}], ids=["index first", "index last"])
async def test_an_mp4_is_decoded_up_to_bytes_that_were_lost_or_added(
    options: dict[str, str], kind: str, decoder: Decoder, tmp_path: Path
) -> None:
    """All that is behind them isn't where the index says."""
    made = encode(tmp_path / "made", "mp4", "aac", noisy_marks(), options=options)
    at = len(made) * 6 // 10
    result = await decoded(decoder, made[:at] + (bytes(range(1, 200)) if kind == "added" else b"") + made[at + 99 :])
    assert result.report.damaged_at_s == pytest.approx(7.1, abs=0.5)
    assert found_marks(result.samples)[:6] == pytest.approx(MARKS[:6], abs=0.05)


async def test_samples_behind_an_index_that_was_found_by_searching_are_told_to_be_damaged(
    decoder: Decoder, tmp_path: Path
) -> None:
    made = encode(tmp_path / "made", "mov", "pcm_s16le", noisy_marks())
    at = len(made) * 6 // 10
    result = await decoded(decoder, made[:at] + made[at + 100 :])
    assert result.report.truncated
    assert found_marks(result.samples)[:6] == pytest.approx(MARKS[:6], abs=0.05)


async def test_a_fragment_with_an_impossible_sample_costs_only_itself(decoder: Decoder, tmp_path: Path) -> None:
    made, headers = fragments(tmp_path)
    at = made.index(b"trun", headers[9]) + 16
    result = await decoded(decoder, made[:at] + b"\x7f" * 40 + made[at + 40 :])
    assert result.report.damaged_at_s is not None
    assert found_marks(result.samples)[-5:] == pytest.approx(MARKS[-5:], abs=0.05)


@pytest.mark.parametrize(
    ("container", "codec"), [("ac3", "ac3"), ("eac3", "eac3"), ("amr", "libopencore_amrnb"), ("voc", "pcm_u8")]
)
async def test_a_last_frame_that_is_only_begun_is_told(
    container: str, codec: str, decoder: Decoder, tmp_path: Path
) -> None:
    if not has_encoder(codec):
        pytest.skip("this libav can't write it")
    made = encode(tmp_path / "made", container, codec, noisy_marks(), rate_hz=8_000 if container == "amr" else 48_000)
    assert not (await decoded(decoder, made)).report.truncated
    assert (await decoded(decoder, made[: len(made) // 2 + 10])).report.truncated


@pytest.mark.parametrize(
    ("container", "codec", "rate_hz"), [("tta", "tta", 48_000), ("3gp", "libopencore_amrnb", 8_000)]
)
async def test_zeros_that_a_codec_takes_for_sound_are_told(
    container: str, codec: str, rate_hz: int, decoder: Decoder, tmp_path: Path
) -> None:
    if not has_encoder(codec):
        pytest.skip("this libav can't write it")
    made = encode(tmp_path / "made", container, codec, noisy_marks(), rate_hz=rate_hz)
    assert (await decoded(decoder, made)).report.damaged_at_s is None
    assert (await decoded(decoder, overwritten(made))).report.damaged_at_s is not None


@pytest.mark.parametrize(("container", "codec"), [("adts", "aac"), ("ac3", "ac3"), ("eac3", "eac3")])
async def test_frames_that_are_missing_show_by_the_one_that_is_broken(
    container: str, codec: str, decoder: Decoder, tmp_path: Path
) -> None:
    made = encode(tmp_path / "made", container, codec, noisy_marks())
    result = await decoded(decoder, overwritten(made, "lost"))
    assert result.report.damaged_at_s == pytest.approx(7.2, abs=0.2)
    assert not result.report.truncated
    glued = await decoded(decoder, made + made)
    assert (glued.report.damaged_at_s, glued.report.truncated) == (None, False)
