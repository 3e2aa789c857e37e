"""A call with one voice a channel: from the recording to the speakers of its transcript."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.domain import AudioFormat, Segment, SpeechChunk, TranscriptionOptions, UploadLimits, Word
from core.media import Decoder
from core.pipeline.recording_notices import AT_ONCE, NOISY, OTHER_LANGUAGE
from core.providers import ChunkTranscript
from core.providers.provider import ignore_upload
from tests.fakes.provider import NumberingProvider
from tests.fakes.watcher import Watcher
from tests.integration.test_pipeline import bench, job_for
from tests.media_samples import BytesSource, tone, wav_header

RATE_HZ = 8_000
TURN_S = 3.0
TURNS = 4


def call(kind: str = "<i2") -> bytes:
    """Left and right in turn, three seconds each, as syllables of a tone."""
    voice = tone(TURN_S, RATE_HZ).astype(np.float64) / 2**15
    voice *= np.arange(len(voice)) // (RATE_HZ // 5) % 4 != 3
    sides = np.zeros((2, TURNS * len(voice)))
    for turn in range(TURNS):
        sides[turn % 2, turn * len(voice) : (turn + 1) * len(voice)] = voice
    sound = (sides.T * 2**15).astype(kind).tobytes()
    return wav_header(len(sound), rate_hz=RATE_HZ, channels=2) + sound


def at_once() -> bytes:
    """Two voices, each on its channel, both for all of the time: tones in syllables of uneven length."""
    length = 24 * RATE_HZ
    sides = np.zeros((2, length))
    carrier = np.sin(2 * np.pi * 300 * np.arange(length) / RATE_HZ)
    for channel in (0, 1):
        chance, at = np.random.default_rng(channel), 0
        while at < length:
            syllable = int(chance.uniform(0.1, 0.3) * RATE_HZ)
            sides[channel, at : at + syllable] = chance.uniform(0.1, 0.5)
            at += syllable + int(chance.choice((0.05, 0.1, 0.2)) * RATE_HZ)
    sound = ((sides * carrier).T * 2**15).astype("<i2").tobytes()
    return wav_header(len(sound), rate_hz=RATE_HZ, channels=2) + sound


class WordProvider(NumberingProvider):
    """Says a word in every half second, without telling who."""

    doubts: tuple[str, ...] = ()
    """Whether another language seems to be spoken to it, by the names of the transcript's fields that tell it."""

    async def transcribe(
        self,
        chunk: SpeechChunk,
        options: TranscriptionOptions,
        on_segment: Callable[[Segment], None],
        *,
        on_uploaded: Callable[[float], None] = ignore_upload,
    ) -> ChunkTranscript:
        self.received.append((chunk.format, chunk.data))
        starts = np.arange(chunk.start_s, chunk.end_s - 0.25, 0.5)
        words = tuple(Word(float(start), float(start) + 0.5, f"w{place}") for place, start in enumerate(starts))
        segment = Segment(chunk.start_s, chunk.end_s, " ".join(word.text for word in words), words)
        on_segment(segment)
        spans: dict[str, Any] = dict.fromkeys(self.doubts, ((chunk.start_s, chunk.end_s),))
        return ChunkTranscript((segment,), "en", **spans)


async def test_the_levels_of_both_channels_come_with_the_sound_where_they_are_asked_for() -> None:
    decoder = Decoder()
    async with decoder.decode(BytesSource(call()), hears_channels=True) as decoding:
        async for _ in decoding:
            pass
    levels = decoding.channel_levels
    assert levels is not None
    for turn in range(TURNS):
        of_turn = levels.between(turn * TURN_S + 0.1, turn * TURN_S + 0.5)
        assert set(of_turn[turn % 2 :: 2]) <= set(range(20))
        assert set(of_turn[1 - turn % 2 :: 2]) == {96}
    async with decoder.decode(BytesSource(call())) as decoding:
        async for _ in decoding:
            pass
    assert decoding.channel_levels is None
    await decoder.close()


@pytest.mark.parametrize("upload", [None, UploadLimits(frozenset({AudioFormat.WAV}), 10**9)])
async def test_each_word_of_a_call_gets_the_speaker_of_its_channel(tmp_path: Path, upload: UploadLimits | None) -> None:
    recording = tmp_path / "call.wav"
    recording.write_bytes(call())
    provider = WordProvider(upload=upload)
    job = job_for(recording, "en")
    async with bench(tmp_path, provider) as b:
        outcome = await b.pipeline.run(
            replace(job, options=replace(job.options, speakers=True, word_timestamps=False)), Watcher()
        )
        stored = await b.history.get(outcome.transcript_id)
        assert stored is not None
        plain = await b.pipeline.run(job, Watcher())
        unasked = await b.history.get(plain.transcript_id)
    segments = stored.transcript.segments
    assert [segment.speaker for segment in segments] == ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 2"]
    assert [segment.text.split()[0] for segment in segments] == ["w0", "w6", "w12", "w18"]
    assert [round(segment.start_s) for segment in segments] == [0, 3, 6, 9]
    assert all(segment.words == () for segment in segments)
    assert unasked is not None
    assert {segment.speaker for segment in unasked.transcript.segments} == {None}


@pytest.mark.parametrize("upload", [None, UploadLimits(frozenset({AudioFormat.WAV}), 10**9)])
@pytest.mark.parametrize(("sound", "is_told"), [(at_once(), True), (call(), False)])
async def test_it_is_told_that_two_people_talk_at_once_also_where_nobody_asks_for_speakers(
    tmp_path: Path, upload: UploadLimits | None, sound: bytes, is_told: bool
) -> None:
    recording = tmp_path / "call.wav"
    recording.write_bytes(sound)
    async with bench(tmp_path, WordProvider(upload=upload)) as b:
        outcome = await b.pipeline.run(job_for(recording, "en"), Watcher())
        stored = await b.history.get(outcome.transcript_id)
    assert stored is not None
    told = [notice for notice in stored.transcript.notices if notice.template == AT_ONCE]
    assert [notice.values for notice in told] == ([{"times": "0:00"}] if is_told else [])


@pytest.mark.parametrize(
    ("sound", "doubt", "template"),
    [
        (at_once(), "other_language", AT_ONCE),
        (at_once(), "noisy", AT_ONCE),
        (call(), "other_language", OTHER_LANGUAGE),
        (call(), "noisy", NOISY),
    ],
)
async def test_two_voices_at_once_are_not_told_as_another_language_as_well(
    tmp_path: Path, sound: bytes, doubt: str, template: str
) -> None:
    recording = tmp_path / "call.wav"
    recording.write_bytes(sound)
    provider = WordProvider()
    provider.doubts = (doubt,)
    async with bench(tmp_path, provider) as b:
        outcome = await b.pipeline.run(job_for(recording, "en"), Watcher())
        stored = await b.history.get(outcome.transcript_id)
    assert stored is not None
    assert [notice.template for notice in stored.transcript.notices] == [template]
