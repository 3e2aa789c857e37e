"""Every kind of recording that people have is decoded to the same speech."""

from pathlib import Path

import numpy as np
import pytest

from core.domain.errors import NoAudio
from core.media import Decoder, FileSource
from tests.integration.media.decoded_whole import decode_all, likeness, rms
from tests.media_samples import (
    BytesSource,
    Samples,
    amr_nb,
    amr_wb,
    encode,
    has_encoder,
    id3,
    video_only,
    wav_header,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

CD = {"rate_hz": 44_100, "layout": "stereo"}
FORMATS = {
    "mp3": ("mp3", "libmp3lame", CD),
    "mp3-mono-low": ("mp3", "libmp3lame", {"rate_hz": 16_000}),
    "m4a-index-at-the-end": ("ipod", "aac", {}),
    "m4a-index-at-the-start": ("mp4", "aac", {"options": {"movflags": "faststart"}}),
    "mp4-fragmented": ("mp4", "aac", {"options": {"movflags": "frag_keyframe+empty_moov"}}),
    "m4a-alac": ("ipod", "alac", {}),
    "mp4-film": ("mp4", "aac", {"video": "mpeg4"}),
    "mov-film": ("mov", "pcm_s16le", {"video": "mpeg4"}),
    "ogg-opus": ("ogg", "libopus", {}),
    "ogg-vorbis": ("ogg", "vorbis", {"layout": "stereo", "codec_options": {"strict": "-2"}}),
    "webm": ("webm", "libopus", {}),
    "webm-film": ("webm", "libopus", {"video": "libvpx"}),
    "mkv-film": ("matroska", "aac", {"video": "libx264"}),
    "mkv-flac": ("matroska", "flac", {}),
    "mkv-many-tracks": ("matroska", "pcm_s16le", {"tracks": 20}),
    "flac": ("flac", "flac", {}),
    "wav": ("wav", "pcm_s16le", {}),
    "wav-24-bit": ("wav", "pcm_s24le", CD),
    "wav-as-whisper-wants-it": ("wav", "pcm_s16le", {"rate_hz": 16_000}),
    "wav-telephone": ("wav", "pcm_mulaw", {"rate_hz": 8_000}),
    "w64": ("w64", "pcm_s16le", {}),
    "aiff": ("aiff", "pcm_s16be", {}),
    "caf": ("caf", "pcm_s16le", {}),
    "amr": ("amr", "libopencore_amrnb", {"rate_hz": 8_000}),
    "3gp": ("3gp", "libopencore_amrnb", {"rate_hz": 8_000}),
    "3gp-aac": ("3gp", "aac", {}),
    "aac": ("adts", "aac", {}),
    "wma": ("asf", "wmav2", CD),
    "wmv-film": ("asf", "wmav2", {**CD, "video": "wmv2"}),
    "avi-film": ("avi", "libmp3lame", {"rate_hz": 44_100, "video": "mpeg4"}),
    "mpegts": ("mpegts", "aac", {"video": "mpeg2video"}),
    "flv": ("flv", "libmp3lame", {"rate_hz": 44_100}),
    "flv-film": ("flv", "aac", {"video": "flv1"}),
}


FORMATS = {
    name: spec for name, spec in FORMATS.items() if has_encoder(spec[1]) and has_encoder(spec[2].get("video", spec[1]))
}


@pytest.mark.parametrize("name", FORMATS)
async def test_a_recording_is_decoded_whatever_its_format(
    name: str, decoder: Decoder, speech: Samples, speech_16k: Samples, tmp_path: Path
) -> None:
    container, codec, options = FORMATS[name]
    recording = encode(tmp_path / "made", container, codec, speech, **options)

    decoded = await decode_all(decoder, BytesSource(recording, "holiday.txt"))

    assert decoded.duration_s == pytest.approx(8.0, abs=0.05)
    assert likeness(decoded.samples, speech_16k) > 0.95
    pan_law = 0.5**0.5 if options.get("layout") == "stereo" else 1.0  # what libav did when the test made it stereo
    assert rms(decoded.samples) == pytest.approx(pan_law * rms(speech_16k), rel=0.12)
    assert decoded.info.has_video == ("video" in options)
    assert decoded.info.size_bytes == len(recording)
    assert decoded.info.duration_s == pytest.approx(8.0, abs=0.3)  # a guess in some formats
    assert decoded.report.bad_packets == 0
    assert not decoded.report.truncated


@pytest.mark.parametrize(("recording", "codec"), [(amr_nb(3), "amrnb"), (amr_wb(3), "amrwb")])
async def test_amr_by_hand(recording: bytes, codec: str, decoder: Decoder) -> None:
    decoded = await decode_all(decoder, BytesSource(recording))
    assert decoded.duration_s == pytest.approx(3.0, abs=0.05)
    assert decoded.info.codec == codec


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("en/jfk.flac", 11.0), ("en/libri-198-209-0000.ogg", 13.91), ("en/beckett.wav", 10.0), ("other/8ch.m4a", 8.05)],
)
async def test_a_real_file(name: str, seconds: float, decoder: Decoder, speech_folder: Path) -> None:
    source = await FileSource.open(speech_folder / name)
    decoded = await decode_all(decoder, source)
    await source.close()
    assert decoded.duration_s == pytest.approx(seconds, abs=0.05)
    assert rms(decoded.samples) > 100


@pytest.mark.parametrize("channels", [3, 7, 11])
async def test_channels_without_a_known_layout_are_mixed_evenly(
    channels: int, decoder: Decoder, speech: Samples, speech_16k: Samples
) -> None:
    body = np.repeat(speech[:, None], channels, axis=1).astype("<i2").tobytes()
    decoded = await decode_all(decoder, BytesSource(wav_header(len(body), rate_hz=48_000, channels=channels) + body))
    assert decoded.info.channels == channels
    assert likeness(decoded.samples, speech_16k) > 0.95


async def test_a_film_with_subtitles_and_fonts(decoder: Decoder, speech: Samples, tmp_path: Path) -> None:
    path = tmp_path / "film"
    encode(path, "matroska", "aac", speech, extras=20)
    decoded = await decode_all(decoder, BytesSource(path.read_bytes()))
    assert decoded.duration_s == pytest.approx(8.0, abs=0.05)


@pytest.mark.parametrize(("container", "codec"), [("matroska", "aac"), ("mp4", "aac"), ("mpegts", "aac")])
async def test_sound_that_begins_late_in_a_film_keeps_its_place(
    container: str, codec: str, decoder: Decoder, speech: Samples, tmp_path: Path
) -> None:
    film = encode(tmp_path / "film", container, codec, speech, video="mpeg2video", start_s=3.0)
    decoded = await decode_all(decoder, BytesSource(film))
    assert decoded.duration_s == pytest.approx(11.0, abs=0.05)
    assert rms(decoded.samples[: 16_000 * 3]) < 1
    assert not decoded.report.truncated


async def test_the_format_may_change_in_the_middle(decoder: Decoder, speech: Samples, tmp_path: Path) -> None:
    plain = {"write_xing": "0"}
    first = encode(tmp_path / "a", "mp3", "libmp3lame", speech[: 48_000 * 4], **CD, options=plain)
    second = encode(tmp_path / "b", "mp3", "libmp3lame", speech[48_000 * 4 :], rate_hz=22_050, options=plain)
    decoded = await decode_all(decoder, BytesSource(first + second))
    assert decoded.duration_s == pytest.approx(8.0, abs=0.15)  # each part has its encoder's delay
    assert rms(decoded.samples[16_000 * 5 :]) > 300


async def test_a_film_without_sound_says_so(decoder: Decoder, tmp_path: Path) -> None:
    with pytest.raises(NoAudio, match="film has no sound"):
        await decode_all(decoder, BytesSource(video_only(tmp_path / "film"), "film"))


@pytest.mark.parametrize(
    ("entries", "cover_bytes"), [(200_000, 0), (0, 32 << 20)], ids=["200000-entries", "32-MB-cover"]
)
async def test_tags_cost_nothing(
    entries: int, cover_bytes: int, decoder: Decoder, speech: Samples, tmp_path: Path
) -> None:
    source = BytesSource(id3(entries, cover_bytes) + encode(tmp_path / "made", "mp3", "libmp3lame", speech, **CD))
    decoded = await decode_all(decoder, source)
    assert decoded.duration_s == pytest.approx(8.0, abs=0.05)
    assert sum(length for _, length in source.reads) < 8 << 20, "the tag is skipped, not read"


async def test_only_what_is_needed_of_a_recording_is_read(decoder: Decoder, speech: Samples, tmp_path: Path) -> None:
    source = BytesSource(encode(tmp_path / "made", "mp4", "aac", speech))
    await decode_all(decoder, source)
    assert sum(length for _, length in source.reads) == source.info.size_bytes


async def test_loudness_follows_the_sound(decoder: Decoder, speech: Samples, tmp_path: Path) -> None:
    quiet = np.zeros(48_000 * 2, np.int16)
    recording = encode(tmp_path / "made", "wav", "pcm_s16le", np.concatenate([quiet, speech, quiet]))
    decoded = await decode_all(decoder, BytesSource(recording))
    loudness = b"".join(block.loudness for block in decoded.blocks)
    assert len(loudness) == 12 * 50
    assert set(loudness[: 2 * 50 - 1]) == {96}
    assert min(loudness[2 * 50 : 10 * 50]) < 30


@pytest.mark.parametrize("part_s", [0.2, 0.6, 1.5])
@pytest.mark.parametrize("codec", ["libopus", "flac", "vorbis"])
async def test_parts_in_ogg_that_follow_each_other_are_all_decoded(
    part_s: float, codec: str, decoder: Decoder, speech: Samples, tmp_path: Path
) -> None:
    if not has_encoder(codec):
        pytest.skip("this libav can't make it")
    options = {"layout": "stereo", "codec_options": {"strict": "-2"}} if codec == "vorbis" else {}
    one = encode(tmp_path / "part", "ogg", codec, speech[48_000 : 48_000 + int(48_000 * part_s)], **options)
    alone = (await decode_all(decoder, BytesSource(one))).duration_s
    decoded = await decode_all(decoder, BytesSource(one * 5))
    assert decoded.duration_s == pytest.approx(5 * alone, abs=0.2)
    assert not decoded.report.truncated
