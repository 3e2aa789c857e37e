"""Recordings of any kind that are glued together in one file are transcribed one after another."""

from pathlib import Path

import pytest

from core.media import Decoder
from tests.integration.media.decoded_whole import Decoded, decode_all
from tests.media_samples import BytesSource, encode, has_encoder, wav_header
from tests.sound_marks import found_marks, marks

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIRST, SECOND = marks(3, 0.5, 2), marks(2, 0.3, 1.5)
BOTH_MARKS = [0.5, 2, 3.3, 4.5]
CODECS = {
    "mp4": "aac",
    "mov": "pcm_s16le",
    "wav": "pcm_s16le",
    "w64": "pcm_s16le",
    "aiff": "pcm_s16be",
    "caf": "pcm_s16le",
    "au": "pcm_s16be",
    "sox": "pcm_s32le",
    "avi": "libmp3lame",
    "matroska": "aac",
    "asf": "wmav2",
    "flv": "aac",
    "nut": "aac",
    "rm": "ac3",
    "wtv": "mp2",
    "vob": "mp2",
    "mpegts": "aac",
    "ogg": "libopus",
    "flac": "flac",
    "wv": "wavpack",
    "tta": "tta",
    "mp3": "libmp3lame",
    "adts": "aac",
    "ac3": "ac3",
    "eac3": "eac3",
    "amr": "libopencore_amrnb",
    "voc": "pcm_u8",
}
CODECS = {container: codec for container, codec in CODECS.items() if has_encoder(codec)}


def recording(folder: Path, container: str, *, is_first: bool) -> bytes:
    rate_hz = 8_000 if container == "amr" else 48_000
    sound = FIRST if is_first else SECOND
    return encode(folder / "made", container, CODECS[container], sound, rate_hz=rate_hz)


async def decoded(decoder: Decoder, data: bytes) -> Decoded:
    return await decode_all(decoder, BytesSource(data))


async def assert_both(decoder: Decoder, data: bytes) -> None:
    result = await decoded(decoder, data)
    assert found_marks(result.samples) == pytest.approx(BOTH_MARKS, abs=0.1)  # Each codec has its delay.
    assert (result.report.truncated, result.report.has_left_out, result.report.damaged_at_s) == (False, False, None)


@pytest.mark.parametrize(
    "container", ["avi", "nut", "rm", "wtv", "vob", "wv", "tta", "ac3", "eac3", "amr", "voc", "sox"]
)
async def test_two_of_a_kind_are_decoded(container: str, decoder: Decoder, tmp_path: Path) -> None:
    if container not in CODECS:
        pytest.skip("this libav can't write it")
    first = recording(tmp_path, container, is_first=True)
    await assert_both(decoder, first + recording(tmp_path, container, is_first=False))


@pytest.mark.parametrize(("first", "second"), list(zip(CODECS, [*list(CODECS)[9:], *list(CODECS)[:9]], strict=True)))
async def test_two_of_different_kinds_are_decoded(first: str, second: str, decoder: Decoder, tmp_path: Path) -> None:
    before = recording(tmp_path, first, is_first=True)
    if second in ("vob", "mpegts", "adts", "ac3", "eac3"):
        second = "mp3"  # The others have no beginning that stands nowhere else.
    await assert_both(decoder, before + recording(tmp_path, second, is_first=False))


@pytest.mark.parametrize("second", ["adts", "ac3", "eac3"])
@pytest.mark.parametrize("first", ["mp4", "mov", "matroska", "avi"])
async def test_bare_frames_are_found_behind_what_states_its_end(
    first: str, second: str, decoder: Decoder, tmp_path: Path
) -> None:
    before = recording(tmp_path, first, is_first=True)
    await assert_both(decoder, before + recording(tmp_path, second, is_first=False))


async def test_flac_is_found_behind_ogg(decoder: Decoder, tmp_path: Path) -> None:
    for container, codec in (("ogg", "libopus"), ("ogg", "flac"), ("mp3", "libmp3lame")):
        first = encode(tmp_path / "made", container, codec, FIRST)
        await assert_both(decoder, first + recording(tmp_path, "flac", is_first=False))


async def test_samples_without_a_length_end_where_another_recording_begins(decoder: Decoder, tmp_path: Path) -> None:
    streamed = wav_header(0xFFFF_FFFF, rate_hz=48_000) + FIRST.tobytes()
    await assert_both(decoder, streamed + recording(tmp_path, "wav", is_first=False))


async def test_the_header_of_a_codec_is_no_other_recording(decoder: Decoder, tmp_path: Path) -> None:
    """FLAC's stands in Ogg and Matroska, with the name with which a file of its own begins."""
    for container in ("ogg", "matroska"):
        result = await decoded(decoder, encode(tmp_path / "made", container, "flac", FIRST))
        assert found_marks(result.samples) == pytest.approx([0.5, 2], abs=0.05)
        assert not result.report.is_joined
