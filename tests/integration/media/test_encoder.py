"""Speech as files: small, playable by others, nothing moved, and no word lost."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import numpy as np
import psutil
import pytest

from core.domain import AudioFormat, SpeechChunk
from core.domain.errors import EncoderCrashed
from core.media import Decoder, Encoder, Encoding
from core.system.child_process import ChildProcess
from tests.integration.media.decoded_whole import decode_all
from tests.media_samples import BytesSource, Samples

ENCODINGS = [
    Encoding(AudioFormat.OGG, 24_000),
    Encoding(AudioFormat.OGG, 16_000),
    Encoding(AudioFormat.OGG, 12_000),
    Encoding(AudioFormat.MP3, 32_000),
    Encoding(AudioFormat.FLAC),
    Encoding(AudioFormat.WAV),
]


@pytest.fixture
async def encoder() -> AsyncIterator[Encoder]:
    encoder = Encoder(children=2)
    yield encoder
    await encoder.close()
    left = psutil.Process().children()
    assert not [child for child in left if "core.media.child.encoder" in " ".join(child.cmdline())]


@pytest.fixture
def chunk(speech_16k: Samples) -> SpeechChunk:
    return SpeechChunk.of_pcm(3, 60.0, speech_16k.tobytes(), overlap_before_s=4.0)


@pytest.mark.parametrize("encoding", ENCODINGS, ids=lambda encoding: f"{encoding.format}-{encoding.bitrate_bps}")
async def test_a_chunk_is_the_same_speech_in_every_format(
    encoding: Encoding, encoder: Encoder, chunk: SpeechChunk, speech_16k: Samples
) -> None:
    encoded = await encoder.encode(chunk, encoding)

    assert (encoded.index, encoded.start_s, encoded.duration_s, encoded.overlap_before_s) == (3, 60.0, 8.0, 4.0)
    assert encoded.format is encoding.format
    assert len(encoded.data) <= encoding.largest_bytes(chunk.duration_s)
    decoder = Decoder()
    try:
        decoded = await decode_all(decoder, BytesSource(encoded.data))
    finally:
        await decoder.close()
    assert decoded.duration_s == pytest.approx(8.0, abs=0.02)
    assert abs(shift_s(speech_16k, decoded.samples)) < 0.02
    if encoding.bitrate_bps is None:
        assert np.array_equal(decoded.samples, speech_16k)


def shift_s(one: Samples, other: Samples) -> float:
    """By how much the other lags behind, from where their correlation is greatest."""
    length = len(one)
    spectra = [np.fft.rfft(samples[:length].astype(float), 2 * length) for samples in (one, other)]
    correlation = np.fft.irfft(np.conj(spectra[0]) * spectra[1])
    place = int(np.argmax(correlation))
    return (place if place < length else place - 2 * length) / 16_000


async def test_a_process_that_dies_is_told_and_replaced(chunk: SpeechChunk) -> None:
    pids = []
    started = asyncio.Event()

    async def start() -> ChildProcess:
        child = await ChildProcess.start("core.media.child.encoder")
        pids.append(child.pid)
        if len(pids) == 1:
            os.kill(child.pid, signal.SIGSTOP)
        started.set()
        return child

    encoder = Encoder(children=1, start_child=start)
    try:
        first = asyncio.create_task(encoder.encode(chunk, ENCODINGS[0]))
        await started.wait()
        os.kill(pids[0], signal.SIGKILL)
        with pytest.raises(EncoderCrashed):
            await first
        assert (await encoder.encode(chunk, ENCODINGS[0])).data.startswith(b"OggS")
        assert len(pids) == 2
    finally:
        await encoder.close()


async def test_a_process_is_used_again_and_calls_wait_for_one(chunk: SpeechChunk, encoder: Encoder) -> None:
    await asyncio.gather(*(encoder.encode(chunk, ENCODINGS[0]) for _ in range(6)))
    assert len(encoder._idle) == 2


async def test_an_idle_process_ends(chunk: SpeechChunk) -> None:
    children = []

    async def start() -> ChildProcess:
        children.append(await ChildProcess.start("core.media.child.encoder"))
        return children[-1]

    encoder = Encoder(children=1, idle_s=0.0, start_child=start)
    await encoder.encode(chunk, ENCODINGS[0])
    await asyncio.wait(list(encoder._idle.values()))
    assert not children[0].is_alive
    await encoder.close()


async def test_cancelling_ends_the_work(chunk: SpeechChunk) -> None:
    children = []
    started = asyncio.Event()

    async def start() -> ChildProcess:
        children.append(await ChildProcess.start("core.media.child.encoder"))
        started.set()
        return children[-1]

    encoder = Encoder(children=1, start_child=start)
    long = SpeechChunk.of_pcm(0, 0.0, chunk.data * 100)
    work = asyncio.create_task(encoder.encode(long, ENCODINGS[0]))
    await started.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert not children[0].is_alive
    await encoder.close()
