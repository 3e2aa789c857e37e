"""The cheat sheet: all that can be done by keys, by page, with a search."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from core.i18n import Translator
from gui.actions.actions import Actions
from gui.scale import Gap
from gui.widgets.action_tree import ActionTree
from gui.widgets.text import label

_WIDTH, _HEIGHT = 620, 560


class KeyList(QDialog):
    """Lists the keys as they are now."""

    def __init__(self, actions: Actions, change: Callable[[], None], tr: Translator, window: QWidget) -> None:
        """`change` goes to where keys are changed."""
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keys"))
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Search by action, page or keys"))
        self.line.setAccessibleName(tr("Search by action, page or keys"))
        self.line.setClearButtonEnabled(True)
        self.tree = ActionTree(actions, tr, fixed=True)
        self.line.textChanged.connect(self.tree.search)
        self.change = QPushButton(tr("Change keys …"))
        self.change.setAutoDefault(False)
        self.change.clicked.connect(self.accept)
        self.change.clicked.connect(change)
        close = QPushButton(tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.change)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setSpacing(Gap.SMALL)
        column.addWidget(label(tr("Keys"), "subtitle"))
        column.addWidget(self.line)
        column.addWidget(self.tree, 1)
        column.addLayout(buttons)
        self.resize(min(_WIDTH, window.width() - 40), min(_HEIGHT, window.height() - 40))
