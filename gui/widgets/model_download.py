"""The progress of a model's download."""

import asyncio

from PySide6.QtCore import QObject, Signal


class ModelDownload(QObject):
    """A download's progress, passed from the core's thread to the window's."""

    progressed = Signal(int)
    """Percent."""

    def __init__(self) -> None:
        # Without a parent: the core may still report when the row is gone, and keeps this alive until then.
        super().__init__()
        self.task: asyncio.Task[None] | None = None

    def report(self, done_bytes: int, total_bytes: int) -> None:
        """Called by the core."""
        self.progressed.emit(100 * done_bytes // max(1, total_bytes))
