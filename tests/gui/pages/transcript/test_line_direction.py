"""A line runs the way its letters do, though Qt isn't asked for each line's way where all run from left to right."""

import unicodedata
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QTextDocument
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.pages.transcript.line_direction import runs_right_to_left
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.transcript.conftest import NUMBER, Writer, open_talk
from tests.gui.samples import stored

GREETING = "שלום"


def directions(document: QTextDocument) -> list[Qt.LayoutDirection]:
    """Which way the lines are laid out, from the first on."""
    document.documentLayout().documentSize()  # What isn't laid out yet is laid out for that.
    blocks = (document.findBlockByNumber(number) for number in range(document.blockCount()))
    return [block.layout().textOption().textDirection() for block in blocks]


def write(writer: Writer, text: str) -> None:
    """As a keyboard does that has these letters: those of Qt's tests are ASCII alone."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(writer.editor, event)


def test_every_letter_that_runs_from_right_to_left_is_known() -> None:
    unknown = [
        hex(point)
        for point in range(0x110000)
        if unicodedata.bidirectional(chr(point)) in ("R", "AL") and not runs_right_to_left([chr(point)])
    ]
    assert not unknown


def test_text_from_left_to_right_has_no_line_looked_at(writer: Writer) -> None:
    writer.put_cursor(1, 2)
    write(writer, "é")
    assert writer.editor.document().defaultTextOption().textDirection() is Qt.LayoutDirection.LeftToRight


def test_a_line_that_is_typed_from_right_to_left_runs_that_way(writer: Writer) -> None:
    writer.put_cursor(1, 0, 1, 8)
    write(writer, GREETING)
    assert writer.lines == ["The wood cutters sing.", GREETING, "They do."]
    left_to_right, right_to_left = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
    assert directions(writer.editor.document()) == [left_to_right, right_to_left, left_to_right]
    writer.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert directions(writer.editor.document()) == [left_to_right] * 3


def test_a_line_that_is_pasted_from_right_to_left_runs_that_way(writer: Writer) -> None:
    writer.put_cursor(0, 0)
    QGuiApplication.clipboard().setText(f"{GREETING}\nHello")
    writer.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert directions(writer.editor.document())[0] is Qt.LayoutDirection.RightToLeft


@pytest.mark.parametrize("mode", ["text", "cards"])
def test_a_line_from_right_to_left_that_comes_from_elsewhere_runs_that_way(writer: Writer, mode: str) -> None:
    writer.page.text_modes.choose(mode)
    segments = writer.session.transcript.segments
    edit = writer.session.document.with_segments([*segments[:2], replace(segments[2], text=GREETING)])
    writer.session.do(edit, "Elsewhere")
    writer.page.text_modes.choose("text")
    assert directions(writer.editor.document())[2] is Qt.LayoutDirection.RightToLeft


def test_text_that_is_opened_runs_the_way_it_does(faked: DesktopDriver, notula: FakeNotula, qtbot: QtBot) -> None:
    writer = open_talk(faked, notula, qtbot, stored("Hello", GREETING, number=NUMBER))
    left_to_right, right_to_left = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
    assert directions(writer.editor.document()) == [left_to_right, right_to_left]


@pytest.mark.parametrize("line", [0, 399])
def test_all_lines_of_a_long_text_stand_where_they_did(
    faked: DesktopDriver, notula: FakeNotula, qtbot: QtBot, line: int
) -> None:
    writer = open_talk(faked, notula, qtbot, stored(*["They sing."] * 400, number=NUMBER))
    document = writer.editor.document()
    writer.driver.wait(lambda: document.blockCount() == 400)
    writer.put_cursor(line, 0)
    write(writer, GREETING)
    layouts = [document.findBlockByNumber(number).layout() for number in range(400)]
    assert [number for number, layout in enumerate(layouts) if not layout.lineCount()] == []
    tops = [layout.position().y() for layout in layouts]
    assert {below - above for above, below in pairwise(tops)} == {tops[1] - tops[0]}
