"""The database's tables, made step by step so that every old file can be brought up to date."""

import sqlite_utils
from sqlite_utils.migrations import Migrations

from core.domain.job import OWNER
from core.store.sqlite.address_secrets import clean_addresses
from core.store.sqlite.indexing import index_notes
from core.store.sqlite.people_of_entries import split_shared_entries

migrations = Migrations("notula")


@migrations()
def m001_first_light(database: sqlite_utils.Database) -> None:
    """The job journal, the history with its full-text index, and the cache."""
    database.table("jobs").create(
        {
            "id": str,
            "instance": str,
            "state": str,
            "priority": int,
            "source_kind": str,
            "source_location": str,
            "source_name": str,
            "options": str,
            "requester_channel": str,
            "requester_user": str,
            "submitted_at": float,
            "started_at": float,
            "finished_at": float,
            "attempt": int,
            "error": str,
            "transcript_id": int,
            "from_cache": int,
            "removed": int,
        },
        pk="id",
        not_null={"instance", "state", "options", "submitted_at"},
        defaults={"removed": 0, "from_cache": 0, "attempt": 0},
    )
    database.table("jobs").create_index(["state", "instance"])
    database.table("transcripts").create(
        {
            "id": int,
            "cache_key": str,
            "content_hash": str,
            "name": str,
            "location": str,
            "created_at": float,
            "duration_s": float,
            "language": str,
            "provider": str,
            "model": str,
            "text": str,
            "body": bytes,
        },
        pk="id",
        not_null={"cache_key", "content_hash", "name", "text", "body"},
    )
    # The same file finished twice (a crash between two steps, a repeat) is one entry of the history.
    database.table("transcripts").create_index(["cache_key", "name"], unique=True)
    database.table("transcripts").create_index(["created_at"])
    database.table("transcripts").create_index(["content_hash"])
    database.table("transcripts").enable_fts(
        ["name", "text"], create_triggers=True, tokenize="unicode61 remove_diacritics 2"
    )
    database.table("cached_transcripts").create(
        {"key": str, "content_hash": str, "body": bytes, "created_at": float}, pk="key", not_null={"body"}
    )
    database.table("cached_transcripts").create_index(["content_hash"])


@migrations()
def m002_engine(database: sqlite_utils.Database) -> None:
    """What a bounded cache, identities known before the bytes, and jobs that bring down their process need."""
    database.table("jobs").add_column("crashes", int, not_null_default=0)
    database.table("cached_transcripts").add_column("used_at", float, not_null_default=0)
    database.table("cached_transcripts").add_column("size_bytes", int, not_null_default=0)
    database.execute("UPDATE cached_transcripts SET used_at = created_at, size_bytes = length(body)")
    database.table("cached_transcripts").create_index(["used_at"])
    database.table("identity_aliases").create(
        {"alias": str, "content_hash": str, "used_at": float}, pk="alias", not_null={"content_hash", "used_at"}
    )
    database.table("identity_aliases").create_index(["content_hash"])
    database.table("identity_aliases").create_index(["used_at"])


@migrations()
def m003_cheap_repeats(database: sqlite_utils.Database) -> None:
    """Repeated recordings leave the search index alone; the cache is summed and purged without reading its bodies."""
    database.execute("DROP TRIGGER transcripts_au")
    database.execute(
        """CREATE TRIGGER transcripts_au AFTER UPDATE OF name, text ON transcripts BEGIN
             INSERT INTO transcripts_fts (transcripts_fts, rowid, name, text)
               VALUES ('delete', old.rowid, old.name, old.text);
             INSERT INTO transcripts_fts (rowid, name, text) VALUES (new.rowid, new.name, new.text);
           END"""
    )
    # Merged in smaller steps and less often, so that no new transcript waits long for the index of all the others:
    # https://www.sqlite.org/fts5.html#the_automerge_configuration_option
    for option, value in (("pgsz", 2000), ("automerge", 16), ("crisismerge", 64)):
        database.execute("INSERT INTO transcripts_fts (transcripts_fts, rank) VALUES (?, ?)", [option, value])
    database.execute("DROP INDEX idx_cached_transcripts_used_at")
    database.table("cached_transcripts").create_index(["used_at", "size_bytes"])
    database.table("cached_transcripts").create_index(["created_at"])


@migrations()
def m004_usage(database: sqlite_utils.Database) -> None:
    """What was transcribed for whom by which provider, and what that may cost."""
    database.table("usage").create(
        {
            "day": str,
            "provider": str,
            "model": str,
            "channel": str,
            "user": str,
            "requests": int,
            "seconds": float,
            "cost_usd": float,
        },
        pk=("day", "provider", "model", "channel", "user"),
        not_null={"requests", "seconds", "cost_usd"},
    )


@migrations()
def m005_bot(database: sqlite_utils.Database) -> None:
    """Telegram's updates from before they are acknowledged, what people are owed, who they are, and the audit log."""
    database.table("telegram_updates").create(
        {"bot_id": int, "update_id": int, "chat_id": int, "body": str, "received_at": float, "handled": int},
        pk=("bot_id", "update_id"),
        not_null={"body", "received_at"},
        defaults={"handled": 0},
    )
    database.execute("CREATE INDEX idx_telegram_updates_open ON telegram_updates (bot_id, update_id) WHERE NOT handled")
    database.table("deliveries").create(
        {
            "id": str,
            "kind": str,
            "bot_id": int,
            "chat_id": int,
            "user_id": int,
            "job_id": str,
            "transcript_id": int,
            "created_at": float,
            "finished_at": float,
            "body": str,
            "messages": str,
        },
        pk="id",
        not_null={"kind", "bot_id", "chat_id", "user_id", "created_at", "body", "messages"},
        defaults={"messages": "[]"},
    )
    database.execute("CREATE INDEX idx_deliveries_open ON deliveries (bot_id) WHERE finished_at IS NULL")
    database.table("deliveries").create_index(["user_id", "created_at"])
    database.table("deliveries").create_index(["transcript_id"])
    database.table("bot_people").create(
        {
            "user_id": int,
            "access": str,
            "name": str,
            "username": str,
            "language_code": str,
            "first_seen_at": float,
            "last_seen_at": float,
            "unreachable": int,
        },
        pk="user_id",
        not_null={"access"},
        defaults={"unreachable": 0},
    )
    database.table("chat_preferences").create({"chat_id": int, "body": str}, pk="chat_id", not_null={"body"})
    database.table("audit_log").create(
        {"id": int, "at": float, "actor": str, "action": str, "detail": str},
        pk="id",
        not_null={"at", "actor", "action"},
    )
    database.table("audit_log").create_index(["at"])


@migrations()
def m006_lasting(database: sqlite_utils.Database) -> None:
    """Indexes for all that is looked up among many rows, how long a job's recording is, marks and notices.

    https://www.sqlite.org/partialindex.html: a query has to repeat an index's condition word for word.
    """
    for statement in (
        "ALTER TABLE jobs ADD COLUMN duration_s REAL",
        "CREATE INDEX idx_jobs_transcript ON jobs (transcript_id, requester_channel, requester_user)",
        "CREATE INDEX idx_jobs_requester ON jobs (requester_channel, requester_user)",
        "CREATE INDEX idx_jobs_shown ON jobs (submitted_at) WHERE NOT removed",
        "CREATE INDEX idx_jobs_ended ON jobs (finished_at) WHERE transcript_id IS NULL",
        "DROP INDEX idx_deliveries_open",
        "CREATE INDEX idx_deliveries_open ON deliveries (bot_id, user_id) WHERE finished_at IS NULL",
        "CREATE INDEX idx_deliveries_ended ON deliveries (finished_at) WHERE transcript_id IS NULL",
        "CREATE INDEX idx_deliveries_chat ON deliveries (chat_id, created_at)",
        "CREATE INDEX idx_deliveries_job ON deliveries (job_id)",
        "CREATE INDEX idx_deliveries_created ON deliveries (created_at)",
        "CREATE INDEX idx_deliveries_finished ON deliveries (finished_at)",
        "CREATE INDEX idx_telegram_updates_received ON telegram_updates (received_at)",
        "CREATE INDEX idx_bot_people_seen ON bot_people (last_seen_at)",
        "CREATE INDEX idx_bot_people_username ON bot_people (username COLLATE NOCASE)",
        "CREATE INDEX idx_bot_people_access ON bot_people (access) WHERE access != 'unknown'",
        "CREATE INDEX idx_usage_person ON usage (channel, user)",
        "CREATE TABLE store_marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE notices (id INTEGER PRIMARY KEY, at REAL NOT NULL, template TEXT NOT NULL, "
        "detail TEXT NOT NULL, told_at REAL)",
    ):
        database.execute(statement)


@migrations()
def m007_minutes_of_a_day(database: sqlite_utils.Database) -> None:
    """How much was transcribed for whom in the last 24 hours."""
    database.table("worked_recordings").create(
        {"work": str, "channel": str, "user": str, "seconds": float, "at": float},
        pk="work",
        not_null={"channel", "user", "seconds", "at"},
    )
    database.table("worked_recordings").create_index(["channel", "user", "at"])
    database.table("worked_recordings").create_index(["at"])


@migrations()
def m008_job_results(database: sqlite_utils.Database) -> None:
    """What is told of a finished job, whether it is still to be exported, and what is done of an unfinished one."""
    for statement in (
        "ALTER TABLE jobs ADD COLUMN notes TEXT",
        "ALTER TABLE jobs ADD COLUMN export_due INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE jobs ADD COLUMN export_error TEXT",
        "ALTER TABLE jobs ADD COLUMN done_share REAL",
        "CREATE INDEX idx_jobs_export_due ON jobs (instance) WHERE export_due",
        # Of a job's finished parts, `run` is the same for all requests with the same answer. The text that was shown
        # is a part without a key.
        "CREATE TABLE job_parts (job_id TEXT NOT NULL, key TEXT NOT NULL, run TEXT NOT NULL, body BLOB NOT NULL, "
        "PRIMARY KEY (job_id, key)) WITHOUT ROWID",
        "CREATE INDEX idx_job_parts_run ON job_parts (run)",
        # Whoever deletes, hides or ends a job erases its parts: no way to it can forget them.
        "CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs BEGIN DELETE FROM job_parts WHERE job_id = old.id; END",
        "CREATE TRIGGER jobs_done AFTER UPDATE OF state, removed ON jobs WHEN new.state = 'done' OR new.removed "
        "BEGIN DELETE FROM job_parts WHERE job_id = new.id; END",
    ):
        database.execute(statement)


@migrations()
def m009_addresses_without_secrets(database: sqlite_utils.Database) -> None:
    """Passwords, signatures and tokens in addresses leave all jobs that have ended, the history and its names."""
    clean_addresses(database)


@migrations()
def m010_lengths(database: sqlite_utils.Database) -> None:
    """How long the recordings of earlier jobs are, where their transcripts tell."""
    database.execute(
        """UPDATE jobs SET duration_s = (SELECT duration_s FROM transcripts WHERE id = transcript_id)
           WHERE duration_s IS NULL AND transcript_id IS NOT NULL"""
    )


@migrations()
def m011_metrics(database: sqlite_utils.Database) -> None:
    """Sums of metrics for charts of the last day at most; see `core.domain.metrics.BucketSum`."""
    database.execute(
        "CREATE TABLE metric_buckets (metric TEXT NOT NULL, label TEXT NOT NULL, step_s INTEGER NOT NULL, "
        "bucket INTEGER NOT NULL, total REAL NOT NULL, weight REAL NOT NULL, "
        "PRIMARY KEY (step_s, bucket, metric, label)) WITHOUT ROWID"
    )


@migrations()
def m012_entries_of_people(database: sqlite_utils.Database) -> None:
    """An entry for each person who has a transcript, which they may edit; what was transcribed stays beside the edit.

    `body` is what the cache gave and never changes. `edited_body` is the newest revision, NULL where there is none;
    `text` is what is searched: that of the revision, else that of the body.
    """
    for statement in (
        f"ALTER TABLE transcripts ADD COLUMN person TEXT NOT NULL DEFAULT '{OWNER}'",
        "ALTER TABLE transcripts ADD COLUMN edited_at REAL",
        "ALTER TABLE transcripts ADD COLUMN edited_body BLOB",
        "DROP INDEX idx_transcripts_cache_key_name",
        "CREATE UNIQUE INDEX idx_transcripts_entry ON transcripts (person, cache_key, name)",
        "CREATE INDEX idx_transcripts_cache_key ON transcripts (cache_key)",
    ):
        database.execute(statement)
    split_shared_entries(database)


@migrations()
def m013_searchable_texts(database: sqlite_utils.Database) -> None:
    """From here on names and texts are kept as `core.store.searchable` makes them, which older versions would show.

    Nothing is rewritten in this transaction, which all would wait for: `core.store.sqlite.indexing` does that later.
    """


@migrations()
def m014_library(database: sqlite_utils.Database) -> None:
    """One index for all that the library filters, orders and counts by: no text is read for what isn't shown."""
    for statement in (
        "DROP INDEX idx_transcripts_created_at",
        "CREATE INDEX idx_transcripts_library ON transcripts "
        "(created_at, person, language, provider, duration_s, edited_at)",
    ):
        database.execute(statement)


@migrations()
def m015_turns(database: sqlite_utils.Database) -> None:
    """In which order the owner's waiting jobs begin, where they were moved; else that of their rows."""
    database.execute("ALTER TABLE jobs ADD COLUMN turn INTEGER")


@migrations()
def m016_translations(database: sqlite_utils.Database) -> None:
    """Translations that stay with their transcripts; see `core.domain.translation`."""
    for statement in (
        "CREATE TABLE translations (transcript_id INTEGER NOT NULL, language TEXT NOT NULL, made_at REAL NOT NULL, "
        "body BLOB NOT NULL, PRIMARY KEY (transcript_id, language))",
        # Whoever deletes a transcript deletes them: no way to it can forget them.
        "CREATE TRIGGER transcripts_gone AFTER DELETE ON transcripts BEGIN "
        "DELETE FROM translations WHERE transcript_id = old.id; END",
    ):
        database.execute(statement)


@migrations()
def m017_transcript_notes(database: sqlite_utils.Database) -> None:
    """What a person has noted about a transcript; it goes with that."""
    for statement in (
        "CREATE TABLE transcript_notes "
        "(transcript_id INTEGER PRIMARY KEY, edited_at REAL NOT NULL, text TEXT NOT NULL)",
        "CREATE TRIGGER transcripts_gone_notes AFTER DELETE ON transcripts BEGIN "
        "DELETE FROM transcript_notes WHERE transcript_id = old.id; END",
    ):
        database.execute(statement)


@migrations()
def m018_watched_folders(database: sqlite_utils.Database) -> None:
    """The files of watched folders, and which contents have counted; see `core.store.watch_stores`."""
    for statement in (
        "CREATE TABLE watched_folders (folder TEXT PRIMARY KEY NOT NULL, device TEXT NOT NULL, ended_at REAL)",
        "CREATE TABLE watched_files (folder TEXT NOT NULL, path TEXT NOT NULL, size_bytes INTEGER NOT NULL, "
        "modified_ns INTEGER NOT NULL, content TEXT, PRIMARY KEY (folder, path)) WITHOUT ROWID",
        "CREATE TABLE watched_contents (folder TEXT NOT NULL, content TEXT NOT NULL, job_id TEXT NOT NULL, "
        "submitted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (folder, content)) WITHOUT ROWID",
        "CREATE TRIGGER watched_folders_gone AFTER DELETE ON watched_folders BEGIN "
        "DELETE FROM watched_files WHERE folder = old.folder; "
        "DELETE FROM watched_contents WHERE folder = old.folder; END",
    ):
        database.execute(statement)


@migrations()
def m019_search_in_notes(database: sqlite_utils.Database) -> None:
    """A full-text index of the notes, which from here on are kept as `core.store.searchable` makes them."""
    database.table("transcript_notes").enable_fts(
        ["text"], create_triggers=True, tokenize="unicode61 remove_diacritics 2"
    )
    index_notes(database)


@migrations()
def m020_watched_scopes(database: sqlite_utils.Database) -> None:
    """Which part of each watched folder was watched: where that differs, what lies in the rest must not count."""
    database.execute("ALTER TABLE watched_folders ADD COLUMN scope TEXT NOT NULL DEFAULT ''")


@migrations()
def m021_given_names(database: sqlite_utils.Database) -> None:
    """An entry that a person has named keeps its recording's own name beside it, by which repeats find it."""
    for statement in (
        "ALTER TABLE transcripts ADD COLUMN recording_name TEXT",
        "DROP INDEX idx_transcripts_entry",
        "CREATE UNIQUE INDEX idx_transcripts_entry ON transcripts (person, cache_key, coalesce(recording_name, name))",
    ):
        database.execute(statement)
