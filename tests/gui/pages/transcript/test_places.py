"""Places in the text are the same for the field and the document, whatever is written in it."""

import unicodedata
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor

from core.domain import StoredTranscript
from core.domain.visible import one_line
from core.editing import delete, set_speaker
from gui.pages.transcript.text_places import place_in_python, place_in_qt
from tests.gui.pages.transcript.conftest import NUMBER, Writer
from tests.gui.samples import stored

LINES = [
    "",
    "plain",
    "two  spaces, and more   at the end  ",
    "  before it",
    "👍 fine  👍 day",
    "שלום \u200f  עולם",
    "مرحبا  بالعالم 12",
    "今天  天气很好",
    unicodedata.normalize("NFD", "é à  ö"),
    "a\u200bb c",
    "👩‍👩‍👧‍👦 x  y",
]


@pytest.mark.parametrize("line", LINES)
def test_every_place_of_the_document_is_found_in_the_line_and_back(line: str) -> None:
    text = one_line(line)
    places = [place_in_qt(line, place) for place in range(len(text) + 1)]
    assert places == sorted(places)
    encoded = line.encode("utf-16-le")
    for place, at in enumerate(places):
        assert one_line(encoded[: 2 * at].decode("utf-16-le") + "|") in (text[:place] + "|", text[:place] + " |")
        assert place_in_python(line, at) == place


@pytest.mark.parametrize("line", LINES)
def test_every_place_of_the_line_is_one_of_the_document(line: str) -> None:
    places = [place_in_python(line, at) for at in range(len(line.encode("utf-16-le")) // 2 + 1)]
    assert places == sorted(places)
    assert places[0] == 0
    assert places[-1] == len(one_line(line))


def test_a_passage_is_cut_at_the_cursor_though_spaces_were_typed_before_it(writer: Writer) -> None:
    writer.put_cursor(0, 3)
    writer.type("   ")
    block = writer.editor.document().findBlockByNumber(0)
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + block.text().index("cutters"))
    writer.editor.setTextCursor(cursor)
    writer.page._menu.split()
    assert writer.lines[:2] == ["The wood", "cutters sing."]
    assert writer.agrees()


def test_what_is_found_is_selected_though_spaces_were_typed_before_it(writer: Writer) -> None:
    writer.put_cursor(0, 3)
    writer.type("   ")
    writer.page.find_bar.open("cutters")
    writer.driver.wait(lambda: writer.page.find_bar.current is not None)
    writer.press(Qt.Key.Key_Escape)
    assert writer.editor.textCursor().selectedText() == "cutters"


@pytest.mark.parametrize("text", [line for line in LINES if line])
def test_text_of_any_script_is_typed_undone_and_saved(
    open_writer: Callable[[StoredTranscript], Writer], text: str
) -> None:
    writer = open_writer(stored(one_line(text), "Next.", number=NUMBER))
    writer.press(Qt.Key.Key_End)
    writer.editor.insertPlainText(" " + text)
    assert writer.agrees()
    assert writer.session.document.segments[0].segment.text == one_line(text + " " + text)
    for _ in range(4):
        writer.press(Qt.Key.Key_Backspace)
        assert writer.agrees()
    writer.wait_until_saved()
    assert writer.kept == [one.segment.text for one in writer.session.document.segments]
    while writer.session.stack.canUndo():
        writer.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert writer.session.document.segments[0].segment.text == one_line(text)


def test_edits_of_what_is_not_laid_out_yet_are_shown_as_they_are(
    open_writer: Callable[[StoredTranscript], Writer],
) -> None:
    """In the first moments after a long transcript was opened."""
    count = 400
    long = stored(*(f"Sentence {number}." for number in range(count)), number=NUMBER)
    writer = open_writer(long)
    ids = [one.id for one in writer.session.document.segments]
    for chosen in ([3, 4, 148, 149, 150, 151, 390], [5, 6], [399], [0]):
        writer.session.open(long)
        assert writer.editor.document().blockCount() < count
        writer.session.do(delete(writer.session.document, [ids[number] for number in chosen]), "Deleting")
        writer.session.do(set_speaker(writer.session.document, [ids[10], ids[380]], "Ann"), "Naming")
        writer.session.stack.undo()
        writer.session.stack.undo()
        writer.session.stack.redo()
        writer.driver.wait(lambda: not writer.editor._pending.isActive())
        assert len(writer.lines) == count - len(chosen)
        assert writer.agrees()


def test_a_huge_paste_becomes_passages(writer: Writer) -> None:
    lines = [f"Line {number} of a long text that was pasted." for number in range(3000)]
    writer.put_cursor(0, 8)
    writer.editor.insertPlainText("\n".join(lines))
    assert writer.agrees()
    assert len(writer.lines) == 3002
    writer.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert writer.agrees()
    assert len(writer.lines) == 3
