"""All stores of one SQLite file."""

from collections.abc import Callable
from pathlib import Path

from core.store.sqlite.aliases import SqliteIdentityAliases
from core.store.sqlite.audit_log import SqliteAuditLog
from core.store.sqlite.bot_chats import SqliteBotChats
from core.store.sqlite.bot_people import SqliteBotPeople
from core.store.sqlite.cached_transcripts import SqliteCachedTranscripts
from core.store.sqlite.chat_preferences import SqliteChatPreferences
from core.store.sqlite.database import Database
from core.store.sqlite.deliveries import SqliteDeliveries
from core.store.sqlite.ended_records import SqliteEndedRecords
from core.store.sqlite.history import SqliteHistory
from core.store.sqlite.instance import Instance
from core.store.sqlite.job_journal import SqliteJobJournal
from core.store.sqlite.job_parts import SqliteJobParts
from core.store.sqlite.metric_buckets import SqliteMetricBuckets
from core.store.sqlite.ownership import SqliteOwnership
from core.store.sqlite.person_deletion import SqlitePersonDeletion, stores_in
from core.store.sqlite.personal_records import SqlitePersonalRecords
from core.store.sqlite.transcript_notes import SqliteTranscriptNotes
from core.store.sqlite.translations import SqliteTranslations
from core.store.sqlite.updates import SqliteUpdates
from core.store.sqlite.usage_ledger import SqliteUsageLedger
from core.store.sqlite.watched_files import SqliteWatchedFiles
from core.store.sqlite.worked_recordings import SqliteWorkedRecordings
from core.store.stores import BotStores, Stores


def sqlite_stores(database: Database, file: Path, instance: Instance, clock: Callable[[], float]) -> Stores:
    """The stores of an open database, which is in `file`. `clock` gives seconds since the epoch."""

    def for_bot(bot_id: int) -> BotStores:
        updates = SqliteUpdates(database, bot_id, clock)
        deliveries = SqliteDeliveries(database, bot_id, clock)
        people = SqliteBotPeople(database, clock)
        preferences = SqliteChatPreferences(database)
        audit_log = SqliteAuditLog(database, clock)
        personal_records = SqlitePersonalRecords(database, bot_id)
        ownership = SqliteOwnership(database)
        of_bot = (updates, deliveries, people, preferences, audit_log, personal_records, ownership)
        deletion = SqlitePersonDeletion(database, (*stores_in(stores), *of_bot))
        return BotStores(*of_bot, deletion)

    stores = Stores(
        history=SqliteHistory(database),
        transcript_notes=SqliteTranscriptNotes(database),
        translations=SqliteTranslations(database),
        cached_transcripts=SqliteCachedTranscripts(database),
        aliases=SqliteIdentityAliases(database, clock),
        jobs=SqliteJobJournal(database, instance),
        job_parts=SqliteJobParts(database),
        usage=SqliteUsageLedger(database),
        worked_recordings=SqliteWorkedRecordings(database),
        metric_buckets=SqliteMetricBuckets(database),
        ended_records=SqliteEndedRecords(database, file, clock),
        bot_chats=SqliteBotChats(database),
        watched_files=SqliteWatchedFiles(database, clock),
        maintenance=database,
        instance=instance,
        for_bot=for_bot,
    )
    return stores
