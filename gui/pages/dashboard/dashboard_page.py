"""The dashboard: six indicators with their targets, throughput and latency, what workers do, how providers fare."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from core.domain import Snapshot
from core.domain.errors import StoreError
from core.domain.indicators import DashboardCharts, Indicator, IndicatorReading
from core.domain.metrics import SeriesWindow
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.dashboard.dashboard_rows import provider_headers, provider_rows, worker_headers, worker_rows
from gui.pages.dashboard.indicator_tile import IndicatorTile
from gui.pages.dashboard.span_chooser import SpanChooser
from gui.pages.dashboard.text_table import TextTable
from gui.pages.page import Page
from gui.scale import Gap
from gui.widgets.chart import Chart
from gui.widgets.chart_drawing import ChartLine, ChartStyle
from gui.widgets.indicator_texts import number_text, seconds_text
from gui.widgets.picture import Picture
from gui.widgets.reflowing_grid import ReflowingGrid
from gui.widgets.text import label, named, paragraph

if TYPE_CHECKING:
    from core.app.notula import Notula

REFRESH_S = 10
"""The core takes a sample as often; there is nothing new in between."""

_PICTURE_SIZE = 56


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The core's answer. `costs` is None where the database couldn't be read."""

    readings: tuple[IndicatorReading, ...] = ()
    charts: DashboardCharts = field(default_factory=DashboardCharts)
    costs: Mapping[str, float] | None = None


class DashboardPage(Page):
    """Asks the core every ten seconds, and only while it is visible; tables follow each snapshot."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = context.core
        self._operations = context.operations
        self._tr = tr = context.tr
        self._snapshot = Snapshot()
        self._numbers = _Numbers()
        self.tiles = {indicator: IndicatorTile(indicator, tr, context.messages) for indicator in Indicator}
        self.spans = SpanChooser(tr)
        self.throughput = Chart(tr("Recordings done"), tr, partial(number_text, tr))
        self.latency = Chart(tr("Seconds of work for a recording"), tr, partial(seconds_text, tr))
        self.workers = TextTable(tr("What is being transcribed"), worker_headers(tr))
        self.providers = TextTable(tr("How the providers fare"), provider_headers(tr), widest=1)
        self._throughput_title = label("", "subtitle")
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_S * 1000)
        self._timer.timeout.connect(self.refresh)
        self._lay_out()
        self._show_titles()
        self.spans.chosen.connect(self._span_chosen)
        context.core.published.connect(self._apply)
        context.changes.happened.connect(self._follow)

    def saved_state(self) -> Mapping[str, object]:
        return {"span": self.spans.span.name}

    def restore_state(self, state: Mapping[str, object]) -> None:
        span = SeriesWindow.__members__.get(str(state.get("span")))
        if span is not None:
            self.spans.choose(span)
            self._show_titles()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self._show_tables()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    @property
    def is_refreshing(self) -> bool:
        """Whether it asks the core again by itself."""
        return self._timer.isActive()

    def refresh(self) -> None:
        """Ask the core for its numbers, and show them."""
        span = self.spans.span

        async def look(notula: "Notula") -> _Numbers:
            costs: Mapping[str, float] | None
            try:
                costs = await notula.cost_today()
            except StoreError:  # The table says that they are unknown.
                costs = None
            return _Numbers(notula.indicators.readings, notula.indicators.charts(span), costs)

        self._operations.start(self._core.call(look), done=self._show, kind="dashboard")

    def _follow(self, changes: Changes) -> None:
        is_first = changes.jobs and not self._numbers.charts.has_numbers  # Of many jobs the timer is fast enough.
        if self.isVisible() and (is_first or changes.providers):
            self.refresh()

    def _span_chosen(self) -> None:
        self._show_titles()
        self.refresh()

    def _apply(self, snapshot: Snapshot) -> None:
        before, self._snapshot = self._snapshot, snapshot
        if self.isVisible():
            if snapshot.readings != before.readings:
                self._show_readings(snapshot.readings)
            self._show_tables()

    def _show(self, numbers: _Numbers) -> None:
        self._numbers = numbers
        charts = numbers.charts
        self._show_readings(numbers.readings)
        for indicator, points in charts.hour.items():
            self.tiles[indicator].show_hour(points)
        tr = self._tr
        self.throughput.show_lines([ChartLine(tr("Recordings done"), charts.done, ChartStyle.BARS)])
        self.latency.show_lines(
            [
                ChartLine(tr("half (p50)"), charts.p50_s, ChartStyle.DASHED),
                ChartLine(tr("95 of 100 (p95)"), charts.p95_s),
            ]
        )
        self._show_tables()
        self._show_part(self._content if charts.has_numbers else self._empty)

    def _show_readings(self, readings: tuple[IndicatorReading, ...]) -> None:
        for reading in readings:
            self.tiles[reading.indicator].show_reading(reading)

    def _show_tables(self) -> None:
        self.workers.table.show_rows(worker_rows(self._tr, self._snapshot))
        self.providers.table.show_rows(provider_rows(self._tr, self._snapshot, self._numbers.costs))

    def _show_part(self, part: QWidget) -> None:
        if self._parts.currentWidget() is not part:
            self._parts.setCurrentWidget(part)
            self.rearranged.emit()

    def _show_titles(self) -> None:
        tr = self._tr
        self._throughput_title.setText(
            {
                SeriesWindow.QUARTER_HOUR: tr("Recordings done, every 10 seconds"),
                SeriesWindow.HOUR: tr("Recordings done, every minute"),
                SeriesWindow.DAY: tr("Recordings done, every 10 minutes"),
            }[self.spans.span]
        )

    def _lay_out(self) -> None:
        tr = self._tr
        heading = QHBoxLayout()
        heading.addWidget(label(tr("Dashboard"), "title"))
        heading.addStretch(1)
        heading.addWidget(self.spans)
        latency_title = label(tr("Seconds of work for a recording"), "subtitle")
        self.tile_grid = ReflowingGrid(list(self.tiles.values()), (6, 3, 2, 1), 24)
        self.chart_grid = ReflowingGrid(
            [_card(self._throughput_title, self.throughput), _card(latency_title, self.latency)], (2, 1), 46
        )
        self.table_grid = ReflowingGrid(
            [
                _table_card(label(tr("Being transcribed"), "subtitle"), self.workers),
                _table_card(label(tr("Providers"), "subtitle"), self.providers),
            ],
            (2, 1),
            56,
        )
        inside = named(QWidget(), "plain")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, Gap.MEDIUM, 0)
        column.setSpacing(Gap.MEDIUM)
        column.addLayout(heading)
        column.addWidget(self.tile_grid)
        column.addWidget(self.chart_grid, 1)
        column.addWidget(self.table_grid)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = scroll
        self._empty = _invitation(
            tr("Dashboard"),
            tr("Numbers come with the first recording."),
            tr("Drop one anywhere on this window, or send one to your bot."),
        )
        starting = label(tr("Notula is starting …"), "muted")
        starting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._parts = QStackedWidget()
        for widget in (starting, self._empty, scroll):
            self._parts.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._parts)


def _card(title: QWidget, chart: Chart) -> QFrame:
    card = named(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(Gap.LARGE, Gap.MEDIUM, Gap.LARGE, Gap.MEDIUM)
    column.addWidget(title)
    column.addWidget(chart, 1)
    return card


def _table_card(title: QWidget, table: TextTable) -> QFrame:
    card = named(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(Gap.TIGHT, Gap.MEDIUM, Gap.TIGHT, Gap.SMALL)
    title.setContentsMargins(Gap.MEDIUM, 0, 0, 0)
    column.addWidget(title)
    column.addWidget(table)
    column.addStretch(1)
    return card


def _invitation(title: str, text: str, hint: str) -> QWidget:
    """What is shown before there is anything to show."""
    empty = named(QWidget(), "plain")
    column = QVBoxLayout(empty)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(label(title, "title"))
    column.addStretch(2)
    column.addWidget(Picture("dashboard", _PICTURE_SIZE), 0, Qt.AlignmentFlag.AlignCenter)
    for said in (paragraph(text, "subtitle"), paragraph(hint, "muted")):
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(said)
    column.addStretch(3)
    return empty
