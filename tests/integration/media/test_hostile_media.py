"""Files that were made to do harm, or were never recordings: each fails with a plain sentence and nothing else."""

import asyncio
import contextlib
import io
import random
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import pytest
import pytest_asyncio

from core.domain.errors import DamagedMedia, MediaError, NotMedia
from core.media import Decoder, DecoderLimits
from tests.integration.media.decoded_whole import decode_all
from tests.media_samples import (
    BytesSource,
    Samples,
    encode,
    has_encoder,
    nested_boxes,
    ogg_of_many_streams,
    opus_pages,
    png,
    tone,
    wav_header,
)
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOT_MEDIA = {
    "one-byte": b"O",
    "text": b"this is not audio, only text\n" * 200,
    "html": b"<!DOCTYPE html><html><body>403 Forbidden</body></html>",
    "pdf": b"%PDF-1.7\n" + b"0 0 obj\n" * 1000,
    "zip": b"PK\x03\x04" + bytes(5000),
    "zeros": bytes(100_000),
    "noise": np.random.default_rng(3).bytes(300_000),
    "srt": b"1\n00:00:00,000 --> 00:00:01,000\nHello\n\n" * 50,
    "json": b'{"ftyp": [1, 2, 3]}' * 100,
}

TRUNCATABLE = {
    "mp3": ("mp3", "libmp3lame", {}),
    "m4a": ("mp4", "aac", {"options": {"movflags": "faststart"}}),
    "ogg": ("ogg", "libopus", {}),
    "flac": ("flac", "flac", {}),
    "wav": ("wav", "pcm_s16le", {}),
    "webm": ("webm", "libopus", {}),
    "mkv": ("matroska", "aac", {"video": "mpeg4"}),
    "aiff": ("aiff", "pcm_s16be", {}),
    "flv": ("flv", "aac", {}),
    "asf": ("asf", "wmav2", {}),
    "avi": ("avi", "libmp3lame", {"video": "mpeg4"}),
    "ts": ("mpegts", "aac", {"video": "mpeg2video"}),
    "aac": ("adts", "aac", {}),
    "caf": ("caf", "pcm_s16le", {}),
    "amr": ("amr", "libopencore_amrnb", {"rate_hz": 8_000}),
}
TRUNCATABLE = {kind: spec for kind, spec in TRUNCATABLE.items() if has_encoder(spec[1])}
SAYS_ITS_LENGTH = {"mp3", "m4a", "flac", "wav", "webm", "aiff", "flv", "avi"}


@dataclass
class Trap:
    """A server on this machine that counts who comes."""

    port: int = 0
    visits: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits.append(await reader.readline())
        writer.write(b"HTTP/1.0 404 Not Found\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def trap() -> AsyncIterator[Trap]:
    trap = Trap()
    server = await asyncio.start_server(trap.serve, "127.0.0.1", 0)
    trap.port = server.sockets[0].getsockname()[1]
    yield trap
    server.close()
    await server.wait_closed()


def playlists(url: str, planted: Path) -> dict[str, bytes]:
    """Files that name others: on this disk, on a server."""
    hls = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10,\n{}\n#EXT-X-ENDLIST\n"
    dash = (
        "<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011' "
        "profiles='urn:mpeg:dash:profile:isoff-live:2011' type='static' mediaPresentationDuration='PT10S'><Period>"
        f"<AdaptationSet mimeType='audio/mp4'><Representation id='1' bandwidth='64000'><BaseURL>{url}.mp4</BaseURL>"
        "</Representation></AdaptationSet></Period></MPD>"
    )
    texts = {
        "hls-http": hls.format(f"{url}.ts"),
        "hls-file": hls.format(f"file://{planted}"),
        "hls-path": hls.format(planted),
        "hls-concat": hls.format(f"concat:{url}?|subfile,,start,0,end,9,,:{planted}"),
        "concat-file": f"ffconcat version 1.0\nfile '{planted}'\n",
        "concat-http": f"ffconcat version 1.0\nfile '{url}.mp3'\n",
        "dash": dash,
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 97\n"
        "a=rtpmap:97 opus/48000/2\n",
        "pls": f"[playlist]\nFile1={url}.mp3\nNumberOfEntries=1\n",
    }
    avi = b"RIFF\x00\x01\x00\x00AVI LIST" + struct.pack("<I", 4) + b"GAB2" + texts["hls-http"].encode()
    return {name: text.encode() for name, text in texts.items()} | {"hls-in-avi": avi}


async def test_a_playlist_reads_neither_a_file_nor_a_server(decoder: Decoder, trap: Trap, tmp_path: Path) -> None:
    planted = tmp_path / "planted.mp3"
    encode(planted, "mp3", "libmp3lame", tone(2.0))
    for content in playlists(f"http://127.0.0.1:{trap.port}/x", planted).values():
        for name in ("x.m3u8", "x.mp3", f"file://{planted}", "x.sdp"):
            with pytest.raises(MediaError):
                await decode_all(decoder, BytesSource(content, name))
    assert trap.visits == []


class Named(io.BytesIO):
    """What a decoder without our care would be given."""

    name = ""


async def test_the_trap_would_have_caught_an_unguarded_libav(trap: Trap, tmp_path: Path) -> None:
    planted = tmp_path / "planted.mp3"
    encode(planted, "mp3", "libmp3lame", tone(2.0))
    lists = playlists(f"http://127.0.0.1:{trap.port}/x", planted)

    def open_unguarded(kind: str) -> int:
        recording = Named(lists[kind])
        recording.name = str(tmp_path / "x.m3u8")
        try:
            with av.open(recording, "r") as container:
                return sum(frame.samples for frame in container.decode(audio=0))
        except (av.error.FFmpegError, IndexError):
            return 0

    before = len(trap.visits)
    await asyncio.to_thread(open_unguarded, "hls-http")
    assert len(trap.visits) > before
    assert await asyncio.to_thread(open_unguarded, "hls-path") > 40_000
    trap.visits.clear()


async def test_a_film_whose_sound_lies_in_another_file_is_not_followed(
    decoder: Decoder, trap: Trap, tmp_path: Path
) -> None:
    film = encode(tmp_path / "made.mov", "mov", "aac", tone(2.0))
    at = film.index(b"url ", film.index(b"dref"))
    address = f"http://127.0.0.1:{trap.port}/x.m4a".encode() + b"\0"
    outside = film[: at + 4] + bytes(4) + film[at + 8 :]
    for film in (outside, outside.replace(b"\0" * len(address), address, 1)):
        with contextlib.suppress(MediaError):  # Refusing is as good as playing the sound that is there.
            await decode_all(decoder, BytesSource(film, str(tmp_path / "made.mov")))
    assert trap.visits == []


@pytest.mark.parametrize("kind", NOT_MEDIA)
async def test_what_never_was_a_recording_says_so(kind: str, decoder: Decoder) -> None:
    with pytest.raises(NotMedia, match=r"letter\.mp3 is not a recording"):
        await decode_all(decoder, BytesSource(NOT_MEDIA[kind], "letter.mp3"))


async def test_a_picture_is_no_recording(decoder: Decoder, tmp_path: Path) -> None:
    with pytest.raises(NotMedia):
        await decode_all(decoder, BytesSource(png(tmp_path / "x.png"), "x.mp3"))


@pytest.mark.parametrize("kind", TRUNCATABLE)
async def test_half_a_recording_gives_what_is_there(
    kind: str, decoder: Decoder, speech: Samples, tmp_path: Path
) -> None:
    container, codec, options = TRUNCATABLE[kind]
    whole = encode(tmp_path / "made", container, codec, speech, **options)
    decoded = await decode_all(decoder, BytesSource(whole[: len(whole) // 2]))
    assert 2.5 < decoded.duration_s < 6
    assert decoded.report.truncated or kind not in SAYS_ITS_LENGTH


@pytest.mark.parametrize("kind", sorted(set(TRUNCATABLE) - {"ts"}))
async def test_the_first_bytes_of_a_recording_are_a_damaged_recording(
    kind: str, decoder: Decoder, speech: Samples, tmp_path: Path
) -> None:
    container, codec, options = TRUNCATABLE[kind]
    whole = encode(tmp_path / "made", container, codec, speech[:48_000], **options)
    with pytest.raises(DamagedMedia):
        await decode_all(decoder, BytesSource(whole[:64]))


async def test_an_m4a_without_its_end_is_damaged(decoder: Decoder, speech: Samples, tmp_path: Path) -> None:
    whole = encode(tmp_path / "made", "ipod", "aac", speech)
    with pytest.raises(DamagedMedia):
        await decode_all(decoder, BytesSource(whole[: len(whole) // 2]))


async def test_a_damaged_middle_costs_only_the_middle(decoder: Decoder, speech: Samples, tmp_path: Path) -> None:
    whole = bytearray(encode(tmp_path / "made", "mp4", "aac", speech))
    middle = len(whole) // 2
    whole[middle : middle + 3000] = random.Random(1).randbytes(3000)
    decoded = await decode_all(decoder, BytesSource(bytes(whole)))
    assert decoded.duration_s == pytest.approx(8, abs=0.5)
    assert 0 < decoded.report.bad_packets < decoded.report.packets * 0.2


async def test_a_recording_that_is_mostly_damaged_is_refused(decoder: Decoder, speech: Samples, tmp_path: Path) -> None:
    whole = bytearray(encode(tmp_path / "made", "mp4", "aac", speech))
    whole[5000:-8000] = random.Random(1).randbytes(len(whole) - 13_000)
    with pytest.raises(DamagedMedia):
        await decode_all(decoder, BytesSource(bytes(whole)))


@pytest.mark.parametrize("claimed", [0, 0x7FFFFFF0, 0xFFFFFFF0, 0xFFFFFFFF])
async def test_a_wav_may_say_any_length(claimed: int, decoder: Decoder) -> None:
    sound = tone(3.0, 16_000).astype("<i2").tobytes()
    header = wav_header(len(sound), rate_hz=16_000)
    for lie in (header[:-4] + struct.pack("<I", claimed), wav_header(claimed, rate_hz=16_000)):
        decoded = await decode_all(decoder, BytesSource(lie + sound))
        assert decoded.duration_s == 3
        assert not decoded.report.truncated


async def test_a_claim_of_ten_years_is_not_believed(decoder: Decoder) -> None:
    lie = opus_pages([b"\x1b\x02"] * 100, last_granule=48_000 * 86_400 * 3650)
    decoded = await decode_all(decoder, BytesSource(lie))
    assert decoded.duration_s == pytest.approx(12.0, abs=0.1)


async def test_an_index_of_two_thousand_million_samples_is_refused(decoder: Decoder, tmp_path: Path) -> None:
    film = encode(tmp_path / "made", "mp4", "aac", tone(2.0))
    at = film.index(b"stsz") + 12
    with pytest.raises(MediaError):
        await decode_all(decoder, BytesSource(film[:at] + struct.pack(">I", 0x7FFFFFF0) + film[at + 4 :]))


@pytest.mark.parametrize("content", [nested_boxes(3000), ogg_of_many_streams(3000)], ids=["boxes", "streams"])
async def test_thousands_of_parts_are_refused(content: bytes, decoder: Decoder) -> None:
    with pytest.raises(MediaError):
        await decode_all(decoder, BytesSource(content))


async def test_a_rate_of_one_hertz_is_refused(decoder: Decoder) -> None:
    with pytest.raises(MediaError):
        await decode_all(decoder, BytesSource(wav_header(100_000, rate_hz=1) + bytes(100_000)))


async def test_random_damage_never_does_more_than_fail(speech: Samples, tmp_path: Path) -> None:
    decoder = Decoder(DecoderLimits(cpu_s=5, stall_s=10, longest_hours=0.5))
    chance = random.Random(20_261_123)
    originals = [encode(tmp_path / "made", *spec[:2], speech[:96_000], **spec[2]) for spec in TRUNCATABLE.values()]
    successes = 0
    for turn in range(60):
        damaged = mutate(originals[turn % len(originals)], chance)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await decode_all(decoder, BytesSource(damaged, "damaged"))
            successes += 1
        except MediaError:
            continue
    assert 10 < successes < 60
    await decoder.close()


def mutate(original: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(original)
    for _ in range(chance.choice((1, 5, 40))):
        at = chance.randrange(len(damaged))
        kind = chance.randrange(5)
        if kind == 0:
            damaged[at] = chance.randrange(256)
        elif kind == 1:
            damaged[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\x80"))
        elif kind == 2:
            del damaged[at : at + chance.randrange(1, 200)]
        elif kind == 3:
            damaged[at:at] = damaged[: chance.randrange(1, 500)]
        else:
            early = chance.randrange(min(600, len(damaged)))
            damaged[early] ^= 1 << chance.randrange(8)
    return bytes(damaged)
