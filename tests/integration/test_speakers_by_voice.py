"""Speakers told apart by their voices beside any provider: from the recording to its transcript."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain import CacheKey, JobId, Segment, SpeechChunk, Transcript, TranscriptionOptions, UploadLimits, Word
from core.domain.errors import EngineCrashed, ModelCorrupt, RecordingRefused
from core.domain.part import FinishedPart
from core.domain.usage import Usage, UsageKey
from core.providers import ChunkTranscript
from core.providers.provider import ignore_upload
from core.voices import Turn
from tests.benchmarks.recordings import make_recording
from tests.fakes.provider import NumberingProvider
from tests.fakes.voice_teller import ScriptedVoices
from tests.fakes.watcher import Watcher
from tests.integration.test_pipeline import Bench, bench, job_for

LENGTH_S = 200.0
TURN_S = 25.0
TURNS = [Turn(n * TURN_S, (n + 1) * TURN_S, 1 + n % 2) for n in range(8)]


class SecondsProvider(NumberingProvider):
    """Says a word in every second. With `labels` it numbers the speakers of each chunk anew, in the order given."""

    def __init__(self, labels: dict[int, str] | None = None, upload: UploadLimits | None = None) -> None:
        super().__init__(parallel=2, longest_chunk_s=75.0, upload=upload)
        self.labels = labels
        if labels is not None:
            self.capabilities = replace(self.capabilities, gives_speakers=True)

    async def transcribe(
        self,
        chunk: SpeechChunk,
        options: TranscriptionOptions,
        on_segment: Callable[[Segment], None],
        *,
        on_uploaded: Callable[[float], None] = ignore_upload,
    ) -> ChunkTranscript:
        self.calls.append((chunk.index, options.language))
        failures = self.failures.get(chunk.index)
        if failures:
            raise failures.pop(0)
        words = [
            Word(second, second + 0.9, f"w{second}")
            for second in range(round(chunk.start_s), round(chunk.end_s))
            if options.word_timestamps
        ]
        segments = list(self._segments(chunk, words))
        for segment in segments:
            on_segment(segment)
        return ChunkTranscript(tuple(segments), "en")

    def _segments(self, chunk: SpeechChunk, words: list[Word]) -> list[Segment]:
        if self.labels is None:
            return [Segment(words[0].start_s, words[-1].end_s, " ".join(word.text for word in words), tuple(words))]
        order: list[int] = []
        segments = []
        for word in words:
            person = int(word.start_s // TURN_S) % 2
            order += [] if person in order else [person]
            name = f"Speaker {chunk.index + 1}.{order.index(person) + 1}"
            segments.append(Segment(word.start_s, word.end_s, word.text, (word,), name))
        return segments


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_recording(tmp_path_factory.mktemp("speech") / "talk.wav", LENGTH_S)


async def transcribed(b: Bench, file: Path, watcher: Watcher | None = None, **options: object) -> Transcript:
    job = job_for(file, "en")
    asked = replace(job.options, **{"speakers": True, **options})  # type: ignore[arg-type]
    outcome = await b.pipeline.run(replace(job, options=asked), watcher or Watcher())
    stored = await b.history.get(outcome.transcript_id)
    assert stored is not None
    return stored.transcript


def speakers_by_second(transcript: Transcript) -> dict[int, str | None]:
    return {
        int(word.removeprefix("w")): segment.speaker for segment in transcript.segments for word in segment.text.split()
    }


def expected(second: int) -> str:
    return f"Speaker {1 + int(second // TURN_S) % 2}"


async def test_every_word_has_its_speaker_over_all_chunks(talk: Path, tmp_path: Path) -> None:
    voices, watcher = ScriptedVoices(TURNS), Watcher()
    async with bench(tmp_path, SecondsProvider(), voices) as b:
        transcript = await transcribed(b, talk, watcher, people=2, word_timestamps=False)

    told = speakers_by_second(transcript)
    assert len(voices.heard) >= 3
    assert {second: speaker for second, speaker in told.items() if speaker != expected(second)} == {}
    assert voices.people == [2]
    assert transcript.notices == ()
    assert all(segment.words == () for segment in transcript.segments)


async def test_text_comes_at_once_and_speakers_in_the_end_all_together(talk: Path, tmp_path: Path) -> None:
    watcher = Watcher()
    async with bench(tmp_path, SecondsProvider(), ScriptedVoices(TURNS)) as b:
        transcript = await transcribed(b, talk, watcher)

    assert {segment.speaker for segment in watcher.segments} == {None}
    (named,) = watcher.named
    assert [one.text for one in named] == [one.text for one in transcript.segments]
    assert [one.speaker for one in named] == [one.speaker for one in transcript.segments]


async def test_speakers_of_parts_that_a_provider_has_numbered_are_united(talk: Path, tmp_path: Path) -> None:
    provider = SecondsProvider(labels={})
    async with bench(tmp_path, provider, ScriptedVoices(TURNS)) as b:
        transcript = await transcribed(b, talk, word_timestamps=True)

    assert len(provider.calls) >= 3
    told = speakers_by_second(transcript)
    assert {second: speaker for second, speaker in told.items() if speaker != expected(second)} == {}


async def test_without_voice_models_the_text_comes_with_a_sentence(talk: Path, tmp_path: Path) -> None:
    voices = ScriptedVoices(TURNS, model=None)
    async with bench(tmp_path, SecondsProvider(), voices) as b:
        without = await transcribed(b, talk)
        voices.model = "cd" * 32
        with_models = await transcribed(b, talk)
        again = await transcribed(b, talk)

    assert {segment.speaker for segment in without.segments} == {None}
    (notice,) = without.notices
    assert "notula models download voices" in str(notice)
    assert {segment.speaker for segment in with_models.segments} == {"Speaker 1", "Speaker 2"}
    assert again == with_models
    assert voices.people == [None]


async def test_a_crash_costs_the_speakers_of_its_chunk_alone(talk: Path, tmp_path: Path) -> None:
    voices = ScriptedVoices(TURNS)
    voices.failures[1] = EngineCrashed()
    async with bench(tmp_path, SecondsProvider(), voices) as b:
        transcript = await transcribed(b, talk)
        del voices.failures[1]
        again = await transcribed(b, talk)

    told = speakers_by_second(transcript)
    nameless = [second for second, speaker in told.items() if speaker is None]
    assert 20 <= len(nameless) <= 80
    assert all(speaker == expected(second) for second, speaker in told.items() if speaker is not None)
    (notice,) = transcript.notices
    assert str(notice).startswith("In a part of this recording")
    assert None not in speakers_by_second(again).values()


async def test_a_process_that_crashes_once_costs_nothing(talk: Path, tmp_path: Path) -> None:
    voices = ScriptedVoices(TURNS)
    voices.crashes_at = {"hear", "decide"}
    async with bench(tmp_path, SecondsProvider(), voices) as b:
        transcript = await transcribed(b, talk)

    assert transcript.notices == ()
    assert all(speaker == expected(second) for second, speaker in speakers_by_second(transcript).items())
    assert voices.crashes_at == set()


@pytest.mark.parametrize(
    ("people", "told"), [(1, "2 were told apart"), (3, "no more voices than 2"), (2, ""), (None, "")]
)
async def test_another_number_of_people_than_a_person_has_said_is_told(
    talk: Path, tmp_path: Path, people: int | None, told: str
) -> None:
    voices = ScriptedVoices(TURNS)
    async with bench(tmp_path, SecondsProvider(), voices) as b:
        transcript = await transcribed(b, talk, people=people)
        again = await transcribed(b, talk, people=people)

    assert [told in str(notice) for notice in transcript.notices] == [True] * bool(told)
    assert again == transcript
    assert voices.people == [people]  # The second time it comes from the cache.


@pytest.mark.parametrize("hearing", [True, False])
async def test_what_goes_wrong_with_voices_never_costs_the_text(talk: Path, tmp_path: Path, hearing: bool) -> None:
    voices = ScriptedVoices(TURNS)
    if hearing:
        voices.failures = dict.fromkeys(range(100), ModelCorrupt(model="voices", file="segmentation.onnx"))
    else:
        voices.decision_fails = EngineCrashed()
    async with bench(tmp_path, SecondsProvider(), voices) as b:
        transcript = await transcribed(b, talk)

    assert len(speakers_by_second(transcript)) >= LENGTH_S - 2
    (notice,) = transcript.notices
    assert str(notice).startswith("Speakers weren't told apart. The")


async def test_voices_are_heard_only_where_speakers_are_asked_for(talk: Path, tmp_path: Path) -> None:
    voices = ScriptedVoices(TURNS)
    async with bench(tmp_path, SecondsProvider(), voices) as b:
        transcript = await transcribed(b, talk, speakers=False, word_timestamps=True)

    assert voices.heard == []
    assert transcript.notices == ()


class PartsInMemory:
    def __init__(self) -> None:
        self.kept: list[FinishedPart] = []

    async def of_run(self, run: CacheKey) -> tuple[FinishedPart, ...]:
        return tuple(self.kept)

    async def keep(
        self,
        job_id: JobId,
        run: CacheKey,
        parts: Sequence[FinishedPart],
        usage: Mapping[UsageKey, Usage],
        month: str,
    ) -> float:
        self.kept += parts
        return 0.0


async def test_chunks_that_were_finished_before_a_crash_are_heard_again(talk: Path, tmp_path: Path) -> None:
    voices, provider, parts = ScriptedVoices(TURNS), SecondsProvider(), PartsInMemory()
    provider.failures[2] = [RecordingRefused(provider="Numbering")] * 10
    async with bench(tmp_path, provider, voices, parts) as b:
        with pytest.raises(RecordingRefused):
            await transcribed(b, talk)
        done = len(parts.kept)
        provider.failures.clear()
        provider.calls.clear()
        voices.heard.clear()
        transcript = await transcribed(b, talk)

    told = speakers_by_second(transcript)
    assert done >= 1
    assert len(provider.calls) == len(voices.heard) - done
    assert {second: speaker for second, speaker in told.items() if speaker != expected(second)} == {}
