"""Voices are remembered by a deliberate act, suggested, and forgotten; nothing else keeps anything of them."""

import contextlib
import errno
import hashlib
import json
import stat
import sys
from array import array
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.app.remembered_voices import MOST_SPEECH_S, RememberedVoices
from core.app.voices_file import VoicesFile
from core.domain import (
    CacheKey,
    ContentHash,
    Requester,
    Segment,
    SourceReference,
    SpeechChunk,
    Transcript,
    TranscriptId,
)
from core.domain.errors import (
    RecordingNotAtHand,
    SpeakerUnknown,
    TooLittleSpeech,
    VoicesFileUnusable,
    VoicesModelMissing,
    VoiceUnknown,
)
from core.media import Decoder, MediaInfo, MediaSource
from core.pipeline.recording_notices import notices_on_tracks
from core.store.sqlite import Database, SqliteHistory
from core.voices import Decision, Heard, Turn, VoicePrint
from tests.media_samples import tone, wav_header
from tests.unit.samples import THE_OWNER

TURN_S = 15.0
LEVELS = (0.1, 0.5, 0.1, 0.5)


class LevelTeller:
    """Takes how loud a voice is for what it is like."""

    model: str | None = "ab" * 32

    def __init__(self) -> None:
        self.heard_s: list[float] = []

    async def hear(self, chunk: SpeechChunk) -> Heard:
        self.heard_s.append(chunk.duration_s)
        loud = float(np.abs(np.frombuffer(chunk.data, "<i2").astype(float)).mean()) / 2**15
        angle = 3 * loud
        vector = array("f", [np.cos(angle), np.sin(angle)]).tobytes()
        return Heard(((0.0, chunk.duration_s),), ((0.0, chunk.duration_s),), vector)

    async def decide(self, heard: Sequence[Heard], people: int | None = None) -> Decision:
        (one,) = heard
        assert people == 1
        (region,) = one.regions
        assert self.model is not None
        return Decision((Turn(*region, 1),), (VoicePrint(one.prints, region[1] - region[0], self.model),))


@dataclass
class Bench:
    """All but the model is real."""

    voices: RememberedVoices
    history: SqliteHistory
    teller: LevelTeller
    file: Path
    recording: Path

    async def saved(self, requester: Requester = THE_OWNER, name: str = "talk.wav") -> TranscriptId:
        """A transcript of the recording: two speakers in turn, and one who says a word."""
        segments = [
            Segment(turn * TURN_S, (turn + 1) * TURN_S, "Well.", speaker=f"Speaker {1 + turn % 2}")
            for turn in range(len(LEVELS))
        ]
        segments.append(Segment(len(LEVELS) * TURN_S, len(LEVELS) * TURN_S + 2, "Yes.", speaker="Speaker 3"))
        talk = Transcript(tuple(segments), "en", len(LEVELS) * TURN_S + 2, "on-device", "tiny.en")
        content = ContentHash(hashlib.sha256(self.recording.read_bytes()).hexdigest())
        source = SourceReference("file", str(self.recording), name)
        return await self.history.save(source, CacheKey(name), content, talk, 1.0, requester=requester)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    sound = tone(TURN_S, 8_000).astype(float)
    levelled = [sound / np.abs(sound).max() * level for level in LEVELS] + [sound[:16_000] / 2**15 * 0.9]
    pcm = (np.concatenate(levelled) * 2**15 * 0.9).astype("<i2").tobytes()
    recording = tmp_path / "talk.wav"
    recording.write_bytes(wav_header(len(pcm), rate_hz=8_000) + pcm)
    database, decoder, teller = await Database.open(tmp_path / "notula.db"), Decoder(), LevelTeller()
    history, file = SqliteHistory(database), tmp_path / "voices.json"
    yield Bench(
        RememberedVoices(VoicesFile(file), history, decoder, teller, lambda: 1_000.0), history, teller, file, recording
    )
    await decoder.close()
    await database.close()


async def test_a_voice_is_remembered_suggested_and_forgotten(bench: Bench) -> None:
    number = await bench.saved()
    assert await bench.voices.suggestions(number) == {}
    assert bench.teller.heard_s == []  # Nobody is compared while nobody is remembered.
    assert await bench.voices.remember(number, "2", " Ana\u202e ")
    assert bench.teller.heard_s == [2 * TURN_S]
    assert await bench.voices.names() == ("Ana",)
    assert await bench.voices.suggestions(number) == {"Speaker 2": "Ana"}
    assert len(bench.teller.heard_s) == 3  # Who says too little to be recognised isn't heard.
    stored = await bench.history.get(number)
    assert stored is not None
    assert stored.transcript.segments[1].speaker == "Speaker 2"  # Never set without being asked.
    await bench.voices.forget("Ana")
    assert await bench.voices.names() == ()
    assert not bench.file.exists()
    with pytest.raises(VoiceUnknown, match="Ana"):
        await bench.voices.forget("Ana")


async def test_the_file_is_private_holds_the_models_hash_and_is_written_over(bench: Bench) -> None:
    number = await bench.saved()
    await bench.voices.remember(number, "1", "Ana")
    await bench.voices.remember(number, "2", "Budi")
    await bench.voices.remember(number, "2", "Ana")
    assert stat.S_IMODE(bench.file.stat().st_mode) == 0o600
    told = json.loads(bench.file.read_text())["voices"]
    assert [(voice["name"], voice["model"]) for voice in told] == [("Budi", "ab" * 32), ("Ana", "ab" * 32)]
    with bench.file.open("rb") as before:
        await bench.voices.forget_all()
        assert set(before.read()) == {0}
    assert not bench.file.exists()
    await bench.voices.forget_all()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at the open files of the process as Linux lists them")
async def test_no_file_is_replaced_or_deleted_while_it_is_open(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows would refuse it, and the voice stay remembered."""

    def checked(method: str) -> None:
        real = getattr(Path, method)

        def call(file: Path, *arguments: Any, **options: Any) -> Any:
            for held in Path("/proc/self/fd").iterdir():
                with contextlib.suppress(FileNotFoundError):
                    assert held.readlink() not in (file, *arguments)
            return real(file, *arguments, **options)

        monkeypatch.setattr(Path, method, call)

    checked("replace")
    checked("unlink")
    number = await bench.saved()
    await bench.voices.remember(number, "1", "Ana")
    await bench.voices.remember(number, "2", "Budi")
    await bench.voices.forget("Ana")
    await bench.voices.forget_all()
    assert list(bench.file.parent.glob("voices.*")) == []


@pytest.mark.parametrize("step", [1, 2])
async def test_voices_are_neither_lost_nor_kept_where_writing_breaks_off(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    number = await bench.saved()
    await bench.voices.remember(number, "1", "Ana")
    replaced: list[Path] = []
    replace_file = Path.replace

    def breaks_off(file: Path, target: Path) -> None:
        replaced.append(file)
        if len(replaced) == step:
            raise OSError(errno.EIO, "broken off")
        replace_file(file, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", breaks_off)
        with pytest.raises(VoicesFileUnusable):
            await bench.voices.remember(number, "2", "Budi")
    assert set(await bench.voices.names()) >= {"Ana"}
    await bench.voices.forget_all()
    assert await bench.voices.names() == ()
    assert list(bench.file.parent.glob("voices.*")) == []


async def test_what_can_not_be_heard_is_told(bench: Bench) -> None:
    number = await bench.saved()
    with pytest.raises(TooLittleSpeech, match="Speaker 3 speaks for less than 10 s"):
        await bench.voices.remember(number, "Speaker 3", "Ana")
    with pytest.raises(SpeakerUnknown):
        await bench.voices.remember(number, "9", "Ana")
    others = await bench.saved(Requester("telegram", "42"))
    with pytest.raises(RecordingNotAtHand):
        await bench.voices.remember(others, "1", "Ana")
    with bench.recording.open("ab") as file:
        file.write(b"\0\0")
    with pytest.raises(RecordingNotAtHand, match=r"talk\.wav"):
        await bench.voices.remember(number, "1", "Ana")
    bench.recording.unlink()
    with pytest.raises(RecordingNotAtHand):
        await bench.voices.remember(number, "1", "Ana")
    bench.teller.model = None
    with pytest.raises(VoicesModelMissing):
        await bench.voices.remember(number, "1", "Ana")
    await bench.history.delete([number])
    assert await bench.voices.remember(number, "1", "Ana") is False
    assert await bench.voices.suggestions(number) is None
    assert not bench.file.exists()


async def test_of_a_long_talk_only_some_of_the_speech_is_heard(bench: Bench) -> None:
    number = await bench.saved()
    stored = await bench.history.get(number)
    assert stored is not None
    whole = Segment(0.0, len(LEVELS) * TURN_S, "Well.", speaker="Ana")
    spoken = replace(stored.transcript, segments=(replace(whole, end_s=2 * MOST_SPEECH_S),))
    await bench.history.update(number, spoken, 2.0)
    await bench.voices.remember(number, "Ana", "Ana")
    assert bench.teller.heard_s == [MOST_SPEECH_S]


async def test_the_track_is_heard_that_the_transcript_was_made_of(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = MediaInfo("mov,mp4,m4a", "aac", 60.0, 48_000, 2, has_video=False, size_bytes=1, track=2, tracks=3)
    asked: list[int] = []
    decode = Decoder.decode

    def noted(decoder: Decoder, source: MediaSource, *, track: int = 0) -> Any:
        asked.append(track)
        return decode(decoder, source)

    monkeypatch.setattr(Decoder, "decode", noted)
    number = await bench.saved()
    stored = await bench.history.get(number)
    assert stored is not None
    await bench.history.update(number, replace(stored.transcript, notices=notices_on_tracks(info)), 2.0)
    await bench.voices.remember(number, "2", "Ana")
    assert asked == [2]


@pytest.mark.parametrize("content", ["{", "[]", '{"voices": [{"name": "Ana"}]}', '{"voices": [7]}'])
async def test_a_damaged_file_is_told_and_can_be_forgotten(bench: Bench, content: str) -> None:
    bench.file.write_text(content)
    bench.file.chmod(0o600)
    with pytest.raises(VoicesFileUnusable, match=r"voices\.json"):
        await bench.voices.names()
    await bench.voices.forget_all()
    assert await bench.voices.names() == ()
