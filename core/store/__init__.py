"""History, job journal and their database."""

from core.store import without_numpy  # noqa: F401 - before anything here imports sqlite-utils
from core.store.aliases import IdentityAliases
from core.store.audit_log import AuditLog
from core.store.bot_people import BotPeople
from core.store.cached import CachedTranscripts
from core.store.chat_preferences import ChatPreferencesStore
from core.store.database import Database
from core.store.history import History
from core.store.instance import Instance
from core.store.job_parts import JobParts
from core.store.journal import JobJournal
from core.store.usage import UsageLedger
from core.store.worked import WorkedRecordings

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
