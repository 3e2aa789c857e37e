"""What is set up on the page Bot and not in the settings, for who looks for it here, and a button that goes there."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from core.domain.window_page import WindowPage
from gui.page_context import PageContext
from gui.scale import Gap
from gui.widgets.text import paragraph


class BotLink(QWidget):
    """A sentence and the button."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        tr = context.tr
        self.open = QPushButton(tr("Open Bot"))
        self.open.clicked.connect(lambda: context.navigation.open_page(WindowPage.BOT))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.SMALL)
        column.addWidget(
            paragraph(
                tr(
                    "The token from @BotFather, the link that makes you the owner, the people and groups that are "
                    "allowed or blocked, what happens, and the api_id for files of more than 20 MB are on a page of "
                    "their own."
                )
            )
        )
        column.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)
