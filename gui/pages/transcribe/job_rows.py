"""The rows of the first page for jobs that run and for those that have failed."""

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QToolButton, QVBoxLayout, QWidget

from core.domain import JobView, ModelStatus
from core.i18n import Translator
from gui.scale import Gap
from gui.theme import icon
from gui.widgets.job_remedies import Remedy, remedy_of, remedy_text
from gui.widgets.text import ElidedLabel, label, megabytes, named, paragraph, state_name, tooltip
from gui.widgets.time_left import time_left_of


class _JobRow(QFrame):
    """One job: its name and a bar below each other, and buttons beside them."""

    def __init__(self, tr: Translator) -> None:
        super().__init__()
        self.setObjectName("card")
        self._tr = tr
        self._job: JobView | None = None
        self._name = ElidedLabel("rowname")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.hide()

    def _lay_out(self, texts: QVBoxLayout, *buttons: QWidget) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(Gap.LARGE, Gap.SMALL, Gap.MEDIUM, Gap.SMALL)
        row.setSpacing(Gap.LARGE)
        row.addLayout(texts, 1)
        for button in buttons:
            row.addWidget(button)


class RunningRow(_JobRow):
    """One job that runs, with a button to stop it."""

    stop_wanted = Signal(object)
    """The `JobView` whose button was clicked."""

    def __init__(self, tr: Translator) -> None:
        super().__init__(tr)
        self._state = label(name="muted")
        self.stop = QPushButton(tr("Stop"))
        self.stop.clicked.connect(lambda: self.stop_wanted.emit(self._job))
        top = QHBoxLayout()
        top.addWidget(self._name, 1)
        top.addWidget(self._state)
        texts = QVBoxLayout()
        texts.setSpacing(Gap.SMALL)
        texts.addLayout(top)
        texts.addWidget(self._bar)
        self._lay_out(texts, self.stop)

    def show_job(self, job: JobView | None) -> None:
        """Show this job; None hides the row."""
        self.setVisible(job is not None)
        if job is None or job is self._job:
            return
        tr, self._job = self._tr, job
        self._name.set_whole_text(job.name)
        self.stop.setAccessibleName(tr("Stop {name}", name=job.name))
        # Without a known length the bar runs to and fro.
        self._bar.setRange(0, 100 if job.progress is not None else 0)
        self._bar.setValue(int(100 * (job.progress or 0.0)))
        self._bar.setAccessibleName(tr("Progress of {name}", name=job.name))
        left = tr("finishing") if job.is_finishing else time_left_of(tr, job)
        percent = f"{int(100 * job.progress)} %" if job.progress is not None else state_name(tr, job.state)
        self._state.setText("  ·  ".join(filter(None, (percent, left))))


class FailedRow(_JobRow):
    """One job that has failed: why, and the button that helps."""

    help_wanted = Signal(object)
    """The `JobView` whose button was clicked."""

    hide_wanted = Signal(object)
    """The `JobView` that is to be seen here no more."""

    def __init__(self, tr: Translator) -> None:
        super().__init__(tr)
        self._reason = paragraph(name="problem")
        self._bar.hide()
        self.help = QPushButton(tr("Try again"))
        self.help.clicked.connect(lambda: self.help_wanted.emit(self._job))
        self.hide_button = named(QToolButton(), "quiet")
        self.hide_button.setIcon(icon("close"))
        self.hide_button.setAccessibleName(tr("Close"))
        self.hide_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide_button.clicked.connect(lambda: self.hide_wanted.emit(self._job))
        texts = QVBoxLayout()
        texts.setSpacing(Gap.TIGHT)
        for widget in (self._name, self._reason, self._bar):
            texts.addWidget(widget)
        self._lay_out(texts, self.help, self.hide_button)

    def show_job(self, job: JobView | None, model: ModelStatus | None, *, is_fetching: bool) -> None:
        """Show this job, and the model that would help, if one would; no job hides the row."""
        self.setVisible(job is not None)
        self._bar.setVisible(is_fetching)
        self._job = job
        if job is None or job.error is None:
            return
        tr = self._tr
        self._name.set_whole_text(job.name)
        self._reason.setText(tr.message(job.error))
        text = tr("Cancel") if is_fetching else self._help_text(job, model)
        self.help.setText(text.replace("&", "&&"))
        self.help.setAccessibleName(f"{text}: {job.name}")
        hide = tr("Hide {name} here", name=job.name)
        self.hide_button.setAccessibleName(hide)
        self.hide_button.setToolTip(tooltip(hide))

    def show_progress(self, percent: int) -> None:
        """How much of the model is here."""
        self._bar.setValue(percent)

    def _help_text(self, job: JobView, model: ModelStatus | None) -> str:
        tr = self._tr
        if model is not None and model.state.is_here:
            return tr("Try again with {model}", model=model.name)
        if model is not None:
            size = megabytes(QLocale(tr.language), model.size_bytes)
            return tr("Get {model} ({size}) and try again", model=model.name, size=size)
        remedy = remedy_of(job)
        return tr("Try again") if remedy is None or remedy is Remedy.RETRY else remedy_text(tr, remedy)
