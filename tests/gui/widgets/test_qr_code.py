"""A QR code on the screen is read by a reader that others have written."""

import pytest
import zxingcpp
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QApplication, QWidget

from core.config import Theme
from gui.theme import DARK, apply_theme
from gui.widgets.qr_code import QrCode
from tests.gui.picture_colours import colours_in

LINK = "https://t.me/notula_test_bot?start=0123456789abcdef"
LONGEST = f"https://t.me/{'a' * 32}?start=0123456789abcdef"
"""Telegram's names have 32 characters at most: https://core.telegram.org/method/account.checkUsername"""

QUIET = 4
SCALES = pytest.mark.parametrize("scale", [1, 1.1, 1.25, 1.5, 1.75, 2, 3])


def read(picture: QImage) -> list[str]:
    """What the reader finds in it."""
    grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = memoryview(grey.constBits()).cast("B", [grey.height(), grey.bytesPerLine()])
    return [found.text for found in zxingcpp.read_barcodes(rows, formats=zxingcpp.BarcodeFormat.QRCode)]


def drawn(widget: QWidget, scale: float, size: QSize | None = None, place: QPoint = QPoint()) -> QImage:  # noqa: B008
    """The widget as a screen of this scale shows it."""
    picture = QImage((size or widget.size()) * scale, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(scale)
    picture.fill(DARK.window)
    widget.render(picture, place)
    return picture


def code_of(text: str) -> QrCode:
    made = QrCode("Code of the link")
    made.show_text(text)
    return made


@SCALES
@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
@pytest.mark.parametrize("link", [LINK, LONGEST])
def test_it_is_read_at_every_scale_and_in_each_theme(qapp: QApplication, link: str, theme: Theme, scale: float) -> None:
    apply_theme(qapp, theme)
    code = code_of(link)
    room = code.size() + QSize(100, 100)
    picture = drawn(code, scale, room, QPoint(33, 17))
    assert read(picture) == [link]


@SCALES
def test_its_squares_are_of_whole_pixels_of_the_screen(qapp: QApplication, scale: float) -> None:
    """And of one size, so that none is blurred or thinner than others."""
    code = code_of(LINK)
    modules = code.pixmap().width()
    picture = drawn(code, scale, code.size() + QSize(10, 10), QPoint(3, 5))
    there = colours_in(picture.copy(picture.rect().adjusted(20, 20, -40, -40)))
    assert there == {"#000000", "#ffffff"}
    image = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    lines = [bytes(memoryview(image.constScanLine(y))[: image.width()]) for y in range(image.height())]
    first = next(y for y, line in enumerate(lines) if b"\0" in line)
    left = lines[first].index(0)
    # The marks in the corners begin with seven dark squares.
    side = lines[first].index(255, left) - left
    assert side % 7 == 0
    one = side // 7
    assert one == int(4 * scale)
    for y in range(modules - 2 * QUIET):
        for x in range(modules - 2 * QUIET):
            square = {
                lines[first + y * one + down][left + x * one + across] for down in range(one) for across in range(one)
            }
            assert len(square) == 1, (x, y)


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_four_squares_around_it_are_white(qapp: QApplication, theme: Theme) -> None:
    apply_theme(qapp, theme)
    picture = drawn(code_of(LINK), 1)
    zone = 4 * QUIET
    around = [
        picture.copy(0, 0, picture.width(), zone),
        picture.copy(0, picture.height() - zone, picture.width(), zone),
        picture.copy(0, 0, zone, picture.height()),
        picture.copy(picture.width() - zone, 0, zone, picture.height()),
    ]
    assert [colours_in(side) for side in around] == [{"#ffffff"}] * 4


def test_a_screen_reader_calls_it_a_graphic_by_its_name(qapp: QApplication) -> None:
    code = code_of(LINK)
    told = QAccessible.queryAccessibleInterface(code)
    assert told.role() == QAccessible.Role.Graphic
    assert told.text(QAccessible.Text.Name) == "Code of the link"
    assert code.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_another_link_has_another_code_and_none_has_none(qapp: QApplication) -> None:
    code = code_of(LINK)
    code.show_text(LONGEST)
    assert read(drawn(code, 2)) == [LONGEST]
    code.show_text("")
    assert code.isHidden()
    assert code.pixmap().isNull()
