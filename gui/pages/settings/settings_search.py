"""The search field above the settings: it finds settings and cards by their words, and goes from one to the next."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from core.i18n import Translator
from gui.pages.settings.section_view import Place, SectionView
from gui.scale import Gap
from gui.widgets.text import label


class _Line(QLineEdit):
    """Passes on the keys that go from one find to the next."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class SettingsSearch(QWidget):
    """All words have to occur, in any order; the last one may go on."""

    found = Signal(object, object)
    """The `SectionView` and the `Place` in it that are to be shown."""

    changed = Signal(object)
    """The places that are found now, each with its `SectionView`; nothing where nothing is searched for."""

    chosen = Signal(object, object)
    """A person wants to go on at the place that is shown: the `SectionView` and the `Place` in it."""

    def __init__(self, sections: Sequence[SectionView], tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._tr = tr
        self._sections = sections
        self._places: list[tuple[SectionView, Place]] = []
        self._at = 0
        self.line = _Line()
        self.line.setObjectName("settingssearch")
        self.line.setClearButtonEnabled(True)
        self.line.setPlaceholderText(tr("Search"))
        self.line.setAccessibleName(tr("Search the settings"))
        self.line.textChanged.connect(self._search)
        self.line.returnPressed.connect(self._choose)
        self.line.stepped.connect(self.step)
        self._count = label(name="muted")
        self._count.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.TIGHT)
        column.addWidget(self.line)
        column.addWidget(self._count)

    @property
    def current(self) -> Place | None:
        """The find that is shown."""
        return self._places[self._at][1] if self._places else None

    def step(self, by: int) -> None:
        """Show the next find, after the last one the first."""
        if self._places:
            self._at = (self._at + by) % len(self._places)
            self._show()

    def _choose(self) -> None:
        if self._places:
            self.chosen.emit(*self._places[self._at])

    def _search(self, text: str) -> None:
        words = text.casefold().split()
        self._places = []
        if words:
            for section in self._sections:
                for place in section.places():
                    searched = f"{section.title}\n{place.text}".casefold()
                    if all(word in searched for word in words):
                        self._places.append((section, place))
            # Whose own words match comes before what stands in a section of that name.
            self._places.sort(key=lambda one: not all(word in one[1].text.casefold() for word in words))
        self._at = 0
        self.changed.emit(tuple(self._places))
        self._count.setVisible(bool(words))
        self._count.setText(self._tr("Not found"))
        if self._places:
            self._show()

    def _show(self) -> None:
        section, place = self._places[self._at]
        self._count.setText(self._tr("{number} of {count}", number=self._at + 1, count=len(self._places)))
        self.found.emit(section, place)
