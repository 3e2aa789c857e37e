"""One step of several: its number or a tick, its title, and what is to be done while it is the current one."""

from enum import Enum, auto

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from core.i18n import Translator
from gui.scale import Gap
from gui.theme import colours_of
from gui.widgets.text import label, named, paragraph

_BADGE_SIZE = 30
_TICK = ((0.28, 0.52), (0.44, 0.68), (0.73, 0.36))
"""The corners of the tick, in parts of the badge."""


class StepState(Enum):
    """How far a step is."""

    LATER = auto()
    CURRENT = auto()
    DONE = auto()


class StepBadge(QWidget):
    """A number in a circle, and a tick once the step is done."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self._state = StepState.LATER
        self.setFixedSize(_BADGE_SIZE, _BADGE_SIZE)

    def show_state(self, state: StepState) -> None:
        """Show how far it is."""
        self._state = state
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        is_filled = self._state is not StepState.LATER
        fill = {StepState.LATER: colours.panel, StepState.CURRENT: colours.accent, StepState.DONE: colours.good}
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(fill[self._state] if is_filled else colours.border), 1.5))
            painter.setBrush(QColor(fill[self._state]))
            painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
            on_fill = QColor(colours.on_accent if is_filled else colours.muted)
            if self._state is StepState.DONE:
                painter.setPen(QPen(on_fill, 2.4, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
                places = [QRectF(self.rect()).topLeft() + _place(x, y) for x, y in _TICK]
                painter.drawPolyline(places)
            else:
                bold = QFont(self.font())
                bold.setWeight(QFont.Weight.DemiBold)
                painter.setFont(bold)
                painter.setPen(on_fill)
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))


def _place(x: float, y: float) -> QPointF:
    return QPointF(x * _BADGE_SIZE, y * _BADGE_SIZE)


class StepCard(QFrame):
    """`body` is shown while the step is the current one, `result` once it is done."""

    def __init__(self, number: int, title: str, body: QWidget, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._tr = tr
        self._number = number
        self._title_text = title
        self._state = StepState.LATER
        self.badge = StepBadge(number)
        self.title = label(title, "subtitle")
        self.result = paragraph(name="muted")
        self.body = body
        column = QVBoxLayout()
        column.setSpacing(Gap.SMALL)
        column.addSpacing(Gap.TIGHT)
        column.addWidget(self.title)
        column.addWidget(self.result)
        column.addWidget(body)
        row = QHBoxLayout(self)
        row.setContentsMargins(Gap.LARGE, Gap.LARGE, Gap.LARGE, Gap.LARGE)
        row.setSpacing(Gap.LARGE)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.show_state(StepState.LATER)

    @property
    def state(self) -> StepState:
        """How far it is."""
        return self._state

    def show_state(self, state: StepState, result: str = "", *, is_open: bool = False) -> None:
        """Show how far it is. A done one that `is_open` shows its body, too."""
        self._state = state
        words = {
            StepState.LATER: self._tr("later"),
            StepState.CURRENT: self._tr("to be done now"),
            StepState.DONE: self._tr("done"),
        }
        number = self._tr("Step {number}", number=self._number)
        self.setAccessibleName(f"{number}: {self._title_text} ({words[state]})")
        self.badge.show_state(state)
        self.title.setEnabled(state is not StepState.LATER)
        named(self.title, "subtitle" if state is not StepState.LATER else "steplater")
        self.title.style().unpolish(self.title)
        self.title.style().polish(self.title)
        self.result.setText(result)
        self.result.setVisible(bool(result))
        self.body.setVisible(state is StepState.CURRENT or is_open)
