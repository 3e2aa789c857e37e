"""No query looks at every row of a table that grows, whatever there is in it; but for those that are meant to."""

import contextlib
import importlib
import inspect
import pkgutil
import re
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlite_utils

import core.store.sqlite
from core.domain import (
    CacheKey,
    ContentHash,
    HistoryFilter,
    HistoryOrder,
    IdentityAlias,
    JobId,
    JobState,
    Requester,
    TranscriptId,
)
from core.domain.bot import Access, BotPerson, ChatPreferences, Delivery, DeliveryKind, ReceivedUpdate, delivery_id
from core.domain.metrics import BucketSum
from core.domain.part import FinishedPart
from core.domain.person import Person
from core.domain.translation import TranslatedLine, Translation
from core.domain.usage import Usage, UsageKey
from core.store import FileStamp, KnownFile
from core.store.sqlite import (
    Database,
    Instance,
    SqliteAuditLog,
    SqliteBotPeople,
    SqliteCachedTranscripts,
    SqliteChatPreferences,
    SqliteHistory,
    SqliteIdentityAliases,
    SqliteJobJournal,
    SqliteMetricBuckets,
    SqliteTranscriptNotes,
    SqliteTranslations,
    SqliteUsageLedger,
    SqliteWorkedRecordings,
    sqlite_stores,
)
from core.store.sqlite.bot_chats import SqliteBotChats
from core.store.sqlite.deliveries import SqliteDeliveries
from core.store.sqlite.ended_records import SqliteEndedRecords
from core.store.sqlite.erasure import Erasure
from core.store.sqlite.job_parts import SqliteJobParts
from core.store.sqlite.ownership import SqliteOwnership
from core.store.sqlite.personal_records import SqlitePersonalRecords
from core.store.sqlite.updates import SqliteUpdates
from core.store.sqlite.watched_files import SqliteWatchedFiles
from tests.unit.samples import HASH, THE_OWNER, make_job, make_source, make_transcript

ROWS = 40_000
BOT = 99
ADA = 7
OF_ADA = Requester("telegram", "7")
FINISHED = FinishedPart("part", "groq", "turbo", "{}", (0.0,), None, "en", ())
NOW = 2_000_000.0

_NUMBERS = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})"

FILLING = (
    f"""{_NUMBERS} INSERT INTO transcripts (id, cache_key, content_hash, name, created_at, duration_s, text, body)
        SELECT i, 'key' || i, 'hash' || i, i || '.ogg', i, 60, 'word' || (i % 1000), x'00' FROM n""",
    # Of 5,000 people, who each have 8; one in ten failed, some are still under way.
    f"""{_NUMBERS} INSERT INTO jobs (id, instance, state, priority, source_kind, source_location, source_name, options,
            requester_channel, requester_user, submitted_at, started_at, finished_at, transcript_id, removed)
        SELECT 'old-job-' || i, 'gone', CASE WHEN i % 10 THEN 'done' ELSE 'failed' END, 0, 'telegram', 'at' || i,
            i || '.ogg', '{{}}', 'telegram', CAST(i % 5000 AS TEXT), i, i, i, CASE WHEN i % 10 THEN i END, i % 100 > 0
        FROM n""",
    f"""{_NUMBERS} INSERT INTO deliveries (id, kind, bot_id, chat_id, user_id, job_id, transcript_id, created_at,
            finished_at, body, messages)
        SELECT 'delivery' || i, 'transcript', {BOT}, i % 5000, i % 5000, 'old-job-' || i, CASE WHEN i % 10 THEN i END,
            i, CASE WHEN i % 50 THEN i END, json_object('id', 'd' || i, 'kind', 'transcript', 'chat_id', 1,
            'user_id', i % 5000, 'reply_to', 1, 'interface_language', 'en', 'created_at', i), '[]' FROM n""",
    f"""{_NUMBERS} INSERT INTO telegram_updates (bot_id, update_id, chat_id, body, received_at, handled)
        SELECT {BOT}, i, i % 5000, '', i, i % 1000 > 0 FROM n""",
    f"""{_NUMBERS} INSERT INTO cached_transcripts (key, content_hash, body, created_at, used_at, size_bytes)
        SELECT 'key' || i, 'hash' || i, x'00', {NOW} + i, {NOW} + i, 1 FROM n""",
    f"""{_NUMBERS} INSERT INTO identity_aliases (alias, content_hash, used_at)
        SELECT 'alias' || i, 'hash' || i, {NOW} + i FROM n""",
    f"""{_NUMBERS} INSERT INTO bot_people (user_id, access, name, username, first_seen_at, last_seen_at)
        SELECT i, CASE WHEN i % 1000 THEN 'unknown' ELSE 'allowed' END, 'A', 'user' || i, i, i FROM n""",
    f"{_NUMBERS} INSERT INTO chat_preferences (chat_id, body) SELECT i, '{{}}' FROM n",
    f"""{_NUMBERS} INSERT INTO usage (day, provider, model, channel, user, requests, seconds, cost_usd)
        SELECT date('2020-01-01', '+' || (i % 1000) || ' days'), 'groq', 'turbo', 'telegram', CAST(i / 20 AS TEXT),
            1, 1, 1 FROM n""",
    f"""{_NUMBERS} INSERT INTO worked_recordings (work, channel, user, seconds, at)
        SELECT 'work' || i, 'telegram', CAST(i % 5000 AS TEXT), 1, {NOW} + i FROM n""",
    f"""{_NUMBERS} INSERT INTO metric_buckets (metric, label, step_s, bucket, total, weight)
        SELECT 'requests', 'accepted', 10, i, 1, 0 FROM n""",
    f"""{_NUMBERS} INSERT INTO job_parts (job_id, key, run, body)
        SELECT 'old-job-' || (i / 10), i, 'run' || (i / 10), x'00' FROM n""",
    f"""{_NUMBERS} INSERT INTO watched_files (folder, path, size_bytes, modified_ns)
        SELECT 'folder' || (i / 1000), i, 1, 1 FROM n""",
    f"""{_NUMBERS} INSERT INTO watched_contents (folder, content, job_id)
        SELECT 'folder' || (i / 1000), i, i FROM n""",
    f"""{_NUMBERS} INSERT INTO transcript_notes (transcript_id, edited_at, text)
        SELECT i, i, 'noted' || (i % 1000) FROM n""",
    f"""{_NUMBERS} INSERT INTO audit_log (at, actor, action, detail)
        SELECT {NOW} - 10, i % 5000, 'allow', '' FROM n WHERE i <= 10000""",
)


GROWING = {
    "jobs",
    "transcripts",
    "deliveries",
    "telegram_updates",
    "cached_transcripts",
    "identity_aliases",
    "bot_people",
    "chat_preferences",
    "usage",
    "worked_recordings",
    "metric_buckets",
    "job_parts",
    "watched_files",
    "watched_contents",
    "transcript_notes",
}
"""The audit log is kept to 10,000 entries."""

ALIASES = {"t": "transcripts", "d": "deliveries", "other": "deliveries"}

MOST_THOUSANDS = 60
"""Of SQLite's steps in one call; to look at 40,000 rows takes more than 120."""

MEANT_TO = {
    "SqliteHistory.page": "a search looks at all that it finds, and both count the history",
    "SqliteHistory.summary": "tells what all of the history is made of, by an index",
    "SqlitePersonalRecords.page": "a search looks at all that it finds",
    "SqlitePersonDeletion.forget": "goes through the audit log, which is kept short",
    "SqliteCachedTranscripts.put": "once in 200 puts the sizes are summed",
    "SqliteCachedTranscripts.purge": "once an hour the sizes are summed",
    "SqliteCachedTranscripts.clear": "deletes all, some at a time",
    "SqliteIdentityAliases.remember": "once in 200 they are counted",
    "SqliteIdentityAliases.clear": "deletes all, some at a time",
    "SqliteEndedRecords.purge": "deletes many, some at a time",
    "SqliteBotPeople.count": "counts",
    "SqliteBotChats.newest": "sums what each of those who are shown has, by an index",
    "SqliteBotPeople.load": "reads an index of those few whom the owner has said something of",
    "SqliteJobJournal.due_exports": "reads an index of those few that are to be exported",
    "SqliteBotPeople.reachable": "for what is told to everybody",
    "SqliteDeliveries.unfinished": "for the start: all that is owed",
}


def parts_of_the_store() -> set[type]:
    """Every class of the store that others await something of, but for those that run statements for these."""
    found: set[type] = set()
    for module in pkgutil.iter_modules(core.store.sqlite.__path__):
        for _, each in inspect.getmembers(importlib.import_module(f"core.store.sqlite.{module.name}"), inspect.isclass):
            is_ours = (
                each.__module__.startswith("core.store.sqlite.") and each is not Erasure and not hasattr(each, "write")
            )
            if is_ours and inspect.getmembers(each, inspect.iscoroutinefunction):
                found.add(each)
    return found


class Watched:
    """One part of the store; what is called of it is done while the database is watched."""

    def __init__(self, watch: "Watch", part: object) -> None:
        self._watch = watch
        self._part = part

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        called = f"{type(self._part).__name__}.{name}"

        async def call(*values: object, **more: object) -> Any:
            self._watch.called = called
            self._watch.all_called.add(called)
            return await getattr(self._part, name)(*values, **more)

        return call


class Watch:
    """Notes every statement that is run, and how much work each call is, in thousands of SQLite's steps."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.called = ""
        self.statements: dict[tuple[str, str], str] = {}
        self.thousands: dict[str, int] = {}
        self.all_called: set[str] = set()
        self.plans: list[tuple[str, str, list[str]]] = []

    def explain(self, file: Path) -> None:
        """What SQLite does for each statement, by what was called, the statement, and the steps."""
        with contextlib.closing(sqlite3.connect(file)) as connection:
            for (called, _), statement in self.statements.items():
                if re.match(r"(?i)(WITH|SELECT|INSERT|UPDATE|DELETE|REPLACE)", statement.lstrip()):
                    rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}")
                    self.plans.append((called, " ".join(statement.split()), [row[3] for row in rows]))

    async def begin(self) -> None:
        await self._database.read(self._begin)
        await self._database.write(lambda database: self._begin(database.conn))

    def _begin(self, connection: sqlite3.Connection) -> None:
        connection.set_trace_callback(self._note)
        connection.set_progress_handler(self._count, 1000)

    def _note(self, statement: str) -> None:
        if not statement.startswith("--") and not re.search(
            "(transcripts|transcript_notes)_fts_", statement
        ):  # Of triggers, and of the index.
            self.statements[self.called, re.sub(r"'[^']*'|\d+", "?", statement)] = statement

    def _count(self) -> int:
        self.thousands[self.called] = self.thousands.get(self.called, 0) + 1
        return 0


async def use_everything(database: Database, watch: Watch, instance: Instance, file: Path) -> None:
    def watched(part: object) -> Any:
        return Watched(watch, part)

    clock = lambda: NOW  # noqa: E731
    history, journal = watched(SqliteHistory(database)), watched(SqliteJobJournal(database, instance))
    cached, aliases = watched(SqliteCachedTranscripts(database)), watched(SqliteIdentityAliases(database, clock))
    people, preferences = watched(SqliteBotPeople(database, clock)), watched(SqliteChatPreferences(database))
    deliveries, updates = watched(SqliteDeliveries(database, BOT, clock)), watched(SqliteUpdates(database, BOT, clock))
    records, ownership = watched(SqlitePersonalRecords(database, BOT)), watched(SqliteOwnership(database))
    ended = watched(SqliteEndedRecords(database, file, lambda: 5_000.0 + 90 * 24 * 3600.0))
    deletion = watched(sqlite_stores(database, file, instance, clock).for_bot(BOT).person_deletion)
    parts, worked = watched(SqliteJobParts(database)), watched(SqliteWorkedRecordings(database))
    usage, audit = watched(SqliteUsageLedger(database)), watched(SqliteAuditLog(database, clock))
    buckets = watched(SqliteMetricBuckets(database))
    key, transcript = CacheKey("new key"), make_transcript()

    await cached.get(CacheKey("key5"))
    await cached.put(key, HASH, transcript, NOW)
    for number in range(1, 21):
        await cached.touch(CacheKey(f"key{number}"), NOW)
    await cached.purge(1.0)

    saved = await history.save(make_source(), key, HASH, transcript, NOW, requester=THE_OWNER)
    await history.save(
        make_source("b.wav"), CacheKey("another"), HASH, transcript, NOW, requester=THE_OWNER, made_of=JobId("one")
    )
    await history.save(make_source(), key, HASH, transcript, NOW, requester=THE_OWNER)
    await history.get(saved)
    await history.original(saved)
    await history.has_content(HASH)
    entry = await history.entry(saved)
    assert entry is not None
    await history.move(entry, HASH, "/elsewhere/talk.wav")
    await history.rename(entry.id, "Talk with Ann")
    await history.update(saved, transcript, NOW)
    await history.original(saved)
    await history.page("", 10, 0)
    await history.page("word5", 10, 0)
    chosen = HistoryFilter(1.0, NOW, THE_OWNER, "id", "groq", True, 1.0, 99.0, HistoryOrder.LONGEST)
    await history.page("", 10, 0, chosen)
    await history.page("word5", 10, 0, chosen)
    await history.summary()
    translations = watched(SqliteTranslations(database))
    await translations.keep(saved, Translation("id", (TranslatedLine("a", "b"),), "groq", "llama"), NOW)
    await translations.get(saved, "id")
    notes = watched(SqliteTranscriptNotes(database))
    await notes.keep(saved, "Ask Ann.", NOW)
    await notes.keep(TranscriptId(20_000), "", NOW)
    await notes.get(saved)
    await history.get(saved, with_notes=True)
    await history.page("noted5", 10, 0)
    await history.page("word5 noted5", 10, 0, chosen)
    await history.delete([saved, TranscriptId(20_000)])

    job = make_job()
    await journal.record([job])
    await journal.find(job.id)
    await journal.update(job.moved_to(JobState.RUNNING))
    await journal.exchange_turns({job.id: JobId("5"), JobId("5"): job.id})
    await journal.adopt_all()
    await journal.adopt(job.source, job.options)
    await journal.forget_the_dead()
    await journal.due_exports()
    await parts.keep(job.id, CacheKey("run"), [FINISHED], {}, "2026-11")
    await parts.keep_shown(job.id, transcript.segments)
    await parts.of_run(CacheKey("run"))
    await parts.shown(job.id)
    await parts.put_back(await parts.of_jobs([job.id]))
    await parts.note_erased()
    await worked.reserve("work", OF_ADA, 5.0, 50.0, at=NOW, since=NOW)
    await worked.settle("work", OF_ADA, 5.0, at=NOW)
    await journal.unfinished_of(job.source.location)
    await journal.finished(200)
    await journal.set_removed([job.id], removed=True)

    await aliases.remember(IdentityAlias("new"), ContentHash("x"))
    await aliases.content_of(IdentityAlias("new"))
    await aliases.purge_expired()

    await people.load()
    await people.seen(BotPerson(ADA, "Ada", "ada", "en"))
    await people.set_access(ADA, Access.ALLOWED)
    await people.set_unreachable(ADA)
    await people.get(ADA)
    await people.find("ADA")
    await people.newest(10)
    await people.count()
    await people.reachable()

    await preferences.get(ADA)
    await preferences.set(ADA, ChatPreferences())
    await preferences.move(ADA, 500_000)

    owed = Delivery(delivery_id(BOT, 1), DeliveryKind.TRANSCRIPT, ADA, ADA, 1, "en", NOW, job_id=JobId("job"))
    await deliveries.open(owed)
    await deliveries.set_messages(owed.id, ADA, [4])
    await deliveries.set_transcript(owed.id, TranscriptId(8))
    await deliveries.silences(60.0)
    await deliveries.get(owed.id)
    await deliveries.unfinished()
    await deliveries.unfinished_of(ADA)
    await deliveries.at_message(ADA, 4)
    await deliveries.about(TranscriptId(8))
    await deliveries.finish(owed.id)
    await deliveries.forget(TranscriptId(8), ADA)

    await ownership.has_other_requester(TranscriptId(10), OF_ADA)
    await ownership.detach(TranscriptId(10), OF_ADA)

    await records.page(ADA, limit=5)
    await records.page(ADA, "word7", limit=5)
    await records.totals(ADA)
    await records.own_transcripts(ADA, OF_ADA)
    await records.own_transcripts(ADA, Requester("telegram"))

    await updates.record([ReceivedUpdate(500_000, ADA, "{}")])
    await updates.unhandled(100, of_chat=20)
    await updates.handled([500_000])
    await ended.purge()

    await usage.add({UsageKey("2020-02-01", "groq", "turbo", "telegram", "7"): Usage(1, 1.0, 1.0)}, "2020-02")
    await usage.cost_usd("2020-02")
    await usage.rows("2020-02")
    await buckets.load({10: ROWS - 90, 60: 0})
    await buckets.add([BucketSum("requests", "accepted", 10, ROWS, 1.0, 0.0)], {10: 10, 60: 0})
    await audit.record("7", "allow", "8")
    await audit.newest(10)
    chats = watched(SqliteBotChats(database))
    await chats.newest(100)
    await chats.has_answered(ADA)
    watched_files = watched(SqliteWatchedFiles(database, lambda: NOW))
    await watched_files.begin("/calls", "", "1", {"new.wav": FileStamp(1, 1)})
    await watched_files.load("/calls", "")
    await watched_files.note("/calls", {"a.wav": KnownFile(FileStamp(1, 1), HASH)}, {HASH: JobId("watched")})
    await watched_files.submitted("/calls", [HASH])
    await watched_files.watch_only(["/calls"])

    await deletion.forget(Person(ADA, frozenset({OF_ADA})))
    await updates.erase()
    await cached.clear()
    await aliases.clear()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watch(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    """What is seen while everything that there is in the store is used once, among so many rows of each kind.

    Once for all tests, as it takes seconds to fill the tables.
    """
    folder = tmp_path_factory.mktemp("everything")
    file = folder / "notula.db"
    database = await Database.open(file)

    def fill(database: sqlite_utils.Database) -> None:
        for statement in FILLING:
            database.execute(statement)

    await database.write(fill, durable=False)
    instance = Instance(folder / "instances", lambda: "this")
    instance.announce()
    watch = Watch(database)
    await watch.begin()
    await use_everything(database, watch, instance, file)
    instance.leave()
    await database.close()
    watch.explain(file)
    return watch


async def test_what_is_looked_for_is_found_without_looking_at_everything(watch: Watch) -> None:
    """Nothing of this is a hand-kept list of statements."""
    scanning = {
        (called, statement)
        for called, statement, plan in watch.plans
        if any(_is_scan(step, statement) for step in plan)
    }
    assert {called for called, _ in scanning} <= MEANT_TO.keys(), sorted(scanning)
    laborious = {called: thousands for called, thousands in watch.thousands.items() if thousands > MOST_THOUSANDS}
    assert laborious.keys() <= MEANT_TO.keys(), laborious
    assert len(watch.plans) > 80
    public = {
        f"{part.__name__}.{name}"
        for part in parts_of_the_store()
        for name, method in inspect.getmembers(part, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    assert public - watch.all_called == set(), "not used by this test"


def _is_scan(step: str, statement: str) -> bool:
    """Whether a step of a plan looks at all rows; in the order of an index up to a limit it looks at those it wants."""
    found = re.match(r"SCAN (\w+)( USING (COVERING )?INDEX)?", step)
    if found is None or ALIASES.get(found[1], found[1]) not in GROWING:
        return False
    return not (found[2] and re.search(r"LIMIT \d+", statement))


async def test_what_the_library_filters_and_counts_is_read_from_its_index_alone(watch: Watch) -> None:
    """Rows are as large as the texts in them; reading all of these to count some takes seconds on a slow drive."""
    steps = [
        step
        for called, statement, plan in watch.plans
        if called in ("SqliteHistory.page", "SqliteHistory.summary") and "transcripts_fts" not in statement
        for step in plan
        if re.match(r"(SCAN|SEARCH) (t|transcripts)\b", step)
    ]
    by_number = [step for step in steps if "USING INTEGER PRIMARY KEY" in step]
    assert by_number
    assert [step for step in steps if step not in by_number and "USING COVERING INDEX" not in step] == []
