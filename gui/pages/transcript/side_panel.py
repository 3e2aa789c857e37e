"""The panel at the right of a transcript's text: one of several parts at a time, closed at first."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.i18n import Translator
from gui.widgets.reader.tool_button import tool_button
from gui.widgets.text import named

_LEAST_PX = 250
_SHARE = 0.4
"""Of the width, where a person has chosen no other."""


class PanelPart(QWidget):
    """Something that the panel can show."""

    def first_control(self) -> QWidget:
        """What gets the focus when the part is opened."""
        return self

    def set_open(self, *, is_open: bool) -> None:
        """Whether the part is in sight now, so that what is shown has to be up to date."""


class SidePanel(QWidget):
    """Stands in a splitter beside the text, which gets the focus back when the panel is closed."""

    changed = Signal()
    """Another part is open, or none."""

    def __init__(self, text: QWidget, tr: Translator) -> None:
        super().__init__()
        self._text = text
        self._names: list[str] = []
        self._width = 0
        self._tabs = QButtonGroup(self)
        self._tabs.idClicked.connect(lambda number: self._turn_to(number))
        self._heading = QHBoxLayout()
        self._heading.addStretch(1)
        self._close = tool_button("close", tr("Close (Esc)"), self.close_panel)
        self._heading.addWidget(self._close)
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._heading)
        column.addWidget(self._stack, 1)
        self.setMinimumWidth(_LEAST_PX)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(text)
        self.splitter.addWidget(self)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setChildrenCollapsible(False)
        self.hide()

    def add(self, name: str, title: str, part: PanelPart) -> None:
        """Add a part; `name` stands in the window's state."""
        tab = named(QPushButton(title), "segment")
        tab.setCheckable(True)
        self._tabs.addButton(tab, len(self._names))
        self._heading.insertWidget(len(self._names), tab)
        before = self._tabs.button(len(self._names) - 1)
        if before is not None:  # Else Tab would go from a part to the next heading.
            QWidget.setTabOrder(before, tab)
        QWidget.setTabOrder(tab, self._close)
        self._names.append(name)
        self._stack.addWidget(part)

    @property
    def open_part(self) -> str:
        """The name of the part that is open, empty where the panel is closed."""
        return "" if self.isHidden() else self._names[self._stack.currentIndex()]

    def toggle(self, name: str) -> None:
        """Open this part and go there; where it is open already, close the panel."""
        if self.open_part == name:
            self.close_panel()
        else:
            self._open(name)
            self._part().first_control().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_panel(self) -> None:
        """Hide the panel; the next key belongs to the text, where it belonged to the panel."""
        if self.isHidden():
            return
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self._text)
        self._width = self.width()
        if had_focus:
            self._text.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self._part().set_open(is_open=False)
        self.changed.emit()

    def saved_state(self) -> Mapping[str, object]:
        """What `restore` takes."""
        return {"open": self.open_part}

    def restore(self, state: object) -> None:
        """Open what was open."""
        name = state.get("open") if isinstance(state, dict) else None
        if isinstance(name, str) and name in self._names:
            self._open(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def _open(self, name: str) -> None:
        was_hidden = self.isHidden()
        self.show()
        if was_hidden and self.splitter.isVisible():
            whole = self.splitter.width()
            width = self._width or round(whole * _SHARE)
            self.splitter.setSizes([whole - width, width])
        self._turn_to(self._names.index(name))

    def _turn_to(self, number: int) -> None:
        if number != self._stack.currentIndex():
            self._part().set_open(is_open=False)
        self._tabs.button(number).setChecked(True)
        self._stack.setCurrentIndex(number)
        self._part().set_open(is_open=True)
        self.changed.emit()

    def _part(self) -> PanelPart:
        part = self._stack.currentWidget()
        assert isinstance(part, PanelPart)
        return part
