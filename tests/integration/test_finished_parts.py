"""What is transcribed of a recording is not transcribed again, whatever ended the job."""

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.cache import TranscriptCache
from core.domain import (
    AudioFormat,
    CacheKey,
    Job,
    JobId,
    JobState,
    Requester,
    Segment,
    TranscriptionOptions,
    UploadLimits,
)
from core.domain.errors import DiskFull, ModelCorrupt, ProviderUnreachable, RecordingRefused
from core.domain.part import FinishedPart
from core.domain.usage import Usage, UsageKey
from core.media import Decoder, Encoder
from core.pipeline import Outcome, SpendingRules
from core.pipeline.budget import Budget
from core.providers import Router
from core.store.sqlite import (
    Database,
    Instance,
    SqliteCachedTranscripts,
    SqliteJobJournal,
    SqliteJobParts,
    SqliteUsageLedger,
)
from tests.benchmarks.recordings import make_recording
from tests.fakes.provider import NumberingProvider, router_of
from tests.fakes.voice_teller import ScriptedVoices
from tests.fakes.watcher import Watcher
from tests.integration.test_pipeline import Bench
from tests.unit.samples import make_job, make_source, make_transcript

UPLOAD = UploadLimits(frozenset({AudioFormat.FLAC}), 25_000_000)
FOUR_MINUTES_S = 240.0
NOVEMBER = 1_795_000_000.0


class CountedParts(SqliteJobParts):
    """Lets a test wait for parts."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._kept: Counter[JobId] = Counter()
        self._changed = asyncio.Condition()

    async def keep(
        self,
        job_id: JobId,
        run: CacheKey,
        parts: Sequence[FinishedPart],
        usage: Mapping[UsageKey, Usage],
        month: str,
    ) -> float:
        month_usd = await super().keep(job_id, run, parts, usage, month)
        async with self._changed:
            self._kept[job_id] += len(parts)
            self._changed.notify_all()
        return month_usd

    async def has_kept(self, job: Job, count: int) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self._kept[job.id] >= count)


class Desk(Bench):
    """A pipeline over a database that outlives it."""

    def __init__(self, database: Database, journal: SqliteJobJournal, decoder: Decoder, encoder: Encoder) -> None:
        super().__init__(NumberingProvider(), database, decoder, encoder)
        self.database = database
        self.journal = journal
        self.parts = CountedParts(database)
        self.pipeline._parts = self.parts

    def start_anew(self, upload: UploadLimits | None = None, name: str = "numbering") -> NumberingProvider:
        """As after a restart: the provider has been asked for nothing yet."""
        self.provider = NumberingProvider(upload=upload)
        self.provider.name = name
        self.pipeline._router = router_of(self.provider)
        return self.provider

    async def run_until(self, job: Job, chunk: int, upload: UploadLimits | None = None) -> tuple[Watcher, list[int]]:
        """Run a job until this chunk is being transcribed, then break it off. Returns which chunks were done."""
        provider, watcher = self.start_anew(upload), Watcher()
        hold_from(provider, chunk)
        running = asyncio.create_task(self.pipeline.run(job, watcher))
        await provider.has_started(chunk)
        await self.parts.has_kept(job, chunk)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return watcher, sorted({index for index, _ in provider.calls} - set(provider.cancelled))

    async def text_of(self, outcome: Outcome) -> str:
        stored = await self.history.get(outcome.transcript_id)
        assert stored is not None
        return stored.transcript.text

    @property
    def asked(self) -> list[int]:
        return sorted({index for index, _ in self.provider.calls})


def hold_from(provider: NumberingProvider, chunk: int) -> None:
    """Hold back this chunk and all behind it, as others than the first one would be done meanwhile."""
    held = asyncio.Event()
    provider.gates.update(dict.fromkeys(range(chunk, round(FOUR_MINUTES_S)), held))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = await Database.open(tmp_path / "notula.db")
    instance = Instance(tmp_path / "instances", lambda: "test")
    instance.announce()
    decoder, encoder = Decoder(), Encoder()
    yield Desk(database, SqliteJobJournal(database, instance), decoder, encoder)
    await decoder.close()
    await encoder.close()
    await database.close()
    instance.leave()


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_recording(tmp_path_factory.mktemp("parts") / "four-minutes.wav", FOUR_MINUTES_S)


async def job_of(desk: Desk, file: Path, **values: object) -> Job:
    job = make_job(source=replace(make_source(file.name), location=str(file)), **values)
    await desk.journal.record([job])
    return job


@pytest.mark.parametrize("upload", [None, UPLOAD], ids=["on device", "online"])
async def test_a_job_goes_on_with_the_parts_that_arent_done(
    desk: Desk, recording: Path, upload: UploadLimits | None
) -> None:
    job = await job_of(desk, recording)
    _, done = await desk.run_until(job, 3, upload)
    assert done == [0, 1, 2]
    provider, watcher = desk.start_anew(upload), Watcher()
    resumed = await desk.pipeline.run(job, watcher)
    assert desk.asked == list(range(3, max(desk.asked) + 1))
    assert len(provider.identified) == 1, "whether the rest is in the language of the finished parts"

    fresh = await job_of(desk, recording, options=TranscriptionOptions(temperature=0.1))
    desk.start_anew(upload)
    uninterrupted = await desk.pipeline.run(fresh, Watcher())
    assert len(desk.asked) > 3
    assert await desk.text_of(resumed) == await desk.text_of(uninterrupted)
    assert [segment.text for segment in watcher.segments] == [f"chunk {index}" for index in desk.asked]


async def test_what_was_done_is_billed_once(desk: Desk, recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded: list[float] = []
    monkeypatch.setattr(desk.pipeline._spending.budget, "record", lambda *values, **_: recorded.append(values[3]))
    job = await job_of(desk, recording)
    await desk.run_until(job, 2)
    desk.start_anew()
    await desk.pipeline.run(job, Watcher())
    assert len(recorded) == 2 + len(desk.asked)
    assert sum(recorded) == pytest.approx(FOUR_MINUTES_S, abs=30.0)


@pytest.mark.parametrize("end", ["cancelled", "failed"])
async def test_parts_that_are_free_are_written_in_groups_and_all_when_the_run_ends_early(
    desk: Desk, recording: Path, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await job_of(desk, recording)
    provider = desk.start_anew()
    desk.pipeline._router = Router(desk.pipeline._router.upstreams, costs_nothing=lambda name: name == provider.name)
    budget = Budget(SqliteUsageLedger(desk.database), lambda: NOVEMBER)
    desk.pipeline._spending = SpendingRules(budget)
    monkeypatch.setattr("core.pipeline.finished_parts.WRITTEN_WITHIN_S", math.inf)
    await budget.start()
    provider.gates[3] = asyncio.Event()
    hold_from(provider, 4)
    if end == "failed":
        provider.failures[3] = [RecordingRefused(provider="Numbering")]
    running = asyncio.create_task(desk.pipeline.run(job, Watcher()))
    await provider.has_started(3)
    await provider.has_started(4)  # Two at once: those before are done.
    assert await desk.parts.of_jobs([job.id]) == [], "there are fewer than a group has"
    if end == "cancelled":
        running.cancel()
    else:
        provider.gates[3].set()
    with pytest.raises(asyncio.CancelledError if end == "cancelled" else RecordingRefused):
        await running
    (row,) = await desk.parts.of_jobs([job.id])
    done = [part.segments[0].text for part in await desk.parts.of_run(CacheKey(row[2]))]
    assert sorted(done) == ["chunk 0", "chunk 1", "chunk 2"]
    (usage,) = await SqliteUsageLedger(desk.database).rows("2026-11")
    assert usage.usage.requests == len(done)
    await budget.stop()


async def test_another_request_for_the_same_goes_on_too_and_one_for_anything_else_doesnt(
    desk: Desk, recording: Path, tmp_path: Path
) -> None:
    await desk.run_until(await job_of(desk, recording), 2)
    other = tmp_path / "other.wav"
    content = recording.read_bytes()
    other.write_bytes(content[:44] + content[-len(content) // 2 :] + content[44 : len(content) // 2])
    different: list[tuple[Path, dict[str, object], Callable[[], object]]] = [
        (other, {}, lambda: desk.start_anew()),
        (recording, {"options": TranscriptionOptions(language="id")}, lambda: desk.start_anew()),
        (recording, {"options": TranscriptionOptions(beam_size=1)}, lambda: desk.start_anew()),
        (recording, {}, lambda: desk.start_anew(name="somebody-else")),
    ]
    for file, values, begin in different:
        begin()
        await desk.pipeline.run(await job_of(desk, file, **values), Watcher())
        assert desk.asked[0] == 0, (file.name, values)
        await desk.cache.clear()
    desk.start_anew()
    await desk.pipeline.run(await job_of(desk, recording), Watcher())
    assert desk.asked[0] == 2


@pytest.mark.parametrize("is_cached", [True, False], ids=["cached", "not cached"])
async def test_a_crash_before_the_jobs_end_is_written_costs_nothing(
    desk: Desk, recording: Path, is_cached: bool
) -> None:
    """A transcript takes the place of its parts, but not where the cache, which a restart asks, doesn't have it."""
    if not is_cached:
        desk.cache.set_bound(0)
    job = await job_of(desk, recording)
    desk.start_anew()
    first = await desk.pipeline.run(job, Watcher())
    kept = await desk.parts.of_jobs([job.id])
    assert bool(kept) is not is_cached
    desk.start_anew()
    desk.pipeline._cache = TranscriptCache(SqliteCachedTranscripts(desk.database))
    again = await desk.pipeline.run(job, Watcher())
    assert desk.asked == []
    assert again.from_cache is is_cached
    assert await desk.text_of(again) == await desk.text_of(first)


async def test_parts_stay_where_the_cache_would_be_asked_for_another_transcript(desk: Desk, recording: Path) -> None:
    job = await job_of(desk, recording, options=TranscriptionOptions(speakers=True))
    desk.pipeline._voices = ScriptedVoices()
    desk.pipeline._voices.decision_fails = ModelCorrupt(model="voices", file="voices.onnx")
    desk.start_anew()
    await desk.pipeline.run(job, Watcher())
    assert await desk.parts.of_jobs([job.id])


async def test_people_who_share_no_cache_share_no_parts(desk: Desk, recording: Path) -> None:
    desk.pipeline.shares_cache = False
    await desk.run_until(await job_of(desk, recording, requester=Requester("telegram", "1")), 2)
    desk.start_anew()
    await desk.pipeline.run(await job_of(desk, recording, requester=Requester("telegram", "2")), Watcher())
    assert desk.asked[0] == 0


async def test_parts_go_with_their_job(desk: Desk, recording: Path) -> None:
    job = await job_of(desk, recording)
    await desk.run_until(job, 2)
    await desk.journal.update(replace(job, state=JobState.CANCELLED))
    assert await desk.parts.of_jobs([job.id])
    await desk.journal.set_removed([job.id], True)
    assert await desk.parts.of_jobs([job.id]) == []

    done = await job_of(desk, recording)
    await desk.run_until(done, 2)
    await desk.journal.update(replace(done, state=JobState.DONE))
    assert await desk.parts.of_jobs([done.id]) == []

    gone = await job_of(desk, recording)
    _, finished = await desk.run_until(gone, 2)
    assert finished
    await desk.database.write(lambda db: db.execute("DELETE FROM jobs WHERE id = ?", [gone.id]))
    assert await desk.parts.of_jobs([gone.id]) == []
    await desk.parts.keep_shown(gone.id, ())
    assert await desk.parts.of_jobs([gone.id]) == []


@pytest.mark.parametrize("call", ["of_run", "keep"])
async def test_a_store_that_fails_costs_no_text(
    desk: Desk, recording: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise DiskFull

    monkeypatch.setattr(desk.parts, call, fail)
    desk.start_anew()
    outcome = await desk.pipeline.run(await job_of(desk, recording), Watcher())
    assert "chunk 0 chunk 1 chunk 2" in await desk.text_of(outcome)


async def test_damaged_parts_are_made_anew(desk: Desk, recording: Path) -> None:
    job = await job_of(desk, recording)
    await desk.run_until(job, 2)
    await desk.database.write(lambda db: db.execute("UPDATE job_parts SET body = x'00' || body"))
    desk.start_anew()
    await desk.pipeline.run(job, Watcher())
    assert desk.asked[0] == 0


async def test_who_was_passed_over_for_a_finished_part_is_told_still(desk: Desk, recording: Path) -> None:
    job = await job_of(desk, recording)
    first, second = NumberingProvider(), NumberingProvider()
    first.name, second.name = "first", "second"
    first.failures = {0: [ProviderUnreachable(provider="First")] * 3}
    hold_from(first, 3)
    hold_from(second, 3)
    desk.pipeline._router = router_of(first, second)
    running = asyncio.create_task(desk.pipeline.run(job, Watcher()))
    await desk.parts.has_kept(job, 3)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    first.gates.clear()
    first.calls.clear()
    outcome = await desk.pipeline.run(job, Watcher())
    (note,) = outcome.notes
    assert "has made a part of this text instead of first" in str(note)
    assert 0 not in [index for index, _ in first.calls]


async def test_who_deletes_a_transcript_deletes_what_was_done_of_the_same_recording(
    desk: Desk, recording: Path
) -> None:
    cancelled = await job_of(desk, recording)
    await desk.run_until(cancelled, 2)
    await desk.parts.keep_shown(cancelled.id, make_transcript("Secretive hedgehogs.").segments)
    await desk.journal.update(replace(cancelled, state=JobState.CANCELLED, done_share=0.5))
    desk.start_anew()
    outcome = await desk.pipeline.run(await job_of(desk, recording), Watcher())
    assert await desk.parts.shown(cancelled.id)
    await desk.history.delete([outcome.transcript_id])
    assert await desk.parts.of_jobs([cancelled.id]) == []
    found = await desk.journal.find(cancelled.id)
    assert found is not None
    assert found.done_share is None


async def test_a_part_is_kept_with_all_that_its_reader_has_to_be_told(desk: Desk, recording: Path) -> None:
    job = await job_of(desk, recording)
    segments = (Segment(0.0, 1.0, "One."),)
    spans = ((1.0, 2.5),), ((3.0, 9.25), (12.0, 14.0)), ((14.0, 15.0),)
    part = FinishedPart("p", "on-device", "base", "{}", (60.0,), "en", "id", segments, (), *spans)
    await desk.parts.keep(job.id, CacheKey("run"), [part], {}, "2026-11")
    assert await desk.parts.of_run(CacheKey("run")) == (part,)
