"""All stores together, as the app makes them once and hands them on."""

from collections.abc import Callable
from dataclasses import dataclass

from core.observability.series import SeriesStore
from core.store.bot_stores import (
    AuditLog,
    BotChats,
    BotPeople,
    ChatPreferencesStore,
    Deliveries,
    Ownership,
    PersonalRecords,
    PersonDeletion,
    Updates,
)
from core.store.job_stores import JobJournal, JobParts
from core.store.maintenance import EndedRecords, Maintenance, RunningInstance
from core.store.transcript_stores import (
    CachedTranscripts,
    History,
    IdentityAliases,
    TranscriptNoteStore,
    TranslationStore,
)
from core.store.usage_stores import UsageLedger, WorkedRecordings
from core.store.watch_stores import WatchedFiles


@dataclass(frozen=True, slots=True)
class BotStores:
    """What is kept for one bot."""

    updates: Updates
    deliveries: Deliveries
    people: BotPeople
    preferences: ChatPreferencesStore
    audit_log: AuditLog
    personal_records: PersonalRecords
    ownership: Ownership
    person_deletion: PersonDeletion


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything that is kept. `for_bot` gives the stores of the bot with this Telegram id, anew at each call."""

    history: History
    transcript_notes: TranscriptNoteStore
    translations: TranslationStore
    cached_transcripts: CachedTranscripts
    aliases: IdentityAliases
    jobs: JobJournal
    job_parts: JobParts
    usage: UsageLedger
    worked_recordings: WorkedRecordings
    metric_buckets: SeriesStore
    ended_records: EndedRecords
    bot_chats: BotChats
    watched_files: WatchedFiles
    maintenance: Maintenance
    instance: RunningInstance
    for_bot: Callable[[int], BotStores]
