"""The name above a transcript: changed by a click or a key, taken back, and never lost while it is typed."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from core.domain.errors import DiskFull
from tests.fakes.core import FakeNotula
from tests.gui.pages.transcript.conftest import NUMBER, Writer

SHIFT = Qt.KeyboardModifier.ShiftModifier


def begin(writer: Writer) -> QLineEdit:
    writer.press(Qt.Key.Key_F2, SHIFT)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    return field


def name(notula: FakeNotula) -> str:
    return notula.stored[NUMBER].entry.name


def shown(writer: Writer) -> str:
    return writer.page.title._shown.accessibleName()


def test_a_new_name_is_kept_at_return_and_taken_back_by_undo(writer: Writer, notula: FakeNotula) -> None:
    before = name(notula)
    field = begin(writer)
    assert field.selectedText() == before
    writer.type("Talk with Ann")
    writer.press(Qt.Key.Key_Return)
    writer.driver.wait(lambda: name(notula) == "Talk with Ann" and shown(writer) == "Talk with Ann")
    assert writer.editor.hasFocus()
    writer.driver.wait(
        lambda: writer.session.stored is not None and writer.session.stored.entry.name == "Talk with Ann"
    )
    message = writer.driver.desktop.messages.last
    assert message is not None
    assert message.text == "The transcript is called “Talk with Ann” now."
    assert message.action is not None
    message.action()
    writer.driver.wait(lambda: name(notula) == before and shown(writer) == before)


def test_a_click_on_the_name_lets_it_be_typed_and_escape_leaves_it(
    writer: Writer, notula: FakeNotula, qtbot: QtBot
) -> None:
    before = name(notula)
    qtbot.mouseClick(writer.page.title._shown, Qt.MouseButton.LeftButton)
    writer.type("Something else")
    writer.press(Qt.Key.Key_Escape)
    assert writer.editor.hasFocus()
    assert shown(writer) == before
    assert not notula.asked("rename")


def test_leaving_the_field_keeps_the_name_and_the_text_is_still_saved(writer: Writer, notula: FakeNotula) -> None:
    begin(writer)
    writer.type("Talk with Bob")
    writer.editor.setFocus()
    writer.type("So ")
    writer.driver.wait(lambda: name(notula) == "Talk with Bob" and writer.kept[0].startswith("So "))
    writer.driver.wait(lambda: not writer.page.has_unsaved)
    assert name(notula) == "Talk with Bob"  # Saving the text hasn't brought the one before back.


def test_no_name_is_that_of_the_recording(writer: Writer, notula: FakeNotula) -> None:
    begin(writer).clear()
    writer.press(Qt.Key.Key_Return)
    writer.driver.wait(lambda: shown(writer) == "talk.wav")


def test_what_is_typed_is_kept_before_another_transcript_is_opened_or_the_end(
    writer: Writer, notula: FakeNotula
) -> None:
    begin(writer)
    writer.type("Talk with Cy")
    saving = asyncio.ensure_future(writer.page.save())
    writer.driver.wait(saving.done)
    assert name(notula) == "Talk with Cy"


def test_a_name_that_can_not_be_written_is_still_there_to_be_tried_again(writer: Writer, notula: FakeNotula) -> None:
    notula.failures["rename"] = DiskFull()
    begin(writer)
    writer.type("Talk with Di")
    writer.press(Qt.Key.Key_Return)
    writer.driver.wait(lambda: isinstance(QApplication.focusWidget(), QLineEdit) and bool(notula.asked("rename")))
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    assert field.text() == "Talk with Di"
    refused = writer.driver.message
    del notula.failures["rename"]
    writer.press(Qt.Key.Key_Return)
    writer.driver.wait(lambda: name(notula) == "Talk with Di")
    writer.driver.wait(lambda: writer.driver.message_bar._text.text() != refused)
