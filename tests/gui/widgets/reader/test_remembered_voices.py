"""Voices in the dialog that names speakers: remembered with consent only, suggested, and forgotten."""

import pytest
from PySide6.QtWidgets import QCheckBox, QPushButton
from pytestqt.qtbot import QtBot

from core.domain import TranscriptId
from core.domain.errors import VoicesModelMissing
from gui.widgets.dialogs.question import Question
from gui.widgets.reader.remembered_voices import _VoicesDialog
from gui.widgets.reader.speakers_dialog import SpeakersDialog
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.widgets.reader.test_speakers import TALK, dialog_of


@pytest.fixture
def dialog(faked: DesktopDriver, notula: FakeNotula) -> SpeakersDialog:
    """The speakers of a transcript."""
    notula.stored[TranscriptId(7)] = TALK
    faked.queue.reader.show_stored(TALK)
    faked.queue.reader._speakers.click()
    return dialog_of(faked)


def consent(dialog: SpeakersDialog) -> Question:
    (question,) = dialog.findChildren(Question)
    return question


def button(question: Question, text: str) -> QPushButton:
    return next(one for one in question.answers.buttons() if one.text() == text)


def test_a_voice_is_remembered_only_by_who_says_that_the_person_agrees(
    dialog: SpeakersDialog, notula: FakeNotula, qtbot: QtBot
) -> None:
    dialog.remember["Speaker 1"].click()
    assert dialog.outcome.text() == "Give the speaker a name first."
    dialog.names["Speaker 1"].setText(" Ana ")
    dialog.remember["Speaker 1"].click()
    question = consent(dialog)
    assert "only if that person has agreed" in question.asked.explained
    remember = button(question, "Remember")
    assert not remember.isEnabled()
    assert question.answers.usual is button(question, "Cancel")
    assert notula.asked("remember") == []
    question.findChild(QCheckBox).setChecked(True)
    remember.click()
    qtbot.waitUntil(lambda: dialog.outcome.text() == "The voice is remembered as Ana.")
    assert notula.asked("remember") == [[TranscriptId(7), "Speaker 1", "Ana"]]
    dialog.reject()


def test_of_a_deleted_transcript_no_voice_is_said_to_be_remembered(
    dialog: SpeakersDialog, notula: FakeNotula, qtbot: QtBot
) -> None:
    del notula.stored[TranscriptId(7)]
    dialog.names["Speaker 1"].setText("Ana")
    dialog.remember["Speaker 1"].click()
    question = consent(dialog)
    question.findChild(QCheckBox).setChecked(True)
    button(question, "Remember").click()
    qtbot.waitUntil(lambda: dialog.outcome.text() == "This recording was deleted.")
    dialog.suggest.click()
    qtbot.waitUntil(lambda: len(notula.asked("suggestions")) == 1 and dialog.suggest.isEnabled())
    assert dialog.outcome.text() == "This recording was deleted."
    dialog.reject()


def test_names_are_suggested_when_asked_for_and_never_set(
    dialog: SpeakersDialog, notula: FakeNotula, qtbot: QtBot
) -> None:
    assert notula.asked("suggestions") == []
    notula.voices = {"Speaker 2": "Ana"}
    dialog.suggest.click()
    qtbot.waitUntil(lambda: dialog.outcome.text() == "Speaker 2 sounds like Ana (suggestion).")
    assert dialog.names["Speaker 2"].text() == "Speaker 2"
    assert not dialog.suggested["Speaker 1"].isVisible()
    dialog.suggested["Speaker 2"].click()
    assert dialog.names["Speaker 2"].text() == "Ana"
    assert notula.asked("name_speakers") == []
    dialog.accept()
    qtbot.waitUntil(lambda: notula.asked("name_speakers") == [[TranscriptId(7), {"Speaker 2": "Ana"}]])


def test_voices_are_forgotten_by_one_press(dialog: SpeakersDialog, notula: FakeNotula, qtbot: QtBot) -> None:
    notula.voices = {"Speaker 2": "Ana"}
    for press, expected in (("Forget", "forget"), ("Forget all", "forget_all")):
        dialog.voices.click()
        qtbot.waitUntil(lambda: any(one.isVisible() for one in dialog.findChildren(_VoicesDialog)))
        (listed,) = [one for one in dialog.findChildren(_VoicesDialog) if one.isVisible()]
        next(one for one in listed.findChildren(QPushButton) if one.text() == press).click()
        qtbot.waitUntil(lambda expected=expected: bool(notula.asked(expected)))
    assert notula.asked("forget") == [["Ana"]]
    dialog.reject()


def test_why_voices_can_not_be_heard_is_said_in_the_dialog(
    dialog: SpeakersDialog, notula: FakeNotula, qtbot: QtBot
) -> None:
    notula.failures["suggestions"] = VoicesModelMissing()
    dialog.suggest.click()
    assert not dialog.suggest.isEnabled()
    qtbot.waitUntil(lambda: "needs the model voices" in dialog.outcome.text())
    assert dialog.suggest.isEnabled()
    dialog.reject()


def test_a_missing_model_is_one_press_away_and_typed_names_stay(
    dialog: SpeakersDialog, faked: DesktopDriver, notula: FakeNotula, qtbot: QtBot
) -> None:
    notula.failures["suggestions"] = VoicesModelMissing()
    dialog.names["Speaker 1"].setText("Ana")
    dialog.suggest.click()
    qtbot.waitUntil(dialog.link.isVisible)
    assert dialog.link.text() == "Open Settings"
    dialog.link.click()
    qtbot.waitUntil(lambda: faked.window.open_page == "settings")
    assert faked.settings_page.section == "models"
    faked.wait(lambda: notula.asked("name_speakers"))
    assert notula.asked("name_speakers") == [[TranscriptId(7), {"Speaker 1": "Ana"}]]
    faked.wait(lambda: not faked.desktop.operations._tasks)
