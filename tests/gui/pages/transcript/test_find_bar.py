"""Find and replace, doubtful words, and the ways to the page and back."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.config import Theme
from core.domain import StoredTranscript, TranscriptId
from gui.theme import apply_theme
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.transcript.conftest import NUMBER, Writer, talk
from tests.gui.samples import entry, stored

CONTROL = Qt.KeyboardModifier.ControlModifier


def selected(writer: Writer) -> str:
    return writer.editor.textCursor().selectedText()


def marked(writer: Writer) -> str:
    """The text of the place that is marked."""
    place = writer.page.find_bar.current
    return "" if place is None else writer.session.document[place.segment_id].text[place.begin : place.end]


def test_a_word_is_found_and_the_next_one_and_the_first_again(writer: Writer) -> None:
    writer.press(Qt.Key.Key_F, CONTROL)
    assert writer.focused() is writer.page.find_bar.wanted
    writer.type("they")
    writer.driver.wait(lambda: marked(writer) == "they")
    assert writer.page.find_bar.matches.found.text() == "1 of 2"
    writer.press(Qt.Key.Key_Return)
    assert marked(writer) == "They"
    writer.press(Qt.Key.Key_F3)
    assert marked(writer) == "they"
    writer.press(Qt.Key.Key_Escape)
    assert writer.focused() is writer.editor
    assert selected(writer) == "they"
    assert not writer.page.find_bar.isVisible()
    assert writer.editor.extraSelections() == []


def test_each_place_is_replaced_one_after_the_other(writer: Writer) -> None:
    writer.press(Qt.Key.Key_H, CONTROL)
    writer.type("they")
    bar = writer.page.find_bar
    writer.driver.wait(lambda: marked(writer) == "they")
    bar.replacement.setText("we")
    bar.replace_one.click()
    assert writer.lines == ["The wood cutters sing.", "Do we?", "They do."]
    writer.driver.wait(lambda: marked(writer) == "They")
    bar.replace_one.click()
    writer.driver.wait(lambda: bar.matches.found.text() == "Not found")
    assert writer.lines[2] == "we do."
    assert not bar.replace_one.isEnabled()


def test_all_places_are_replaced_at_once_and_undone_at_once(writer: Writer) -> None:
    bar = writer.page.find_bar
    writer.press(Qt.Key.Key_F, CONTROL)
    writer.type("the")
    bar.whole_words.setChecked(True)
    writer.driver.wait(lambda: bar.matches.found.text() == "1 of 1")
    bar.whole_words.setChecked(False)
    writer.driver.wait(lambda: bar.matches.found.text().endswith("of 3"))
    bar.replacement.setText("A")
    bar.replace_everywhere.click()
    assert writer.lines == ["A wood cutters sing.", "Do Ay?", "Ay do."]
    writer.driver.wait(lambda: not bar._searching.isActive())
    assert bar.matches.found.text() == "3 places were replaced."  # And not the result of another search.
    writer.session.stack.undo()
    assert writer.lines == ["The wood cutters sing.", "Do they?", "They do."]


def test_what_is_replaced_by_itself_is_not_found_again_in_it(writer: Writer) -> None:
    bar = writer.page.find_bar
    writer.press(Qt.Key.Key_F, CONTROL)
    writer.type("sing")
    writer.driver.wait(lambda: bar.matches.found.text() == "1 of 1")
    bar.replacement.setText("sing sing")
    bar.replace_everywhere.click()
    assert writer.lines[0] == "The wood cutters sing sing."


def test_the_next_doubtful_word_is_selected(writer: Writer) -> None:
    writer.press(Qt.Key.Key_F8)
    assert selected(writer) == "cutters"
    writer.type("choppers")
    writer.press(Qt.Key.Key_F8)
    assert writer.driver.message == "No word was heard uncertainly."


def test_a_transcript_is_opened_from_the_history_at_what_was_searched_for_and_left_by_a_key(
    faked: DesktopDriver, notula: FakeNotula
) -> None:
    notula.stored[NUMBER] = talk()
    notula.entries = [entry(7, "they.wav")]
    faked.window.show_page("history")
    history = faked.history_page
    history._search.setText("they")
    faked.wait(lambda: history._model.rowCount() == 1)
    history.select_first()
    faked.wait(lambda: history.reader.transcript_id == TranscriptId(7))
    history.reader._edit.click()
    writer = Writer(faked, notula, faked.qtbot)
    faked.wait(lambda: marked(writer) == "they")
    assert faked.window.open_page == "transcript"
    writer.press(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert faked.window.open_page == "history"


def test_the_page_is_not_opened_by_itself_at_the_next_start(writer: Writer) -> None:
    assert writer.driver.window.open_page == "transcript"
    assert writer.driver.window.state().page == "queue"


def test_marks_have_the_colours_of_the_theme(writer: Writer, qapp: QApplication) -> None:
    writer.press(Qt.Key.Key_F, CONTROL)
    writer.type("they")
    writer.driver.wait(lambda: writer.page.find_bar.matches.found.text() == "1 of 2")
    apply_theme(qapp, Theme.DARK)
    dark = writer.editor.palette().highlight().color()
    assert writer.editor.extraSelections()[1].format.background().color() == dark
    apply_theme(qapp, Theme.LIGHT)
    assert writer.editor.extraSelections()[1].format.background().color() != dark


def test_what_is_found_is_marked_in_parts_that_are_laid_out_later_too(
    open_writer: Callable[[StoredTranscript], Writer],
) -> None:
    count = 400
    long = stored(*(f"Sentence {number}." for number in range(count)), number=NUMBER)
    writer = open_writer(long)
    writer.page.open(NUMBER, "sentence")
    writer.driver.wait(lambda: len(writer.editor.extraSelections()) == count)
    bar = writer.page.find_bar
    writer.session.open(long)
    bar._search()  # Before the rest is laid out.
    assert len(writer.editor.extraSelections()) < count
    writer.driver.wait(lambda: len(writer.editor.extraSelections()) == count)
    writer.editor.marks.show_spoken(bar.current)
    assert len(writer.editor.extraSelections()) == count + 1
    writer.editor.marks.show_spoken(None)
    assert len(writer.editor.extraSelections()) == count
