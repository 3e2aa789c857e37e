"""New jobs of recordings that are named by a person."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from core.app.settings import SettingsService
from core.domain import Job, JobId, Priority, Requester, SourceReference, TranscriptionOptions
from core.domain.file_location import location_of, shown_name
from core.domain.left_out import LeftOut
from core.domain.watching import WATCH, WatchFolder
from core.media.discovery import FILE, find_recordings
from core.queue import priority_of


class JobFactory:
    """Makes jobs with the transcription options of the settings, unless others are given.

    `clock` gives seconds since the epoch, `new_id` an id that no other job has.
    """

    def __init__(self, settings: SettingsService, clock: Callable[[], float], new_id: Callable[[], str]) -> None:
        self._settings = settings
        self._clock = clock
        self._new_id = new_id

    def of_recordings(
        self, wanted: Iterable[Path | str], requester: Requester, options: TranscriptionOptions | None = None
    ) -> tuple[list[Job], LeftOut]:
        """A job for each recording: of files, of folders, which stand for the media in them, and of addresses.

        With them what was left out of the folders. Reads the folders, so it blocks.
        """
        found = find_recordings(wanted)
        recordings = found.recordings
        jobs = [
            Job(
                id=JobId(self._new_id()),
                source=recording.source,
                options=options or self._settings.current.transcription_options,
                requester=requester,
                submitted_at=self._clock(),
                priority=priority_of(requester, together=len(recordings), size_bytes=recording.size_bytes),
            )
            for recording in recordings
        ]
        return jobs, found.left_out

    def of_watched(self, files: Iterable[tuple[JobId, Path]], folder: WatchFolder) -> list[Job]:
        """Jobs of these ids for files that have come into a watched folder: nobody waits for them."""
        options = folder.options(self._settings.current.transcription_options)
        return [
            Job(
                id=job_id,
                source=SourceReference(FILE, location_of(file), shown_name(file)),
                options=options,
                requester=WATCH,
                submitted_at=self._clock(),
                priority=Priority.BACKGROUND,
            )
            for job_id, file in files
        ]

    def of_jobs(
        self, jobs: Sequence[Job], requester: Requester, track: int | None = None, model: tuple[str, str] | None = None
    ) -> list[Job]:
        """A new job for the recording of each of these, with the options that the settings have now, and this track.

        With a `model`, its provider and its name, they have the options that they had, but for that.
        """
        options = replace(self._settings.current.transcription_options, track=track)
        return [
            Job(
                id=JobId(self._new_id()),
                source=job.source,
                options=options if model is None else replace(job.options, provider=model[0], model=model[1]),
                requester=requester,
                submitted_at=self._clock(),
                priority=priority_of(requester, together=len(jobs), size_bytes=None),
            )
            for job in jobs
        ]
