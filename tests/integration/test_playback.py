"""A transcript's recording is played as the model has heard it."""

import asyncio
import errno
import gc
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.app.playback import Playback
from core.domain import (
    ContentHash,
    HistoryEntry,
    SourceReference,
    StoredTranscript,
    Transcript,
    TranscriptId,
    TranslatableText,
)
from core.domain.errors import AnotherRecording, NotHere, PlaybackFailed, SourceError
from core.media import Decoder, FileSource, MediaSource
from core.pipeline.recording_notices import ONE_TRACK
from core.playback.decoded_sound import DecodedSound
from core.playback.player import Player
from tests.fakes.sound_device import FakeSoundDevice

ENTRY = HistoryEntry(TranscriptId(1), "two_cities.wav", "", 1.0, 44.0, "en", "on-device", "tiny.en")
TRANSCRIPT = Transcript((), "en", 44.0, "on-device", "tiny.en")


async def open_file(reference: SourceReference) -> MediaSource:
    return await FileSource.open(reference.location, reference.name)


@pytest.fixture
def device() -> FakeSoundDevice:
    return FakeSoundDevice()


@pytest.fixture
async def playback(device: FakeSoundDevice, tmp_path: Path) -> AsyncIterator[Playback]:
    decoder = Decoder()
    made = Playback(decoder, open_file, tmp_path / "playback", make_device=lambda: device)
    yield made
    await made.close()
    await decoder.close()
    assert list((tmp_path / "playback").glob("*")) == []


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - a child process sets no event
        await asyncio.sleep(0.005)


def transcript_of(recording: Path, content: bytes | None = None) -> StoredTranscript:
    """A transcript of this recording, which had this content then."""
    if content is None:
        content = recording.read_bytes() if recording.exists() else b""
    entry = replace(ENTRY, location=str(recording))
    return StoredTranscript(entry, ContentHash(hashlib.sha256(content).hexdigest()), TRANSCRIPT)


async def test_all_of_a_recording_can_be_heard_from_anywhere(
    playback: Playback, device: FakeSoundDevice, two_cities: Path
) -> None:
    player = await playback.open(transcript_of(two_cities))
    await until(lambda: player.sound.is_whole)
    assert player.problem is None
    assert player.sound.duration_s == pytest.approx(44.0, abs=0.5)
    assert player.sound.overview is not None
    assert len(player.sound.overview.levels) * player.sound.overview.level_s == pytest.approx(44.0, abs=0.5)
    await player.seek(30.0)
    await player.play()
    await until(lambda: player._ready.waiting_s >= 0.2)
    assert any(device.hear(0.2))
    assert 30.0 <= player.position_s <= 30.21  # Within what was taken, by the clock.


async def test_another_recording_ends_the_one_before(
    playback: Playback, device: FakeSoundDevice, two_cities: Path, beckett: Path
) -> None:
    first: Player = await playback.open(transcript_of(two_cities))
    await first.play()
    second = await playback.open(transcript_of(beckett))
    assert not first.is_playing
    assert device.is_closed
    await until(lambda: second.sound.is_whole)
    assert second.sound.duration_s == pytest.approx(10.0, abs=0.5)


async def test_a_recording_that_is_gone_is_told(playback: Playback, tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        await playback.open(transcript_of(tmp_path / "gone.wav"))
    with pytest.raises(NotHere):
        await playback.open(transcript_of(Path("AgADBAADr6cxG")))


async def test_what_is_no_recording_is_told_by_the_player(playback: Playback, tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("no recording")
    player = await playback.open(transcript_of(tmp_path / "notes.wav"))
    await until(lambda: player.sound.is_whole)
    assert player.problem is not None
    await player.play()
    assert player.problem is not None


async def test_a_file_that_was_replaced_is_played_and_told(playback: Playback, beckett: Path) -> None:
    player = await playback.open(transcript_of(beckett))
    await until(lambda: player.sound.is_whole)
    assert player.sound.doubt is None
    player = await playback.open(transcript_of(beckett, b"what was there before"))
    await until(lambda: player.sound.is_whole)
    assert isinstance(player.sound.doubt, AnotherRecording)
    assert player.problem is None
    assert player.sound.duration_s == pytest.approx(10.0, abs=0.5)


async def test_the_track_is_played_that_was_transcribed(device: FakeSoundDevice, tmp_path: Path, beckett: Path) -> None:
    asked: list[int] = []

    class NotingDecoder(Decoder):
        def decode(self, source: MediaSource, *, hears_channels: bool = False, track: int = 0) -> Any:
            asked.append(track)
            return super().decode(source)

    decoder = NotingDecoder()
    playback = Playback(decoder, open_file, tmp_path / "playback", make_device=lambda: device)
    stored = transcript_of(beckett)
    notices = (TranslatableText(ONE_TRACK, {"track": 2, "tracks": 3}),)
    player = await playback.open(replace(stored, transcript=replace(stored.transcript, notices=notices)))
    await until(lambda: player.sound.is_whole)
    await playback.close()
    await decoder.close()
    assert asked == [2]


async def test_opening_that_is_cancelled_leaves_no_file_and_no_process(
    playback: Playback, device: FakeSoundDevice, beckett: Path, two_cities: Path
) -> None:
    """At whichever step: a person goes from one transcript to the next, faster than recordings are opened."""
    for steps in range(12):
        opening = asyncio.create_task(playback.open(transcript_of(two_cities)))
        for _ in range(steps):
            await asyncio.sleep(0)
        opening.cancel()
        closing = asyncio.create_task(playback.close())
        await asyncio.sleep(0)
        closing.cancel()
        player = await playback.open(transcript_of(beckett))
        await player.play()
        assert playback._player is player
        await asyncio.gather(opening, closing, return_exceptions=True)
    await playback.close()
    gc.collect()  # A file that was left open would warn now.
    assert device.pull is None
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("playback")]


async def test_a_full_disk_is_told(
    playback: Playback, device: FakeSoundDevice, beckett: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: DecodedSound, block: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(DecodedSound, "add", fail)
    player = await playback.open(transcript_of(beckett))
    await until(lambda: player.sound.is_whole)
    assert isinstance(player.problem, PlaybackFailed)
