"""History, job journal and their database."""

from core.store.sqlite import without_numpy  # noqa: F401 - before anything here imports sqlite-utils
from core.store.sqlite.aliases import IdentityAliases
from core.store.sqlite.audit_log import AuditLog
from core.store.sqlite.bot_people import BotPeople
from core.store.sqlite.cached_transcripts import CachedTranscripts
from core.store.sqlite.chat_preferences import ChatPreferencesStore
from core.store.sqlite.database import Database
from core.store.sqlite.history import History
from core.store.sqlite.instance import Instance
from core.store.sqlite.job_parts import JobParts
from core.store.sqlite.journal import JobJournal
from core.store.sqlite.usage import UsageLedger
from core.store.sqlite.worked_recordings import WorkedRecordings

__all__ = [
    "AuditLog",
    "BotPeople",
    "CachedTranscripts",
    "ChatPreferencesStore",
    "Database",
    "History",
    "IdentityAliases",
    "Instance",
    "JobJournal",
    "JobParts",
    "UsageLedger",
    "WorkedRecordings",
]
