"""Beside a text the times and the speakers' names stand on the same line, and names are whole."""

from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from core.editing import rename_speakers
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


def test_no_name_is_cut_for_a_part_of_a_pixel(faked: DesktopDriver, notula: FakeNotula, qtbot: QtBot) -> None:
    """Each is the widest in a text of its own: widths are no whole numbers, and about half of them are rounded down."""
    session = open_talk(faked, notula, qtbot, talk()).session
    gutter = faked.window.findChild(SegmentGutter)
    cut = []
    for name in ("Wil" + "i" * number for number in range(8)):
        speakers = {one.segment.speaker for one in session.document.segments if one.segment.speaker}
        session.do(rename_speakers(session.document, dict.fromkeys(speakers, name)), "Renaming")
        faked.wait(lambda: gutter.width() == gutter.wanted_width())
        if gutter.shown_name(name) != name:
            cut.append(gutter.shown_name(name))
    assert not cut
