"""Automatic export of finished transcripts: a step after the job, which never fails it."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable

from core.concurrency.supervision import Supervisor, end
from core.domain import Job, JobId, NotulaError, TranslatableText
from core.domain.errors import InternalError

logger = logging.getLogger(__name__)

FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 900.0
"""A drive that is put back is found within a quarter of an hour, and one that never comes back costs nothing."""

STOP_PATIENCE_S = 3.0
"""How long the end waits for what is due to be written; a drive that can't be reached may block a write for ever."""


class Exports:
    """Tries each finished job's export until it works. Belongs to one event loop, between `start` and `stop`.

    `write` exports a job's transcript, returns what is to be known of the files and raises `ExportFailed`; `tell`
    notes on a job whether an export is still due, what went wrong, and what is to be known. `pause` waits for so many
    seconds.
    """

    def __init__(
        self,
        write: Callable[[Job], Awaitable[tuple[TranslatableText, ...]]],
        tell: Callable[[JobId, bool, TranslatableText | None, tuple[TranslatableText, ...]], Awaitable[None]],
        *,
        supervisor: Supervisor,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience_s: float = STOP_PATIENCE_S,
    ) -> None:
        self._patience_s = patience_s
        self._write = write
        self._tell = tell
        self._supervisor = supervisor
        self._pause = pause
        self._new: dict[JobId, Job] = {}
        self._failed: dict[JobId, Job] = {}
        self._tried: dict[JobId, asyncio.Event] = {}
        self._wake = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write what is added."""
        self._running = self._supervisor.start("exports", self._run)

    async def stop(self) -> None:
        """Write what jobs that have just ended left to be written, unless the drive hangs or there is too much.

        What failed, and what is left then, is written at the next start. A file that is there already by then is found
        to be the same, and left alone.
        """
        if self._running is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._patience_s):
                    await self._all_tried()
        await end(self._running)
        await end(self._writing)
        self._running = None
        for job_id in tuple(self._tried):
            self._has_tried(job_id)

    def add(self, job: Job) -> None:
        """Export this job's transcript, if that is due."""
        if job.export_due and job.transcript_id is not None:
            self._failed.pop(job.id, None)
            self._new[job.id] = job
            self._tried.setdefault(job.id, asyncio.Event())
            self._wake.set()

    def retry(self) -> None:
        """Try again now what has failed: the folder is another one."""
        self._new, self._failed = {**self._failed, **self._new}, {}
        self._wake.set()

    async def tried(self, job: Job) -> None:
        """Return once the export of a job that has just ended, or was just added, has been tried, if one is due."""
        is_new = job.id in self._new or (job.export_due and job.export_error is None)
        if is_new and self._running is not None:
            await self._tried.setdefault(job.id, asyncio.Event()).wait()

    def forget(self, job_ids: Iterable[JobId]) -> None:
        """Nothing is to be exported of these any more."""
        for job_id in job_ids:
            for kept in (self._new, self._failed):
                kept.pop(job_id, None)
            self._has_tried(job_id)

    async def _all_tried(self) -> None:
        for tried in [self._tried[job_id] for job_id in self._new]:
            await tried.wait()

    async def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            self._wake.clear()
            while self._new:
                job = next(iter(self._new.values()))
                # Shielded: at the end of Notula a file that is written is to be known as written.
                self._writing = asyncio.create_task(self._export(job), name=f"export-{job.id}")
                await asyncio.shield(self._writing)
                self._writing = None
            if not self._failed:
                pause_s = FIRST_PAUSE_S
                await self._wake.wait()
            elif await self._woken_within(pause_s):
                pause_s = FIRST_PAUSE_S
            else:
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
                self.retry()

    async def _export(self, job: Job) -> None:
        job_id = job.id
        problem: NotulaError | None = None
        notes: tuple[TranslatableText, ...] = ()
        try:
            notes = await self._write(job)
        except NotulaError as error:
            logger.info("The export of job %s failed: %s", job_id, type(error).__name__)
            problem = error
        except Exception:
            logger.exception("The export of job %s failed unexpectedly", job_id)
            problem = InternalError()
        if job_id in self._new:  # Else it was forgotten meanwhile.
            del self._new[job_id]
            if problem is not None:
                self._failed[job_id] = job
            try:
                await self._tell(job_id, problem is not None, problem.message if problem is not None else None, notes)
            except NotulaError as error:
                logger.warning("The export result of job %s could not be recorded: %s", job_id, type(error).__name__)
        self._has_tried(job_id)

    async def _woken_within(self, seconds: float) -> bool:
        waiting = [asyncio.ensure_future(self._pause(seconds)), asyncio.create_task(self._wake.wait())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return self._wake.is_set()
        finally:
            for task in waiting:
                await end(task)

    def _has_tried(self, job_id: JobId) -> None:
        tried = self._tried.pop(job_id, None)
        if tried is not None:
            tried.set()
