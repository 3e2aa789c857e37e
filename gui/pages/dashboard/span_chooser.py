"""Chooses how far back the charts go."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from core.domain.metrics import SeriesWindow
from core.i18n import Translator
from gui.scale import Gap
from gui.widgets.text import named


class SpanChooser(QWidget):
    """A button for each `SeriesWindow`, of which one is pressed."""

    chosen = Signal(object)
    """A person has chosen this `SeriesWindow`; called a span here, because a QWidget has a window already."""

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._windows = tuple(SeriesWindow)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Gap.TIGHT)
        texts = {
            SeriesWindow.QUARTER_HOUR: tr("15 minutes"),
            SeriesWindow.HOUR: tr("1 hour"),
            SeriesWindow.DAY: tr("24 hours"),
        }
        for number, window in enumerate(self._windows):
            button = named(QPushButton(texts[window]), "segment")
            button.setAccessibleName(tr("Charts of the last {time}", time=texts[window]))
            button.setCheckable(True)
            self._group.addButton(button, number)
            row.addWidget(button)
        self.choose(SeriesWindow.QUARTER_HOUR)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._windows[number]))

    @property
    def span(self) -> SeriesWindow:
        """The one that is chosen."""
        return self._windows[self._group.checkedId()]

    def choose(self, window: SeriesWindow) -> None:
        """Press the button of this window, without a signal."""
        self._group.button(self._windows.index(window)).setChecked(True)
