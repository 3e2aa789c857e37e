"""The filters of the library: which entries are shown, and in which order."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Self

from PySide6.QtCore import QDateTime, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QSizePolicy, QWidget

from core.domain import HistoryFilter, HistoryOrder, HistorySummary, Requester
from core.i18n import Translator
from gui.widgets.language_names import language_name
from gui.widgets.text import harmless

COLUMNS = 3

_MINUTE_S = 60.0
_OWNER = Requester("desktop")


class HistoryFilters(QWidget):
    """One box for each thing to filter by. The order's box is placed by the page."""

    changed = Signal()
    """Other entries are wanted, or in another order."""

    def __init__(self, tr: Translator, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._now = now
        self.dates = self._box(tr("Date"))
        for text, days in (
            (tr("Any date"), None),
            (tr("Today"), 0),
            (tr("The last 7 days"), 6),
            (tr("The last 30 days"), 29),
            (tr("The last 12 months"), 364),
        ):
            self.dates.addItem(text, days)
        self.people = self._box(tr("Whose"))
        self.languages = self._box(tr("Language"))
        self.providers = self._box(tr("Made by"))
        self.edits = self._box(tr("Edited"))
        for text, is_edited in ((tr("Edited or not"), None), (tr("Edited"), True), (tr("Not edited"), False)):
            self.edits.addItem(text, is_edited)
        self.lengths = self._box(tr("Length"))
        for text, bounds in (
            (tr("Any length"), (None, None)),
            (tr("Under 5 minutes"), (None, 5 * _MINUTE_S)),
            (tr("5 to 30 minutes"), (5 * _MINUTE_S, 30 * _MINUTE_S)),
            (tr("30 minutes or more"), (30 * _MINUTE_S, None)),
        ):
            self.lengths.addItem(text, bounds)
        self.order = self._box(tr("Order"))
        for text, order in (
            (tr("Best or newest first"), HistoryOrder.AUTOMATIC),
            (tr("Newest first"), HistoryOrder.NEWEST),
            (tr("Oldest first"), HistoryOrder.OLDEST),
            (tr("Longest first"), HistoryOrder.LONGEST),
            (tr("Shortest first"), HistoryOrder.SHORTEST),
        ):
            self.order.addItem(text, order.value)
        self._boxes = (self.dates, self.people, self.languages, self.providers, self.edits, self.lengths)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for place, box in enumerate(self._boxes):
            grid.addWidget(box, place // COLUMNS, place % COLUMNS)
            grid.setColumnStretch(place % COLUMNS, 1)
        self.apply(HistorySummary())
        for box in (*self._boxes, self.order):
            box.currentIndexChanged.connect(self.changed)

    @property
    def active(self) -> int:
        """By how many things is filtered."""
        return sum(box.currentIndex() > 0 for box in self._boxes)

    def chosen(self) -> HistoryFilter:
        """What is chosen now. Days are those of this computer's time zone."""
        days: int | None = self.dates.currentData()
        today = QDateTime.fromSecsSinceEpoch(int(self._now().timestamp())).date().startOfDay()
        least_s, below_s = self.lengths.currentData()
        return HistoryFilter(
            made_from=None if days is None else float(today.addDays(-days).toSecsSinceEpoch()),
            requester=self.people.currentData(),
            language=self.languages.currentData(),
            provider=self.providers.currentData(),
            is_edited=self.edits.currentData(),
            least_s=least_s,
            below_s=below_s,
            order=HistoryOrder(self.order.currentData()),
        )

    def reset(self) -> None:
        """Show everything."""
        for box in self._boxes:
            box.setCurrentIndex(0)

    def take_over(self, before: Self) -> None:
        """Choose what is chosen there: in a window in another language."""
        for mine, other in zip(self._boxes, before._boxes, strict=True):
            row = other.currentIndex()
            if mine in (self.people, self.languages, self.providers) and row > 0:  # Not filled yet.
                mine.addItem(other.currentText(), other.currentData())
                row = mine.count() - 1
            mine.setCurrentIndex(row)

    def apply(self, summary: HistorySummary) -> None:
        """Offer what there is to choose from. What is chosen stays, even where there is nothing of it left."""
        tr = self._tr
        people = {person: self._person_text(person) for person in summary.requesters}
        self._fill(self.people, tr("Everybody's"), {_OWNER: tr("Mine")} | people)
        languages = {code: harmless(language_name(tr, code)) for code in summary.languages}
        self._fill(self.languages, tr("Any language"), dict(sorted(languages.items(), key=lambda item: item[1])))
        self._fill(self.providers, tr("Any provider"), {name: harmless(name) for name in summary.providers})

    def _person_text(self, person: Requester) -> str:
        return self._tr("Telegram user {user}", user=harmless(person.user))

    def _fill(self, box: QComboBox, everything: str, choices: Mapping[Requester, str] | Mapping[str, str]) -> None:
        kept, kept_text = box.currentData(), box.currentText()
        wanted: dict[object, str] = {value: text for value, text in choices.items()}  # noqa: C416  Wider keys.
        if kept is not None:
            wanted.setdefault(kept, kept_text)
        box.blockSignals(True)
        box.clear()
        box.addItem(everything, None)
        for value, text in wanted.items():
            box.addItem(text, value)
            if value == kept:
                box.setCurrentIndex(box.count() - 1)
        box.blockSignals(False)

    def _box(self, name: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return box
