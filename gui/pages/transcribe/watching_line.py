"""A line on the first page that tells which folders are watched, and goes to them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from core.domain import Snapshot
from core.domain.window_page import WindowPage
from gui.page_context import PageContext
from gui.theme import icon
from gui.widgets.watch_texts import has_trouble, summary_of


class WatchingLine(QPushButton):
    """Hidden as long as no folder is watched."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = context.tr
        self.setObjectName("watching")
        self.setAccessibleName(self._tr("Watched folders"))
        self.setIcon(icon("watch"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(lambda: context.navigation.open_page(WindowPage.WATCHING))
        context.core.published.connect(self._show)
        self.hide()

    def _show(self, snapshot: Snapshot) -> None:
        folders = snapshot.watched_folders
        text = summary_of(folders, self._tr)
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text or self._tr("Watched folders"))
        wanted = "watchingproblem" if any(map(has_trouble, folders)) else "watching"
        if wanted != self.objectName():
            self.setObjectName(wanted)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setVisible(bool(folders))
