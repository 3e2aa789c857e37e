"""The folder of the automatic export, as the settings name it."""

from pathlib import Path

from core.app.settings import SettingsService
from core.app.transcripts import Transcripts
from core.domain import TranscriptId


class ExportFolder:
    """Lives on one event loop."""

    def __init__(self, settings: SettingsService, transcripts: Transcripts) -> None:
        self._settings = settings
        self._transcripts = transcripts

    async def write(self, transcript_id: TranscriptId) -> None:
        """Write a transcript into the folder, if the settings name one now. Raises `ExportFailed`."""
        settings = self._settings.current
        if settings.export_folder:
            folder = Path(settings.export_folder)
            await self._transcripts.export_to_folder(transcript_id, settings.export_formats, folder)

    async def probe(self, folder: object) -> None:
        """Raises `ExportFailed` where nothing can be written to this folder; an empty name means no export."""
        if isinstance(folder, str) and folder:
            await self._transcripts.probe_folder(Path(folder))
