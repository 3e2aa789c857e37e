"""The sidebar: a button a page, made from the pages' declarations."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.i18n import Translator
from gui.actions.tooltips import tell_keys
from gui.pages.page import PageDeclaration
from gui.theme import icon
from gui.widgets.text import label

ICON_SIZE = QSize(20, 20)


class Sidebar(QWidget):
    """One of its buttons is checked: that of the page which is shown."""

    chosen = Signal(str)
    """The name of the page whose button, or shortcut, was pressed."""

    def __init__(self, pages: Sequence[PageDeclaration], tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 18, 12, 12)
        column.setSpacing(4)
        column.addWidget(label("Notula", "brand"))
        column.addSpacing(12)
        listed = [page for page in pages if page.in_sidebar]
        self._names = [page.name for page in listed]
        self._group = QButtonGroup(self)
        for number, page in enumerate(listed):
            button = _button(page, tr(page.title))
            self._group.addButton(button, number)
            column.addWidget(button)
        self._group.idClicked.connect(self._clicked)
        column.addStretch(1)

    def button(self, name: str) -> QToolButton:
        """The button of this page."""
        button = self._group.button(self._names.index(name))
        assert isinstance(button, QToolButton)
        return button

    def tell_keys(self, name: str, action: QAction) -> None:
        """Name the keys of the action that goes to a page in the tooltip of its button, if it has one."""
        if name in self._names:
            tell_keys(self.button(name), action, action.text())

    def check(self, name: str) -> None:
        """Show that this page is open; one without a button leaves that of the page before."""
        if name in self._names:
            self.button(name).setChecked(True)

    def _clicked(self, number: int) -> None:
        self.chosen.emit(self._names[number])


def _button(page: PageDeclaration, title: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(page.icon))
    button.setIconSize(ICON_SIZE)
    button.setText(f"  {title}")
    button.setAccessibleName(title)
    button.setCheckable(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
