"""What happens at the bot, live: filtered, and held still while a person reads."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLineEdit, QPushButton, QVBoxLayout, QWidget

from core.domain.bot_events import BotEvent, BotEventKind
from core.i18n import Translator
from gui.page_context import PageContext
from gui.pages.bot.bot_texts import actor_text, event_text, event_time
from gui.pages.bot.chat_table import plain_table
from gui.pages.bot.part_card import part_card
from gui.scale import Gap
from gui.theme import colours_of, icon
from gui.widgets.filter_chips import FilterChips
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.text import label, named
from gui.widgets.text_table import TextTableModel, keeping_place

_ALL = "all"
_TIME_MARGIN = 30
"""Pixels beside the time."""

_WHO_WIDTH = 28
"""In characters: names may be as long as a line."""

_Row = tuple[BotEvent, tuple[str, str, str]]


class EventModel(TextTableModel):
    """The newest event is the first row."""

    rows: list[_Row]

    def show(self, rows: Sequence[_Row]) -> None:
        """Show these rows; where there are only new ones before those that were shown, the selection stays."""
        more = len(rows) - len(self.rows)
        if more > 0 and list(rows[more:]) == self.rows:
            self.beginInsertRows(QModelIndex(), 0, more - 1)
            self.rows = list(rows)
            self.endInsertRows()
        elif list(rows) != self.rows:
            self.beginResetModel()
            self.rows = list(rows)
            self.endResetModel()

    def texts_of(self, row: int) -> tuple[str, str, str]:
        return self.rows[row][1]

    def colour_of(self, row: int, column: int) -> QColor | None:
        colours = colours_of(QGuiApplication.palette())
        if column == 2 and self.rows[row][0].is_bad:
            return QColor(colours.bad)
        return QColor(colours.muted) if column == 0 else None


class EventsPart(QWidget):
    """Shows the events of the snapshots, and before them what the audit log has."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._core = context.core
        self._operations = context.operations
        self._tr = tr = context.tr
        self._days = context.days
        self._past: tuple[BotEvent, ...] = ()
        self._has_past = False
        """Whether it is known what was before this start."""
        self._today = date.min
        """The day on which times were told without their date."""
        self._live: tuple[BotEvent, ...] = ()
        self._held: tuple[BotEvent, ...] | None = None
        """The live events that are shown while nothing new is to come; None while it is live."""
        self._names: Mapping[str, str] = {}
        self._known: dict[int, _Row] = {}
        """The events that were shown last with their texts, by the ids of the objects: most of them are shown again."""
        self.chips = FilterChips({_ALL: tr("All"), **_kind_names(tr)}, tr("Which events are shown"))
        self.chips.chosen.connect(self._show)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find in the events"))
        self.search.setAccessibleName(tr("Find in the events"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show)
        self.pause = QPushButton(icon("pause"), tr("Pause"))
        self.pause.setCheckable(True)
        self.pause.toggled.connect(self._hold)
        self.model = EventModel((tr("Time"), tr("Who"), tr("What")), parent=self)
        self.table = plain_table(tr("Events of the bot"), self.model, widest=2, parent=self)
        header = self.table.horizontalHeader()
        for column in (0, 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(1, _WHO_WIDTH * self.fontMetrics().averageCharWidth())
        context.actions.bind("bot_pause", self, self.pause.toggle)
        self._empty = label(name="muted")
        self._days.happened.connect(self._show)
        self._lay_out()
        self._show()

    def refresh(self) -> None:
        """Ask for what was before this start."""

        def show(events: tuple[BotEvent, ...]) -> None:
            self._past, self._has_past = events, True
            self._show()

        self._operations.start(
            self._core.call(lambda notula: notula.bot_chats.past_events()), done=show, kind="bot-past-events"
        )

    def show_events(self, events: tuple[BotEvent, ...]) -> None:
        """Show the events of a snapshot, the oldest first."""
        if events is not self._live:
            self._live = events
            if self._held is None:
                self._show()
            else:
                self._show_waiting()

    def show_names(self, names: Mapping[str, str]) -> None:
        """Call people by their names; `names` are by their numbers."""
        self._names = names
        self._known = {}
        self._show()

    def _hold(self, is_held: bool) -> None:
        self._held = self._live if is_held else None
        self.pause.setIcon(icon("play" if is_held else "pause"))
        self._show_waiting()
        self._show()

    def _show_waiting(self) -> None:
        if self._held is None:
            self.pause.setText(self._tr("Pause"))
            return
        last = self._held[-1].number if self._held else 0
        new = sum(event.number > last for event in self._live)
        self.pause.setText(
            self._tr.plural("Go on ({count} new)", "Go on ({count} new)", new) if new else self._tr("Go on")
        )

    def _show(self, *_: object) -> None:
        tr, now = self._tr, self._days.now().timestamp()
        if (today := datetime.fromtimestamp(now).date()) != self._today:
            self._today, self._known = today, {}  # Times of the day before need their date from now on.
        words = self.search.text().casefold().split()
        live = self._live if self._held is None else self._held
        rows: list[_Row] = []
        known: dict[int, _Row] = {}
        header = self.table.horizontalHeader()
        counts = dict.fromkeys((_ALL, *BotEventKind), 0)
        for event in (*reversed(live), *reversed(self._past)):
            texts = self._texts_of(event, now)
            known[id(event)] = event, texts
            if all(word in " ".join(texts).casefold() for word in words):
                counts[_ALL] += 1
                counts[event.kind] += 1
                if self.chips.current in (_ALL, event.kind):
                    rows.append((event, texts))
        self._known = known
        self.chips.set_counts(counts)
        keeping_place(self.table, self._key_of, lambda: self.model.show(rows))
        longest = max((texts[0] for _, texts in rows), key=len, default="")
        width = self.fontMetrics().horizontalAdvance(longest) + _TIME_MARGIN
        if width > header.sectionSize(0):
            header.resizeSection(0, width)
        self._empty.setText(tr("Nothing has happened yet.") if not (live or self._past) else tr("Nothing is found."))
        self._empty.setVisible(not rows and (self._has_past or bool(live)))

    def _key_of(self, row: int) -> object:
        event = self.model.rows[row][0]
        return event.number, event.at

    def _texts_of(self, event: BotEvent, now: float) -> tuple[str, str, str]:
        before = self._known.get(id(event))
        if before is not None:
            return before[1]
        tr = self._tr
        return (event_time(tr, event.at, now), actor_text(tr, event, self._names), event_text(tr, event, self._names))

    def _lay_out(self) -> None:
        finding = QHBoxLayout()
        finding.setSpacing(Gap.SMALL)
        finding.addWidget(self.search, 1)
        finding.addWidget(self.pause)
        kinds = named(QWidget(), "plain")
        flow = FlowLayout(kinds, gap=12, line_gap=8)
        flow.addWidget(self.chips)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.SMALL)
        column.addLayout(finding)
        column.addWidget(kinds)
        column.addWidget(part_card("", self._empty, self.table, margin=Gap.TIGHT), 1)


def _kind_names(tr: Translator) -> dict[str, str]:
    return {
        BotEventKind.MESSAGE: tr("Messages"),
        BotEventKind.ANSWER: tr("Answers"),
        BotEventKind.REFUSAL: tr("Refused"),
        BotEventKind.ACCESS: tr("Decisions"),
        BotEventKind.CONNECTION: tr("Connection"),
    }
