"""The bar over the rows: how far the whole queue is, and how long the rest will take."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from core.domain import JobView
from core.i18n import Translator
from gui.pages.queue.batch_progress import BatchProgress, Progress
from gui.pages.queue.job_groups import Groups
from gui.scale import Gap
from gui.widgets.text import label
from gui.widgets.time_left import time_left


class BatchBar(QWidget):
    """Hidden while nothing is to be done."""

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._progress = BatchProgress()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("How much of the queue is done"))
        self._text = label()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Gap.MEDIUM)
        row.addWidget(self._bar, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text)
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says in words."""
        return self._text.text()

    def follow(self, groups: Groups, workers: int, *, is_paused: bool) -> None:
        """The queue has these jobs now, of which `workers` run at once."""
        progress = self._progress.follow(groups, workers)
        self.setVisible(progress is not None)
        if progress is not None:
            self._show(progress, is_paused)

    def follow_running(self, running: Sequence[JobView], workers: int, *, is_paused: bool) -> None:
        """Nothing but the progress of these differs."""
        if running:
            self._show(self._progress.progress(running, workers), is_paused)

    def _show(self, progress: Progress, is_paused: bool) -> None:
        tr = self._tr
        parts = [tr("{ended} of {total}", ended=progress.ended, total=progress.total)]
        if is_paused:
            parts.append(tr("paused"))
        elif progress.remaining_s is not None:
            parts.append(time_left(tr, progress.remaining_s) or tr("finishing"))
        self._text.setText("  ·  ".join(parts))
        self._bar.setMaximum(progress.total)
        self._bar.setValue(progress.ended)
