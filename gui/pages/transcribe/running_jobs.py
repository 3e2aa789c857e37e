"""What runs now, and what has failed since: a few rows with the button that helps."""

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.domain import JobId, JobState, JobView, ModelStatus, Snapshot
from core.domain.errors import MultilingualModelMissing
from gui.job_differences import changed_pairs
from gui.job_options import DESKTOP
from gui.page_context import PageContext
from gui.pages.transcribe.job_rows import FailedRow, RunningRow
from gui.scale import Gap
from gui.widgets.job_operations import JobOperations
from gui.widgets.job_remedies import JobRemedies, is_of_language
from gui.widgets.model_fetch import ModelFetch
from gui.widgets.model_list import ModelList
from gui.widgets.text import label

MOST_RUNNING = 3
MOST_FAILED = 3
_QUEUE = "queue"


class RunningJobs(QWidget):
    """Up to three jobs that run, and up to three of this session that have failed."""

    appeared = Signal()
    """There is something to see, or nothing any more."""

    def __init__(self, models: ModelList, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = JobOperations(self, context)
        self._tr = tr = context.tr
        self._models = models
        self._fetch = ModelFetch(context, self)
        self._remedies = JobRemedies(self, context)
        self._fetched_for: JobView | None = None
        self._asked: dict[JobId, asyncio.Task[None]] = {}
        """The questions for the jobs that take the place of failed ones."""
        self._unfinished: set[JobId] = set()
        self._failed_here: set[JobId] = set()
        self._hidden: set[JobId] = set()
        self._jobs: Sequence[JobView] = ()
        self._now: Sequence[JobView] = ()
        """Those that run."""
        self._told: Sequence[JobView] = ()
        """Those that have failed here, or for their language, and were not transcribed again since."""
        self._is_paused = False
        self._running = [RunningRow(tr) for _ in range(MOST_RUNNING)]
        self._failed = [FailedRow(tr) for _ in range(MOST_FAILED)]
        for running in self._running:
            running.stop_wanted.connect(self._stop)
        for failed in self._failed:
            failed.help_wanted.connect(self._help)
            failed.hide_wanted.connect(self._hide)
        self._waiting = label(name="muted")
        self.to_queue = QPushButton(tr("Show the queue"))
        self.to_queue.clicked.connect(lambda: context.navigation.open_page(_QUEUE))
        self._lay_out()
        models.changed.connect(self._show)
        self._fetch.progressed.connect(self._show_progress)
        self._fetch.ended.connect(self._fetched)
        self.hide()

    def apply(self, snapshot: Snapshot) -> None:
        """Show the jobs of a snapshot."""
        pairs = changed_pairs(self._jobs, snapshot.jobs)
        self._jobs = snapshot.jobs
        self._is_paused = snapshot.statistics.is_paused
        # Most snapshots tell of a few jobs, for which thousands of others need no look.
        if pairs is None or any(JobState.FAILED in (old.state, new.state) for old, new in pairs):
            self._follow_all()
        else:
            self._follow(pairs)
        self._show()

    def _follow(self, pairs: Sequence[tuple[JobView, JobView]]) -> None:
        """These jobs differ, and none of them has failed, before or now."""
        changed = {new.id: new for _, new in pairs}
        now = [changed.pop(job.id, job) for job in self._now]
        self._now = [job for job in (*now, *changed.values()) if job.state is JobState.RUNNING]
        for _, new in pairs:
            if new.state.is_final:
                self._unfinished.discard(new.id)
            else:
                self._unfinished.add(new.id)

    def _follow_all(self) -> None:
        """Find out what is to be done, and what has failed since the last time."""
        self._now = [job for job in self._jobs if job.state is JobState.RUNNING]
        before, self._unfinished = self._unfinished, {job.id for job in self._jobs if not job.state.is_final}
        ended = before - self._unfinished
        failed = [job for job in self._jobs if job.state is JobState.FAILED]
        self._failed_here |= {job.id for job in failed if job.id in ended}
        newest = {job.location: job for job in self._jobs} if failed else {}
        told = [job for job in failed if job is newest[job.location] and job.error is not None]
        self._told = [job for job in told if job.id in self._failed_here or is_of_language(job)]

    def _show(self) -> None:
        running, failed = self._now, self._failed_jobs()
        for row, job in zip(self._running, [*running[:MOST_RUNNING], *[None] * MOST_RUNNING], strict=False):
            row.show_job(job)
        for failed_row, job in zip(self._failed, [*failed, *[None] * MOST_FAILED], strict=False):
            failed_row.show_job(job, self._helping_model(job), is_fetching=self._is_fetching_for(job))
        others = len(self._unfinished) - min(len(running), MOST_RUNNING)
        more = self._tr.plural("and {count} more", "and {count} more", others) if others else ""
        self._waiting.setText("  ·  ".join(filter(None, (more, self._tr("paused") if self._is_paused else ""))))
        is_there = bool(running or failed or others)
        if is_there == self.isHidden():
            self.setVisible(is_there)
            self.appeared.emit()

    def _failed_jobs(self) -> list[JobView]:
        """The newest that are told of and that a person hasn't hidden."""
        told = [job for job in self._told if job.id not in self._hidden]
        return sorted(told, key=lambda job: job.submitted_at, reverse=True)[:MOST_FAILED]

    def _helping_model(self, job: JobView | None) -> ModelStatus | None:
        """The model that knows the language of a recording whose own model doesn't; None where that isn't the fault."""
        if job is None or job.error is None or not is_of_language(job):
            return None
        named_model = job.error.values.get("model") if job.error.template == MultilingualModelMissing.sentence else ""
        return self._models.known.for_many_languages(str(named_model or ""))

    def _is_fetching_for(self, job: JobView | None) -> bool:
        of = self._fetched_for
        return job is not None and of is not None and of.id == job.id and self._fetch.is_running

    def _help(self, job: JobView) -> None:
        """Get the model that knows the language if it isn't here, then transcribe with it; the button stops that.

        Where no model would help, do what helps on the queue's page.
        """
        model = self._helping_model(job)
        if self._is_fetching_for(job):
            self._fetch.cancel()
        elif model is None:
            self._remedies.apply(job)
        elif model.state.is_here:
            self._transcribe_with(job, model.name)
        else:
            self._fetched_for = job
            self._fetch.start(model.name)
            self._show()

    def _fetched(self, model: str) -> None:
        job, self._fetched_for = self._fetched_for, None
        if job is not None and model:
            self._transcribe_with(job, model)
        self._show()

    def _transcribe_with(self, job: JobView, model: str) -> None:
        asked = self._asked.get(job.id)
        if asked is not None and not asked.done():
            return  # Pressed twice before its row is gone.
        device = self._models.known.device
        self._asked[job.id] = self._operations.start(
            lambda notula: notula.jobs.transcribe_with([job.id], DESKTOP, device, model)
        )

    def _hide(self, job: JobView) -> None:
        """Take it off this page; the queue still has it."""
        self._hidden.add(job.id)
        self._show()

    def _stop(self, job: JobView) -> None:
        self._operations.start(lambda notula: notula.jobs.cancel([job.id]))

    def _show_progress(self, percent: int) -> None:
        for row in self._failed:
            row.show_progress(percent)

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.addWidget(label(self._tr("Now"), "subtitle"))
        heading.addWidget(self._waiting)
        heading.addStretch(1)
        heading.addWidget(self.to_queue)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.SMALL)
        column.addLayout(heading)
        for row in (*self._running, *self._failed):
            column.addWidget(row)
