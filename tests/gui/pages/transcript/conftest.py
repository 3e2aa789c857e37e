"""A transcript that is open on its page, and short names for what is on it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.domain import StoredTranscript, TranscriptId, Word
from core.domain.visible import one_line
from gui.pages.transcript.autosave import SaveState
from gui.pages.transcript.transcript_page import TranscriptPage
from gui.window.main_window import MainWindow
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver, pages_made
from tests.gui.samples import stored

NUMBER = TranscriptId(7)


def talk() -> StoredTranscript:
    """Three segments of two people; the first has words, of which one was heard uncertainly."""
    plain = stored("The wood cutters sing.", "Do they?", "They do.", number=NUMBER)
    first, second, third = plain.transcript.segments
    words = tuple(
        Word(number, number + 1, text, 0.2 if text == "cutters" else 0.9)
        for number, text in enumerate(["The", "wood", "cutters", "sing."])
    )
    segments = (
        replace(first, words=words, speaker="Ann"),
        replace(second, speaker="Bob"),
        replace(third, speaker="Ann"),
    )
    return replace(plain, transcript=replace(plain.transcript, segments=segments))


class Writer:
    """A person at the page: the keys go to whatever has the focus."""

    def __init__(self, driver: DesktopDriver, notula: FakeNotula, qtbot: QtBot) -> None:
        self.driver = driver
        self.notula = notula
        self.page = driver.window.page(TranscriptPage)
        self.editor = self.page.editor
        self.session = self.page.session
        self.qtbot = qtbot

    @property
    def lines(self) -> list[str]:
        """What the page shows."""
        return self.editor.toPlainText().split("\n")

    @property
    def kept(self) -> list[str]:
        """What the core keeps."""
        return [segment.text for segment in self.notula.stored[NUMBER].transcript.segments]

    @property
    def speakers(self) -> list[str | None]:
        return [one.segment.speaker for one in self.session.document.segments]

    def put_cursor(self, line: int, place: int, to_line: int | None = None, to_place: int = 0) -> None:
        """Click there, and drag to the other place where there is one."""
        document = self.editor.document()
        cursor = QTextCursor(document.findBlockByNumber(line))
        cursor.setPosition(cursor.position() + place)
        if to_line is not None:
            end = document.findBlockByNumber(to_line).position() + to_place
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.editor.setTextCursor(cursor)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(QApplication.focusWidget(), key, modifiers)

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(QApplication.focusWidget(), text)

    def edit_elsewhere(self, *texts: str) -> None:
        """The bot, or another process, has this text saved."""
        edited = stored(*texts, number=NUMBER)
        self.notula.stored[NUMBER] = replace(edited, entry=replace(edited.entry, edited_at=99.0))

    def choose(self, text: str) -> None:
        """Press a button that is offered because something can't be saved."""
        (button,) = [one for one in self.page._problem.findChildren(QPushButton) if one.text() == text]
        assert button.isVisible()
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def wait_until_saved(self) -> None:
        self.driver.wait(lambda: self.page.autosave.state is SaveState.SAVED)

    def agrees(self) -> bool:
        """Whether the page shows the document that it edits."""
        texts = [one.segment.text for one in self.session.document.segments]
        return list(map(one_line, self.lines)) == (texts or [""])

    def focused(self) -> QWidget | None:
        return QApplication.focusWidget()


@pytest.fixture
def writer(faked: DesktopDriver, notula: FakeNotula, qtbot: QtBot) -> Writer:
    """The transcript is open, and the cursor is at its beginning."""
    return open_talk(faked, notula, qtbot, talk())


@pytest.fixture
def open_writer(faked: DesktopDriver, notula: FakeNotula, qtbot: QtBot) -> Callable[[StoredTranscript], Writer]:
    """The same with another transcript."""
    return lambda transcript: open_talk(faked, notula, qtbot, transcript)


def open_talk(driver: DesktopDriver, notula: FakeNotula, qtbot: QtBot, transcript: StoredTranscript) -> Writer:
    notula.stored[NUMBER] = transcript
    notula.originals[NUMBER] = transcript.transcript
    writer = Writer(driver, notula, qtbot)
    driver.window.show_transcript(NUMBER)
    driver.wait(lambda: writer.session.stored is not None and writer.editor.hasFocus())
    return writer


@pytest.fixture
def made_first() -> Callable[[MainWindow], object]:
    return pages_made("transcript")
