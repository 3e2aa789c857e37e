"""The button below a sentence that goes to the page where what it tells of can be mended."""

from PySide6.QtWidgets import QPushButton

from core.i18n import Translator
from gui.messages import PageLink


class RemedyButton(QPushButton):
    """Hidden while there is nowhere to go."""

    def __init__(self, tr: Translator) -> None:
        super().__init__()
        self.setObjectName("primary")
        self.setAccessibleName(tr("Go to where this can be mended"))
        self._link: PageLink | None = None
        self.clicked.connect(self._go)
        self.hide()

    def offer(self, link: PageLink | None) -> None:
        """Go there from now on."""
        self._link = link
        if link is not None:
            self.setText(link.text)
            self.setAccessibleName(link.text)
        self.setVisible(link is not None)

    def _go(self) -> None:
        if self._link is not None:
            self._link.open()
