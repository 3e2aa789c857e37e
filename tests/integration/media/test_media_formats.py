"""The table of media formats: all of it is known to libav, and what libav here can write of it is decoded."""

import io
import struct
from pathlib import Path

import av
import numpy as np
import pytest
from av.codec.codec import Codec

from core.domain.errors import BareSamples, UnreadableSound
from core.domain.media_formats import (
    CONTAINERS,
    DECODERS,
    DEMUXERS,
    HEAD_BYTES,
    MEDIA_SUFFIXES,
    RAW_FORMATS,
    container_of,
    is_signed,
)
from core.media import Decoder
from tests.integration.media.decoded_whole import decode_all
from tests.media_samples import BytesSource, encode, has_encoder
from tests.sound_marks import found_marks, marks

_SECONDS = 2.0
_RATES_HZ = {"real_144": 8000, "libopencore_amrnb": 8000, "g723_1": 8000, "g726": 8000, "g726le": 8000}
_BITRATES = {"real_144": 8000, "libopencore_amrnb": 12_200, "g723_1": 6300, "g726": 32_000, "g726le": 32_000}
_OPTIONS = {"mlp": {"strict": "-2"}, "truehd": {"strict": "-2"}, "dca": {"strict": "-2"}, "vorbis": {"strict": "-2"}}

WRITTEN = [
    ("adts", "aac"),
    ("ac3", "ac3"),
    ("eac3", "eac3"),
    ("aiff", "pcm_s16be"),
    ("aiff", "pcm_mulaw"),
    ("amr", "libopencore_amrnb"),
    ("asf", "wmav1"),
    ("asf", "wmav2"),
    ("au", "pcm_s16be"),
    ("avi", "pcm_s16le"),
    ("caf", "alac"),
    ("caf", "pcm_f32be"),
    ("flac", "flac"),
    ("flv", "adpcm_swf"),
    ("flv", "nellymoser"),
    ("ircam", "pcm_s16le"),
    ("matroska", "flac"),
    ("matroska", "mlp"),
    ("matroska", "truehd"),
    ("matroska", "dca"),
    ("matroska", "tta"),
    ("matroska", "wavpack"),
    ("mlp", "mlp"),
    ("mov", "adpcm_ima_qt"),
    ("mov", "pcm_s24be"),
    ("mov", "pcm_f64le"),
    ("mp2", "mp2"),
    ("mp3", "libmp3lame"),
    ("mp4", "aac"),
    ("f4v", "aac"),
    ("3g2", "libopencore_amrnb"),
    ("mpegts", "mp2"),
    ("vob", "mp2"),
    ("mxf", "pcm_s16le"),
    ("nut", "pcm_s32le"),
    ("nut", "pcm_u16le"),
    ("ogg", "libopus"),
    ("ogg", "vorbis"),
    ("oma", "atrac3"),
    ("rm", "ac3"),
    ("rm", "real_144"),
    ("sox", "pcm_s32le"),
    ("truehd", "truehd"),
    ("tta", "tta"),
    ("voc", "pcm_u8"),
    ("w64", "pcm_s16le"),
    ("wav", "adpcm_ima_wav"),
    ("wav", "adpcm_ms"),
    ("wav", "adpcm_yamaha"),
    ("wav", "g722"),
    ("wav", "g723_1"),
    ("wav", "g726"),
    ("wav", "pcm_alaw"),
    ("wav", "pcm_f32le"),
    ("wav", "pcm_s24le"),
    ("wav", "pcm_s64le"),
    ("wav", "pcm_u8"),
    ("webm", "libopus"),
    ("wtv", "mp2"),
    ("wv", "wavpack"),
]

_WITHOUT_SIGNATURE = {"adts", "ac3", "eac3", "mp2", "mlp", "truehd"}


def _can_write(container: str, codec: str) -> bool:
    names = {name for known in av.formats_available for name in known.split(",")}
    return container in names and has_encoder(codec)


def _written(container: str, codec: str) -> bytes:
    rate_hz = _RATES_HZ.get(codec, 44_100 if container == "flv" else 48_000)
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate_hz, layout="mono", options=_OPTIONS.get(codec, {}))
        stream.bit_rate = _BITRATES.get(codec, 64_000)
        context = stream.codec_context
        context.open(strict=False)
        samples = (np.sin(np.arange(round(_SECONDS * rate_hz)) * 2 * np.pi * 440 / rate_hz) * 9000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], "s16", "mono")
        frame.sample_rate = rate_hz
        resampler = av.AudioResampler(context.format, context.layout, rate_hz, context.frame_size or 1024)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    return file.getvalue()


@pytest.mark.parametrize(("container", "codec"), [one for one in WRITTEN if _can_write(*one)])
@pytest.mark.asyncio(loop_scope="module")
async def test_what_can_be_written_here_is_decoded(decoder: Decoder, container: str, codec: str) -> None:
    try:
        recording = _written(container, codec)
    except (av.FFmpegError, ValueError) as error:
        pytest.skip(f"this libav can't write it: {error}")

    decoded = await decode_all(decoder, BytesSource(recording))

    assert is_signed(recording[:HEAD_BYTES]) != (container in _WITHOUT_SIGNATURE)
    assert container_of(recording[:HEAD_BYTES]) is not None
    assert decoded.duration_s == pytest.approx(_SECONDS, abs=0.2)
    assert np.abs(decoded.samples).max() > 4000


_ONLY_IN_SOME_BUILDS = {"libopencore_amrnb": "amrnb", "libopencore_amrwb": "amrwb"}
"""Decoders of other libraries, and libav's own decoder of the same codec."""


def test_libav_knows_every_name_of_the_table() -> None:
    demuxers = {name for known in av.formats_available for name in known.split(",")}
    assert demuxers >= DEMUXERS | {raw.demuxer for raw in RAW_FORMATS.values()}
    for decoder in DECODERS:
        name = decoder if decoder in av.codecs_available else _ONLY_IN_SOME_BUILDS.get(decoder, decoder)
        assert name in DECODERS
        assert Codec(name, "r").type == "audio", decoder


_LEFT_OUT = frozenset(
    name
    for kind in (
        # Of games and their consoles
        "adpcm_4xm adpcm_afc adpcm_agm adpcm_aica adpcm_argo adpcm_dtk adpcm_ea adpcm_ea_maxis_xa adpcm_ea_r1 "
        "adpcm_ea_r2 adpcm_ea_r3 adpcm_ea_xas adpcm_ima_alp adpcm_ima_apc adpcm_ima_apm adpcm_ima_cunning "
        "adpcm_ima_dat4 adpcm_ima_dk3 adpcm_ima_dk4 "
        "adpcm_ima_ea_eacs adpcm_ima_ea_sead adpcm_ima_iss adpcm_ima_magix adpcm_ima_moflex "
        "adpcm_ima_mtf adpcm_ima_rad adpcm_ima_smjpeg adpcm_ima_ws adpcm_ima_xbox adpcm_mtaf adpcm_psx adpcm_psxc "
        "adpcm_thp adpcm_thp_le adpcm_vima adpcm_n64 adpcm_xa adpcm_xmd adpcm_zork ahx atrac9 binkaudio_dct "
        "binkaudio_rdft bmv_audio cbd2_dpcm derf_dpcm dsicinaudio fastaudio gremlin_dpcm hca interplay_dpcm "
        "interplayacm paf_audio pcm_sga roq_dpcm sdx2_dpcm smackaud sol_dpcm vmdaudio wady_dpcm ws_snd1 xan_dpcm "
        "xma1 xma2",
        # Of music, so rare that hardly anybody tests their decoders
        "adpcm_circus adpcm_ima_acorn adpcm_ima_escape adpcm_ima_hvqm2 adpcm_ima_hvqm4 adpcm_ima_pda apac bonk "
        "hcom osq qoa rka sonic wavarc",
        # No recordings: made of nothing, raw packets of a telephone line, or sound in the samples of another
        "anull comfortnoise dolby_e wavesynth",
        # The same as another one
        "aac_fixed ac3_fixed",
    )
    for name in kind.split()
)


def test_every_codec_of_sound_that_libav_has_is_in_the_table_or_left_out_on_purpose() -> None:
    decoders = set()
    for name in av.codecs_available:
        try:
            codec = Codec(name, "r")
        except ValueError:  # It can only be written.
            continue
        if codec.type == "audio":
            decoders.add(codec.name)
    assert decoders - DECODERS - _LEFT_OUT == set()


def test_nothing_that_names_other_files_or_is_no_recording_is_in_the_table() -> None:
    assert not DEMUXERS & {"hls", "dash", "concat", "sdp", "rtsp", "rtp", "imf", "image2", "lavfi", "vobsub", "data"}
    assert len({container.name for container in CONTAINERS}) == len(CONTAINERS)
    assert all(suffix == suffix.lower() for suffix in MEDIA_SUFFIXES)


@pytest.mark.parametrize(
    "head",
    [
        "I feel free".encode("utf-16"),
        b"xxxxfree of charge",
        b"\0\0\0\x18ftypheic",
        b"\0\0\0\x18ftypavif",
        b"\xff\xfb\x90\x00",
        b"\x0b\x77 noise",
        b"\xff\xd8\xff\xe0 picture",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"PK\x03\x04",
        b"",
    ],
)
def test_what_may_be_something_else_is_no_recording_for_certain(head: bytes) -> None:
    assert not is_signed(head)


@pytest.mark.parametrize(
    ("ending", "container", "codec", "rate_hz"),
    [
        (".ulaw", "mulaw", "pcm_mulaw", 8000),
        (".UL", "mulaw", "pcm_mulaw", 8000),
        (".alaw", "alaw", "pcm_alaw", 8000),
        (".sln", "s16le", "pcm_s16le", 8000),
        (".sln16", "s16le", "pcm_s16le", 16_000),
        (".sln44", "s16le", "pcm_s16le", 44_100),
        (".g722", "g722", "g722", 16_000),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_bare_sound_of_telephone_systems_is_known_by_its_ending(
    decoder: Decoder, tmp_path: Path, ending: str, container: str, codec: str, rate_hz: int
) -> None:
    recording = encode(tmp_path / "made", container, codec, marks(3, 0.5, 2), rate_hz=rate_hz)
    decoded = await decode_all(decoder, BytesSource(recording, f"call{ending}"))
    assert found_marks(decoded.samples) == pytest.approx([0.5, 2], abs=0.02)
    assert decoded.duration_s == pytest.approx(3, abs=0.05)


@pytest.mark.asyncio(loop_scope="module")
async def test_g729_is_read_by_its_ending(decoder: Decoder) -> None:
    decoded = await decode_all(decoder, BytesSource(bytes(10 * 300), "call.g729"))
    assert decoded.duration_s == pytest.approx(3, abs=0.05)
    assert decoded.info.codec == "g729"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_header_counts_more_than_an_ending(decoder: Decoder) -> None:
    decoded = await decode_all(decoder, BytesSource(_written("wav", "pcm_s16le"), "call.ulaw"))
    assert decoded.info.container == "wav"
    assert decoded.duration_s == pytest.approx(_SECONDS, abs=0.01)


@pytest.mark.parametrize("ending", [".raw", ".vox", ".PCM", ".g726"])
@pytest.mark.asyncio(loop_scope="module")
async def test_of_other_bare_samples_it_is_said_what_to_do(decoder: Decoder, tmp_path: Path, ending: str) -> None:
    recording = encode(tmp_path / "made", "s16le", "pcm_s16le", marks(3, 0.5, 2))
    with pytest.raises(BareSamples, match="Convert it to WAV with the program that recorded it"):
        await decode_all(decoder, BytesSource(recording, f"call{ending}"))


@pytest.mark.parametrize(("tag", "codec"), [(0x0061, "adpcm_ima_dk4"), (0x7777, "unknown")])
@pytest.mark.asyncio(loop_scope="module")
async def test_a_codec_that_is_not_read_is_named(decoder: Decoder, tag: int, codec: str) -> None:
    recording = bytearray(_written("wav", "pcm_s16le"))
    struct.pack_into("<H", recording, recording.index(b"fmt ") + 8, tag)
    with pytest.raises(UnreadableSound, match=rf"the sound in call\.wav \({codec}\)"):
        await decode_all(decoder, BytesSource(bytes(recording), "call.wav"))
