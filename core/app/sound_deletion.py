"""Deleting the sound of what was recorded here, once nothing has a transcript of it, and no job needs it."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from core.concurrency.supervision import Supervisor, end
from core.domain import ContentHash, JobId, TranscriptId
from core.domain.capture import is_recorded_here
from core.domain.errors import SoundNotDeleted
from core.domain.file_location import location_of, path_of
from core.queue import Queue
from core.recording.unwanted_sounds import UnwantedSound, UnwantedSounds
from core.store import History

logger = logging.getLogger(__name__)


class UnfinishedJobs(Protocol):
    """Which jobs still read a file."""

    async def unfinished_of(self, location: str) -> Sequence[JobId]:
        """The jobs of this file that wait or run, in any process. Raises `StoreError`."""


@dataclass(frozen=True, slots=True)
class SoundUse:
    """What still uses the sound of a recording."""

    history: History
    jobs: UnfinishedJobs
    queue: Queue


class SoundDeletion:
    """Only what Notula has recorded itself is ever deleted. What a job reads is deleted when that has ended."""

    def __init__(self, use: SoundUse, folder: Path, supervisor: Supervisor) -> None:
        """`folder` has what was recorded here."""
        self._use = use
        self._folder = folder
        self._files = UnwantedSounds(folder)
        self._supervisor = supervisor
        self._waiting: dict[UnwantedSound, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Go on with what an earlier run could not delete any more."""
        self._keep(UnwantedSound("", ContentHash("")), self._resume())

    async def stop(self) -> None:
        """Leave what jobs still need to the next start."""
        for task in list(self._waiting.values()):
            await end(task)

    async def sound_of(self, transcript_id: TranscriptId) -> UnwantedSound | None:
        """The sound that goes with this transcript if it is the last one. Raises `StoreError`."""
        entry = await self._use.history.entry(transcript_id)
        if entry is None or not is_recorded_here(entry.location, self._folder):
            return None
        stored = await self._use.history.get(transcript_id)
        return UnwantedSound(path_of(entry.location).name, stored.content_hash) if stored is not None else None

    async def delete(self, sound: UnwantedSound) -> None:
        """Delete it, at once or when its jobs have ended, unless there is a transcript of it then.

        Raises `SoundNotDeleted` and `StoreError`.
        """
        jobs = await self._jobs_of(sound)
        if jobs:
            try:
                await asyncio.to_thread(self._files.note, sound)
            except OSError as error:  # Then it is deleted by this run, or not at all.
                logger.warning("it can't be noted that a recording is to be deleted: %r", error)
            if sound not in self._waiting:
                self._keep(sound, self._delete_later(sound, jobs))
            return
        is_wanted = await self._use.history.has_content(sound.content)
        try:
            await asyncio.to_thread(self._files.forget if is_wanted else self._files.delete, sound)
        except OSError as error:
            logger.warning("a recording can't be deleted: %r", error)
            raise SoundNotDeleted(name=sound.name, folder=str(self._folder)) from error

    def _keep(self, sound: UnwantedSound, work: Coroutine[Any, Any, None]) -> None:
        task = self._supervisor.start_once("sound deletion", work)
        self._waiting[sound] = task
        task.add_done_callback(lambda _: self._waiting.pop(sound, None))

    async def _resume(self) -> None:
        for sound in await asyncio.to_thread(self._files.noted):
            await self.delete(sound)

    async def _delete_later(self, sound: UnwantedSound, jobs: Sequence[JobId]) -> None:
        """Wait for the jobs of this process. Those of another one leave the file to the next start."""
        ended: set[JobId] = set()
        while own := [one for one in jobs if one not in ended and self._use.queue.view(one) is not None]:
            for job_id in own:
                try:
                    await self._use.queue.wait(job_id)
                except KeyError:
                    logger.info("job %s was forgotten", job_id)
                ended.add(job_id)
            jobs = await self._jobs_of(sound)
        await self.delete(sound)

    async def _jobs_of(self, sound: UnwantedSound) -> Sequence[JobId]:
        return await self._use.jobs.unfinished_of(location_of(self._folder / sound.name))
