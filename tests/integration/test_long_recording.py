"""A long recording by a provider that says a word in every second: nothing of it is lost, doubled or misplaced."""

import json
import math
import re
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.domain import Segment, SpeechChunk, TranscriptionOptions, Word
from core.export.formats import render
from core.providers import ChunkTranscript
from core.providers.provider import ignore_upload
from core.voices import Turn
from tests.benchmarks.recordings import RATE_HZ, speech_clips
from tests.fakes.provider import NumberingProvider
from tests.fakes.voice_teller import ScriptedVoices
from tests.fakes.watcher import Watcher
from tests.integration.test_pipeline import bench, job_for

LENGTH_S = 1800
SILENCES_S = ((240, 330), (1500, 1590))
KEPT_S = 1.0
"""Of each silence: half a second at either end."""
SPOKEN_S = LENGTH_S - sum(end_s - start_s - KEPT_S for start_s, end_s in SILENCES_S)
UNWRITTEN_S = 1000
TURN_S = 25
LATE = 1500
"""From here on, in seconds of speech, a fourth person speaks in turn with the others."""


class SecondsProvider(NumberingProvider):
    """Says the number of each second of speech, in sentences of ten, but of three seconds can't make out the words."""

    async def transcribe(
        self,
        chunk: SpeechChunk,
        options: TranscriptionOptions,
        on_segment: Callable[[Segment], None],
        *,
        on_uploaded: Callable[[float], None] = ignore_upload,
    ) -> ChunkTranscript:
        segments: list[Segment] = []
        words: list[Word] = []
        last = math.ceil(chunk.end_s) - 1
        for second in range(math.ceil(chunk.start_s), last + 1):
            text = f"w{second}" + "." * (second % 10 == 9)
            words.append(Word(second, min(second + 0.6, chunk.end_s), text))
            if second % 10 == 9 or second == last:
                said = " ".join(word.text for word in words)
                segments.append(Segment(words[0].start_s, words[-1].end_s, said, tuple(words)))
                on_segment(segments[-1])
                words = []
        is_here = chunk.start_s <= UNWRITTEN_S < chunk.end_s
        unwritten = ((float(UNWRITTEN_S), UNWRITTEN_S + 3.0),) if is_here else ()
        return ChunkTranscript(tuple(segments), "en", unwritten=unwritten)


def speaker_at(second: int) -> int:
    turn = second // TURN_S
    return 4 if turn * TURN_S >= LATE and turn % 4 == 3 else 1 + turn % 3


def place_of(second: int) -> float:
    """Where a second of speech is in the recording."""
    place = float(second)
    for start_s, end_s in SILENCES_S:
        if place > start_s + KEPT_S / 2:
            place += end_s - start_s - KEPT_S
    return place


def write_recording(file: Path) -> None:
    speech = b"".join(speech_clips())
    with wave.open(str(file), "wb") as recording:
        recording.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        for second in range(LENGTH_S):
            begin = second * 2 * RATE_HZ % (len(speech) - 2 * RATE_HZ) // 2 * 2
            is_silent = any(start_s <= second < end_s for start_s, end_s in SILENCES_S)
            recording.writeframesraw(bytes(2 * RATE_HZ) if is_silent else speech[begin : begin + 2 * RATE_HZ])


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\bw(\d+)\b", text)]


async def test_nothing_of_a_long_recording_is_lost_or_misplaced(tmp_path: Path) -> None:
    file = tmp_path / "long.wav"
    write_recording(file)
    turns = [Turn(start_s, start_s + TURN_S, speaker_at(start_s)) for start_s in range(0, math.ceil(SPOKEN_S), TURN_S)]
    watcher = Watcher()
    async with bench(tmp_path, SecondsProvider(), ScriptedVoices(turns)) as b:
        options = TranscriptionOptions(language="en", speakers=True, word_timestamps=True)
        outcome = await b.pipeline.run(replace(job_for(file), options=options), watcher)
        stored = await b.history.get(outcome.transcript_id)
        last = math.ceil(SPOKEN_S) - 1
        found = await b.history.page(f"w{last - 1}", 10, 0)
    assert stored is not None
    transcript = stored.transcript
    assert numbers(transcript.text) == list(range(last + 1))
    words = [(word, segment.speaker) for segment in transcript.segments for word in segment.words]
    assert len(words) == last + 1
    for second, (word, speaker) in enumerate(words):
        assert abs(word.start_s - place_of(second)) < 1.0, second
        assert speaker == f"Speaker {speaker_at(second)}", second
    (notice,) = transcript.notices
    minutes, seconds = divmod(int(place_of(UNWRITTEN_S)), 60)
    assert f"at {minutes}:{seconds:02}" in str(notice)
    assert [entry.id for entry in found.entries] == [outcome.transcript_id]
    assert watcher.fractions == sorted(watcher.fractions)
    assert watcher.fractions[-1] <= 1.0
    for name in ("txt", "md", "srt", "vtt"):
        assert numbers(render(stored, name).decode()) == list(range(last + 1)), name
    document = json.loads(render(stored, "json"))
    assert numbers(" ".join(segment["text"] for segment in document["segments"])) == list(range(last + 1))
    assert {segment["speaker"] for segment in document["segments"]} == {f"Speaker {n}" for n in range(1, 5)}
