"""What is silent isn't sent and isn't counted, however long a small file makes it; what is said keeps its times."""

import math
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from core.domain import AudioFormat, Segment, SpeechChunk, TranscriptionOptions, UploadLimits
from core.domain.errors import TooLong
from core.domain.usage import Usage, UsageKey
from core.media import Decoder, DecoderLimits, Encoder, SplitPlan, split
from core.pipeline import Outcome, SpendingRules
from core.pipeline.budget import Budget
from core.providers import Capabilities, ChunkTranscript
from core.providers.provider import ignore_upload
from core.store.sqlite import Database
from tests.fakes.watcher import Watcher
from tests.integration.test_pipeline import Bench, job_for
from tests.media_samples import (
    BytesSource,
    Samples,
    encode,
    flac_bomb,
    matroska_of_blocks,
    opus_bomb,
    read_speech,
    tone,
)

RATE_HZ = 48_000
ANY_FILE = UploadLimits(frozenset(AudioFormat) - {AudioFormat.PCM}, 25_000_000)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), np.int16)


class Listener:
    """Hears each sound in decoded speech, and tells its times; of files, only that there was one."""

    name = "listener"

    def __init__(self, upload: UploadLimits | None = None) -> None:
        self.capabilities = Capabilities(2, 3600.0, gives_words=False, upload=upload)
        self.heard_s: list[float] = []
        self.formats: list[AudioFormat] = []

    async def identify_language(self, chunk: SpeechChunk, options: TranscriptionOptions) -> None:
        return None

    async def transcribe(
        self,
        chunk: SpeechChunk,
        options: TranscriptionOptions,
        on_segment: Callable[[Segment], None],
        *,
        on_uploaded: Callable[[float], None] = ignore_upload,
    ) -> ChunkTranscript:
        self.heard_s.append(chunk.duration_s)
        self.formats.append(chunk.format)
        segments: list[Segment] = []
        if chunk.format is AudioFormat.PCM:
            loud = np.abs(np.frombuffer(chunk.data, "<i2")[::16]) > 10
            frames = loud[: len(loud) // 100 * 100].reshape(-1, 100).any(axis=1)
            for found in re.finditer(b"\1+", frames.astype(np.uint8).tobytes()):
                start_s, end_s = (chunk.start_s + at / 10 for at in found.span())
                segments.append(Segment(start_s, end_s, "sound"))
        return ChunkTranscript(tuple(segments), "en")

    async def close(self) -> None:
        pass


class Sums:
    def __init__(self) -> None:
        self.seconds = 0.0

    async def add(self, sums: Mapping[UsageKey, Usage], month: str) -> float:
        self.seconds += sum(usage.seconds for usage in sums.values())
        return 0.0

    async def cost_usd(self, month: str) -> float:
        return 0.0


class Run:
    def __init__(self, folder: Path, database: Database, decoder: Decoder, encoder: Encoder) -> None:
        self._parts = (database, decoder, encoder)
        self._folder = folder

    async def __call__(
        self, content: bytes, listener: Listener, name: str = "recording"
    ) -> tuple[Sums, Bench, Outcome]:
        file = self._folder / name
        file.write_bytes(content)
        bench = Bench(listener, *self._parts)  # type: ignore[arg-type]
        sums = Sums()
        budget = Budget(sums, time.time)
        bench.pipeline._spending = SpendingRules(budget)
        outcome = await bench.pipeline.run(job_for(file, "en"), Watcher())
        await budget.flush()
        return sums, bench, outcome


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Run]:
    database = await Database.open(tmp_path / "notula.db")
    decoder, encoder = Decoder(), Encoder()
    yield Run(tmp_path, database, decoder, encoder)
    await encoder.close()
    await decoder.close()
    await database.close()


def jumping(path: Path, jumps_s: list[float], packet_s: float = 0.06) -> bytes:
    """Opus packets in a container that tells their times, each so much later than the one before."""
    with av.open(str(path), "w", format="matroska") as output:
        stream = output.add_stream("libopus", rate=RATE_HZ, options={"frame_duration": str(round(packet_s * 1000))})
        stream.layout = "mono"
        stream.bit_rate = 8000
        packets = []
        sound = tone(packet_s * (len(jumps_s) + 4))
        frame = av.AudioFrame.from_ndarray(sound[np.newaxis, :], "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
        packets += stream.encode(frame)
        packets += stream.encode(None)
        at_s = 0.0
        for packet, jump_s in zip(packets, jumps_s, strict=False):
            at_s += jump_s
            packet.pts = packet.dts = round(at_s / packet.time_base)
            output.mux(packet)
    return path.read_bytes()


async def test_hours_of_jumps_cost_next_to_nothing(run: Run, tmp_path: Path) -> None:
    content = jumping(tmp_path / "made", [0.0] + [599.5] * 71)
    assert len(content) < 13_000
    listener = Listener(ANY_FILE)
    sums, bench, outcome = await run(content, listener)
    assert sums.seconds < 100
    assert len(listener.heard_s) <= 2
    stored = await bench.history.get(outcome.transcript_id)
    assert stored is not None
    assert stored.transcript.duration_s == pytest.approx(71 * 599.5, abs=1)


async def test_many_small_gaps_are_filled_no_longer_than_there_is_sound(run: Run, tmp_path: Path) -> None:
    sums, _, _ = await run(jumping(tmp_path / "made", [0.9] * 400), Listener())
    sound_s = 400 * 0.06
    assert sums.seconds < 3 * sound_s + 60 + 1


async def test_jumps_back_and_forth_fill_nothing_either(run: Run) -> None:
    packet = bytes(128 + round(100 * math.sin(at)) for at in range(480))
    content = matroska_of_blocks([(at_s * 1000, packet) for jump in range(30) for at_s in (jump, 550 + jump)])
    sums, _, _ = await run(content, Listener())
    assert sums.seconds < 62


async def test_more_jumps_than_the_longest_recording_are_refused(run: Run, tmp_path: Path) -> None:
    decoder = Decoder(DecoderLimits(longest_hours=2))
    content = jumping(tmp_path / "made", [599.5] * 20)
    with pytest.raises(TooLong):
        async with decoder.decode(BytesSource(content)) as decoding:
            assert [chunk async for chunk in split(decoding, SplitPlan(60, 60))]
    await decoder.close()


@pytest.mark.parametrize("upload", [None, ANY_FILE], ids=["decoded", "sent as it is"])
@pytest.mark.parametrize(
    "content",
    [flac_bomb(0.1), opus_bomb(0.1)],
    ids=["flac", "opus"],
)
async def test_digital_silence_is_sent_to_nobody(run: Run, content: bytes, upload: UploadLimits | None) -> None:
    listener = Listener(upload)
    sums, bench, outcome = await run(content, listener)
    assert (listener.heard_s, sums.seconds) == ([], 0)
    stored = await bench.history.get(outcome.transcript_id)
    assert stored is not None
    assert stored.transcript.segments == ()
    assert stored.transcript.duration_s == pytest.approx(360, abs=2)


@pytest.mark.parametrize("constant", [0, 5000, -32768])
async def test_samples_that_are_all_alike_are_silence(run: Run, tmp_path: Path, constant: int) -> None:
    listener = Listener()
    samples = np.full(20 * RATE_HZ, constant, np.int16)
    sums, _, _ = await run(encode(tmp_path / "made", "flac", "flac", samples), listener)
    assert sums.seconds <= 2  # Where the resampler begins and ends there is a click.


async def test_sounds_between_silences_keep_their_times(run: Run, tmp_path: Path) -> None:
    parts = [silence(30), tone(2), silence(200), tone(1), silence(2), tone(1), silence(100), tone(3), silence(60)]
    listener = Listener()
    sums, bench, outcome = await run(encode(tmp_path / "made", "flac", "flac", np.concatenate(parts)), listener)
    stored = await bench.history.get(outcome.transcript_id)
    assert stored is not None
    found = [(segment.start_s, segment.end_s) for segment in stored.transcript.segments]
    expected = [(30, 32), (232, 233), (235, 236), (336, 339)]
    assert [start for start, _ in found] == pytest.approx([start for start, _ in expected], abs=0.15)
    assert [end for _, end in found] == pytest.approx([end for _, end in expected], abs=0.15)
    assert sums.seconds == pytest.approx(7 + 2 + 3.0, abs=1.1)
    assert stored.transcript.duration_s == pytest.approx(399, abs=0.1)


async def test_a_file_with_much_silence_is_not_sent_as_it_is(run: Run, tmp_path: Path) -> None:
    content = encode(tmp_path / "made", "ogg", "libopus", np.concatenate([tone(2), silence(120), tone(2)]))
    listener = Listener(ANY_FILE)
    sums, _, _ = await run(content, listener)
    assert sum(listener.heard_s) < 6
    assert sums.seconds < 6


async def test_a_file_without_it_is(run: Run, tmp_path: Path) -> None:
    content = encode(tmp_path / "made", "ogg", "libopus", np.concatenate([tone(2), silence(1), tone(2)]))
    listener = Listener(ANY_FILE)
    sums, _, _ = await run(content, listener)
    assert listener.formats == [AudioFormat.OGG]
    assert sums.seconds == pytest.approx(5, abs=0.1)


async def test_speech_at_sixty_decibels_below_full_scale_is_sent(run: Run, tmp_path: Path) -> None:
    quiet = (tone(30).astype(np.float64) * 46 / 12_000).astype(np.int16)
    sums, _, _ = await run(encode(tmp_path / "made", "flac", "flac", quiet), Listener())
    assert sums.seconds == pytest.approx(30, abs=0.1)


async def test_speech_whose_loudest_moment_is_that_quiet_is_sent(run: Run, tmp_path: Path, beckett: Path) -> None:
    speech = read_speech(beckett).astype(np.float64)
    quiet = np.rint(speech * 33 / np.abs(speech).max()).astype(np.int16)
    sums, _, _ = await run(encode(tmp_path / "made", "flac", "flac", quiet), Listener())
    assert sums.seconds > 0.95 * len(speech) / RATE_HZ


async def test_a_file_that_claims_less_than_it_holds_is_counted_by_what_it_holds(run: Run, tmp_path: Path) -> None:
    whole = encode(tmp_path / "made", "ogg", "libopus", tone(40))
    at = whole.rindex(b"OggS") + 6
    listener = Listener(ANY_FILE)
    sums, _, _ = await run(whole[:at] + (48_000).to_bytes(8, "little") + whole[at + 8 :], listener)
    assert sums.seconds >= 39
