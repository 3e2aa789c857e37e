"""The Whisper models: what is there, what can be fetched, with progress, cancel and delete."""

import asyncio

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QPushButton, QWidget

from core.domain import ModelState, ModelStatus
from core.translate import Translator
from gui.core_thread import CoreThread
from gui.messages import Messages
from gui.operations import Operations
from gui.text import empty, label, megabytes

_ROW_HEIGHT = 32
"""A row without a button is as high as one with."""


class _Download(QObject):
    """A download's progress, brought from the core's thread into the window's."""

    progressed = Signal(int)
    """Percent."""

    def __init__(self) -> None:
        # Without a parent: the core may still report when the row is gone, and keeps this alive until then.
        super().__init__()
        self.task: asyncio.Task[None] | None = None

    def report(self, done_bytes: int, total_bytes: int) -> None:
        """Called by the core."""
        self.progressed.emit(100 * done_bytes // max(1, total_bytes))


class ModelsBox(QWidget):
    """A row a model."""

    listed = Signal(object)
    """The models as they are now: a tuple of `ModelStatus`."""

    def __init__(
        self,
        core: CoreThread,
        operations: Operations,
        messages: Messages,
        tr: Translator,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._core = core
        self._operations = operations
        self._messages = messages
        self._tr = tr
        self._downloads: dict[str, _Download] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setColumnStretch(2, 1)

    def refresh(self) -> None:
        """Ask which models are there and show them."""
        self._operations.start(self._core.call(lambda notula: notula.models()), done=self._show, kind="models")

    def _show(self, models: tuple[ModelStatus, ...]) -> None:
        empty(self._grid)
        for row, model in enumerate(models):
            self._add_row(row, model)
        self.listed.emit(models)

    def _add_row(self, row: int, model: ModelStatus) -> None:
        tr = self._tr
        kind = tr("English only") if model.english_only else tr("Many languages")
        size = megabytes(QLocale(tr.language), model.size_bytes)
        self._grid.addWidget(label(model.name), row, 0)
        self._grid.setRowMinimumHeight(row, _ROW_HEIGHT)
        self._grid.addWidget(label(f"{kind}  ·  {size}", "muted"), row, 1)
        download = self._downloads.get(model.name)
        if download is not None:
            bar = QProgressBar()
            bar.setTextVisible(False)
            bar.setAccessibleName(tr("Download of {model}", model=model.name))
            download.progressed.connect(bar.setValue)
            self._grid.addWidget(bar, row, 2)
            self._grid.addWidget(self._button(tr("Cancel"), model.name, self._cancel), row, 3)
        elif model.state is ModelState.MISSING:
            self._grid.addWidget(QLabel(), row, 2)
            self._grid.addWidget(self._button(tr("Download"), model.name, self._start), row, 3)
        elif model.state is ModelState.DOWNLOADED:
            self._grid.addWidget(label(tr("On this computer"), "muted"), row, 2)
            self._grid.addWidget(self._button(tr("Delete"), model.name, self._delete), row, 3)
        else:
            self._grid.addWidget(label(tr("Comes with Notula"), "muted"), row, 2)
            self._grid.addWidget(QLabel(), row, 3)

    def _button(self, text: str, model: str, clicked: object) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("model", model)
        button.setAccessibleName(f"{text}: {model}")
        button.clicked.connect(clicked)
        return button

    def _start(self) -> None:
        model = self.sender().property("model")
        download = _Download()
        self._downloads[model] = download

        async def fetch() -> None:
            try:
                await self._core.call(lambda notula: notula.download_model(model, download.report))
            finally:
                del self._downloads[model]
                self.refresh()

        downloaded = self._tr("The model {model} is ready. Choose it above to use it.", model=model)
        download.task = self._operations.start(fetch(), done=lambda _: self._messages.information(downloaded))
        self.refresh()

    def _cancel(self) -> None:
        download = self._downloads.get(self.sender().property("model"))
        if download is not None and download.task is not None:
            download.task.cancel()

    def _delete(self) -> None:
        model = self.sender().property("model")
        self._operations.start(
            self._core.call(lambda notula: notula.delete_model(model)), done=lambda _: self.refresh()
        )
