"""What the bot asks of the Notula that it belongs to, to answer people."""

from collections.abc import Callable
from typing import Protocol

from core.domain import Job, JobId, JobView, StoredTranscript, TranscriptId


class Work(Protocol):
    """Whoever transcribes, translates and sums up. Jobs are submitted before they are followed."""

    def is_owner(self, user_id: int) -> bool:
        """Whether this person is the bot's owner."""

    async def wait(self, job_id: JobId) -> Job:
        """The job once it has ended. Raises KeyError where there is none of this id."""

    def view(self, job_id: JobId) -> JobView | None:
        """How far it is."""

    def place(self, job_id: JobId) -> int | None:
        """Its place in the line, counted from 1; None where it doesn't wait."""

    async def cancel(self, job_id: JobId) -> None:
        """Stop it, unless it has ended."""

    async def transcript(self, transcript_id: TranscriptId) -> StoredTranscript | None:
        """What came of it, None where it was deleted. Raises `StoreError`."""

    async def transcripts_of(self, user_id: int) -> tuple[TranscriptId, ...]:
        """All that this person was given, the newest first. Raises `StoreError`."""

    async def translate(
        self, transcript_id: TranscriptId, language: str, on_progress: Callable[[float], None], *, user_id: int
    ) -> StoredTranscript | None:
        """It in another language for this person, None where it was deleted; progress is 0 to 1.

        Raises `NotulaError`.
        """

    async def summarize(
        self, transcript_id: TranscriptId, language: str, on_progress: Callable[[float], None], *, user_id: int
    ) -> StoredTranscript | None:
        """What it is about, in its own language where that is empty; otherwise as `translate`."""
