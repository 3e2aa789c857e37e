"""Fetching one model, with its progress, for a button on any page."""

import asyncio

from PySide6.QtCore import QObject, Signal

from gui.changes import Changes
from gui.page_context import PageContext
from gui.widgets.model_download import ModelDownload


class ModelFetch(QObject):
    """One download at a time."""

    progressed = Signal(int)
    """Percent."""

    ended = Signal(str)
    """The model's name where it is here now, empty where it was cancelled or has failed, which is told."""

    def __init__(self, context: PageContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._task: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        """Whether something is being fetched."""
        return self._task is not None and not self._task.done()

    def start(self, model: str) -> None:
        """Fetch this model, unless another is being fetched."""
        if self.is_running:
            return
        download = ModelDownload()
        download.progressed.connect(self.progressed)

        async def fetch() -> None:
            try:
                await self._core.call(lambda notula: notula.models.download(model, download.report))
            except asyncio.CancelledError:
                self.ended.emit("")
                raise

        self._task = self._operations.start(
            fetch(), done=lambda _: self.ended.emit(model), failed=self._failed, changes=Changes(models=True)
        )

    def cancel(self) -> None:
        """Stop the download. What is there of it goes on the next time."""
        if self._task is not None:
            self._task.cancel()

    def _failed(self, message: object) -> None:
        self._messages.error(message)  # type: ignore[arg-type]
        self.ended.emit("")
