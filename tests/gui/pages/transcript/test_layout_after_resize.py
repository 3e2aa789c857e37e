"""After a resize Qt lays out a text bit by bit: what is changed meanwhile loses no line."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core.i18n import Translator
from gui.pages.transcript.translation_view import TranslationView
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.transcript.conftest import NUMBER, Writer, open_talk
from tests.gui.samples import stored
from tests.patience import PATIENCE_S

LINES = 1000


def delete_half(writer: Writer) -> None:
    writer.put_cursor(1, 0, LINES // 2, 4)
    writer.press(Qt.Key.Key_Delete)


def paste_lines(writer: Writer) -> None:
    writer.put_cursor(2, 0)
    QGuiApplication.clipboard().setText("They sing.\n" * 100)
    writer.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def type_letter(writer: Writer) -> None:
    writer.put_cursor(300, 2)
    writer.type("a")


def undo_at_beginning(writer: Writer) -> None:
    writer.page.session.stack.undo()


@pytest.mark.parametrize("change", [type_letter, delete_half, paste_lines, undo_at_beginning])
def test_what_is_changed_after_a_resize_leaves_no_line_out(
    faked: DesktopDriver, notula: FakeNotula, qtbot: QtBot, change: Callable[[Writer], None]
) -> None:
    writer = open_talk(faked, notula, qtbot, stored(*["They sing."] * LINES, number=NUMBER))
    document = writer.editor.document()
    writer.driver.wait(lambda: document.blockCount() == LINES)
    writer.put_cursor(0, 0)
    writer.type("a")
    faked.window.resize(faked.window.width() - 40, faked.window.height())
    change(writer)
    layouts = [document.findBlockByNumber(number).layout() for number in range(document.blockCount())]
    assert [number for number, layout in enumerate(layouts) if not layout.lineCount()] == []
    tops = [layout.position().y() for layout in layouts]
    assert {below - above for above, below in pairwise(tops)} == {tops[1] - tops[0]}


def test_a_translation_that_follows_an_edit_after_a_resize_leaves_no_line_out(qtbot: QtBot) -> None:
    view = TranslationView(Translator("en"), float)
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    view.show_lines([("They sing.", False)] * LINES, 10.0)
    document = view.document()
    qtbot.waitUntil(lambda: document.blockCount() == LINES, timeout=PATIENCE_S * 1000)
    view.resize(460, 400)
    view.replace_lines(0, 1, [("They sang.", True)])
    layouts = [document.findBlockByNumber(number).layout() for number in range(LINES)]
    assert [number for number, layout in enumerate(layouts) if not layout.lineCount()] == []
