"""The decoder's way with its processes: reuse, cancelling, crashes, limits."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from core.domain.errors import DecoderCrashed, EmptyFile, SourceInterrupted, SourceMissing, TooCostly, TooLong
from core.media import Decoder, DecoderLimits, SourceInfo
from tests.integration.media.decoded_whole import decode_all
from tests.media_samples import BytesSource, flac_bomb, matroska_of_one_block, opus_bomb, tone, wav_header
from tests.patience import PATIENCE_S

HOURS = 0.75


@pytest.fixture(scope="module", autouse=True)
def forked_codecs() -> None:
    """Real ones, as a user's computer starts them."""


class LongSource:
    """Hours of a tone as WAV that exist nowhere."""

    def __init__(self, hours: float) -> None:
        samples = round(hours * 3600 * 16_000)
        self._header = wav_header(2 * samples, rate_hz=16_000)
        second = tone(1.0, 16_000).astype("<i2").tobytes()
        self._pattern = second * 40
        self.info = SourceInfo("lecture.wav", len(self._header) + 2 * samples)

    async def read_range(self, offset: int, length: int) -> bytes:
        length = min(length, self.info.size_bytes - offset)
        if offset == 0:
            return self._header + self._pattern[: length - len(self._header)]
        start = (offset - len(self._header)) % 32_000
        return self._pattern[start : start + length]

    async def close(self) -> None:
        pass


def processes() -> list[psutil.Process]:
    """The decoders that live; this process may have other children."""
    return [child for child in psutil.Process().children() if is_decoder(child)]


def is_decoder(child: psutil.Process) -> bool:
    try:
        return child.cmdline()[-1:] == ["core.media.child.decoder"]  # A zombie has none.
    except psutil.Error:
        return False


def children() -> set[int]:
    return {child.pid for child in processes()}


@pytest.fixture(autouse=True)
def _no_process_is_left_to_the_next_test() -> Iterator[None]:
    yield
    for process in processes():
        process.kill()


@pytest.fixture
def recording() -> bytes:
    sound = tone(60.0, 16_000).astype("<i2").tobytes()
    return wav_header(len(sound), rate_hz=16_000) + sound


async def test_short_decodes_at_once_share_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.media.decoder._WAIT_FOR_IDLE_S", 30.0)  # They aren't short on a busy computer.
    sound = tone(2.0, 16_000).astype("<i2").tobytes()
    short = wav_header(len(sound), rate_hz=16_000) + sound
    decoder = Decoder()
    await decode_all(decoder, BytesSource(short))
    seen = children()
    await asyncio.gather(*(decode_all(decoder, BytesSource(short)) for _ in range(5)))
    assert children() == seen
    await decoder.close()


async def test_what_is_only_looked_at_is_not_decoded(recording: bytes) -> None:
    decoder = Decoder()
    source = BytesSource(recording)
    async with decoder.decode(source) as decoding:
        assert decoding.info.duration_s == pytest.approx(60)
        looked_at = len(source.reads)
    assert len(source.reads) == looked_at
    assert await decode_all(decoder, BytesSource(recording))  # The process is free for others.
    await decoder.close()


async def test_one_process_serves_one_job_after_another(recording: bytes) -> None:
    decoder = Decoder()
    seen = set()
    for _ in range(3):
        await decode_all(decoder, BytesSource(recording))
        seen |= children()
    await decoder.close()
    assert len(seen) == 1
    assert not children() & seen


async def test_jobs_at_once_have_a_process_each_and_two_stay(recording: bytes) -> None:
    decoder = Decoder()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(3):
            tasks.create_task(decode_all(decoder, BytesSource(recording)))
    assert len(children()) == 2
    await decoder.close()
    assert not children()


async def test_a_process_that_has_done_enough_is_replaced(recording: bytes) -> None:
    decoder = Decoder(DecoderLimits(jobs_per_child=1))
    await decode_all(decoder, BytesSource(recording))
    await decode_all(decoder, BytesSource(recording))
    await decoder.close()
    assert not children()


async def test_memory_does_not_grow_with_the_recording() -> None:
    decoder = Decoder()
    source = LongSource(HOURS)
    before = psutil.Process().memory_info().rss
    most = 0
    decoded = 0
    async with decoder.decode(source) as decoding:
        (child,) = processes()
        async for block in decoding:
            decoded += len(block.pcm)
            if decoded % (32_000 * 60) < 32_000 * 8:
                most = max(most, child.memory_info().rss)
    assert decoded == source.info.size_bytes - 44
    assert most < 100 << 20
    assert psutil.Process().memory_info().rss - before < 30 << 20
    await decoder.close()


async def test_a_slow_listener_holds_the_decoder_back() -> None:
    decoder = Decoder()
    source = BytesSource(flac_bomb(0.5))
    async with decoder.decode(source) as decoding:
        (child,) = processes()
        await anext(decoding)
        used = -1.0
        while used != (used := sum(child.cpu_times()[:2])):  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # until it has stopped working, with most still to decode
        blocks = 1 + len([block async for block in decoding])
    assert blocks == 226
    await decoder.close()


async def test_leaving_early_keeps_the_process_for_the_next_job(recording: bytes) -> None:
    decoder = Decoder()
    async with decoder.decode(BytesSource(recording)) as decoding:
        await anext(decoding)
        before = children()
    assert children() == before
    decoded = await decode_all(decoder, BytesSource(recording))
    assert decoded.duration_s == 60
    assert children() == before
    await decoder.close()


async def test_cancelling_ends_it_even_while_the_source_hangs(recording: bytes) -> None:
    decoder = Decoder()
    await decode_all(decoder, BytesSource(recording))
    source = BytesSource(recording)
    source.gate.clear()
    job = asyncio.create_task(decode_all(decoder, source))
    await source.was_asked.wait()
    job.cancel()
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(asyncio.CancelledError):
            await job
    decoded = await decode_all(decoder, BytesSource(recording))
    assert decoded.duration_s == 60
    await decoder.close()
    assert not children()


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs signals")
async def test_a_process_that_does_not_obey_is_killed_and_replaced(recording: bytes) -> None:
    decoder = Decoder()
    decoding_started = asyncio.Event()

    async def decode() -> None:
        async with decoder.decode(BytesSource(recording)) as decoding:
            await anext(decoding)
            (pid,) = children()
            os.kill(pid, signal.SIGSTOP)
            decoding_started.set()
            async for _ in decoding:
                pass

    job = asyncio.create_task(decode())
    await decoding_started.wait()
    stopped = children()
    job.cancel()
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(asyncio.CancelledError):
            await job
    assert not children() & stopped
    assert (await decode_all(decoder, BytesSource(recording))).duration_s == 60
    await decoder.close()
    assert not children()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
async def test_a_process_that_dies_fails_its_job_and_no_other(recording: bytes) -> None:
    decoder = Decoder()

    async def decode() -> None:
        async with decoder.decode(BytesSource(recording, "talk.mp3")) as decoding:
            await anext(decoding)
            (pid,) = children()
            os.kill(pid, signal.SIGKILL)
            async for _ in decoding:
                pass

    with pytest.raises(DecoderCrashed, match=r"talk\.mp3") as crash:
        await decode()
    assert crash.value.transient
    assert (await decode_all(decoder, BytesSource(recording))).duration_s == 60
    await decoder.close()
    assert not children()


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs signals")
async def test_a_process_that_says_nothing_costs_too_much(recording: bytes) -> None:
    decoder = Decoder(DecoderLimits(stall_s=0.2))

    async def decode() -> None:
        async with decoder.decode(BytesSource(recording)) as decoding:
            await anext(decoding)
            (pid,) = children()
            os.kill(pid, signal.SIGSTOP)
            async for _ in decoding:
                pass

    with pytest.raises(TooCostly):
        await decode()
    await decoder.close()
    assert not children()


async def test_waiting_for_the_source_or_the_listener_is_no_stall(recording: bytes) -> None:
    decoder = Decoder(DecoderLimits(stall_s=1.5))  # Decoding takes little of it, also beside other work.
    source = BytesSource(recording)
    source.gate.clear()
    job = asyncio.create_task(decode_all(decoder, source))
    await source.was_asked.wait()
    await asyncio.sleep(1.8)
    source.gate.set()
    assert (await job).duration_s == 60
    async with decoder.decode(BytesSource(recording)) as decoding:
        await asyncio.sleep(1.8)
        assert len([block async for block in decoding]) == 8
    await decoder.close()


@pytest.mark.parametrize("bomb", [flac_bomb(2), opus_bomb(0.5)], ids=["flac", "opus"])
async def test_more_sound_than_allowed_is_refused_however_small_the_file(bomb: bytes) -> None:
    decoder = Decoder(DecoderLimits(longest_hours=0.25))
    with pytest.raises(TooLong, match=r"bomb is longer than 0\.25 hours"):
        await decode_all(decoder, BytesSource(bomb, "bomb"))
    await decoder.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on processor time")
async def test_more_processor_time_than_allowed_costs_too_much(recording: bytes) -> None:
    decoder = Decoder(DecoderLimits(cpu_s=0, cpu_s_per_gib=0, cpu_s_per_hour=0))
    with pytest.raises(TooCostly):
        await decode_all(decoder, BytesSource(opus_bomb(4)))
    await decoder.close()
    assert not children()


@pytest.mark.skipif(sys.platform != "linux", reason="no limit on memory")
async def test_more_memory_than_allowed_costs_too_much() -> None:
    decoder = Decoder(DecoderLimits(address_space_bytes=64 << 20))
    with pytest.raises(TooCostly):
        await decode_all(decoder, BytesSource(matroska_of_one_block(16 << 20)))
    await decoder.close()
    assert not children()


async def test_a_source_that_breaks_off_says_why(recording: bytes) -> None:
    decoder = Decoder()
    source = BytesSource(recording, "stick.wav")
    source.error = SourceMissing(name="stick.wav")
    with pytest.raises(SourceMissing):
        await decode_all(decoder, source)
    assert (await decode_all(decoder, BytesSource(recording))).duration_s == 60
    await decoder.close()


async def test_a_source_that_became_shorter_says_why(recording: bytes) -> None:
    decoder = Decoder()
    source = BytesSource(recording, "stick.wav")
    source.info = replace(source.info, size_bytes=source.info.size_bytes + 1000)
    with pytest.raises(SourceInterrupted):
        await decode_all(decoder, source)
    assert (await decode_all(decoder, BytesSource(recording))).duration_s == 60
    await decoder.close()


async def test_an_empty_file_says_so() -> None:
    decoder = Decoder()
    with pytest.raises(EmptyFile, match=r"nothing\.mp3 is empty"):
        await decode_all(decoder, BytesSource(b"", "nothing.mp3"))
    await decoder.close()


async def test_an_error_of_the_listener_passes_through_as_it_is(recording: bytes) -> None:
    decoder = Decoder()

    async def listen() -> None:
        async with decoder.decode(BytesSource(recording)) as decoding:
            await anext(decoding)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await listen()
    assert (await decode_all(decoder, BytesSource(recording))).duration_s == 60
    await decoder.close()


async def test_the_parent_imports_neither_libav_nor_numpy() -> None:
    code = "import sys, core.media; assert not {'av', 'numpy'} & set(sys.modules), 'imported'"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=Path(__file__).parents[3])
    assert await process.wait() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the layers of Linux")
async def test_every_layer_of_the_sandbox_that_linux_has_is_in_place() -> None:
    decoder = Decoder()
    layers = set(await decoder.sandbox_layers())
    await decoder.close()
    assert layers >= {"dies-with-parent", "no-new-privileges", "memory", "no-writing", "no-core-dump", "no-opening"}
