"""What is wrong with a recording is told with its transcript, whoever transcribes it, and again from the cache."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.domain import AudioFormat, SourceReference, UploadLimits
from core.domain.no_speech import remark_without_text
from core.providers import ChunkTranscript
from tests.fakes.provider import NumberingProvider
from tests.fakes.watcher import Watcher
from tests.integration.test_pipeline import bench
from tests.media_samples import tone, wav_header
from tests.unit.samples import make_job

BREAKS_OFF = "The recording breaks off after 1:05; what came before is written down."


@pytest.fixture
def cut_off(tmp_path: Path) -> SourceReference:
    """65 of 125 s of a WAV."""
    sound = tone(65.5, 16_000).tobytes()
    file = tmp_path / "cut.wav"
    file.write_bytes(wav_header(16_000 * 2 * 125, rate_hz=16_000) + sound)
    return SourceReference("file", str(file), file.name)


@pytest.mark.parametrize("takes_files", [False, True])
async def test_a_recording_that_breaks_off_says_so(cut_off: SourceReference, tmp_path: Path, takes_files: bool) -> None:
    upload = UploadLimits(frozenset({AudioFormat.WAV}), 25_000_000) if takes_files else None
    async with bench(tmp_path, NumberingProvider(longest_chunk_s=600.0, upload=upload)) as b:
        for is_repeated in (False, True):
            outcome = await b.pipeline.run(make_job(source=cut_off), Watcher())
            assert outcome.from_cache is is_repeated
            assert [str(note) for note in outcome.notes] == [BREAKS_OFF]
        stored = await b.history.get(outcome.transcript_id)
    assert stored is not None
    assert [str(notice) for notice in stored.transcript.notices] == [BREAKS_OFF]
    assert stored.transcript.duration_s == pytest.approx(65.5, abs=0.01)


class DeafProvider(NumberingProvider):
    """Hears no speech in anything."""

    async def transcribe(self, *arguments: Any, **more: Any) -> ChunkTranscript:
        transcribed = await super().transcribe(*arguments, **more)
        return replace(transcribed, segments=())


class HalfDeafProvider(NumberingProvider):
    """Hears that somebody speaks in some places, and doesn't understand it."""

    def __init__(self, places: int, **more: Any) -> None:
        super().__init__(**more)
        self._places = places

    async def transcribe(self, *arguments: Any, **more: Any) -> ChunkTranscript:
        transcribed = await super().transcribe(*arguments, **more)
        return replace(
            transcribed, segments=(), unwritten=tuple((5.0 * at, 5.0 * at + 2) for at in range(self._places))
        )


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        (2, "Somebody seems to speak at 0:00, 0:05, but the words can't be made out."),
        (
            7,
            "Somebody seems to speak at 0:00, 0:05, 0:10, 0:15, 0:20 and in other places, but the words can't be made "
            "out.",
        ),
    ],
)
async def test_speech_that_is_not_understood_is_told_with_its_place(tmp_path: Path, places: int, sentence: str) -> None:
    sound = tone(40, 16_000).tobytes()
    file = tmp_path / "muffled.wav"
    file.write_bytes(wav_header(len(sound), rate_hz=16_000) + sound)
    async with bench(tmp_path, HalfDeafProvider(places, longest_chunk_s=600.0)) as b:
        outcome = await b.pipeline.run(make_job(source=SourceReference("file", str(file), file.name)), Watcher())
        stored = await b.history.get(outcome.transcript_id)
    assert [str(note) for note in outcome.notes] == [sentence]
    assert stored is not None
    assert str(remark_without_text(stored.transcript)) == sentence


class MisledProvider(NumberingProvider):
    """Hears in some places that another language is spoken than the one that it writes, or may be in noise."""

    def __init__(self, kind: str, spans: tuple[tuple[float, float], ...]) -> None:
        super().__init__(longest_chunk_s=600.0)
        self._told: dict[str, Any] = {kind: spans}

    async def transcribe(self, *arguments: Any, **more: Any) -> ChunkTranscript:
        return replace(await super().transcribe(*arguments, **more), **self._told)


@pytest.mark.parametrize(
    ("kind", "spans", "sentence"),
    [
        (
            "other_language",
            ((31.0, 35.0), (2.0, 5.0), (6.0, 9.0)),
            "Another language seems to be spoken at 0:02, 0:31; what is written there may be wrong.",
        ),
        (
            "noisy",
            ((31.0, 35.0), (2.0, 5.0), (6.0, 9.0)),
            "It is noisy at 0:02, 0:31, or another language is spoken; what is written there may be wrong.",
        ),
        (
            "noisy",
            tuple((16.5 * at, 16.5 * at + 1) for at in range(6)),
            "It is noisy at 0:00, 0:16, 0:33, 0:49, 1:06 and in other places, or another language is spoken; what is "
            "written there may be wrong.",
        ),
        (
            "other_language",
            tuple((16.5 * at, 16.5 * at + 1) for at in range(6)),
            "Another language seems to be spoken at 0:00, 0:16, 0:33, 0:49, 1:06 and in other places; what is written "
            "there may be wrong.",
        ),
    ],
)
async def test_where_another_language_is_spoken_than_written_is_told(
    tmp_path: Path, kind: str, spans: tuple[tuple[float, float], ...], sentence: str
) -> None:
    sound = tone(100, 16_000).tobytes()
    file = tmp_path / "mixed.wav"
    file.write_bytes(wav_header(len(sound), rate_hz=16_000) + sound)
    async with bench(tmp_path, MisledProvider(kind, spans)) as b:
        outcome = await b.pipeline.run(make_job(source=SourceReference("file", str(file), file.name)), Watcher())
        stored = await b.history.get(outcome.transcript_id)
    assert [str(note) for note in outcome.notes] == [sentence]
    assert stored is not None
    assert [str(notice) for notice in stored.transcript.notices] == [sentence]


@pytest.mark.parametrize(
    ("sound", "sentence"),
    [
        (bytes(16_000 * 2 * 5), "No speech was heard: the recording is silent."),
        (tone(5, 16_000).tobytes(), "No speech was heard, only noise or music."),
    ],
    ids=["silence", "tone"],
)
@pytest.mark.parametrize("takes_files", [False, True])
async def test_no_speech_is_a_result_that_is_told(
    tmp_path: Path, sound: bytes, sentence: str, takes_files: bool
) -> None:
    file = tmp_path / "quiet.wav"
    file.write_bytes(wav_header(len(sound), rate_hz=16_000) + sound)
    upload = UploadLimits(frozenset({AudioFormat.WAV}), 25_000_000) if takes_files else None
    async with bench(tmp_path, DeafProvider(longest_chunk_s=600.0, upload=upload)) as b:
        outcome = await b.pipeline.run(make_job(source=SourceReference("file", str(file), file.name)), Watcher())
    assert [str(note) for note in outcome.notes] == [sentence]
