"""A recording that isn't where it was: told in the player, and found again by its content."""

import asyncio
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from core.app.notula import Notula
from core.domain import CacheKey, ContentHash, SourceReference, TranscriptId
from core.domain.errors import AnotherRecording, NoRecording, OtherContent, RecordingMoved, SourceMissing
from gui.pages.transcript.missing_recording import MissingRecording
from gui.pages.transcript.player_bar import PlayerBar
from gui.pages.transcript.transcript_page import TranscriptPage
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.transcript.conftest import Writer, talk
from tests.gui.pages.transcript.test_player import FakePlayback
from tests.unit.samples import THE_OWNER, make_transcript

MOVED = RecordingMoved(name="talk.wav", folder="/talks").message
ELSEWHERE = Path("/elsewhere/talk.wav")


@pytest.fixture
def playback(notula: FakeNotula, tmp_path: Path) -> FakePlayback:
    notula.playback = FakePlayback(tmp_path / "playback")
    return notula.playback


@pytest.fixture
def bereft(notula: FakeNotula, open_writer: Callable[..., Writer]) -> Writer:
    """The transcript is open, and its recording isn't where it was."""
    notula.recording_problem = MOVED
    writer = open_writer(talk())
    writer.driver.wait(lambda: missing(writer).isVisible())
    return writer


def bar(writer: Writer) -> PlayerBar:
    return writer.page.player


def missing(writer: Writer) -> MissingRecording:
    return bar(writer).missing


def choose(writer: Writer, entry: str, place: Path) -> None:
    """Press Find it, choose an entry of its menu, and a file or folder in the dialog."""
    (action,) = [one for one in missing(writer).find_it.menu().actions() if one.text() == entry]
    action.trigger()
    (dialog,) = [one for one in writer.page.window().findChildren(QFileDialog) if one.isVisible()]
    dialog.fileSelected.emit(str(place))
    dialog.reject()
    with writer.driver.qtbot.waitActive(writer.driver.window):
        writer.driver.window.activateWindow()


def test_a_recording_that_is_gone_is_told_in_place_of_the_player(bereft: Writer) -> None:
    assert missing(bereft)._sentence.text() == bereft.driver.desktop._tr.message(MOVED)
    assert not bar(bereft).controls.isVisible()
    assert not bereft.driver.message
    bereft.type("So ")
    bereft.wait_until_saved()
    assert bereft.kept[0] == "So The wood cutters sing."


def test_the_recording_is_found_and_can_be_played_at_once(
    bereft: Writer, playback: FakePlayback, notula: FakeNotula
) -> None:
    notula.gates["find_recording"] = asyncio.Event()
    missing(bereft).find_it.setFocus()
    choose(bereft, "Choose the file …", ELSEWHERE)
    bereft.driver.wait(lambda: missing(bereft)._progress.value() == 50)
    assert missing(bereft)._progress.isVisible()
    assert not missing(bereft).find_it.isEnabled()
    bereft.editor.setFocus()
    bereft.type("So ")  # Meanwhile the text is written on.
    notula.gates["find_recording"].set()
    bereft.driver.wait(lambda: not missing(bereft).isVisible())
    assert notula.asked("find_recording") == [[talk().entry.id, ELSEWHERE]]
    assert bereft.driver.message == "Found talk.wav in /elsewhere."
    assert bar(bereft).controls.isVisible()
    assert bereft.editor.hasFocus()
    bereft.press(Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    bereft.driver.wait(lambda: bar(bereft).is_playing)
    bereft.wait_until_saved()
    bereft.driver.wait(lambda: bereft.session.stored.entry.location == str(ELSEWHERE))
    bereft.type("and ")
    bereft.wait_until_saved()
    assert bereft.kept[0] == "So and The wood cutters sing."


def test_the_focus_is_on_play_where_it_was_on_the_search(bereft: Writer) -> None:
    missing(bereft).find_it.setFocus()
    missing(bereft).search(Path("/elsewhere"))
    bereft.driver.wait(lambda: bar(bereft).controls.isVisible())
    bereft.driver.wait(lambda: QApplication.focusWidget() is bar(bereft).controls._play)


def test_another_recording_is_refused_in_a_sentence(bereft: Writer, notula: FakeNotula) -> None:
    refused = OtherContent(name="song.wav")
    notula.failures["find_recording"] = refused
    choose(bereft, "Search a folder …", Path("/elsewhere"))
    bereft.driver.wait(lambda: missing(bereft)._refusal.isVisible() and missing(bereft).find_it.isEnabled())
    assert missing(bereft)._refusal.text() == bereft.driver.desktop._tr.message(refused.message)
    assert missing(bereft)._sentence.text() == bereft.driver.desktop._tr.message(MOVED)
    assert missing(bereft).find_it.isEnabled()
    assert not missing(bereft)._progress.isVisible()


def test_a_search_can_be_stopped(bereft: Writer, notula: FakeNotula, qtbot: QtBot) -> None:
    notula.gates["find_recording"] = asyncio.Event()
    missing(bereft).search(Path("/elsewhere"))
    bereft.driver.wait(lambda: notula.asked("find_recording"))
    qtbot.mouseClick(missing(bereft).cancel, Qt.MouseButton.LeftButton)
    bereft.driver.wait(lambda: notula.cancelled == ["find_recording"])
    bereft.driver.wait(lambda: missing(bereft).find_it.isEnabled())
    assert missing(bereft)._sentence.text() == bereft.driver.desktop._tr.message(MOVED)
    assert bereft.driver.message == "The search was stopped."


def test_another_transcript_ends_the_search(bereft: Writer, notula: FakeNotula) -> None:
    notula.gates["find_recording"] = asyncio.Event()
    missing(bereft).search(Path("/elsewhere"))
    bereft.driver.wait(lambda: notula.asked("find_recording"))
    notula.recording_problem = None
    other = talk()
    notula.stored[TranscriptId(8)] = type(other)(
        type(other.entry)(TranscriptId(8), "b.wav", "/b.wav", 1.0, 15.0, "en", "groq", "turbo"),
        other.content_hash,
        other.transcript,
    )
    bereft.driver.window.show_transcript(TranscriptId(8))
    bereft.driver.wait(lambda: "find_recording" in notula.cancelled)
    bereft.driver.wait(lambda: not missing(bereft).isVisible())
    assert bar(bereft).controls.isVisible()


def test_a_drive_that_is_back_is_seen_again(bereft: Writer, notula: FakeNotula, qtbot: QtBot) -> None:
    notula.recording_problem = None
    qtbot.mouseClick(missing(bereft).retry, Qt.MouseButton.LeftButton)
    bereft.driver.wait(lambda: bar(bereft).controls.isVisible())
    assert not missing(bereft).isVisible()


def test_a_server_that_has_it_no_more_is_told_when_it_is_played(playback: FakePlayback, writer: Writer) -> None:
    gone = SourceMissing(name="talk.wav")
    playback.failure = gone
    bar(writer).toggle()
    writer.driver.wait(lambda: missing(writer).isVisible())
    assert missing(writer)._sentence.text() == writer.driver.desktop._tr.message(gone.message)
    playback.failure = None
    writer.press(Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    writer.driver.wait(lambda: bar(writer).is_playing)
    assert not missing(writer).isVisible()


def test_a_file_that_was_replaced_is_played_and_can_be_found(playback: FakePlayback, writer: Writer) -> None:
    bar(writer).toggle()
    writer.driver.wait(lambda: bar(writer).is_playing)
    playback.opened[0].sound.doubt = AnotherRecording()
    writer.driver.wait(lambda: missing(writer).isVisible())
    assert bar(writer).controls.isVisible()
    assert missing(writer).find_it.isVisible()
    assert not missing(writer).retry.isVisible()
    missing(writer).search(ELSEWHERE)
    writer.driver.wait(lambda: not missing(writer).isVisible())
    writer.driver.wait(lambda: not playback.opened)


def test_an_imported_text_has_nothing_to_be_found(notula: FakeNotula, open_writer: Callable[..., Writer]) -> None:
    notula.recording_problem = NoRecording().message
    writer = open_writer(talk())
    writer.driver.wait(lambda: missing(writer).isVisible())
    assert not missing(writer).find_it.isVisible()
    assert not missing(writer).retry.isVisible()


def test_a_moved_file_is_found_and_opened_by_the_real_core(
    driver: DesktopDriver, tmp_path: Path, beckett: Path
) -> None:
    content = ContentHash(hashlib.sha256(beckett.read_bytes()).hexdigest())
    numbers: list[TranscriptId] = []

    async def keep(notula: Notula) -> TranscriptId:
        source = SourceReference("file", str(tmp_path / "gone" / "talk.wav"), "talk.wav")
        return await notula._stores.history.save(
            source, CacheKey("key"), content, make_transcript(), 1.0, requester=THE_OWNER
        )

    driver.desktop.operations.start(driver.desktop.core.call(keep), done=numbers.append)
    driver.wait(lambda: numbers)
    page = driver.window.page(TranscriptPage)
    driver.window.show_transcript(numbers[0])
    driver.wait(lambda: page.player.missing.isVisible())
    (tmp_path / "drive").mkdir()
    moved = Path(shutil.copy(beckett, tmp_path / "drive" / "renamed.wav"))
    page.player.missing.search(tmp_path / "drive")
    driver.wait(lambda: not page.player.missing.isVisible())
    driver.wait(lambda: page.session.stored.entry.location == str(moved))
    page.player._open(play=False)
    driver.wait(lambda: page.player._player is not None and page.player._player.sound.is_whole)
    assert page.player._player.sound.doubt is None
