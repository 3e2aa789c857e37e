"""A job that this process has in memory, with everything that changes while it runs."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from core.domain import Job, JobState, JobView, Priority, Segment
from core.queue.local.interruption import Interruption

REMAINING_KNOWN_FROM = 0.02
"""Below this share of the work an estimate of the remaining time varies too much to be shown."""


def ignore_state(state: JobState) -> None:
    """Count nothing."""


class JobEntry:
    """One job and its progress. The pipeline reports here; the panels read `view`.

    `monotonic` gives seconds that never go back: a clock on the wall that is set meanwhile changes nothing that is
    shown. It need not run while the computer sleeps. `changed` is called with this entry whenever its view differs,
    `ended` with each final state that the job reaches.
    """

    def __init__(
        self,
        job: Job,
        sequence: int,
        changed: Callable[["JobEntry"], None],
        monotonic: Callable[[], float],
        ended: Callable[[JobState], None] = ignore_state,
    ) -> None:
        self.job = job
        self.sequence = sequence
        self.attempt: Interruption | None = None
        """Interrupts the attempt that runs; None while there is none whose ending is still to be shown."""
        self.worker: int | None = None
        """The number of the worker that it occupies."""
        self.cancel_requested = False
        self.removed = False
        self.settled = asyncio.Event()
        self.commands = asyncio.Lock()
        """Held while a command changes the state, so that the same command given twice is carried out once."""
        self._changed = changed
        self._ended = ended
        self._monotonic = monotonic
        self._begun_at: float | None = None
        self._elapsed_s = _recorded_elapsed_s(job)
        self._progress: float | None = None
        self._duration_s = job.duration_s
        self._segments: list[Segment] = []
        self.kept_view: JobView | None = None
        """What `view` gives until something changes; None where it is to be made, as always while the job runs."""
        if job.state.is_final:
            self.settled.set()

    @property
    def is_ready(self) -> bool:
        """Whether the job waits for a worker."""
        waiting = self.job.state in (JobState.QUEUED, JobState.RETRYING)
        return waiting and self.attempt is None and not self.cancel_requested

    @property
    def segments(self) -> tuple[Segment, ...]:
        """What has been transcribed so far while the job runs."""
        return tuple(self._segments)

    @property
    def with_progress(self) -> Job:
        """The job with the share of it that there is text of, and with the recording's length, where they are known.

        What was only uploaded counts in `view` while the job runs, but not here: there is no text of it, and a retry
        uploads it again.
        """
        job = replace(self.job, duration_s=self._duration_s)
        if self._progress is None or not self._segments:
            return job
        heard = self._segments[-1].end_s / self._duration_s if self._duration_s else self._progress
        return replace(job, done_share=min(self._progress, heard))

    def set_job(self, job: Job) -> None:
        """The job is in another state now."""
        if self._begun_at is not None:
            self._elapsed_s = self._since(self._begun_at)
        self._begun_at = self._monotonic() if job.state is JobState.RUNNING else None
        if job.started_at is None:
            self._elapsed_s = 0.0
        if job.state.is_final and not self.job.state.is_final:
            self._ended(job.state)
        self.job = job
        if job.state is not JobState.RUNNING:
            self.attempt = None
            self.worker = None
            self._progress = None
            self._segments = []
        if job.state.is_final:
            self.settled.set()
        else:
            self.settled.clear()
        self._touch()

    def take_turn(self, priority: Priority, sequence: int) -> None:
        """The job, which waits, begins when another one of this priority and this sequence would have."""
        self.job = replace(self.job, priority=priority)
        self.sequence = sequence

    def duration(self, seconds: float) -> None:
        """The recording is this long."""
        self._duration_s = seconds
        self._touch()

    def progress(self, fraction: float) -> None:
        """This share of the recording, 0 to 1, is done. It never goes back."""
        fraction = min(max(fraction, self._progress or 0.0), 1.0)
        if fraction != self._progress:
            self._progress = fraction
            self._touch()

    def segment(self, segment: Segment) -> None:
        """The next piece of text, in the recording's order."""
        self._segments.append(segment)
        self._touch()

    def speakers_known(self, segments: tuple[Segment, ...]) -> None:
        """All of the text once more, with who says it."""
        self._segments = list(segments)
        self._touch()

    @property
    def view(self) -> JobView:
        """The row for the job table; the same object until something about the job changes or, while it runs, time."""
        if self.kept_view is not None:
            return self.kept_view
        view = self._make_view()
        if self.job.state is not JobState.RUNNING:
            self.kept_view = view
        return view

    def _make_view(self) -> JobView:
        job = self.job
        elapsed_s = self._elapsed_s if self._begun_at is None else self._since(self._begun_at)
        remaining_s = None
        # The share that an earlier attempt has finished is found at once, and says nothing about this one's speed.
        gained = (self._progress or 0.0) - (job.done_share or 0.0)
        if job.state is JobState.RUNNING and self._progress and gained >= REMAINING_KNOWN_FROM:
            remaining_s = elapsed_s / gained * (1 - self._progress)
        return JobView(
            id=job.id,
            name=job.source.name,
            location=job.source.kept_location,
            state=job.state,
            submitted_at=job.submitted_at,
            progress=1.0 if job.state is JobState.DONE else self._progress,
            elapsed_s=elapsed_s,
            remaining_s=remaining_s,
            attempt=job.attempt,
            error=job.error,
            duration_s=self._duration_s,
            transcript_id=job.transcript_id,
            from_cache=job.from_cache,
            notes=job.notes,
            export_error=job.export_error,
            done_share=job.done_share,
            segments=tuple(self._segments),
            requester=job.requester,
            source_kind=job.source.kind,
            worker=self.worker,
            provider=job.provider,
            finished_at=job.finished_at,
        )

    def _since(self, moment: float) -> float:
        return max(0.0, self._monotonic() - moment)

    def _touch(self) -> None:
        self.kept_view = None
        self._changed(self)


def _recorded_elapsed_s(job: Job) -> float:
    """How long the last attempt took, of a job of an earlier session."""
    if job.started_at is None or job.finished_at is None:
        return 0.0
    return max(0.0, job.finished_at - job.started_at)
