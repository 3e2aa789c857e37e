"""Beside a text only that is painted again which is another: no key waits for the times of all other lines."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from pytestqt.qtbot import QtBot

from gui.widgets.reader.time_gutter import TimeGutter
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.transcript.conftest import Writer, open_talk, talk

Rows = list[tuple[int, int]]
"""From where to where a gutter was painted, each time."""


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> Rows:
    """What is painted of gutters that are made from now on."""
    rows: Rows = []
    paint = TimeGutter.paintEvent

    def noted_paint(gutter: TimeGutter, event: QPaintEvent) -> None:
        rows.append((event.rect().top(), event.rect().bottom()))
        paint(gutter, event)

    monkeypatch.setattr(TimeGutter, "paintEvent", noted_paint)
    return rows


@pytest.fixture
def seen(painted: Rows, faked: DesktopDriver, notula: FakeNotula, qtbot: QtBot) -> Writer:
    """A text whose gutter was painted as a whole."""
    writer = open_talk(faked, notula, qtbot, talk())
    faked.wait(lambda: painted)
    painted.clear()
    writer.editor._gutter.update()
    faked.wait(lambda: painted)
    painted.clear()
    return writer


def test_a_letter_has_the_time_of_its_line_painted_alone(seen: Writer, painted: Rows) -> None:
    seen.put_cursor(1, 2)
    seen.type("x")
    seen.driver.wait(lambda: painted)
    document = seen.editor.document()
    line = document.documentLayout().blockBoundingRect(document.findBlockByNumber(1))
    assert painted[-1][0] <= line.top()
    assert line.bottom() - 1 <= painted[-1][1] < seen.editor._gutter.height() // 2


def test_a_line_that_grows_has_all_times_below_painted(seen: Writer, painted: Rows) -> None:
    seen.put_cursor(0, 0)
    seen.editor.textCursor().insertText("and so on " * 60)
    seen.driver.wait(lambda: painted)
    assert painted[-1][1] == seen.editor._gutter.height() - 1


def test_a_line_that_is_cut_has_all_times_below_painted(seen: Writer, painted: Rows) -> None:
    seen.put_cursor(0, 8)
    seen.press(Qt.Key.Key_Return)
    seen.driver.wait(lambda: painted)
    assert painted[-1][1] == seen.editor._gutter.height() - 1
