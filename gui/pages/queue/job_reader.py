"""Shows the selected job in the reader: its growing text, its transcript, its finished part, or why there is none."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from core.domain import JobId, JobState, JobView, StoredTranscript, TranscriptId, TranslatableText, mark
from core.domain.errors.pages import page_of
from gui.page_context import PageContext
from gui.pages.queue.job_texts import notes_of
from gui.widgets.reader.reader import Reader
from gui.widgets.text import state_name


class JobReader(QObject):
    """Decides what the reader shows of a job, and asks the core for it."""

    def __init__(self, reader: Reader, selected: Callable[[], list[JobView]], context: PageContext) -> None:
        """`selected` returns the jobs that are selected now."""
        super().__init__(reader)
        self._reader = reader
        self._selected = selected
        self._core = context.core
        self._operations = context.operations
        self._tr = context.tr
        self._requested: TranscriptId | JobId | None = None
        """What the core was asked for last: snapshots come faster than a long text does."""
        self._is_cleared = False

    def update(self, selected: Sequence[JobView]) -> None:
        """Show the selected job as it is now; nothing where there are none or several."""
        if len(selected) != 1:
            self._requested = None
            if self._is_cleared:  # Nothing is selected for hours, while ten snapshots a second come.
                return
            self._is_cleared = True
            self._reader.clear()
            return
        self._is_cleared = False
        (job,) = selected
        self._reader.show_notes(notes_of(job))
        if job.state is JobState.DONE and job.transcript_id is not None:
            self._show_stored(job.transcript_id)
            return
        if job.state.is_final and job.done_share:
            self._show_partial(job)
            return
        self._requested = None
        if job.segments:
            self._reader.show_live(job.name, job.segments, job.id)
        elif job.error is not None:
            self._reader.show_problem(job.name, self._tr.message(job.error), job.id, page_of(job.error))
        elif job.state.is_final:  # Cancelled, or its text was deleted for good.
            self._reader.show_problem(job.name, state_name(self._tr, job.state), job.id)
        else:
            self._reader.show_problem(job.name, self._tr("The text appears here as it is transcribed."), job.id)

    def _show_stored(self, transcript_id: TranscriptId) -> None:
        if transcript_id == self._requested:
            return
        self._requested = transcript_id
        if self._reader.transcript_id != transcript_id:
            self._operations.start(
                self._core.call(lambda notula: notula.transcripts.get(transcript_id)),
                done=self._stored_arrived,
                kind="read-job",
            )

    def _stored_arrived(self, stored: StoredTranscript | None) -> None:
        selected = self._selected()
        if stored is not None and len(selected) == 1 and selected[0].transcript_id == stored.entry.id:
            self._reader.show_stored(stored, subject=selected[0].id)

    def _show_partial(self, job: JobView) -> None:
        """The finished part of a job that was cancelled or has failed, and how it continues from there."""
        percent = round(100 * (job.done_share or 0.0))
        how = (
            mark("Cancelled at {percent} %. What was done until then is below; Retry goes on from there.")
            if job.state is JobState.CANCELLED
            else mark("What was done until then, {percent} %, is below; Retry goes on from there.")
        )
        why = [job.error] if job.error is not None else []
        self._reader.show_notes([*why, TranslatableText(how, {"percent": percent})])
        if self._requested == job.id:
            return
        self._requested = job.id
        self._reader.show_problem(job.name, state_name(self._tr, job.state))
        self._operations.start(
            self._core.call(lambda notula: notula.jobs.partial(job.id)),
            done=lambda stored: self._partial_arrived(job.id, stored),
            kind="read-job",
        )

    def _partial_arrived(self, job_id: JobId, stored: StoredTranscript | None) -> None:
        selected = self._selected()
        if stored is not None and len(selected) == 1 and selected[0].id == job_id:
            self._reader.show_partial(stored)
