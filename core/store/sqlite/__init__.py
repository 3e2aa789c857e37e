"""History, job journal and everything else that Notula keeps, in SQLite."""

from core.store.sqlite import without_numpy  # noqa: F401 - before anything here imports sqlite-utils
from core.store.sqlite.aliases import SqliteIdentityAliases
from core.store.sqlite.audit_log import SqliteAuditLog
from core.store.sqlite.bot_people import SqliteBotPeople
from core.store.sqlite.cached_transcripts import SqliteCachedTranscripts
from core.store.sqlite.chat_preferences import SqliteChatPreferences
from core.store.sqlite.database import Database
from core.store.sqlite.deliveries import SqliteDeliveries
from core.store.sqlite.ended_records import SqliteEndedRecords
from core.store.sqlite.health import store_error
from core.store.sqlite.history import SqliteHistory
from core.store.sqlite.instance import Instance
from core.store.sqlite.job_journal import SqliteJobJournal
from core.store.sqlite.job_parts import SqliteJobParts
from core.store.sqlite.metric_buckets import SqliteMetricBuckets
from core.store.sqlite.ownership import SqliteOwnership
from core.store.sqlite.personal_records import SqlitePersonalRecords
from core.store.sqlite.stores import sqlite_stores
from core.store.sqlite.transcript_notes import SqliteTranscriptNotes
from core.store.sqlite.translations import SqliteTranslations
from core.store.sqlite.updates import SqliteUpdates
from core.store.sqlite.usage_ledger import SqliteUsageLedger
from core.store.sqlite.worked_recordings import SqliteWorkedRecordings

__all__ = [
    "Database",
    "Instance",
    "SqliteAuditLog",
    "SqliteBotPeople",
    "SqliteCachedTranscripts",
    "SqliteChatPreferences",
    "SqliteDeliveries",
    "SqliteEndedRecords",
    "SqliteHistory",
    "SqliteIdentityAliases",
    "SqliteJobJournal",
    "SqliteJobParts",
    "SqliteMetricBuckets",
    "SqliteOwnership",
    "SqlitePersonalRecords",
    "SqliteTranscriptNotes",
    "SqliteTranslations",
    "SqliteUpdates",
    "SqliteUsageLedger",
    "SqliteWorkedRecordings",
    "sqlite_stores",
    "store_error",
]
