"""Killed while it records, Notula loses less than a second, and leaves to a person what becomes of the rest."""

import struct
import wave
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.config import Folders, Settings
from core.domain import Requester, TranscriptionOptions
from core.media import Decoder, FileSource
from core.recording.wave_file import SAMPLE_RATE_HZ
from tests.acceptance.life import Life
from tests.fakes.capture_device import samples
from tests.integration.media.decoded_whole import decode_all
from tests.patience import PATIENCE_S

RECORDED_S = 1.6
MOST_LOST_S = 1.0


@pytest.fixture
def cut_off(folders: Folders) -> Path:
    """The file of a recording that was killed, after so much was delivered."""
    life = Life("tests.acceptance.mortal_recording", [str(RECORDED_S)])
    life.live(PATIENCE_S)
    assert life.was_killed
    assert life.said == ["recording"]
    [file] = folders.recordings.glob("*.wav")
    return file


async def test_less_than_a_second_is_lost_and_the_rest_waits_for_a_person(cut_off: Path, folders: Folders) -> None:
    with wave.open(str(cut_off)) as recording:
        sound = recording.readframes(recording.getnframes())
    kept_s = len(sound) / 2 / SAMPLE_RATE_HZ
    assert RECORDED_S - MOST_LOST_S < kept_s <= RECORDED_S
    assert samples(RECORDED_S).startswith(sound)
    header = bytearray(cut_off.read_bytes()[:44])
    header[40:44] = struct.pack("<I", 0)  # A power cut may keep the last header from the drive.
    with cut_off.open("r+b") as damaged:
        damaged.write(header)

    notula = Notula(Settings(queue_paused=True), folders)
    await notula.start()
    try:
        assert notula.snapshot().jobs == (), "nothing is transcribed by itself"
        [offered] = await notula.recorder.saved()
        assert (offered.file, offered.length_s) == (cut_off.name, pytest.approx(kept_s))
        await notula.recorder.transcribe(offered.file, Requester("desktop"), TranscriptionOptions(language="en"))
        [job] = notula.snapshot().jobs
        assert job.name == cut_off.name
        assert not await notula.recorder.saved()
    finally:
        await notula.stop()

    decoder = Decoder()
    source = await FileSource.open(str(cut_off), cut_off.name)
    try:
        heard = await decode_all(decoder, source)
    finally:
        await source.close()
        await decoder.close()
    assert heard.duration_s == pytest.approx(kept_s, abs=0.05)


async def test_it_can_be_deleted(cut_off: Path, folders: Folders) -> None:
    notula = Notula(Settings(queue_paused=True), folders)
    await notula.start()
    try:
        await notula.recorder.delete(cut_off.name)
        assert not await notula.recorder.saved()
        assert notula.snapshot().jobs == ()
    finally:
        await notula.stop()
    assert not list(folders.recordings.iterdir())
