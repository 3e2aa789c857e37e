"""Notes beside a transcript: typed as plain text, saved by themselves, and never given up unsaved."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.domain import TranscriptId
from core.domain.errors import DiskFull, NotSaved
from gui.pages.transcript.notes_panel import NotesPanel
from tests.fakes.core import FakeNotula
from tests.gui.pages.transcript.conftest import NUMBER, Writer, talk

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
OTHER = TranscriptId(8)


def panel(writer: Writer) -> NotesPanel:
    return writer.page.panels.notes


def open_notes(writer: Writer) -> None:
    writer.press(Qt.Key.Key_N, CONTROL | SHIFT)
    writer.driver.wait(lambda: not panel(writer).text.isReadOnly())


def wait_until_kept(writer: Writer) -> None:
    writer.driver.wait(lambda: not panel(writer).has_unsaved)


def add_other(notula: FakeNotula) -> None:
    notula.stored[OTHER] = replace(talk(), entry=replace(talk().entry, id=OTHER))


def test_notes_are_opened_by_a_key_typed_and_saved(writer: Writer, notula: FakeNotula) -> None:
    assert not notula.asked("get_notes")
    open_notes(writer)
    assert panel(writer).text.hasFocus()
    writer.type("Ask Ann.")
    assert writer.page.has_unsaved
    assert panel(writer)._told.text() == "Being saved …"
    wait_until_kept(writer)
    assert notula.notes == {NUMBER: "Ask Ann."}
    assert panel(writer)._told.text() == "Saved"
    assert not writer.page.has_unsaved
    assert writer.kept[0] == "The wood cutters sing."  # The text is as it was.
    writer.press(Qt.Key.Key_N, CONTROL | SHIFT)
    assert not panel(writer).isVisible()
    assert writer.editor.hasFocus()
    open_notes(writer)
    assert panel(writer).text.toPlainText() == "Ask Ann."


def test_undo_in_the_notes_leaves_the_text_alone(writer: Writer) -> None:
    writer.type("So ")
    open_notes(writer)
    writer.type("x")
    writer.press(Qt.Key.Key_Z, CONTROL)
    assert panel(writer).text.toPlainText() == ""
    assert writer.lines[0] == "So The wood cutters sing."


def test_what_is_typed_while_it_is_being_saved_is_saved_too(writer: Writer, notula: FakeNotula) -> None:
    open_notes(writer)
    notula.gates["save_notes"] = asyncio.Event()
    writer.type("one")
    writer.driver.wait(lambda: notula.asked("save_notes"))
    writer.type(" two")
    notula.gates["save_notes"].set()
    wait_until_kept(writer)
    assert notula.notes == {NUMBER: "one two"}


def test_each_transcript_has_its_own(writer: Writer, notula: FakeNotula) -> None:
    add_other(notula)
    notula.notes[OTHER] = "Theirs."
    open_notes(writer)
    writer.type("Mine.")
    writer.driver.window.show_transcript(OTHER)  # At once: what was typed is saved first.
    writer.driver.wait(lambda: panel(writer).text.toPlainText() == "Theirs.")
    assert notula.notes == {NUMBER: "Mine.", OTHER: "Theirs."}
    writer.driver.window.show_transcript(NUMBER)
    writer.driver.wait(lambda: panel(writer).text.toPlainText() == "Mine.")


def test_both_parts_share_the_panel(writer: Writer, qtbot: QtBot) -> None:
    open_notes(writer)
    side = writer.page.panels.side
    notes, translation = (panel(writer), writer.page.panels.translation)
    assert (notes.isVisible(), translation.isVisible()) == (True, False)
    writer.press(Qt.Key.Key_T, CONTROL)
    assert (notes.isVisible(), translation.isVisible()) == (False, True)
    (tab,) = [one for one in side._tabs.buttons() if one.text() == "Notes"]
    qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)
    assert (notes.isVisible(), translation.isVisible()) == (True, False)
    assert [one.isChecked() for one in writer.page.panels.buttons] == [False, True]


def test_what_could_not_be_saved_is_told_and_not_given_up(writer: Writer, notula: FakeNotula) -> None:
    add_other(notula)
    tr = writer.driver.desktop._tr
    failure = DiskFull()
    notula.failures["save_notes"] = failure
    open_notes(writer)
    writer.type("Mine.")
    writer.driver.wait(lambda: panel(writer)._problem.isVisible())
    assert panel(writer)._problem.text() == tr.message(failure.message)
    assert panel(writer)._told.text() == "Not saved"
    writer.press(Qt.Key.Key_Escape)
    writer.driver.window.show_transcript(OTHER)
    writer.driver.wait(lambda: writer.driver.message == tr.message(NotSaved().message))
    assert writer.session.stored.entry.id == NUMBER
    assert panel(writer).isVisible()  # It shows why.
    del notula.failures["save_notes"]
    panel(writer).retry.click()
    wait_until_kept(writer)
    assert notula.notes == {NUMBER: "Mine."}
    assert not panel(writer)._problem.isVisible()


def test_the_end_waits_for_the_notes(writer: Writer, notula: FakeNotula, finish: Callable[..., object]) -> None:
    open_notes(writer)
    writer.type("Mine.")
    assert finish(writer.page.save()) is True
    assert notula.notes == {NUMBER: "Mine."}
    writer.type(" More.")
    finish(writer.page.finish())
    assert notula.notes == {NUMBER: "Mine. More."}


def test_notes_that_cannot_be_read_are_not_written_over(writer: Writer, notula: FakeNotula) -> None:
    notula.notes[NUMBER] = "Mine."
    notula.failures["get_notes"] = DiskFull()
    writer.press(Qt.Key.Key_N, CONTROL | SHIFT)
    writer.driver.wait(lambda: panel(writer)._problem.isVisible())
    writer.type("lost")
    assert panel(writer).text.toPlainText() == ""
    assert not writer.page.has_unsaved
    del notula.failures["get_notes"]
    panel(writer).retry.click()
    writer.driver.wait(lambda: panel(writer).text.toPlainText() == "Mine.")


def test_notes_of_a_transcript_that_was_deleted_are_told(writer: Writer, notula: FakeNotula) -> None:
    open_notes(writer)
    del notula.stored[NUMBER]
    writer.type("Mine.")
    writer.driver.wait(lambda: panel(writer)._problem.isVisible())
    assert panel(writer)._problem.text().startswith("This transcript was deleted meanwhile")
    assert not panel(writer).retry.isVisible()
    panel(writer).give_up.click()
    writer.driver.wait(lambda: not panel(writer).text.isReadOnly())
    assert panel(writer).text.toPlainText() == ""
    assert not writer.page.has_unsaved


def test_what_could_not_be_saved_can_be_given_up(writer: Writer, notula: FakeNotula) -> None:
    notula.notes[NUMBER] = "Kept."
    open_notes(writer)
    notula.failures["save_notes"] = DiskFull()
    writer.type("Mine.")
    writer.driver.wait(lambda: panel(writer).give_up.isVisible())
    panel(writer).give_up.click()
    writer.driver.wait(lambda: panel(writer).text.toPlainText() == "Kept.")
    assert not panel(writer).give_up.isVisible()
    assert not writer.page.has_unsaved


def test_an_export_has_the_notes_only_where_that_is_asked_for(writer: Writer, notula: FakeNotula) -> None:
    open_notes(writer)
    writer.type("Ask Ann.")
    *plain, _, noted = writer.page._export.menu().actions()
    for action, notes in ((noted.menu().actions()[0], "Ask Ann."), (plain[0], "")):
        action.trigger()  # At once: what was typed is saved first.
        dialogs = lambda: [one for one in writer.page.window().findChildren(QFileDialog) if one.isVisible()]  # noqa: E731
        writer.driver.wait(dialogs)
        (dialog,) = dialogs()
        dialog.fileSelected.emit("/talks/talk.txt")
        dialog.close()
        writer.driver.wait(lambda: notula.asked("export"))
        stored, name, _ = notula.asked("export")[-1]
        assert (stored.notes, name) == (notes, "txt")
        notula.calls.clear()
    assert notula.notes == {NUMBER: "Ask Ann."}
