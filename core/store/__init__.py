"""History, job journal and their database."""

from core.store.aliases import IdentityAliases
from core.store.cached import CachedTranscripts
from core.store.database import Database
from core.store.history import History
from core.store.instance import Instance
from core.store.journal import JobJournal
from core.store.usage import UsageLedger

__all__ = ["CachedTranscripts", "Database", "History", "IdentityAliases", "Instance", "JobJournal", "UsageLedger"]
