"""The window's own questions: what Return and Escape answer, by keyboard alone and for a screen reader."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gui.widgets.dialogs.answer_buttons import AnswerKind
from gui.widgets.dialogs.input_questions import NumberQuestion, TextQuestion
from gui.widgets.dialogs.question import Asked, Question

ASKED = Asked("Delete for good", "Delete <b>7</b> transcripts?", "It can't be undone.")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def opened(qtbot: QtBot, question: Question) -> list[str]:
    """Open it; the answers are filled in as they come."""
    heard: list[str] = []
    question.accepted.connect(lambda: heard.append("yes"))
    question.rejected.connect(lambda: heard.append("no"))
    with qtbot.waitActive(question):
        question.open()
    return heard


@pytest.mark.parametrize(
    ("kind", "key", "answer"),
    [
        (AnswerKind.USUAL, Qt.Key.Key_Return, "yes"),
        (AnswerKind.USUAL, Qt.Key.Key_Escape, "no"),
        (AnswerKind.CAREFUL, Qt.Key.Key_Return, "no"),
        (AnswerKind.CAREFUL, Qt.Key.Key_Escape, "no"),
        (AnswerKind.DESTRUCTIVE, Qt.Key.Key_Return, "no"),
        (AnswerKind.DESTRUCTIVE, Qt.Key.Key_Escape, "no"),
    ],
)
def test_return_never_does_what_cannot_be_undone_and_escape_does_nothing(
    qtbot: QtBot, window: QWidget, kind: AnswerKind, key: Qt.Key, answer: str
) -> None:
    question = Question(ASKED, "Delete", "Keep", kind, window)
    heard = opened(qtbot, question)
    qtbot.keyClick(question.focusWidget(), key)
    assert heard == [answer]
    qtbot.waitUntil(lambda: not isValid(question))


def test_the_other_answer_is_reached_by_tab_and_given_by_return(qtbot: QtBot, window: QWidget) -> None:
    question = Question(ASKED, "Delete", "Keep", AnswerKind.DESTRUCTIVE, window)
    heard = opened(qtbot, question)
    assert question.focusWidget() is question.answers.no
    qtbot.keyClick(question, Qt.Key.Key_Tab)
    assert question.focusWidget() is question.answers.yes
    qtbot.keyClick(question.answers.yes, Qt.Key.Key_Return)
    assert heard == ["yes"]


def test_only_a_deletion_is_red(qtbot: QtBot, window: QWidget) -> None:
    names = {kind: Question(ASKED, "Yes", "No", kind, window).answers.yes.objectName() for kind in AnswerKind}
    assert names == {AnswerKind.USUAL: "primary", AnswerKind.CAREFUL: "", AnswerKind.DESTRUCTIVE: "destructive"}


def test_what_only_tells_something_has_one_button_and_escape_closes_it(qtbot: QtBot, window: QWidget) -> None:
    question = Question(ASKED, "Quit", parent=window)
    assert [button.text() for button in question.answers.buttons()] == ["Quit"]
    heard = opened(qtbot, question)
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert heard == ["no"]


def test_a_screen_reader_reads_title_sentence_and_explanation(qtbot: QtBot, window: QWidget) -> None:
    question = Question(ASKED, "Delete", "Keep", AnswerKind.DESTRUCTIVE, window)
    read = QAccessible.queryAccessibleInterface(question)
    assert read.role() is QAccessible.Role.Dialog
    assert read.text(QAccessible.Text.Name) == ASKED.title
    assert read.text(QAccessible.Text.Description) == f"{ASKED.sentence}\n{ASKED.explained}"


def test_foreign_text_is_never_markup(qtbot: QtBot, window: QWidget) -> None:
    shown = Question(ASKED, "Delete", "Keep", parent=window).findChildren(QLabel)
    assert {label.text() for label in shown} == {ASKED.sentence, ASKED.explained}
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in shown)


def test_a_long_explanation_is_scrolled_and_the_buttons_stay(qtbot: QtBot, window: QWidget) -> None:
    question = Question(Asked("Import", "Change 90 settings?", "\n".join(map(str, range(90)))), "Change", "Cancel")
    qtbot.addWidget(question)
    opened(qtbot, question)
    shown = question.findChild(QPlainTextEdit)
    assert shown.isReadOnly()
    assert shown.accessibleName() == "Import"
    assert question.height() < 520
    assert question.rect().contains(question.answers.geometry())


def test_a_box_to_tick_is_passed_on_the_way_to_the_buttons(qtbot: QtBot, window: QWidget) -> None:
    question = Question(ASKED, "Remember", "Cancel", AnswerKind.CAREFUL, window)
    agreed = QCheckBox("Agreed")
    question.add(agreed)
    opened(qtbot, question)
    agreed.setFocus()
    qtbot.keyClick(question, Qt.Key.Key_Tab)
    assert question.focusWidget() in question.answers.buttons()
    assert agreed.geometry().bottom() < question.answers.geometry().top()


def test_a_text_is_answered_without_spaces_around_it(qtbot: QtBot, window: QWidget) -> None:
    question = TextQuestion(Asked("Preset", "Name:"), "Save", "Cancel", window)
    answered: list[str] = []
    question.answered.connect(answered.append)
    opened(qtbot, question)
    assert question.focusWidget() is question.line
    assert question.line.accessibleName() == "Name:"
    qtbot.keyClicks(question.line, "   ")
    qtbot.keyClick(question.line, Qt.Key.Key_Return)
    assert question.isVisible()
    qtbot.keyClicks(question.line, "Talks ")
    qtbot.keyClick(question.line, Qt.Key.Key_Return)
    assert answered == ["Talks"]


def test_a_number_is_answered_by_return(qtbot: QtBot, window: QWidget) -> None:
    question = NumberQuestion(Asked("Track", "Number:"), "Transcribe", "Cancel", window)
    answered: list[int] = []
    question.answered.connect(answered.append)
    question.number.setRange(1, 9)
    opened(qtbot, question)
    question.number.selectAll()
    qtbot.keyClicks(question.number, "3")
    qtbot.keyClick(question.number, Qt.Key.Key_Return)
    assert answered == [3]
