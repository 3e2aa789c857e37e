"""Of several tracks of sound the one is decoded in which something is heard, and it is said which."""

import io
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import zip_longest

import av
import numpy as np
import numpy.typing as npt
import pytest

from core.domain.errors import NoSuchTrack
from core.media import Decoder
from core.pipeline.recording_notices import TRACK_BESIDE_NOISE, notices_on_tracks, track_of
from tests.integration.media.decoded_whole import Decoded
from tests.media_samples import BytesSource

pytestmark = pytest.mark.asyncio(loop_scope="module")

RATE_HZ = 16_000
BITS_PER_S = 32_000
SECONDS = 24
TIMES = np.arange(SECONDS * RATE_HZ) / RATE_HZ
VOICE = 0.3 * np.sin(2 * np.pi * 300 * TIMES) * (np.sin(2 * np.pi * 2 * TIMES) > 0)
OTHER = 0.3 * np.sin(2 * np.pi * 900 * TIMES) * (np.sin(2 * np.pi * 3 * TIMES) > 0)
SILENCE = 0 * TIMES
NOISE = np.random.default_rng(1).normal(0, 10 ** (-80 / 20), len(TIMES))
LATE = np.where(TIMES > 15, VOICE, 0.0)

Track = npt.NDArray[np.float64]


@cache
def encoded(track: bytes) -> Sequence[tuple[bytes, int, int]]:
    """The track's packets with their times and lengths, in samples. A few tracks are in many recordings."""
    codec = av.CodecContext.create("aac", "w")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate, codec.layout, codec.format = RATE_HZ, "mono", "fltp"
    codec.bit_rate, codec.time_base = BITS_PER_S, Fraction(1, RATE_HZ)
    samples = np.frombuffer(track).astype(np.float32)
    packets = []
    for at in (*range(0, len(samples), 1024), None):
        frame = None
        if at is not None:
            frame = av.AudioFrame.from_ndarray(samples[np.newaxis, at : at + 1024], "fltp", "mono")
            frame.sample_rate, frame.pts = RATE_HZ, at
        packets += [(bytes(one), one.pts or 0, one.duration or 0) for one in codec.encode(frame)]
    return packets


def recording(tracks: Sequence[Track], container: str = "matroska", *, default: int | None = None) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        streams = [output.add_stream("aac", rate=RATE_HZ, layout="mono") for _ in tracks]
        for number, stream in enumerate(streams):
            stream.bit_rate = BITS_PER_S
            if default is not None:
                stream.disposition = av.stream.Disposition.default if number == default else av.stream.Disposition(0)
        output.start_encoding()
        for together in zip_longest(*[encoded(track.tobytes()) for track in tracks]):
            for stream, one in zip(streams, together, strict=True):
                if one is not None:
                    packet = av.Packet(one[0])
                    packet.stream, packet.time_base = stream, Fraction(1, RATE_HZ)
                    packet.pts = packet.dts = one[1]
                    packet.duration, packet.is_keyframe = one[2], True
                    output.mux(packet)
    return file.getvalue()


async def decoded(decoder: Decoder, data: bytes, track: int = 0) -> Decoded:
    async with decoder.decode(BytesSource(data), track=track) as decoding:
        blocks = [block async for block in decoding]
    assert decoding.report is not None
    return Decoded(decoding.info, blocks, decoding.report)


def pitch_hz(samples: npt.NDArray[np.int16]) -> float:
    spectrum = np.abs(np.fft.rfft(samples[: 8 * RATE_HZ] if samples[: 8 * RATE_HZ].any() else samples[-8 * RATE_HZ :]))
    return float(spectrum.argmax() / 8)


@pytest.mark.parametrize("container", ["matroska", "mp4"])
@pytest.mark.parametrize(
    ("tracks", "chosen", "silent"),
    [
        ([SILENCE, VOICE], 2, 1),
        ([SILENCE, SILENCE, VOICE], 3, 1),
        ([NOISE, VOICE], 2, 1),
        ([VOICE, SILENCE], 1, None),
        ([VOICE, OTHER], 1, None),
        ([SILENCE, LATE], 2, 1),
        ([LATE, VOICE], 1, None),
        ([SILENCE, SILENCE], 1, None),
    ],
    ids=[
        "first silent",
        "two silent",
        "first hums",
        "second silent",
        "both",
        "late in second",
        "late in first",
        "none",
    ],
)
async def test_a_track_with_sound_is_decoded(
    decoder: Decoder, container: str, tracks: list[Track], chosen: int, silent: int | None
) -> None:
    result = await decoded(decoder, recording(tracks, container))
    assert (result.info.track, result.info.tracks, result.info.silent_track) == (chosen, len(tracks), silent)
    assert result.duration_s == pytest.approx(SECONDS, abs=0.3)
    if tracks[chosen - 1].any():
        assert pitch_hz(result.samples) == pytest.approx(300, abs=5)


HUM = 0.1 * np.sin(2 * np.pi * 50 * TIMES) + 0.02 * np.sin(2 * np.pi * 100 * TIMES)
HISS = np.random.default_rng(2).normal(0, 0.02, len(TIMES))


@pytest.mark.parametrize("noise", [HUM, HISS, HUM + HISS], ids=["hum", "hiss", "both"])
@pytest.mark.parametrize("container", ["matroska", "mp4"])
async def test_a_voice_is_chosen_before_steady_noise(decoder: Decoder, container: str, noise: Track) -> None:
    result = await decoded(decoder, recording([noise, VOICE * 0.1], container))
    assert (result.info.track, result.info.silent_track, result.info.noise_track) == (2, None, 1)
    assert pitch_hz(result.samples) == pytest.approx(300, abs=5)
    (notice,) = notices_on_tracks(result.info)
    assert (notice.template, track_of([notice])) == (TRACK_BESIDE_NOISE, 2)


@pytest.mark.parametrize(
    "tracks",
    [[HISS + 0.2 * VOICE, OTHER], [HISS + 0.2 * LATE, OTHER], [HISS, HUM], [HISS, SILENCE], [HUM, NOISE]],
    ids=["a voice in noise", "late in noise", "noise only", "noise and silence", "noise and dither"],
)
async def test_noise_with_a_voice_or_without_an_alternative_stays(decoder: Decoder, tracks: list[Track]) -> None:
    result = await decoded(decoder, recording(tracks))
    assert (result.info.track, result.info.noise_track) == (1, None)


async def test_the_default_track_is_taken_unless_it_is_silent(decoder: Decoder) -> None:
    assert (await decoded(decoder, recording([OTHER, VOICE], default=1))).info.track == 2
    result = await decoded(decoder, recording([OTHER, SILENCE], default=1))
    assert (result.info.track, result.info.silent_track) == (1, 2)


async def test_a_track_can_be_asked_for(decoder: Decoder) -> None:
    data = recording([VOICE, OTHER])
    result = await decoded(decoder, data, track=2)
    assert result.info.track == 2
    assert pitch_hz(result.samples) == pytest.approx(900, abs=5)
    with pytest.raises(NoSuchTrack, match="it has 2 tracks of sound"):
        await decoded(decoder, data, track=3)


async def test_listening_reads_little_of_a_long_recording(decoder: Decoder) -> None:
    source = BytesSource(recording([VOICE, OTHER]))
    async with decoder.decode(source) as decoding:
        assert decoding.info.track == 1
    assert sum(length for _, length in source.reads) <= 2 * len(source.data)
