"""Draws the parts of a chart: its grid, its lines or bars with their names, and the point that is read."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF

from core.domain.metrics import SeriesPoint
from gui.theme import Colours
from gui.widgets.chart_scale import ChartScale, steps_up_to

GAP = 6
"""Between a chart's parts, in pixels."""

_LABELLED_TIMES = 4
_FILL = 28
"""How opaque the area under a line is, of 255."""


class ChartStyle(Enum):
    """How a line is drawn; each can be told from the others without its colour."""

    SOLID = "solid"
    DASHED = "dashed"
    BARS = "bars"


@dataclass(frozen=True, slots=True)
class ChartLine:
    """Values of one kind, oldest first. Where a point has no value the line has a gap."""

    name: str
    points: tuple[SeriesPoint, ...]
    style: ChartStyle = ChartStyle.SOLID


class ChartDrawing:
    """Draws with one painter, in the rectangle of one scale. All lines have points of the same times."""

    def __init__(self, painter: QPainter, scale: ChartScale, colours: Colours, metrics: QFontMetrics) -> None:
        """`metrics` are those of the widget's font."""
        self._painter = painter
        self._scale = scale
        self._colours = colours
        self._metrics = metrics

    def draw_grid(self, write: Callable[[float], str], lines: Sequence[ChartLine]) -> None:
        """Draw lines at round values, with the values that `write` makes text of, and some of the times."""
        painter, scale, area, height = self._painter, self._scale, self._scale.area, self._metrics.height()
        for value in steps_up_to(scale.highest):
            y = scale.y(value)
            painter.setPen(QPen(QColor(self._colours.border), 1))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            painter.setPen(QColor(self._colours.muted))
            beside = QRectF(0, y - height / 2, area.left() - GAP, height)
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, write(value))
        points = lines[0].points if lines else ()
        for number in range(_LABELLED_TIMES if len(points) >= _LABELLED_TIMES else 0):
            place = round(number * (len(points) - 1) / (_LABELLED_TIMES - 1))
            text = time_of_day(points[place])
            width = self._metrics.horizontalAdvance(text)
            left = min(max(area.left(), scale.x(place) - width / 2), area.right() - width)
            painter.drawText(QPointF(left, area.bottom() + GAP + self._metrics.ascent()), text)

    def draw_names(self, lines: Sequence[ChartLine], right: float) -> None:
        """Draw the lines' names up to the right edge, each with a piece of its line."""
        painter, height = self._painter, self._metrics.height()
        for one in reversed(lines):
            left = right - self._metrics.horizontalAdvance(one.name)
            painter.setPen(QColor(self._colours.muted))
            painter.drawText(QPointF(left, self._metrics.ascent() + 2.0), one.name)
            painter.setPen(self._pen(one))
            painter.drawLine(QLineF(left - GAP - 2 * height, 2 + height / 2, left - GAP, 2 + height / 2))
            right = left - 2 * height - 4 * GAP

    def draw_limits(self, limits: Sequence[float]) -> None:
        """Draw a dotted line at each of these values, as far as they are on the scale."""
        scale = self._scale
        self._painter.setPen(QPen(QColor(self._colours.muted), 1, Qt.PenStyle.DotLine))
        for limit in limits:
            if limit <= scale.highest:
                y = scale.y(limit)
                self._painter.drawLine(QLineF(scale.area.left(), y, scale.area.right(), y))

    def draw_line(self, line: ChartLine) -> None:
        """Draw a line, or its bars."""
        painter, scale = self._painter, self._scale
        if line.style is ChartStyle.BARS:
            width = max(1.0, scale.area.width() / scale.points - 1)
            for place, point in enumerate(line.points):
                if point.value:
                    top = scale.y(point.value)
                    bar = QRectF(scale.x(place) - width / 2, top, width, scale.area.bottom() - top)
                    painter.fillRect(bar, QColor(self._colours.accent))
            return
        pen = self._pen(line)
        fill = QColor(self._colours.accent)
        fill.setAlpha(_FILL)
        for run in _runs(line.points, scale):
            if line.style is ChartStyle.SOLID:
                bottom = scale.area.bottom()
                below = [QPointF(run[-1].x(), bottom), QPointF(run[0].x(), bottom)]
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(fill)
                painter.drawPolygon(QPolygonF([*run, *below]))
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if len(run) == 1:  # A line of one point would not be seen.
                painter.drawLine(QLineF(run[0].x() - 1.5, run[0].y(), run[0].x() + 1.5, run[0].y()))
            else:
                painter.drawPolyline(QPolygonF(run))

    def draw_place(self, lines: Sequence[ChartLine], place: int) -> None:
        """Mark the points with this number."""
        painter, scale, x = self._painter, self._scale, self._scale.x(place)
        painter.setPen(QPen(QColor(self._colours.text), 1))
        painter.drawLine(QLineF(x, scale.area.top(), x, scale.area.bottom()))
        painter.setBrush(QColor(self._colours.text))
        for line in lines:
            value = line.points[place].value
            if value is not None and line.style is not ChartStyle.BARS:
                painter.drawEllipse(QPointF(x, scale.y(value)), 2.5, 2.5)

    def draw_reading(self, text: str, place: int, right: float) -> None:
        """Draw a text in a box above the points with this number, up to the right edge at most."""
        painter, metrics = self._painter, self._metrics
        width, height = metrics.horizontalAdvance(text) + 2 * GAP, metrics.height() + GAP
        left = min(max(self._scale.area.left(), self._scale.x(place) - width / 2), right - width)
        box = QRectF(left, 1, width, height)  # Over the lines' names, which the text repeats.
        painter.setPen(QPen(QColor(self._colours.border), 1))
        painter.setBrush(QColor(self._colours.panel))
        painter.drawRoundedRect(box, GAP, GAP)
        painter.setPen(QColor(self._colours.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _pen(self, line: ChartLine) -> QPen:
        if line.style is ChartStyle.DASHED:
            return QPen(QColor(self._colours.muted), 1.6, Qt.PenStyle.DashLine)
        return QPen(QColor(self._colours.accent), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)


def time_of_day(point: SeriesPoint) -> str:
    """The time of a point as the clock on the wall shows it."""
    return time.strftime("%H:%M", time.localtime(point.at))


def _runs(points: Sequence[SeriesPoint], scale: ChartScale) -> Iterator[list[QPointF]]:
    """Neighbouring points that have values."""
    run: list[QPointF] = []
    for place, point in enumerate(points):
        if point.value is not None:
            run.append(QPointF(scale.x(place), scale.y(point.value)))
        elif run:
            yield run
            run = []
    if run:
        yield run
