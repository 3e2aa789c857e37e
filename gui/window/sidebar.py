"""The sidebar: a button a page, made from the pages' declarations; in a narrow window it folds to icons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.i18n import Translator
from gui.actions.tooltips import tell_keys
from gui.pages.page import PageDeclaration
from gui.scale import Gap
from gui.theme import icon
from gui.widgets.text import label, named

ICON_SIZE = QSize(20, 20)
NARROW_WINDOW = 900
"""Pixels of the window under which the sidebar is folded, unless a person has unfolded it there."""


@dataclass(frozen=True, slots=True)
class SidebarFolding:
    """Whether it is folded in a wide and in a narrow window."""

    wide: bool = False
    narrow: bool = True


class Sidebar(QWidget):
    """One of its buttons is checked: that of the page which is shown."""

    chosen = Signal(str)
    """The name of the page whose button was pressed."""

    def __init__(
        self,
        pages: Sequence[PageDeclaration],
        tr: Translator,
        folding: SidebarFolding | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tr = tr
        self.folding = folding or SidebarFolding()
        self._is_narrow = False
        self._renew: Callable[[], None] | None = None
        self._brand = label("Notula", "brand")
        self._fold = QToolButton()
        self._fold.setIcon(icon("sidebar"))
        self._fold.setIconSize(ICON_SIZE)
        self._fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._fold.clicked.connect(self.toggle)
        listed = [page for page in pages if page.in_sidebar]
        # Those set apart come last; the group's numbers are in the order of the buttons.
        listed.sort(key=lambda page: page.is_set_apart)
        self._names = [page.name for page in listed]
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(Gap.TIGHT)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, Gap.SMALL)
        head.addWidget(self._brand, 1)
        head.addWidget(self._fold)
        self._column.addLayout(head)
        self.recording = _recording_sign(tr)
        apart = [page for page in listed if page.is_set_apart]
        self._add_buttons(listed[: len(listed) - len(apart)])
        self._column.addStretch(1)
        self._column.addWidget(self.recording)  # In the room that is free: no page's button moves for it.
        if apart:
            self._column.addWidget(_line())
        self._add_buttons(apart)
        self._group.idClicked.connect(self._clicked)
        self._show_folded()

    @property
    def is_folded(self) -> bool:
        """Whether only icons are shown."""
        return self.folding.narrow if self._is_narrow else self.folding.wide

    def follow_width(self, window_width: int) -> None:
        """Fold or unfold as a window of this width has it."""
        if (window_width < NARROW_WINDOW) != self._is_narrow:
            self._is_narrow = not self._is_narrow
            self._show_folded()

    def toggle(self) -> None:
        """Fold it, or unfold it: from now on so in every window that is wide, or narrow, as this one."""
        wide, narrow = self.folding.wide, self.folding.narrow
        self.folding = SidebarFolding(wide, not narrow) if self._is_narrow else SidebarFolding(not wide, narrow)
        self._show_folded()

    def button(self, name: str) -> QToolButton:
        """The button of this page."""
        button = self._group.button(self._names.index(name))
        assert isinstance(button, QToolButton)
        return button

    def show_recording(self, told: str, time: str, *, is_paused: bool) -> None:
        """Show that something is recorded, for how long: `told` in words. Nothing where that is empty."""
        self.recording.setVisible(bool(told))
        if told and told != self.recording.toolTip():
            self.recording.setIcon(icon("pause" if is_paused else "record"))
            self.recording.setText(f"  {time}")
            self.recording.setAccessibleName(told)
            self.recording.setToolTip(told)

    def tell_keys(self, name: str, action: QAction) -> None:
        """Name the keys of the action that goes to a page in the tooltip of its button, if it has one."""
        if name in self._names:
            tell_keys(self.button(name), action, action.text())

    def tell_folding_keys(self, action: QAction) -> None:
        """Name the keys of the action that folds the sidebar."""
        self._renew = tell_keys(self._fold, action, self._folding_text)

    def check(self, name: str) -> None:
        """Show that this page is open; one without a button leaves that of the page before."""
        if name in self._names:
            self.button(name).setChecked(True)

    def _add_buttons(self, pages: Sequence[PageDeclaration]) -> None:
        for page in pages:
            button = _button(page, self._tr(page.title))
            self._group.addButton(button, len(self._group.buttons()))
            self._column.addWidget(button)

    def _folding_text(self) -> str:
        return self._tr("Show the names of the pages") if self.is_folded else self._tr("Show icons only")

    def _show_folded(self) -> None:
        is_folded = self.is_folded
        styles = Qt.ToolButtonStyle
        for button in (*self._group.buttons(), self.recording):
            assert isinstance(button, QToolButton)
            button.setToolButtonStyle(styles.ToolButtonIconOnly if is_folded else styles.ToolButtonTextBesideIcon)
        self._brand.setHidden(is_folded)
        side = 8 if is_folded else 12
        self._column.setContentsMargins(side, Gap.LARGE, side, Gap.MEDIUM)
        self._fold.setAccessibleName(self._folding_text())
        if self._renew is not None:
            self._renew()

    def _clicked(self, number: int) -> None:
        self.chosen.emit(self._names[number])


def _line() -> QFrame:
    line = named(QFrame(), "line")
    line.setFixedHeight(1)
    return line


def _recording_sign(tr: Translator) -> QToolButton:
    sign = named(QToolButton(), "recordingsign")
    sign.setAccessibleName(tr("Recording"))
    sign.setIcon(icon("record"))
    sign.setIconSize(ICON_SIZE)
    sign.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    sign.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    sign.hide()
    return sign


def _button(page: PageDeclaration, title: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(page.icon))
    button.setIconSize(ICON_SIZE)
    button.setText(f"  {title}")
    button.setAccessibleName(title)
    button.setToolTip(title)
    button.setCheckable(True)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
