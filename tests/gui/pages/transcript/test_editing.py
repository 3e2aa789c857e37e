"""The text of a transcript is corrected as in any text field, and nothing of it gets lost."""

import random
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTime
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QTextCursor
from PySide6.QtWidgets import QApplication

from core.domain import StoredTranscript, Word
from core.domain.errors import StoreError
from gui.changes import Changes
from gui.pages.transcript.autosave import SaveState
from gui.pages.transcript.times_dialog import TimesDialog
from tests.gui.pages.transcript.conftest import NUMBER, Writer, talk
from tests.gui.samples import stored

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_a_word_is_corrected_and_saved_by_itself_with_its_time(writer: Writer) -> None:
    writer.put_cursor(0, 8)
    writer.press(Qt.Key.Key_Delete)
    assert writer.lines[0] == "The woodcutters sing."
    assert writer.page._saved.text() == "Being saved …"
    writer.wait_until_saved()
    assert writer.kept == ["The woodcutters sing.", "Do they?", "They do."]
    words = writer.notula.stored[NUMBER].transcript.segments[0].words
    assert words[1] == Word(1, 3, "woodcutters", 1.0)
    assert writer.page._saved.text() == "Saved"


def test_what_is_typed_in_one_place_is_undone_at_once(writer: Writer) -> None:
    writer.put_cursor(1, 2)
    writer.type(" all of")
    assert writer.lines[1] == "Do all of they?"
    writer.press(Qt.Key.Key_Z, CONTROL)
    assert writer.lines[1] == "Do they?"
    writer.press(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert writer.lines[1] == "Do all of they?"
    writer.wait_until_saved()
    assert writer.kept[1] == "Do all of they?"


def test_what_is_not_typed_is_undone_by_itself(writer: Writer) -> None:
    writer.put_cursor(1, 0)
    writer.type("X")
    writer.page.speakers._set(writer.editor.selected_segments(), "Cid")
    writer.press(Qt.Key.Key_Z, CONTROL)
    assert (writer.lines[1], writer.speakers[1]) == ("XDo they?", "Bob")
    writer.press(Qt.Key.Key_Z, CONTROL)
    assert writer.lines[1] == "Do they?"


def test_return_cuts_a_sentence_and_backspace_joins_it_again(writer: Writer) -> None:
    writer.put_cursor(0, 8)
    writer.press(Qt.Key.Key_Return)
    assert writer.lines == ["The wood", "cutters sing.", "Do they?", "They do."]
    assert writer.speakers == ["Ann", "Ann", "Bob", "Ann"]
    assert [one.segment.start_s for one in writer.session.document.segments][:2] == [0.0, 2.0]
    writer.press(Qt.Key.Key_Backspace)
    assert writer.lines[0] == "The wood cutters sing."
    writer.press(Qt.Key.Key_Z, CONTROL)
    writer.press(Qt.Key.Key_Z, CONTROL)
    assert writer.session.transcript == talk().transcript
    assert writer.lines == ["The wood cutters sing.", "Do they?", "They do."]


def test_a_selection_over_several_sentences_is_typed_over(writer: Writer) -> None:
    writer.put_cursor(0, 4, 2, 5)
    writer.type("x")
    assert writer.lines == ["The xdo."]
    assert writer.agrees()
    writer.press(Qt.Key.Key_Z, CONTROL)
    while writer.session.stack.canUndo():
        writer.press(Qt.Key.Key_Z, CONTROL)
    assert writer.lines == ["The wood cutters sing.", "Do they?", "They do."]


def test_everything_can_be_deleted_and_brought_back(writer: Writer) -> None:
    writer.press(Qt.Key.Key_A, CONTROL)
    writer.press(Qt.Key.Key_Delete)
    assert writer.lines == [""]
    writer.wait_until_saved()
    assert writer.kept == []
    writer.type("New")
    assert writer.agrees()
    while writer.session.stack.canUndo():
        writer.press(Qt.Key.Key_Z, CONTROL)
    assert writer.lines == ["The wood cutters sing.", "Do they?", "They do."]
    writer.wait_until_saved()
    assert writer.kept == ["The wood cutters sing.", "Do they?", "They do."]


def test_pasted_text_has_no_markup_and_a_segment_for_each_line(writer: Writer) -> None:
    QGuiApplication.clipboard().setText("one\u202e\n\n two")
    writer.put_cursor(1, 0)
    writer.press(Qt.Key.Key_V, CONTROL)
    assert writer.lines[1:3] == ["one", "twoDo they?"]
    assert writer.agrees()


def test_an_input_method_writes_too(writer: Writer) -> None:
    writer.put_cursor(2, 8)
    event = QInputMethodEvent()
    event.setCommitString("今天")
    QApplication.sendEvent(writer.editor, event)
    assert writer.lines[2] == "They do.今天"
    assert writer.session.document.segments[2].segment.text == "They do.今天"


def test_places_beyond_the_first_plane_are_counted_as_python_does(
    open_writer: Callable[[StoredTranscript], Writer],
) -> None:
    writer = open_writer(stored("👍 fine 👍 day", number=NUMBER))
    writer.page.open(NUMBER, "day")
    writer.driver.wait(lambda: writer.page.find_bar.current is not None)
    writer.press(Qt.Key.Key_F3)
    writer.page.find_bar.close_bar()
    assert writer.editor.textCursor().selectedText() == "day"
    place = writer.editor.cursor_place()
    assert place is not None
    assert (place.begin, place.end) == (9, 12)


def test_the_page_shows_what_it_edits_whatever_keys_are_pressed(writer: Writer) -> None:
    """A person who hits keys at random, with a fixed seed: the text on the page and the document never come apart."""
    chance = random.Random(18)
    keys = [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Backspace, CONTROL),
        (Qt.Key.Key_Z, CONTROL),
        (Qt.Key.Key_Z, CONTROL | SHIFT),
        (Qt.Key.Key_X, CONTROL),
        (Qt.Key.Key_V, CONTROL),
        (Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
    ]
    for _ in range(300):
        length = writer.editor.document().characterCount() - 1
        cursor = writer.editor.textCursor()
        cursor.setPosition(chance.randint(0, length))
        if chance.random() < 0.4:
            cursor.setPosition(chance.randint(0, length), QTextCursor.MoveMode.KeepAnchor)
        writer.editor.setTextCursor(cursor)
        writer.press(*chance.choice(keys))
        assert writer.agrees()
    while writer.session.stack.canUndo():
        writer.session.stack.undo()
        assert writer.agrees()
    assert writer.session.transcript == talk().transcript


@pytest.mark.qt_log_ignore(r"This plugin does not support", extend=True)
def test_speakers_are_chosen_for_what_is_selected(writer: Writer) -> None:
    writer.put_cursor(1, 1, 2, 3)
    writer.press(Qt.Key.Key_F2)
    (menu,) = [one for one in writer.page.findChildren(type(writer.page._export.menu())) if one.isVisible()]
    names = {action.text(): action for action in menu.actions()}
    assert list(names)[:2] == ["Ann", "Bob"]
    names["Bob"].trigger()
    menu.close()
    assert writer.speakers == ["Ann", "Bob", "Bob"]
    writer.wait_until_saved()
    assert [one.speaker for one in writer.notula.stored[NUMBER].transcript.segments] == ["Ann", "Bob", "Bob"]


def test_what_was_transcribed_comes_back_and_that_can_be_undone(writer: Writer) -> None:
    assert not writer.page._restore.isVisible()
    writer.type("X")
    assert writer.page._restore.isVisible()
    writer.qtbot.mouseClick(writer.page._restore, Qt.MouseButton.LeftButton)  # It has the focus then.
    writer.driver.wait(lambda: writer.lines[0] == "The wood cutters sing.")
    assert writer.driver.message_bar.isVisible()
    writer.press(Qt.Key.Key_Z, CONTROL)
    assert writer.lines[0] == "XThe wood cutters sing."


def test_an_edit_from_elsewhere_is_shown_where_nothing_is_unsaved(writer: Writer) -> None:
    writer.edit_elsewhere("Other text.")
    writer.driver.desktop.changes.publish(Changes(history=True))
    writer.driver.wait(lambda: writer.lines == ["Other text."])


def test_nothing_is_overwritten_without_a_choice(writer: Writer) -> None:
    writer.edit_elsewhere("Other text.")
    writer.type("X")
    writer.driver.wait(lambda: writer.page.autosave.state is SaveState.FAILED)
    assert writer.page._problem.isVisible()
    assert writer.kept == ["Other text."]
    writer.choose("Keep what is here")
    writer.wait_until_saved()
    assert writer.kept[0] == "XThe wood cutters sing."


def test_the_other_text_can_be_taken_instead(writer: Writer) -> None:
    writer.edit_elsewhere("Other text.")
    writer.type("X")
    writer.driver.wait(lambda: writer.page._problem.isVisible())
    writer.choose("Show the other one")
    writer.driver.wait(lambda: writer.lines == ["Other text."])
    assert not writer.page._problem.isVisible()
    assert writer.kept == ["Other text."]


def test_a_failed_saving_is_told_and_the_next_change_tries_again(writer: Writer) -> None:
    writer.notula.failures["save_edits"] = StoreError()
    writer.type("X")
    writer.driver.wait(lambda: writer.page.autosave.state is SaveState.FAILED)
    assert writer.page._saved.text() == "Not saved"
    assert writer.driver.message
    del writer.notula.failures["save_edits"]
    assert writer.driver.message_bar.isVisible()
    writer.type("Y")
    writer.wait_until_saved()
    assert writer.kept[0] == "XYThe wood cutters sing."
    assert not writer.driver.message_bar.isVisible()


def test_what_was_typed_a_moment_before_the_end_is_kept(writer: Writer, finish: Callable[..., object]) -> None:
    writer.type("X")
    finish(writer.driver.window.pages.finish())
    assert writer.kept[0] == "XThe wood cutters sing."


def test_what_was_typed_a_moment_before_another_transcript_is_kept(writer: Writer) -> None:
    other = stored("Another.", number=8)
    writer.notula.stored[other.entry.id] = other
    writer.type("X")
    writer.driver.window.show_transcript(other.entry.id)
    writer.driver.wait(lambda: writer.lines == ["Another."])
    assert writer.kept[0] == "XThe wood cutters sing."
    assert not writer.session.stack.canUndo()


def test_a_transcript_that_is_deleted_meanwhile_closes_its_page(writer: Writer) -> None:
    del writer.notula.stored[NUMBER]
    writer.driver.desktop.changes.publish(Changes(history=True))
    writer.driver.wait(lambda: writer.driver.window.open_page != "transcript")
    assert writer.driver.message == "This recording was deleted."
    assert writer.lines == [""]


@pytest.mark.parametrize("count", [400])
def test_a_long_text_is_edited_and_undone_in_all_of_its_parts(
    open_writer: Callable[[StoredTranscript], Writer], count: int
) -> None:
    writer = open_writer(stored(*(f"Sentence {number}." for number in range(count)), number=NUMBER))
    writer.type("X")
    writer.driver.wait(lambda: writer.editor.document().blockCount() == count)
    assert writer.agrees()
    writer.put_cursor(count - 1, 0)
    writer.press(Qt.Key.Key_Backspace)
    assert len(writer.lines) == count - 1
    writer.press(Qt.Key.Key_Z, CONTROL)
    writer.press(Qt.Key.Key_Z, CONTROL)
    assert writer.agrees()
    assert writer.lines[0] == "Sentence 0."


def test_return_in_an_empty_text_begins_nothing(writer: Writer) -> None:
    writer.put_cursor(0, 0, 2, 8)
    writer.page._menu.delete()
    writer.press(Qt.Key.Key_Return)
    assert writer.lines == [""]
    writer.type("New")
    assert writer.agrees()
    while writer.session.stack.canUndo():
        writer.press(Qt.Key.Key_Z, CONTROL)
    assert writer.agrees()


def test_passages_are_cut_joined_and_deleted_from_the_menu(writer: Writer) -> None:
    menu = writer.page._menu
    writer.put_cursor(0, 9)
    menu.split()
    assert writer.lines[:2] == ["The wood", "cutters sing."]
    assert writer.agrees()
    writer.put_cursor(0, 3, 2, 1)
    menu.merge()
    assert writer.lines == ["The wood cutters sing. Do they?", "They do."]
    menu.delete()
    assert writer.lines == ["They do."]
    menu.merge()
    assert writer.driver.message == "There is nothing to join here. Choose passages that follow each other."
    while writer.session.stack.canUndo():
        writer.session.stack.undo()
        assert writer.agrees()
    assert writer.session.transcript == talk().transcript


def test_times_are_chosen_between_those_of_the_neighbours(writer: Writer) -> None:
    writer.put_cursor(1, 0)
    writer.page._menu.ask_for_times()
    (dialog,) = [one for one in writer.driver.window.findChildren(TimesDialog) if one.isVisible()]
    assert dialog.start.minimumTime() == QTime(0, 0, 4)
    assert dialog.end.maximumTime() == QTime(0, 0, 10)
    dialog.start.setTime(QTime(0, 0, 4, 250))
    dialog.accept()
    assert writer.session.document.segments[1].segment.start_s == 4.25
    assert writer.session.document.segments[1].segment.end_s == 9.0
    writer.session.stack.undo()
    assert writer.session.transcript == talk().transcript
