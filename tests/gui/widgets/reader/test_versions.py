"""A transcript in another language, or summed up, in the reader."""

import asyncio

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from core.domain import TranscriptId
from core.domain.errors import NoLlm
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.samples import stored

TALK = stored("Good morning.", "Good night.", number=7)


@pytest.fixture
def reading(faked: DesktopDriver, notula: FakeNotula) -> DesktopDriver:
    """The queue's reader shows a transcript."""
    notula.stored[TranscriptId(7)] = TALK
    faked.queue.reader.show_stored(TALK)
    return faked


def choose(driver: DesktopDriver, kind: str) -> None:
    menu = driver.queue.reader._versions.menu()
    actions = [*menu.actions(), *(action for sub in menu.actions() if sub.menu() for action in sub.menu().actions())]
    next(action for action in actions if isinstance(action, QAction) and action.data() == kind).trigger()


def text_of(driver: DesktopDriver) -> str:
    return driver.queue.reader._text.toPlainText()


def test_a_translation_is_shown_copied_and_exported(reading: DesktopDriver, qtbot: QtBot) -> None:
    reader = reading.queue.reader
    choose(reading, "id")
    qtbot.waitUntil(lambda: "id: Good night." in text_of(reading))
    assert "Indonesian" in reader._facts.text()
    assert "chat" in reader._facts.text()
    with qtbot.waitSignal(reader.export_wanted) as wanted:
        reader._export.menu().actions()[1].trigger()
    assert wanted.args[0].transcript.text == "id: Good morning. id: Good night."
    choose(reading, "original")
    assert "id:" not in text_of(reading)
    choose(reading, "summary")
    qtbot.waitUntil(lambda: "summary: Good morning." in text_of(reading))
    assert reader._facts.text().startswith("Summary")
    choose(reading, "sv")
    qtbot.waitUntil(lambda: "sv: Good morning." in text_of(reading))


def test_progress_is_shown_and_it_can_be_cancelled(reading: DesktopDriver, notula: FakeNotula, qtbot: QtBot) -> None:
    notula.gates["translate"] = asyncio.Event()
    reader = reading.queue.reader
    choose(reading, "id")
    qtbot.waitUntil(lambda: "50 %" in reader._facts.text())
    assert reader._stop.isVisibleTo(reader)
    reader._stop.click()
    qtbot.waitUntil(lambda: notula.cancelled == ["translate"] and "%" not in reader._facts.text())
    assert "Good morning." in text_of(reading)
    assert reader._versions.isVisibleTo(reader)


def test_another_choice_takes_the_place_of_the_first(reading: DesktopDriver, notula: FakeNotula, qtbot: QtBot) -> None:
    notula.gates["translate"] = asyncio.Event()
    choose(reading, "id")
    qtbot.waitUntil(lambda: bool(notula.asked("translate")))
    choose(reading, "summary")
    qtbot.waitUntil(lambda: "summary: Good morning." in text_of(reading))
    assert notula.cancelled == ["translate"]


def test_a_version_that_comes_late_is_not_shown_in_place_of_another_transcript(
    reading: DesktopDriver, notula: FakeNotula, qtbot: QtBot
) -> None:
    gate = notula.gates["translate"] = asyncio.Event()
    choose(reading, "id")
    qtbot.waitUntil(lambda: bool(notula.asked("translate")))
    reader = reading.queue.reader
    reader.show_stored(stored("Something else.", number=8))
    gate.set()
    with qtbot.assertNotEmitted(reader.version_cancelled, wait=50):
        pass
    assert "Something else." in text_of(reading)
    assert "%" not in reader._facts.text()


def test_without_a_chat_model_the_original_stays_and_the_reason_is_told(
    reading: DesktopDriver, notula: FakeNotula, qtbot: QtBot
) -> None:
    notula.failures["summarize"] = NoLlm()
    choose(reading, "summary")
    reader = reading.queue.reader
    qtbot.waitUntil(lambda: reader._versions.isVisibleTo(reader) and bool(notula.asked("summarize")))
    assert "Good morning." in text_of(reading)
