"""The transcripts that were made last, as cards that open them."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent, QTextLayout
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.domain import HistoryEntry
from core.domain import HistoryPage as Entries
from gui.changes import Changes
from gui.page_context import PageContext
from gui.scale import Gap
from gui.widgets.ages import age
from gui.widgets.text import ElidedLabel, clock, harmless, label, tooltip

MOST = 8
_NARROWEST = 220
_MOST_COLUMNS = 4
_LINES = 2
_GAP = 12
AGE_MS = 60_000
"""How often the ages are told anew while they are in sight."""


class RecentTranscripts(QWidget):
    """Asks for the newest entries when it is shown and when the history has changed."""

    counted = Signal(int)
    """How many entries the history has."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = context.core
        self._operations = context.operations
        self._navigation = context.navigation
        self._tr = context.tr
        self._days = context.days
        self._columns = 0
        self._cards = [_Card() for _ in range(MOST)]
        for card in self._cards:
            card.setAccessibleName(self._tr("Open the transcript"))
            card.clicked.connect(self._open)
        self._heading = label(self._tr("Recent"), "subtitle")
        self._grid = QGridLayout()
        self._grid.setSpacing(_GAP)
        self._arrange(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.SMALL)
        column.addWidget(self._heading)
        column.addLayout(self._grid)
        self._ageing = QTimer(self, interval=AGE_MS)
        self._ageing.timeout.connect(self._tell_ages)
        context.changes.happened.connect(self._follow)
        context.days.happened.connect(self._tell_ages)
        self.hide()

    def refresh(self) -> None:
        """Ask the core."""
        ask = self._core.call(lambda notula: notula.transcripts.page(limit=MOST))
        self._operations.start(ask, done=self._show, kind="recent transcripts")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell_ages()
        self._ageing.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ageing.stop()

    def _show(self, page: Entries) -> None:
        focused = next((card.entry.id for card in self._cards if card.hasFocus() and card.entry is not None), None)
        entries: Sequence[HistoryEntry | None] = [*page.entries[:MOST], *[None] * MOST]
        for card, entry in zip(self._cards, entries, strict=False):
            card.setVisible(entry is not None)
            card.entry = entry
            if entry is not None and entry.id == focused:
                card.setFocus()  # Return opens what it would have opened before.
        self._tell_ages()
        self.setVisible(bool(page.entries))
        self.counted.emit(page.total)

    def _tell_ages(self) -> None:
        now = self._days.now().timestamp()
        for card in self._cards:
            entry = card.entry
            if entry is not None:
                card.show_entry(entry, f"{age(self._tr, entry.created_at, now)}  ·  {clock(entry.duration_s)}")

    def _open(self) -> None:
        card = self.sender()
        if isinstance(card, _Card) and card.entry is not None:
            self._navigation.open_transcript(card.entry.id)

    def _follow(self, changes: Changes, initiator: object) -> None:
        if changes.history:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        columns = max(1, min(_MOST_COLUMNS, (event.size().width() + _GAP) // (_NARROWEST + _GAP)))
        if columns != self._columns:
            self._arrange(columns)

    def _arrange(self, columns: int) -> None:
        self._columns = columns
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, *divmod(number, columns))
        for number in range(_MOST_COLUMNS):
            self._grid.setColumnStretch(number, int(number < columns))


class _Card(QPushButton):
    """Name, age and length, and the first words of one transcript."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("recent")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.entry: HistoryEntry | None = None
        self._name = ElidedLabel("rowname")
        self._facts = label(name="muted")
        self._words = _FirstWords()
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(Gap.LARGE, Gap.MEDIUM, Gap.LARGE, Gap.MEDIUM)
        column.setSpacing(Gap.TIGHT)
        for widget in (self._name, self._facts, self._words):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(widget)
        column.addStretch(1)
        self.hide()

    def show_entry(self, entry: HistoryEntry, facts: str) -> None:
        """Show this entry, with when it was made and how long it is."""
        self.entry = entry
        self._name.set_whole_text(entry.name)
        self._facts.setText(facts)
        words = harmless("".join(text for text, _ in entry.excerpt))
        self._words.show_text(words)
        self.setAccessibleName(f"{harmless(entry.name)}, {facts}")
        self.setAccessibleDescription(words)
        self.setToolTip(tooltip(harmless(entry.name)))

    def sizeHint(self) -> QSize:
        margins = self.contentsMargins()
        return QSize(_NARROWEST, self._column.sizeHint().height() + margins.top() + margins.bottom())


class _FirstWords(QWidget):
    """The beginning of a text in a fixed number of lines, with an ellipsis where it goes on."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""

    def show_text(self, text: str) -> None:
        """Show as much of this as there is room for."""
        self._text = text
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, _LINES * self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            metrics = self.fontMetrics()
            layout = QTextLayout(self._text, self.font())
            layout.beginLayout()
            for number in range(_LINES):
                line = layout.createLine()
                if not line.isValid():
                    break
                line.setLineWidth(self.width())
                top = number * metrics.lineSpacing()
                if number < _LINES - 1:
                    line.draw(painter, QPointF(0, top))
                else:
                    # Qt counts in UTF-16, in which the rest of the text begins.
                    rest = self._text.encode("utf-16-le")[2 * line.textStart() :].decode("utf-16-le", "ignore")
                    rest = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, self.width())
                    painter.drawText(QPointF(0, top + metrics.ascent()), rest)
            layout.endLayout()
