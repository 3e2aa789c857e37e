"""A list of actions with their keys, by the place where they work, that can be searched."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from core.i18n import Translator
from gui.actions.actions import Actions
from gui.actions.declaration import PLACE_TITLES, ActionDeclaration, ActionPlace

_NAME = Qt.ItemDataRole.UserRole


class ActionTree(QTreeWidget):
    """Follows the keys as they are changed."""

    def __init__(self, actions: Actions, tr: Translator, parent: QWidget | None = None, *, fixed: bool) -> None:
        """`fixed` is whether actions whose keys can't be changed are listed, too."""
        super().__init__(parent)
        self.setObjectName("list")
        self._actions = actions
        self._tr = tr
        self._items: dict[str, QTreeWidgetItem] = {}
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(14)
        self.setAccessibleName(tr("What can be done by keys"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        for place in ActionPlace:
            self._list(
                place, [one for one in actions.declarations if one.place is place and (fixed or not one.is_fixed)]
            )
        self.expandAll()
        self.setItemsExpandable(False)
        self.show_keys()
        actions.keys_changed.connect(self.show_keys)

    @property
    def chosen(self) -> str:
        """The name of the action that is selected, empty where none is."""
        item = self.currentItem()
        return item.data(0, _NAME) or "" if item is not None and not item.isHidden() else ""

    def choose(self, name: str) -> None:
        """Select an action."""
        self.setCurrentItem(self._items[name])

    def listed(self) -> Iterator[str]:
        """The names of the actions that are shown, from top to bottom."""
        return (name for name, item in self._items.items() if not item.isHidden())

    def search(self, typed: str) -> None:
        """Show only actions in whose name, place or keys all typed words occur."""
        words = typed.casefold().split()
        for heading, items in self._groups:
            for item in items:
                text = f"{heading.text(0)}\n{item.text(0)}\n{item.text(1)}".casefold()
                item.setHidden(not all(word in text for word in words))
            heading.setHidden(all(item.isHidden() for item in items))

    def show_keys(self) -> None:
        """Show the keys as they are now."""
        for name, item in self._items.items():
            item.setText(1, self._actions.shown_keys(name))

    def _list(self, place: ActionPlace, declarations: list[ActionDeclaration]) -> None:
        if not declarations:
            return
        heading = QTreeWidgetItem(self, [self._tr(PLACE_TITLES[place])])
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
        heading.setFirstColumnSpanned(True)
        font = heading.font(0)
        font.setBold(True)
        heading.setFont(0, font)
        items = []
        for one in declarations:
            item = QTreeWidgetItem(heading, [self._tr(one.text)])
            item.setToolTip(0, self._tr(one.text))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setData(0, _NAME, one.name)
            self._items[one.name] = item
            items.append(item)
        self._groups.append((heading, items))
