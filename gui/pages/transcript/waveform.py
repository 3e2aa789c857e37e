"""How loud a recording is over its length, and where in it is played: to look at, and to go to a place."""

from PySide6.QtCore import QLineF, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.domain.waveform import WaveformOverview
from core.i18n import Translator
from gui.theme import colours_of
from gui.widgets.text import clock

STEP_S = 3.0
"""How far the arrow keys go."""

_RANGE_DB = 45
"""What is so much softer than the loudest has no height; speech is some 30 dB louder than its pauses."""

_SOFTEST_DB = 40
"""What is softer than this below full scale isn't drawn as if it were loud: it is hiss, or nothing."""

_LINE_PX = 3
"""From one line to the next."""


class Waveform(QWidget):
    """A slider in the shape of the sound."""

    place_chosen = Signal(float)
    """A person goes to this place, in seconds."""

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._levels = b""
        self._level_s = 1.0
        self._length_s = 0.0
        self._position_s = 0.0
        self._heights: list[float] = []
        self.setMinimumSize(80, 36)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("Place in the recording"))

    @property
    def position_s(self) -> float:
        """Where in the recording is played."""
        return self._position_s

    def show_sound(self, overview: WaveformOverview | None, length_s: float) -> None:
        """Show this of a recording of this length in seconds; None where its sound isn't known."""
        self._levels, self._level_s = (overview.levels, overview.level_s) if overview is not None else (b"", 1.0)
        self._length_s = length_s
        self._heights = []
        self.update()

    def show_position(self, position_s: float) -> None:
        """Show that this place is played."""
        if self._x(position_s) != self._x(self._position_s):
            self.update()
        self._position_s = position_s
        told = self._tr("{position} of {length}", position=clock(position_s), length=clock(self._length_s))
        if told != self.accessibleDescription():  # A screen reader is told of each, thirty times a second.
            self.setAccessibleDescription(told)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle, played = self.height() / 2, self._x(self._position_s)
            if not self._heights:
                self._heights = self._measured()
            lines: dict[bool, list[QLineF]] = {True: [], False: []}
            for number, height in enumerate(self._heights):
                x = number * _LINE_PX + 1.5
                half = max(0.75, height * (middle - 3))
                lines[x <= played].append(QLineF(x, middle - half, x, middle + half))
            for is_played, colour in ((False, colours.outline), (True, colours.accent)):
                painter.setPen(QPen(QColor(colour), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawLines(lines[is_played])
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawLine(QPointF(played, 2), QPointF(played, self.height() - 2))
            if self.hasFocus():
                painter.setPen(QPen(QColor(colours.accent), 1))
                painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 6, 6)

    def resizeEvent(self, event: object) -> None:
        self._heights = []

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._drag(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -STEP_S, Qt.Key.Key_Right: STEP_S, Qt.Key.Key_Home: -self._length_s}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.place_chosen.emit(min(self._length_s, max(0.0, self._position_s + step)))

    def _drag(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self.width() > 1:
            share = min(1.0, max(0.0, event.position().x() / (self.width() - 1)))
            self.place_chosen.emit(share * self._length_s)

    def _x(self, position_s: float) -> int:
        return round((self.width() - 1) * min(1.0, position_s / self._length_s)) if self._length_s else 0

    def _measured(self) -> list[float]:
        """The height of each line, 0 to 1: the loudest of what it stands for, as to the loudest of all."""
        count = max(1, self.width() // _LINE_PX)
        loudest = min(_SOFTEST_DB, min(self._levels, default=_SOFTEST_DB))
        per_line = self._length_s / self._level_s / count
        heights = []
        for number in range(count):
            begin = int(number * per_line)
            part = self._levels[begin : max(begin + 1, int((number + 1) * per_line))]
            heights.append(max(0.0, 1.0 - (min(part) - loudest) / _RANGE_DB) if part else 0.0)
        return heights
