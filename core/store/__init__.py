"""What is kept: one Protocol a subject, and `Stores`, which holds them all.

`core.store.sqlite` implements them. Only the app, the self-check and the command line's read-only commands import that;
everything else is typed against these Protocols.
"""

from core.store.bot_stores import (
    AuditLog,
    BotPeople,
    ChatPreferencesStore,
    Deliveries,
    Ownership,
    PersonalRecords,
    PersonDeletion,
    Updates,
)
from core.store.job_stores import JobJournal, JobParts, PartRow
from core.store.maintenance import EndedRecords, Maintenance, RunningInstance
from core.store.stores import BotStores, Stores
from core.store.transcript_stores import (
    CachedTranscripts,
    History,
    IdentityAliases,
    TranscriptNoteStore,
    TranslationStore,
)
from core.store.usage_stores import UsageLedger, WorkedRecordings
from core.store.watch_stores import FileStamp, FolderMemory, KnownFile, WatchedFiles

__all__ = [
    "AuditLog",
    "BotPeople",
    "BotStores",
    "CachedTranscripts",
    "ChatPreferencesStore",
    "Deliveries",
    "EndedRecords",
    "FileStamp",
    "FolderMemory",
    "History",
    "IdentityAliases",
    "JobJournal",
    "JobParts",
    "KnownFile",
    "Maintenance",
    "Ownership",
    "PartRow",
    "PersonDeletion",
    "PersonalRecords",
    "RunningInstance",
    "Stores",
    "TranscriptNoteStore",
    "TranslationStore",
    "Updates",
    "UsageLedger",
    "WatchedFiles",
    "WorkedRecordings",
]
