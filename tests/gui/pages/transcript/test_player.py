"""The player at the bottom of a transcript: heard in step with its text."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from core.domain import NotulaError, TranscriptId
from core.domain.errors import NoSoundDevice
from core.domain.waveform import WaveformOverview
from core.media import DecodedBlock
from core.playback.decoded_sound import DecodedSound
from core.playback.player import Player
from gui.pages.transcript.player_bar import _GROWING_TICKS
from tests.fakes.core import FakeNotula
from tests.fakes.sound_device import FakeSoundDevice
from tests.gui.pages.transcript.conftest import Writer, talk

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class FakePlayback:
    """Opens players of 15 s of quiet sound on a device that the test drives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.device = FakeSoundDevice()
        self.opened: list[Player] = []
        self.failure: NotulaError | None = None
        self.decoded_s: float | None = None
        """How much of the sound there is as long as it isn't whole."""

    async def open(self, _entry: object) -> Player:
        if self.failure is not None:
            raise self.failure
        sound = DecodedSound(self._folder)
        seconds = round(self.decoded_s or 15.0)
        sound.add(DecodedBlock(b"\1\0" * 16_000 * seconds, bytes([30]) * 50 * seconds))
        sound.is_whole = self.decoded_s is None
        self.opened.append(Player(sound, lambda: self.device, clock=self.device.clock))
        return self.opened[-1]

    async def close(self) -> None:
        for player in self.opened:
            await player.close()
            player.sound.close()
        self.opened.clear()


@pytest.fixture
def playback(notula: FakeNotula, tmp_path: Path) -> FakePlayback:
    notula.playback = FakePlayback(tmp_path / "playback")
    return notula.playback


def hear(writer: Writer, playback: FakePlayback, seconds: float) -> None:
    """Play for so long, in pieces that have been prepared."""
    (player,) = playback.opened
    for _ in range(round(seconds / 0.1)):
        writer.driver.wait(lambda: player._ready.waiting_s >= 0.1)
        playback.device.hear(0.1)


def underlined(writer: Writer) -> str:
    """The word that is marked as heard."""
    marks = [one.cursor.selectedText() for one in writer.editor.extraSelections() if one.format.fontUnderline()]
    return marks[0] if marks else ""


def test_the_word_that_is_heard_is_underlined(playback: FakePlayback, writer: Writer) -> None:
    writer.press(Qt.Key.Key_Space, CONTROL)
    writer.driver.wait(lambda: writer.page.player.is_playing)
    hear(writer, playback, 1.5)
    writer.driver.wait(lambda: underlined(writer) == "wood")
    hear(writer, playback, 1.0)
    writer.driver.wait(lambda: underlined(writer) == "cutters")
    assert writer.page.player.controls._times.text() == "00:02 / 00:15"
    writer.press(Qt.Key.Key_Space, CONTROL)
    writer.driver.wait(lambda: not writer.page.player.is_playing)
    writer.driver.wait(lambda: playback.device.pull is None)


def test_a_device_that_takes_long_to_start_is_followed_all_the_same(playback: FakePlayback, writer: Writer) -> None:
    bar = writer.page.player
    playback.device.is_ready.clear()
    writer.press(Qt.Key.Key_Space, CONTROL)
    writer.driver.wait(lambda: bar._player is not None)
    writer.driver.wait(lambda: not bar._timer.isActive())
    playback.device.is_ready.set()
    writer.driver.wait(lambda: bar.is_playing)
    hear(writer, playback, 1.5)
    writer.driver.wait(lambda: underlined(writer) == "wood")


def test_typing_goes_on_while_it_plays(playback: FakePlayback, writer: Writer) -> None:
    writer.press(Qt.Key.Key_Space, CONTROL)
    writer.driver.wait(lambda: writer.page.player.is_playing)
    writer.type("So ")
    hear(writer, playback, 1.5)
    writer.driver.wait(lambda: underlined(writer) == "wood")
    assert writer.lines[0] == "So The wood cutters sing."
    assert writer.agrees()


def test_a_click_on_a_time_plays_from_there(playback: FakePlayback, writer: Writer, qtbot: QtBot) -> None:
    gutter = writer.editor._gutter
    block = writer.editor.document().findBlockByNumber(1)
    top = writer.editor.document().documentLayout().blockBoundingRect(block).center().y()
    qtbot.mouseClick(gutter, Qt.MouseButton.LeftButton, pos=QPoint(4, int(top)))
    writer.driver.wait(lambda: writer.page.player.is_playing)
    assert writer.page.player.position_s == pytest.approx(5.0, abs=0.2)
    hear(writer, playback, 0.5)
    writer.driver.wait(lambda: underlined(writer) == "Do they?")  # Without words the whole passage.


def test_keys_skip_and_begin_the_passage_again(playback: FakePlayback, writer: Writer) -> None:
    player = writer.page.player
    writer.press(Qt.Key.Key_L, CONTROL)
    writer.press(Qt.Key.Key_L, CONTROL)
    assert player.position_s == 6.0
    writer.press(Qt.Key.Key_J, CONTROL)
    assert player.position_s == 3.0
    writer.put_cursor(2, 1)
    writer.press(Qt.Key.Key_Space, CONTROL | SHIFT)
    writer.driver.wait(lambda: player.is_playing)
    assert player.position_s == pytest.approx(10.0, abs=0.2)


def test_a_passage_is_repeated(playback: FakePlayback, writer: Writer) -> None:
    writer.put_cursor(0, 1)
    writer.page.player.controls._loop.click()
    writer.press(Qt.Key.Key_Space, CONTROL)
    writer.driver.wait(lambda: writer.page.player.is_playing)
    hear(writer, playback, 5.0)
    writer.driver.wait(lambda: 0.8 < writer.page.player.position_s < 1.2)


def test_nothing_is_decoded_before_it_is_wanted(playback: FakePlayback, writer: Writer) -> None:
    assert playback.opened == []
    writer.page.player.toggle()
    writer.driver.wait(lambda: len(playback.opened) == 1)


def test_a_missing_device_is_told_in_a_sentence(playback: FakePlayback, writer: Writer) -> None:
    playback.device.is_missing = True
    writer.page.player.toggle()
    writer.driver.wait(lambda: writer.driver.message)
    assert writer.driver.message == writer.driver.desktop._tr.message(NoSoundDevice().message)
    assert not writer.page.player.is_playing
    playback.device.is_missing = False
    writer.page.player.toggle()
    writer.driver.wait(lambda: writer.page.player.is_playing)
    assert not writer.driver.message_bar.isVisible()


def test_the_device_is_given_back_with_the_page(
    playback: FakePlayback, writer: Writer, finish: Callable[..., object]
) -> None:
    writer.page.player.toggle()
    writer.driver.wait(lambda: writer.page.player.is_playing)
    finish(writer.page.finish())
    writer.driver.wait(lambda: playback.device.is_closed)


def test_the_waveform_is_seen_before_anything_is_played(playback: FakePlayback, writer: Writer) -> None:
    bar = writer.page.player
    flat = bar.controls._waveform.grab().toImage()
    silent_then_loud = WaveformOverview(1.0, bytes([90] * 8 + [5] * 7))
    heard = replace(talk().transcript, waveform=silent_then_loud)
    shown = replace(talk(), entry=replace(talk().entry, id=TranscriptId(8)), transcript=heard)
    bar.set_transcript(shown)
    drawn = bar.controls._waveform.grab().toImage()
    quiet, loud = drawn.width() // 4, drawn.width() * 3 // 4
    middle, above = drawn.height() // 2, drawn.height() // 4
    around = range(-4, 5)  # A line and the gap beside it.
    empty = drawn.pixelColor(quiet, above)
    assert {drawn.pixelColor(loud + x, above).rgb() for x in around} != {empty.rgb()}
    assert {drawn.pixelColor(quiet + x, above).rgb() for x in around} == {empty.rgb()}
    assert {flat.pixelColor(loud + x, above).rgb() for x in around} == {empty.rgb()}
    assert {drawn.pixelColor(quiet + x, middle).rgb() for x in around} != {empty.rgb()}
    assert playback.opened == []


def test_a_known_waveform_stays_whole_while_the_recording_is_decoded(playback: FakePlayback, writer: Writer) -> None:
    bar = writer.page.player
    known = WaveformOverview(1.0, bytes([5] * 15))
    heard = replace(talk().transcript, waveform=known)
    bar.set_transcript(replace(talk(), entry=replace(talk().entry, id=TranscriptId(8)), transcript=heard))
    playback.decoded_s = 1.0
    bar.toggle()
    writer.driver.wait(lambda: bar.is_playing)
    (player,) = playback.opened
    ticks = bar._ticks
    writer.driver.wait(lambda: bar._ticks > ticks + 2 * _GROWING_TICKS)
    assert bar.controls._waveform._levels == known.levels
    player.sound.is_whole = True
    writer.driver.wait(lambda: bar.controls._waveform._levels != known.levels)


def test_a_recording_of_nothing_is_drawn_flat(playback: FakePlayback, writer: Writer) -> None:
    bar = writer.page.player
    nothing = replace(talk().transcript, waveform=WaveformOverview(1.0, bytes([96] * 15)))
    flat = bar.controls._waveform.grab().toImage()
    bar.set_transcript(replace(talk(), entry=replace(talk().entry, id=TranscriptId(8)), transcript=nothing))
    assert bar.controls._waveform.grab().toImage() == flat
