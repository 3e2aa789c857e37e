"""What a designer would see at a glance: colours that follow the theme, columns that line up."""

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDragLeaveEvent, QFont, QFontMetrics, QTextCursor
from PySide6.QtWidgets import QAbstractButton, QApplication, QFrame, QLabel, QToolTip, QWidget

from core.config import Theme
from core.domain import Check, CheckResult, Snapshot, TranslatableText
from gui.theme import DARK, LIGHT, Colours, apply_theme
from tests.conftest import SAMPLES
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver, drag_over, drop, files_as_mime
from tests.gui.own_process import run_without_screen
from tests.gui.page_names import ALL, HELP
from tests.gui.picture_colours import colours_in
from tests.gui.samples import stored, view


def test_the_invitations_picture_follows_the_theme(qapp: QApplication, faked: DesktopDriver) -> None:
    picture = faked.queue._invitation.findChild(QWidget, "droppicture")
    for theme, colours in ((Theme.DARK, DARK), (Theme.LIGHT, LIGHT)):
        apply_theme(qapp, theme)
        assert colours.text in colours_in(picture.grab().toImage())


def test_figures_are_of_one_width_in_the_first_window_too(faked: DesktopDriver) -> None:
    if QFontMetrics(QFont("Inter")).horizontalAdvance("1111") == QFontMetrics(QFont("Inter")).horizontalAdvance("0000"):
        pytest.skip("no font here has figures of several widths")
    texts = faked.window.findChildren(QLabel) + faked.window.findChildren(QAbstractButton)
    widths = {
        one.fontMetrics().horizontalAdvance("1111") - one.fontMetrics().horizontalAdvance("0000") for one in texts
    }
    assert widths == {0}


def test_tooltips_have_the_font_of_the_window(qapp: QApplication, faked: DesktopDriver) -> None:
    assert QToolTip.font().families() == qapp.font().families()


@pytest.mark.parametrize("has_jobs", [False, True])
def test_every_page_tells_of_files_that_are_held_over_the_window(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, *, has_jobs: bool
) -> None:
    core.published.emit(Snapshot((view(1),) if has_jobs else ()))
    hint = faked.window.findChild(QFrame, "drophint")
    for page in ALL:
        faked.window.show_page(page)
        assert not hint.isVisible()
        assert drag_over(files_as_mime(SAMPLES / "beckett.wav"), faked.window)
        assert hint.isVisible()
        assert hint.geometry() == faked.window.centralWidget().rect()
        QApplication.sendEvent(faked.window, QDragLeaveEvent())
        assert not hint.isVisible()
    assert drop(files_as_mime(SAMPLES / "beckett.wav"), faked.window)
    assert not hint.isVisible()
    assert not drop(QMimeData(), faked.window)
    assert not hint.isVisible()
    faked.wait(lambda: notula.asked("submit"))


def test_the_text_stands_in_a_column_beside_the_times(faked: DesktopDriver, core: FakeCoreThread) -> None:
    core.published.emit(Snapshot((view(1),)))
    faked.queue.reader.show_stored(stored("word " * 100, "short", number=1))
    document = faked.queue.reader._text
    faked.wait(lambda: document.document().firstBlock().layout().lineCount() > 1)
    first_line, second_line = QTextCursor(document.document()), QTextCursor(document.document())
    first_line.setPosition(document.toPlainText().index("word"))
    second_line.setPosition(first_line.position())
    second_line.movePosition(QTextCursor.MoveOperation.Down)
    second_line.movePosition(QTextCursor.MoveOperation.StartOfLine)
    next_segment = QTextCursor(document.document())
    next_segment.setPosition(document.toPlainText().index("short"))
    assert second_line.blockNumber() == first_line.blockNumber()
    lefts = {document.cursorRect(cursor).left() for cursor in (first_line, second_line, next_segment)}
    assert len(lefts) == 1


@pytest.mark.parametrize(("theme", "colours"), [(Theme.LIGHT, LIGHT), (Theme.DARK, DARK)], ids=["light", "dark"])
def test_findings_are_told_by_colour_and_by_name(
    qapp: QApplication, faked: DesktopDriver, notula: FakeNotula, core: FakeCoreThread, theme: Theme, colours: Colours
) -> None:
    apply_theme(qapp, theme)
    notula.checks = tuple(
        Check(TranslatableText(result.name), result, TranslatableText("found")) for result in CheckResult
    )
    faked.window.show_page(HELP)
    page = faked.help_page
    page.check()
    faked.wait(page._button.isEnabled)
    signs = [page._checks.itemAtPosition(row, 0).widget() for row in range(3)]
    assert [sign.accessibleName() for sign in signs] == ["All right", "Worth a look", "Problem"]
    for sign, colour in zip(signs, (colours.good, colours.warning, colours.bad), strict=True):
        sign.ensurePolished()  # Its first painting may still be to come, and with it the style sheet's colour.
        assert sign.palette().color(sign.foregroundRole()).name() == colour


def test_a_numbers_text_keeps_away_from_its_border(faked: DesktopDriver) -> None:
    box = faked.settings_page._editors["workers"]._box
    assert box.lineEdit().textMargins().left() >= 4


RESTYLED_BESIDE_GARBAGE = """
import gc
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from core.config import Theme
from gui.theme import apply_theme

class Busy(QWidget):
    handled = 0
    def changeEvent(self, event):
        Busy.handled += 1
        gc.set_threshold(1)
        made = [[] for _ in range(50)]  # Each may begin a collection.
        gc.set_threshold(1_000_000)
        super().changeEvent(event)

gc.set_threshold(1_000_000)
application = QApplication([])
kept = [Busy() for _ in range(20)]
for one in kept:
    one.ensurePolished()
for theme in (Theme.LIGHT, Theme.DARK, Theme.LIGHT):
    for _ in range(100):
        left = QLabel("no longer needed")
        left.ensurePolished()
        left.itself = left
    del left
    apply_theme(application, theme)
assert Busy.handled and gc.isenabled()
"""


def test_garbage_that_is_left_when_the_theme_changes_does_no_harm() -> None:
    """Qt goes through a list of widgets that it made before; one that was deleted meanwhile ended the process."""
    done = run_without_screen(RESTYLED_BESIDE_GARBAGE)
    assert done.returncode == 0, done.stderr
