"""Nothing that was typed is lost without a word, whatever else happens at the same moment."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt

from core.domain import TranscriptId
from core.domain.errors import StoreError
from gui.changes import Changes
from gui.pages.transcript.autosave import SaveProblem, SaveState
from tests.gui.pages.transcript.conftest import NUMBER, Writer, talk
from tests.gui.samples import stored

CONTROL = Qt.KeyboardModifier.ControlModifier
OTHER = TranscriptId(8)


def has_failed(writer: Writer) -> bool:
    return writer.page.autosave.state is SaveState.FAILED


def test_another_transcript_waits_until_what_cannot_be_saved_was_chosen(writer: Writer) -> None:
    writer.notula.stored[OTHER] = stored("Another.", number=8)
    writer.notula.failures["save_edits"] = StoreError()
    writer.type("X")
    writer.driver.wait(lambda: has_failed(writer))
    writer.driver.window.show_transcript(OTHER)
    writer.driver.wait(lambda: not writer.page.reading.is_opening)
    assert writer.lines[0] == "XThe wood cutters sing."
    assert not writer.editor.isReadOnly()
    del writer.notula.failures["save_edits"]
    writer.driver.window.show_transcript(OTHER)  # It is tried again.
    writer.driver.wait(lambda: writer.lines == ["Another."])
    assert writer.kept[0] == "XThe wood cutters sing."


def test_another_transcript_waits_until_a_conflict_was_decided(writer: Writer) -> None:
    writer.notula.stored[OTHER] = stored("Another.", number=8)
    writer.edit_elsewhere("Other text.")
    writer.type("X")
    writer.driver.window.show_transcript(OTHER)
    writer.driver.wait(lambda: writer.page._problem.isVisible() and not writer.page.reading.is_opening)
    assert writer.lines[0] == "XThe wood cutters sing."
    assert "Choose first" in writer.driver.message
    writer.choose("Show the other one")
    writer.driver.wait(lambda: writer.lines == ["Other text."])
    writer.driver.window.show_transcript(OTHER)
    writer.driver.wait(lambda: writer.lines == ["Another."])


def test_what_is_typed_while_another_transcript_is_read_goes_nowhere(writer: Writer) -> None:
    writer.notula.stored[OTHER] = stored("Another.", number=8)
    writer.notula.gates["transcript"] = asyncio.Event()
    writer.driver.window.show_transcript(OTHER)
    writer.type("XYZ")
    writer.notula.gates["transcript"].set()
    writer.driver.wait(lambda: writer.lines == ["Another."])
    assert not writer.editor.isReadOnly()
    assert writer.kept == [one.text for one in talk().transcript.segments]


def test_what_a_dialog_changes_while_another_transcript_is_read_is_saved(writer: Writer) -> None:
    writer.notula.stored[OTHER] = stored("Another.", number=8)
    gate = writer.notula.gates["transcript"] = asyncio.Event()
    writer.driver.window.show_transcript(OTHER)
    writer.driver.wait(lambda: writer.notula.asked("transcript")[-1] == [OTHER])
    writer.page.speakers._rename({"Ann": "Anna"})
    gate.set()
    writer.driver.wait(lambda: writer.lines == ["Another."])
    assert writer.notula.stored[NUMBER].transcript.segments[0].speaker == "Anna"


def test_the_one_that_was_wanted_last_is_shown(writer: Writer) -> None:
    writer.notula.stored[OTHER] = stored("Another.", number=8)
    gate = writer.notula.gates["transcript"] = asyncio.Event()
    writer.driver.window.show_transcript(OTHER)
    writer.driver.wait(lambda: writer.notula.asked("transcript")[-1] == [OTHER])
    writer.driver.window.show_transcript(NUMBER)
    writer.driver.wait(lambda: not writer.page.reading.is_opening)
    gate.set()
    writer.type("X")
    writer.wait_until_saved()
    assert writer.lines[0] == "XThe wood cutters sing."


def test_a_choice_that_was_made_closes_the_question_whatever_is_typed_meanwhile(writer: Writer) -> None:
    writer.edit_elsewhere("Other text.")
    writer.type("X")
    writer.driver.wait(lambda: has_failed(writer))
    gate = writer.notula.gates["save_edits"] = asyncio.Event()
    writer.type("Y")
    writer.driver.wait(lambda: len(writer.notula.asked("save_edits")) == 2)  # Which will fail, too.
    writer.choose("Keep what is here")
    writer.driver.wait(lambda: writer.session.stored.entry.edited_at == 99.0)
    gate.set()
    writer.wait_until_saved()
    assert writer.kept[0] == "XYThe wood cutters sing."
    assert not writer.page._problem.isVisible()


def test_a_problem_stays_in_sight_until_something_could_be_saved(writer: Writer) -> None:
    writer.notula.failures["save_edits"] = StoreError()
    writer.type("X")
    writer.driver.wait(lambda: has_failed(writer))
    assert writer.page.autosave.problem is SaveProblem.NOT_WRITTEN
    writer.type("Y")
    assert writer.page.autosave.state is SaveState.UNSAVED
    assert writer.page._problem.isVisible()
    del writer.notula.failures["save_edits"]
    writer.choose("Try again")
    writer.wait_until_saved()
    assert not writer.page._problem.isVisible()
    assert writer.kept[0] == "XYThe wood cutters sing."


def test_what_could_not_be_saved_can_be_given_up(writer: Writer) -> None:
    writer.notula.failures["save_edits"] = StoreError()
    writer.type("X")
    writer.driver.wait(lambda: has_failed(writer))
    writer.choose("Give up what I have changed")
    writer.driver.wait(lambda: writer.lines[0] == "The wood cutters sing.")
    assert writer.page.autosave.state is SaveState.SAVED


def test_what_was_typed_into_a_deleted_transcript_can_be_copied(writer: Writer) -> None:
    del writer.notula.stored[NUMBER]
    writer.type("X")
    writer.driver.wait(lambda: has_failed(writer))
    assert writer.page.autosave.problem is SaveProblem.DELETED
    writer.choose("Copy the whole text")
    assert writer.lines[0] == "XThe wood cutters sing."
    writer.choose("Give up what I have changed")
    writer.driver.wait(lambda: writer.driver.window.open_page != "transcript")
    assert not writer.page._problem.isVisible()


def test_an_edit_from_elsewhere_can_be_undone_like_those_before_it(writer: Writer) -> None:
    writer.type("X")
    writer.wait_until_saved()
    writer.edit_elsewhere("Other text.", "Do they?", "They do.")
    writer.driver.desktop.changes.publish(Changes(history=True))
    writer.driver.wait(lambda: writer.lines[0] == "Other text.")
    assert "changed elsewhere" in writer.driver.message
    writer.wait_until_saved()
    writer.press(Qt.Key.Key_Z, CONTROL)
    assert writer.lines[0] == "XThe wood cutters sing."
    writer.press(Qt.Key.Key_Z, CONTROL)
    assert writer.lines[0] == "The wood cutters sing."
    assert writer.agrees()


def test_what_one_saves_oneself_is_not_read_again(writer: Writer) -> None:
    read = len(writer.notula.asked("transcript"))
    writer.type("X")
    writer.wait_until_saved()
    writer.driver.desktop.changes.publish(Changes(history=True))  # As the core's next snapshot does.
    writer.driver.wait(lambda: writer.notula.asked("entry"))
    writer.type("Y")
    writer.wait_until_saved()
    assert len(writer.notula.asked("transcript")) == read


def test_quitting_waits_for_a_choice_about_what_cannot_be_saved(writer: Writer, finish: Callable[..., object]) -> None:
    writer.edit_elsewhere("Other text.")
    writer.type("X")
    writer.driver.window.show_page("queue")
    writer.driver.window.quit_wanted.emit()
    writer.driver.wait(lambda: writer.driver.window.open_page == "transcript")
    assert writer.page._problem.isVisible()
    assert not writer.driver.stop.is_set()
    writer.driver.window.quit_wanted.emit()  # Once more, and it ends all the same.
    writer.driver.wait(writer.driver.stop.is_set)
