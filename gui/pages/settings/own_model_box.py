"""Adding a Whisper model of one's own: a folder, or a name at Hugging Face."""

import asyncio
from typing import Self

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.settings.ready_model import tell_of_model
from gui.widgets.model_download import ModelDownload
from gui.widgets.text import named, paragraph


class OwnModelBox(QWidget):
    """A field for the folder or name, and a button that adds the model or cancels its download."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = tr = context.tr
        self._task: asyncio.Task[None] | None = None
        self._place = QLineEdit()
        self._place.setPlaceholderText(tr("A folder, or owner/name at Hugging Face"))
        self._place.setAccessibleName(tr("Folder or name of a model"))
        self._place.textChanged.connect(self._show)
        self._place.returnPressed.connect(self._add)
        self._browse = QPushButton(tr("Choose …"))
        self._browse.setAccessibleName(tr("Choose a folder with a model"))
        self._browse.clicked.connect(self._choose)
        self._button = QPushButton()
        self._button.clicked.connect(self._pressed)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Adding a model"))
        self._lay_out()
        self._show()

    def take_over(self, before: Self) -> None:
        """Go on with what is typed there: in a window in another language."""
        self._place.setText(before._place.text())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        about = self._tr(
            "A Whisper model that was converted for CTranslate2, such as one trained further for your language."
        )
        column.addWidget(paragraph(about, "muted"))
        row = QHBoxLayout()
        row.addWidget(self._place, 1)
        row.addWidget(self._browse)
        row.addWidget(self._button)
        column.addLayout(row)
        column.addWidget(named(self._bar, "plain"))

    def _show(self) -> None:
        is_busy = self._task is not None
        self._place.setEnabled(not is_busy)
        self._browse.setEnabled(not is_busy)
        self._bar.setVisible(is_busy)
        self._button.setText(self._tr("Cancel") if is_busy else self._tr("Add"))
        self._button.setAccessibleName(self._tr("Cancel adding the model") if is_busy else self._tr("Add the model"))
        self._button.setEnabled(is_busy or bool(self._place.text().strip()))

    def _pressed(self) -> None:
        if self._task is not None:
            self._task.cancel()
        else:
            self._add()

    def _add(self) -> None:
        place = self._place.text().strip()
        if not place or self._task is not None:
            return
        download = ModelDownload()
        self._bar.setRange(0, 0)  # Busy until there is something to count: a folder is only looked at.
        download.progressed.connect(self._report)

        async def add() -> str:
            try:
                return await self._core.call(lambda notula: notula.models.add(place, "", download.report))
            finally:
                self._task = None
                self._show()

        self._task = self._operations.start(add(), done=self._added, changes=Changes(models=True), initiator=self)
        self._show()

    def _report(self, percent: int) -> None:
        self._bar.setRange(0, 100)
        self._bar.setValue(percent)

    def _added(self, name: str) -> None:
        self._place.clear()
        tell_of_model(self._messages, self._tr, name)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._tr("Choose a folder with a model"), self._place.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._place.setText)
        dialog.open()
