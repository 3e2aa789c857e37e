"""A running Notula as the delivery desk sees it."""

from collections.abc import Callable

from core.bot.ports import Host
from core.config import wants_budget
from core.domain import Job, JobId, JobView, StoredTranscript, TranscriptId
from core.store import PersonalRecords


class WorkOfHost:
    """Passes on what is asked; see `core.bot.work.Work`."""

    def __init__(self, host: Host, records: PersonalRecords) -> None:
        self._host = host
        self._records = records

    def is_owner(self, user_id: int) -> bool:
        """Whether this person is the bot's owner."""
        return user_id == self._host.settings.bot_owner

    async def wait(self, job_id: JobId) -> Job:
        """The job once it has ended. Raises KeyError where there is none of this id."""
        return await self._host.wait(job_id)

    def view(self, job_id: JobId) -> JobView | None:
        """How far it is."""
        return self._host.view(job_id)

    def place(self, job_id: JobId) -> int | None:
        """Its place in the line."""
        return self._host.place(job_id)

    async def cancel(self, job_id: JobId) -> None:
        """Stop it, unless it has ended."""
        await self._host.cancel([job_id])

    async def transcript(self, transcript_id: TranscriptId) -> StoredTranscript | None:
        """What came of it, None where it was deleted."""
        return await self._host.transcripts.get(transcript_id)

    async def transcripts_of(self, user_id: int) -> tuple[TranscriptId, ...]:
        """All that this person was given, the newest first. Raises `StoreError`."""
        page = await self._records.page(user_id, limit=-1)
        return tuple(found.entry.id for found in page.entries)

    async def translate(
        self, transcript_id: TranscriptId, language: str, on_progress: Callable[[float], None], *, user_id: int
    ) -> StoredTranscript | None:
        """It in another language. Raises `ProviderError`."""
        return await self._host.transcripts.translate(
            transcript_id, language, on_progress, only_free=self._only_free(user_id)
        )

    async def summarize(
        self, transcript_id: TranscriptId, language: str, on_progress: Callable[[float], None], *, user_id: int
    ) -> StoredTranscript | None:
        """What it is about. Raises `ProviderError`."""
        return await self._host.transcripts.summarize(
            transcript_id, language, on_progress, only_free=self._only_free(user_id)
        )

    def _only_free(self, user_id: int) -> bool:
        """Whether only what costs nothing may be asked for this person."""
        return not self.is_owner(user_id) and wants_budget(self._host.settings)
