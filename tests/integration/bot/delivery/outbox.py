"""An outbox whose jobs end when a test says so."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from aiogram import Bot

from core.bot.api.sender import MIN_EDIT_INTERVAL_S, MessageSender
from core.bot.delivery.delivery_context import DeliveryContext
from core.bot.delivery.outbox import Outbox, OutboxCallbacks
from core.config import Settings
from core.domain import (
    ContentHash,
    HistoryEntry,
    Job,
    JobId,
    JobState,
    JobView,
    Requester,
    Segment,
    SourceReference,
    StoredTranscript,
    Transcript,
    TranscriptId,
    TranscriptionOptions,
    TranslatableText,
)
from core.domain.bot import Delivery, DeliveryKind, delivery_id
from core.store.sqlite import Database
from core.store.sqlite.deliveries import SqliteDeliveries
from core.store.sqlite.personal_records import SqlitePersonalRecords


def stored(*texts: str, name: str = "talk.ogg") -> StoredTranscript:
    segments = tuple(Segment(float(place), place + 1.0, text) for place, text in enumerate(texts))
    entry = HistoryEntry(
        TranscriptId(1), name, f"/{name}", 1_000_000.0, 10.0, "en", "groq", "turbo", texts[0] if texts else ""
    )
    return StoredTranscript(entry, ContentHash("0" * 64), Transcript(segments, "en", 10.0, "groq", "turbo"))


@dataclass
class FakeHost:
    """A host and its queue, of whose jobs each leads to `results[1]`, or fails with `error`, once the gate is open."""

    results: dict[int, StoredTranscript] = field(default_factory=dict)
    error: TranslatableText | None = None
    state: JobState = JobState.DONE
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    views: dict[JobId, JobView] = field(default_factory=dict)
    failure: Exception | None = None
    requested: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: list[JobId] = field(default_factory=list)
    owner: int = 0

    @property
    def queue(self) -> "FakeHost":
        return self

    @property
    def transcripts(self) -> "FakeHost":
        return self

    @property
    def settings(self) -> Settings:
        return Settings(bot_owner=self.owner)

    async def wait(self, job_id: JobId) -> Job:
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return Job(
            job_id,
            SourceReference("telegram", "{}", "talk.ogg"),
            TranscriptionOptions(),
            Requester("telegram", "7"),
            0.0,
            state=self.state,
            error=self.error,
            transcript_id=TranscriptId(1) if self.state is JobState.DONE else None,
        )

    def view(self, job_id: JobId) -> JobView | None:
        return self.views.get(job_id)

    def place(self, job_id: JobId) -> int | None:
        return 3 if job_id in self.views else None

    async def cancel(self, job_ids: Sequence[JobId]) -> None:
        self.cancelled.extend(job_ids)

    async def get(self, transcript_id: TranscriptId) -> StoredTranscript | None:
        return self.results.get(transcript_id)

    async def translate(
        self, transcript_id: TranscriptId, language: str, on_progress: Callable[[float], None], *, only_free: bool
    ) -> StoredTranscript | None:
        self.requested.set()
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        found = self.results.get(transcript_id)
        if found is None:
            return None
        segments = tuple(replace(one, text=f"<{language}> {one.text}") for one in found.transcript.segments)
        return replace(found, transcript=replace(found.transcript, segments=segments))

    async def summarize(
        self, transcript_id: TranscriptId, language: str, on_progress: Callable[[float], None], *, only_free: bool
    ) -> StoredTranscript | None:
        return await self.translate(transcript_id, "summary", on_progress, only_free=only_free)


def owed(chat_id: int, reply_to: int | None, number: int = 1, **values: object) -> Delivery:
    given = {
        "kind": DeliveryKind.TRANSCRIPT,
        "job_id": JobId(f"job-{number}"),
        "interface_language": "en",
        "created_at": float(number),
        "user_id": chat_id,
        **values,
    }
    return Delivery(delivery_id(4711, number), chat_id=chat_id, reply_to=reply_to, **given)  # type: ignore[arg-type]


@asynccontextmanager
async def outbox_of(
    bot: Bot,
    folder: Path,
    host: FakeHost,
    *,
    callbacks: OutboxCallbacks = OutboxCallbacks(),  # noqa: B008  It is frozen.
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    status_interval_s: float = MIN_EDIT_INTERVAL_S,
) -> AsyncIterator[Outbox]:
    """One run of the outbox. Its sender waits no time but for a turn of the loop."""
    now = [0.0]

    async def no_pause(seconds: float) -> None:
        now[0] += seconds
        await asyncio.sleep(0)

    database = await Database.open(folder / "notula.db")
    journal = SqliteDeliveries(database, bot.id, lambda: 1_000_000.0)
    sender = MessageSender(bot, clock=lambda: now[0], pause=no_pause)
    records = SqlitePersonalRecords(database, bot.id)
    context = DeliveryContext(journal, host, records, sender, pause, status_interval_s)  # type: ignore[arg-type]
    outbox = Outbox(context, callbacks)
    await outbox.resume()
    try:
        yield outbox
    finally:
        await outbox.close()
        await database.close()
