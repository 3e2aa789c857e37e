"""Beside a text the times and the speakers' names stand on the same line."""

from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from gui.pages.transcript.segment_gutter import SegmentGutter
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.transcript.conftest import open_talk, talk


def lowest_ink(image: QImage, left: int, right: int, height: int) -> int:
    """The lowest row, of so many, in which something is drawn between these columns."""
    ground = image.pixelColor(right - 1, 0)
    drawn = [
        row
        for row in range(height)
        if any(_differs(image.pixelColor(column, row), ground) for column in range(left, right))
    ]
    return max(drawn)


def _differs(colour: QColor, ground: QColor) -> bool:
    return abs(colour.lightness() - ground.lightness()) > 60


def test_a_name_stands_on_the_line_of_its_time(faked: DesktopDriver, notula: FakeNotula, qtbot: QtBot) -> None:
    open_talk(faked, notula, qtbot, talk())
    gutter = faked.window.findChild(SegmentGutter)
    faked.wait(gutter.isVisible)
    image = gutter.grab().toImage()
    times = gutter._time_width()
    line = gutter._edit.fontMetrics().lineSpacing() + 4
    assert lowest_ink(image, 0, times - 2, line) == lowest_ink(image, times, times + 12, line)
