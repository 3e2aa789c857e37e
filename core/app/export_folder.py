"""Where finished transcripts are saved by themselves: in the settings' folder, and beside the recording."""

from pathlib import Path

from core.app.settings import SettingsService
from core.app.transcripts import Transcripts
from core.domain import Job, TranscriptId, TranslatableText, mark
from core.domain.file_location import path_of
from core.domain.translatable_text import distinct
from core.media.discovery import FILE

NOT_BESIDE = mark("It was not saved beside the recording, as that is in no folder of this computer.")


class ExportFolder:
    """Lives on one event loop."""

    def __init__(self, settings: SettingsService, transcripts: Transcripts) -> None:
        self._settings = settings
        self._transcripts = transcripts

    async def write(self, job: Job) -> tuple[TranslatableText, ...]:
        """Save a job's transcript where it is to be, and return what is to be known of that. Raises `ExportFailed`.

        Where it can't be written beside the recording, it is in the folder of the settings all the same.
        """
        if job.transcript_id is None:
            return ()
        notes = await self._write_to_folder(job.transcript_id)
        if not job.options.beside:
            return notes
        if job.source.kind != FILE:
            return distinct((*notes, TranslatableText(NOT_BESIDE)))
        folder = path_of(job.source.location).parent
        beside = await self._transcripts.export_to_folder(
            job.transcript_id, job.options.beside, folder, name=job.source.name
        )
        return distinct((*notes, *beside))

    async def _write_to_folder(self, transcript_id: TranscriptId) -> tuple[TranslatableText, ...]:
        settings = self._settings.current
        if not settings.export_folder:
            return ()
        folder = Path(settings.export_folder)
        return await self._transcripts.export_to_folder(transcript_id, settings.export_formats, folder)

    async def probe(self, folder: object) -> None:
        """Raises `ExportFailed` where nothing can be written to this folder; an empty name means no export."""
        if isinstance(folder, str) and folder:
            await self._transcripts.probe_folder(Path(folder))
