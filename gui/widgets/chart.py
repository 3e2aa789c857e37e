"""A chart of values over time, drawn by QPainter: lines or bars, with a reading of the point that is pointed at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.i18n import Translator
from gui.theme import colours_of
from gui.widgets.chart_drawing import GAP, ChartDrawing, ChartLine, time_of_day
from gui.widgets.chart_scale import ChartScale, steps_up_to
from gui.widgets.text import tooltip

_FOCUS_RING = 2


@dataclass(frozen=True, slots=True)
class ChartScaling:
    """`limits` are drawn as dotted lines. `highest` stays where it is; without it, the chart is as high as needed."""

    limits: tuple[float, ...] = ()
    highest: float | None = None


class Chart(QWidget):
    """Shows what it is given and asks nothing. A compact one is lines alone, for a tile, and takes no focus.

    Pointing at it, or the arrow keys, Home and End, read a point: `reading` has its time and values in words, which
    are drawn and told to screen readers.
    """

    def __init__(
        self,
        name: str,
        tr: Translator,
        write: Callable[[float], str],
        scaling: ChartScaling | None = None,
        *,
        compact: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`name` is for screen readers, `write` makes text of a value."""
        super().__init__(parent)
        self._tr = tr
        self._write = write
        self._scaling = scaling or ChartScaling()
        self._compact = compact
        self._lines: tuple[ChartLine, ...] = ()
        self._chosen: int | None = None
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setSizePolicy(
            QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed if compact else QSizePolicy.Policy.Expanding
        )
        if not compact:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._describe()

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 6, line * 2) if self._compact else QSize(line * 20, line * 12)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @property
    def lines(self) -> tuple[ChartLine, ...]:
        """What is shown."""
        return self._lines

    def show_lines(self, lines: Sequence[ChartLine]) -> None:
        """Show these lines; all have the same number of points, of the same times."""
        lines = tuple(lines)
        if lines == self._lines:
            return
        self._lines = lines
        if self._chosen is not None and self._chosen >= self._length:
            self._chosen = None
        self._describe()
        self.update()

    @property
    def reading(self) -> str:
        """The time and the values of the point that is read; empty where none is."""
        if self._chosen is None or not self._lines:
            return ""
        at = time_of_day(self._lines[0].points[self._chosen])
        values = [(line.name, line.points[self._chosen].value) for line in self._lines]
        parts = [f"{name} {self._write(value)}" for name, value in values if value is not None]
        return "  ·  ".join((at, *(parts or [self._tr("no value")])))

    def read(self, place: int | None) -> None:
        """Read the point with this number, None to read none."""
        if place == self._chosen:
            return
        self._chosen = place
        self._describe()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.read(self._scale().place(event.position().x()) if self._lines else None)
        if self._compact:
            QToolTip.showText(event.globalPosition().toPoint(), tooltip(self.reading), self)

    def leaveEvent(self, event: QEvent) -> None:
        self.read(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.read(None)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = self._length - 1
        before = self._chosen
        steps = {
            Qt.Key.Key_Left: last if before is None else max(0, before - 1),
            Qt.Key.Key_Right: last if before is None else min(last, before + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        place = steps.get(Qt.Key(event.key()))
        if place is not None and last >= 0:
            self.read(place)
        elif event.key() == Qt.Key.Key_Escape and before is not None:
            self.read(None)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colours = colours_of(self.palette())
            drawing = ChartDrawing(painter, self._scale(), colours, self.fontMetrics())
            if not self._compact:
                drawing.draw_grid(self._write, self._lines)
                if len(self._lines) > 1:  # Of a single line the chart's heading says it.
                    drawing.draw_names(self._lines, self.width() - 2 * GAP)
            drawing.draw_limits(self._scaling.limits)
            for line in self._lines:
                drawing.draw_line(line)
            if self._chosen is not None:
                drawing.draw_place(self._lines, self._chosen)
                if not self._compact:  # Its tooltip says it: on the tile there is no room.
                    drawing.draw_reading(self.reading, self._chosen, self.width() - GAP)
            if self.hasFocus():
                painter.setPen(QPen(QColor(colours.accent), _FOCUS_RING))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), GAP, GAP)

    @property
    def _length(self) -> int:
        return len(self._lines[0].points) if self._lines else 0

    def _values(self) -> list[float]:
        return [point.value for line in self._lines for point in line.points if point.value is not None]

    def _scale(self) -> ChartScale:
        highest = self._scaling.highest
        wanted = [*self._values(), *(self._scaling.limits if self._compact else ())]
        if self._compact:
            area = QRectF(self.rect()).adjusted(1, 2, -1, -2)
        else:
            metrics = self.fontMetrics()
            top = highest or steps_up_to(max(wanted, default=0.0))[-1]
            beside = max(metrics.horizontalAdvance(self._write(one)) for one in steps_up_to(top)) + 2 * GAP
            line = metrics.height()
            area = QRectF(self.rect()).adjusted(beside, line * 1.75, -2 * GAP, -line - 2 * GAP)
        return ChartScale.of(area, wanted, self._length, highest)

    def _describe(self) -> None:
        """Tell screen readers the point that is read, or the whole chart in words."""
        self.setAccessibleDescription(self.reading or " ".join(self._in_words(line) for line in self._lines))

    def _in_words(self, line: ChartLine) -> str:
        values = [point.value for point in line.points if point.value is not None]
        if not values:
            return self._tr("{name}: no values.", name=line.name)
        return self._tr(
            "{name}: at last {last}, at least {least}, at most {most}.",
            name=line.name,
            last=self._write(values[-1]),
            least=self._write(min(values)),
            most=self._write(max(values)),
        )
