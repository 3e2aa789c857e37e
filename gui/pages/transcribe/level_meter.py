"""How loud what is recorded is: a bar for the average, a line for the loudest sample."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.domain.capture import SILENCE_DB, SoundLevel
from core.i18n import Translator
from gui.theme import colours_of

QUIETEST_DB = -60.0
"""The left end. What is quieter than this isn't speech into a microphone."""

LOUD_DB = -6.0
"""From here on a louder word may be cut off."""

CLIPPED_DB = -0.1
FALL_DB = 2.5
"""How far the line falls at each look, so that the eye can follow: 25 dB a second."""

_HEIGHT = 12


class LevelMeter(QWidget):
    """Takes a level ten times a second."""

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Level of the sound"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rms_db = self._peak_db = SILENCE_DB

    @property
    def filled(self) -> float:
        """How much of the bar is filled, 0 to 1."""
        return _share(self._rms_db)

    def show_level(self, level: SoundLevel) -> None:
        """Show this; bar and line fall slowly from what was louder."""
        rms_db = max(level.rms_db, self._rms_db - FALL_DB)
        peak_db = max(level.peak_db, self._peak_db - FALL_DB)
        if (rms_db, peak_db) != (self._rms_db, self._peak_db):
            self._rms_db, self._peak_db = rms_db, peak_db
            self.setAccessibleDescription(f"{level.rms_db:.0f} dB")
            self.update()

    def clear(self) -> None:
        """Nothing is recorded now."""
        self._rms_db = self._peak_db = SILENCE_DB
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        loudest = self._peak_db
        colour = colours.bad if loudest >= CLIPPED_DB else colours.warning if loudest >= LOUD_DB else colours.good
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            whole = QRectF(self.rect())
            radius = whole.height() / 2
            painter.setBrush(QColor(colours.hover))
            painter.drawRoundedRect(whole, radius, radius)
            if self.filled:
                painter.setBrush(QColor(colour))
                width = max(whole.height(), self.filled * whole.width())
                painter.drawRoundedRect(QRectF(0, 0, width, whole.height()), radius, radius)
            peak = _share(loudest)
            if peak:
                painter.fillRect(QRectF(peak * (whole.width() - 3), 1, 3, whole.height() - 2), QColor(colours.text))


def _share(level_db: float) -> float:
    return min(1.0, max(0.0, 1 - level_db / QUIETEST_DB))
