"""A tile of the dashboard: an indicator's value and target, its last hour, and what to do where it is out of it."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from core.domain.indicators import TARGETS, Indicator, IndicatorLevel, IndicatorReading
from core.domain.metrics import SeriesPoint
from core.i18n import Translator
from gui.messages import Messages
from gui.scale import Gap
from gui.widgets.chart import Chart, ChartScaling
from gui.widgets.chart_drawing import ChartLine
from gui.widgets.indicator_texts import (
    advice,
    explanation,
    indicator_name,
    page_of_advice,
    state_text,
    target_text,
    value_text,
)
from gui.widgets.text import label, named, paragraph, tooltip

_SHARES = (Indicator.WORKERS, Indicator.CACHE, Indicator.MEMORY)
"""Those whose last hour is drawn from 0 to 100 %."""

_STATE = {
    IndicatorLevel.UNKNOWN: ("", "muted"),
    IndicatorLevel.GOOD: ("✓ ", "good"),
    IndicatorLevel.WARNING: ("! ", "warning"),
    IndicatorLevel.ALARM: ("✗ ", "alarm"),
}
"""The sign, and the style sheet's name for its colour."""


class IndicatorTile(QFrame):
    """`show_reading` and `show_hour` give it what it shows."""

    def __init__(self, indicator: Indicator, tr: Translator, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tile")
        self._tr = tr
        self._messages = messages
        self.indicator = indicator
        name, target = indicator_name(tr, indicator), TARGETS[indicator]
        self._value = label("", "figure")
        self._state = label("", "muted")
        self._advice = paragraph()
        limits = tuple(limit for limit in (target.least, target.most) if limit is not None)
        scaling = ChartScaling(limits, 1.0 if indicator in _SHARES else None)
        self.chart = Chart(
            tr("{name} in the last hour", name=name), tr, partial(value_text, tr, indicator), scaling, compact=True
        )
        self._link = QPushButton()
        self._link.hide()
        self._link.clicked.connect(self._go)
        self.setToolTip(tooltip(explanation(tr, indicator)))
        self.setAccessibleDescription(explanation(tr, indicator))
        self._lay_out(paragraph(name, "muted"), paragraph(target_text(tr, indicator), "muted"))
        self.show_reading(IndicatorReading(indicator))

    @property
    def in_words(self) -> str:
        """All that it says, as one text for screen readers."""
        parts = (self._value.text(), target_text(self._tr, self.indicator), self._state.text(), self._advice.text())
        return f"{indicator_name(self._tr, self.indicator)}: {'. '.join(part.rstrip('.') for part in parts if part)}."

    def show_reading(self, reading: IndicatorReading) -> None:
        """Show the indicator as it is now."""
        tr = self._tr
        sign, colour = _STATE[reading.level]
        self._value.setText(value_text(tr, self.indicator, reading.value))
        self._state.setText(f"{sign}{state_text(tr, reading)}")
        self._advice.setText(advice(tr, reading))
        self._advice.setVisible(reading.is_out)
        link = self._messages.link_to(page_of_advice(self.indicator))
        self._link.setVisible(reading.is_out and link is not None)
        self._link.setText(link.text if link is not None else "")
        if self.property("level") != reading.level.value:
            self.setProperty("level", reading.level.value)
            self._state.setObjectName(colour)
            for widget in (self, self._state):  # Qt looks up rules of properties and names only once.
                widget.style().unpolish(widget)
                widget.style().polish(widget)
        self.setAccessibleName(self.in_words)

    def show_hour(self, points: tuple[SeriesPoint, ...]) -> None:
        """Show its last hour."""
        self.chart.show_lines([ChartLine(indicator_name(self._tr, self.indicator), points)] if points else [])

    def _go(self) -> None:
        link = self._messages.link_to(page_of_advice(self.indicator))
        if link is not None:
            link.open()

    def _lay_out(self, name: QWidget, target: QWidget) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Gap.LARGE, Gap.MEDIUM, Gap.LARGE, Gap.MEDIUM)
        column.setSpacing(Gap.TIGHT)
        column.addWidget(name)
        column.addWidget(self._value)
        column.addWidget(target)
        column.addSpacing(Gap.TIGHT)
        column.addWidget(self.chart)
        column.addSpacing(Gap.TIGHT)
        column.addWidget(self._state)
        column.addWidget(self._advice)
        column.addSpacing(Gap.TIGHT)
        column.addWidget(named(self._link, "link"), 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
