"""Of a recording only a part is transcribed, on the recording's clock; the whole has another answer."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.domain import AudioFormat, Transcript, UploadLimits
from core.domain.errors import PartBeyondEnd
from core.media import Decoder, Encoder
from core.store.sqlite import Database
from tests.fakes.provider import router_of
from tests.fakes.watcher import Watcher
from tests.integration.test_pipeline import Bench, job_for
from tests.integration.test_silence_is_free import Listener, silence
from tests.media_samples import encode, tone

ANY_FILE = UploadLimits(frozenset(AudioFormat), 25_000_000)


class Recording:
    """Half a second of sound at 2, 10 and 18 s of 20 s, and what a pipeline makes of it."""

    def __init__(self, file: Path, bench: Bench) -> None:
        self.file = file
        self._bench = bench

    def listen_to_files(self) -> Listener:
        """Ask a provider from here on that takes files as they are."""
        listener = Listener(ANY_FILE)
        self._bench.pipeline._router = router_of(listener)
        return listener

    async def transcribe(self, from_s: float | None = None, until_s: float | None = None) -> Transcript:
        job = job_for(self.file, "en")
        options = replace(job.options, from_s=from_s, until_s=until_s)
        outcome = await self._bench.pipeline.run(replace(job, options=options), Watcher())
        stored = await self._bench.history.get(outcome.transcript_id)
        assert stored is not None
        return stored.transcript

    async def sounds_at(self, from_s: float | None = None, until_s: float | None = None) -> list[float]:
        transcript = await self.transcribe(from_s, until_s)
        return [round(segment.start_s) for segment in transcript.segments]


@pytest.fixture
async def recording(tmp_path: Path) -> AsyncIterator[Recording]:
    database = await Database.open(tmp_path / "notula.db")
    decoder, encoder = Decoder(), Encoder()
    parts = [silence(2), tone(0.5), silence(7.5), tone(0.5), silence(7.5), tone(0.5), silence(1.5)]
    file = tmp_path / "talk.flac"
    file.write_bytes(encode(tmp_path / "made", "flac", "flac", np.concatenate(parts)))
    yield Recording(file, Bench(Listener(), database, decoder, encoder))  # type: ignore[arg-type]
    await encoder.close()
    await decoder.close()
    await database.close()


async def test_a_part_has_the_recordings_times_and_another_answer_than_the_whole(recording: Recording) -> None:
    middle = await recording.transcribe(9.0, 12.0)
    assert [one.start_s for one in middle.segments] == [pytest.approx(10.0, abs=0.05)]
    assert [str(notice) for notice in middle.notices] == ["Only the part from 0:09 to 0:12 is written down."]
    assert await recording.sounds_at(9.0) == [10, 18]
    assert await recording.sounds_at(until_s=12.0) == [2, 10]
    to_the_end = await recording.transcribe(9.0)
    assert "from 0:09 to the end" in str(to_the_end.notices[0])


async def test_a_part_that_begins_behind_the_end_is_refused_with_the_end(recording: Recording) -> None:
    with pytest.raises(PartBeyondEnd) as refused:
        await recording.transcribe(30.0, 40.0)
    assert "talk.flac ends at 0:20" in str(refused.value.message)


async def test_a_service_that_takes_files_is_sent_the_part_alone(recording: Recording, tmp_path: Path) -> None:
    recording.file.write_bytes(encode(tmp_path / "without-a-pause", "flac", "flac", tone(20.0)))
    listener = recording.listen_to_files()
    await recording.transcribe()
    await recording.transcribe(9.0, 12.0)
    whole_s, part_s = listener.heard_s
    assert whole_s == pytest.approx(20.0, abs=0.1)
    assert part_s == pytest.approx(3.0, abs=0.1)
