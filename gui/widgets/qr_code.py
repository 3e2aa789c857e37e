"""A link as a QR code, which a phone's camera reads from the screen."""

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from gui.theme import QR_MODULES, QR_PAPER

_MODULE_PX = 4
"""Of one square, in Qt's pixels: a camera at arm's length tells them apart."""

_QUIET_MODULES = 4
"""Left light on each side, in any theme: without it readers don't find the code (ISO/IEC 18004, 5.3.8)."""


class QrCode(QLabel):
    """Shows `text` as dark squares on white, each of a whole number of the screen's pixels at every scale.

    Hidden while there is no text. A label, as screen readers call one with a picture a graphic.
    """

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setAccessibleName(accessible_name)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show the code of this text, of at most 2,331 bytes; with none there is no code."""
        if text == self._text:
            return
        self._text = text
        if text:
            picture = QPixmap.fromImage(_picture(text))
            self.setPixmap(picture)
            self.setFixedSize(picture.size() * _MODULE_PX)
        else:
            self.clear()  # The code of a link that isn't valid any more isn't kept.
        self.setVisible(bool(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        modules = self.pixmap().width()
        if not modules:
            return
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QR_PAPER)
            to_screen = painter.deviceTransform()
            scale = to_screen.m11()
            module_px = max(1, int(_MODULE_PX * scale)) / scale
            size = QSizeF(module_px, module_px) * modules
            middle = QPointF(self.width() - size.width(), self.height() - size.height()) / 2
            # At 125 % a widget may begin within one of the screen's pixels.
            begins = to_screen.map(middle)
            painter.translate(middle + (QPointF(begins.toPoint()) - begins) / scale)
            painter.drawPixmap(QRectF(QPointF(), size), self.pixmap(), QRectF(self.pixmap().rect()))


def _picture(text: str) -> QImage:
    """The code with a pixel for each square."""
    import segno  # Not before there is something to show, as few windows ever show one.

    rows = list(segno.make_qr(text, error="m").matrix_iter(border=_QUIET_MODULES))
    picture = QImage(len(rows), len(rows), QImage.Format.Format_RGB32)
    picture.fill(QR_PAPER)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                picture.setPixelColor(x, y, QR_MODULES)
    return picture
