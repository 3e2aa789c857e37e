"""What is found in the library or read in the queue is heard at its place, in the window's own player."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt

from core.domain import JobId, JobState, Snapshot, TranscriptId
from gui.pages.transcript.transcript_page import TranscriptPage
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import HISTORY
from tests.gui.pages.transcript.test_player import FakePlayback
from tests.gui.samples import entry, stored, view

LINES = ("The best of times.", "The age of wisdom.", "The season of light.")


@pytest.fixture
def playback(notula: FakeNotula, tmp_path: Path) -> FakePlayback:
    notula.playback = FakePlayback(tmp_path / "playback")
    return notula.playback


@pytest.fixture
def read_job(faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula) -> Callable[[str], None]:
    def read(location: str) -> None:
        notula.stored[TranscriptId(1)] = stored(*LINES, location=location)
        core.published.emit(Snapshot((view(1, JobState.DONE, transcript_id=TranscriptId(1)),)))
        faked.queue.select(JobId("job-1"))
        faked.wait(lambda: faked.queue.reader.transcript_id == 1)

    return read


def heard(driver: DesktopDriver, playback: FakePlayback, from_s: float) -> TranscriptPage:
    """The page that plays from there."""
    page = driver.window.page(TranscriptPage)
    driver.wait(lambda: playback.opened and playback.opened[0].is_playing)
    assert driver.window.open_page == "transcript"
    assert page.player.position_s == pytest.approx(from_s, abs=0.3)
    return page


def test_what_is_found_in_the_library_is_heard_at_its_place(
    faked: DesktopDriver, notula: FakeNotula, playback: FakePlayback
) -> None:
    notula.entries = [replace(entry(1, "wisdom.wav"), location="/talks/talk.wav")]
    notula.stored[TranscriptId(1)] = stored(*LINES, location="/talks/talk.wav")
    faked.window.show_page(HISTORY)
    faked.history_page._search.setText("wisdom")
    faked.wait(lambda: faked.history_page._model.rowCount() == 1)
    faked.history_page.select_first()
    faked.wait(lambda: faked.history_page.reader._text.match_count == 1)
    faked.history_page.reader._play.click()
    page = heard(faked, playback, notula.stored[TranscriptId(1)].transcript.segments[1].start_s)
    faked.wait(lambda: page.find_bar.matches.found.text() == "1 of 1")


def test_a_click_on_a_time_is_heard_from_there(
    faked: DesktopDriver, playback: FakePlayback, notula: FakeNotula, read_job: Callable[[str], None]
) -> None:
    read_job("/talks/talk.wav")
    text = faked.queue.reader._text
    assert text._gutter.toolTip() == "Hear it from here"
    block = text.document().findBlockByNumber(2)
    top = text.document().documentLayout().blockBoundingRect(block).center().y() - text.verticalScrollBar().value()
    faked.qtbot.mouseClick(text._gutter, Qt.MouseButton.LeftButton, pos=QPoint(4, int(top)))
    heard(faked, playback, notula.stored[TranscriptId(1)].transcript.segments[2].start_s)


def test_a_recording_in_a_chat_has_nothing_to_play(faked: DesktopDriver, read_job: Callable[[str], None]) -> None:
    read_job("AgADBAADZ4")
    reader = faked.queue.reader
    assert not reader._play.isEnabled()
    assert reader._text._gutter.toolTip() == "Select this passage"
    reader._text.time_clicked.emit(1.0)
    assert faked.window.open_page != "transcript"
