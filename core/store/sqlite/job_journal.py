"""The job journal: every job from before it is acknowledged until a person removes it."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlite_utils

from core.domain import Job, JobId, JobState, SourceReference, TranscriptionOptions
from core.domain.errors import ProcessCrashed, StoreError
from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.instance import Instance
from core.store.sqlite.job_rows import UNFINISHED, OfNewerVersion, error_text, job_of_row, options_text, row_of_job
from core.store.sqlite.marks import Mark, count_up
from core.store.sqlite.person_deletion import PersonalStore

logger = logging.getLogger(__name__)

_IN_UNFINISHED = f"state IN ({', '.join('?' * len(UNFINISHED))})"


MOST_CRASHES = 2
"""A job that was running in this many processes when they crashed is taken for the cause, and is failed."""


class SqliteJobJournal(PersonalStore):
    """Jobs in SQLite. A job belongs to one running instance; those of a dead one may be adopted."""

    def __init__(self, database: Database, instance: Instance) -> None:
        self._database = database
        self._instance = instance
        self._unwritten: dict[JobId, Job] = {}

    async def record(self, jobs: Sequence[Job]) -> None:
        """Write new jobs. When this returns they survive a power cut."""
        rows = [row_of_job(job, self._instance.id) for job in jobs]
        await self._database.write(lambda database: database.table("jobs").insert_all(rows, batch_size=50))

    async def update(self, job: Job) -> None:
        """Write a job's new state: durably where it is final, else so that it survives a crash.

        Its priority is written by `exchange_turns` alone. Raises `StoreError`; what could not be written then is
        written with the next update that can be.
        """
        late = [other for other in self._unwritten.values() if other.id != job.id]
        rows = [row_of_job(changed, self._instance.id) for changed in (*late, job)]
        changes = ", ".join(f"{column} = :{column}" for column in rows[0] if column not in ("id", "priority"))
        query = f"UPDATE jobs SET {changes} WHERE id = :id"  # noqa: S608  Columns are our own.
        is_durable = any(changed.state.is_final for changed in (*late, job))

        has_secret = any(
            changed.state.is_final and changed.source.location != changed.source.location_of_ended
            for changed in (*late, job)
        )

        def operation(database: sqlite_utils.Database) -> None:
            for row in rows:
                # What is run again may have been forgotten meanwhile, as it has ended long ago.
                if not database.execute(query, row).rowcount and row["state"] == JobState.QUEUED:
                    database.table("jobs").insert(row)
            if has_secret:
                count_up(database, Mark.LOG_TO_EMPTY)

        try:
            await self._database.write(operation, durable=is_durable)
        except StoreError:
            self._unwritten[job.id] = job
            raise
        self._unwritten.pop(job.id, None)
        for other in late:
            if self._unwritten.get(other.id) is other:
                del self._unwritten[other.id]
        if has_secret:
            await self._erase()

    async def exchange_turns(self, turns: Mapping[JobId, JobId]) -> None:
        """Give each of these jobs the priority and the turn that the other one has, so that they survive a crash."""
        turns = dict(turns)

        def operation(database: sqlite_utils.Database) -> None:
            query = """SELECT id, priority, coalesce(turn, rowid) FROM jobs
                WHERE id IN (SELECT value FROM json_each(?))"""
            rows = database.execute(query, [json.dumps(list(turns.values()))]).fetchall()
            found = {job_id: (priority, turn) for job_id, priority, turn in rows}
            changes = [(*found[other], job_id) for job_id, other in turns.items() if other in found]
            database.conn.executemany("UPDATE jobs SET priority = ?, turn = ? WHERE id = ?", changes)

        await self._database.write(operation, durable=False)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Delete what they have asked for."""
        query = "DELETE FROM jobs WHERE requester_channel = ? AND requester_user = ?"
        for requester in person.requesters:
            database.execute(query, [requester.channel, requester.user])

    async def _erase(self) -> None:
        """Have what was secret in an address leave the log, too. What is left of that to do, the next start does."""
        try:
            await self._database.erase()
        except StoreError as error:
            logger.warning("an address's secret part could not be erased from the log: %s", type(error).__name__)

    async def adopt_all(self) -> list[Job]:
        """Take over what instances that died left unfinished, in the order of first submission, queued again."""
        adopted = await self._adopt("", [])
        await self.forget_the_dead()
        return adopted

    async def forget_the_dead(self) -> None:
        """Delete the files of dead instances, except those whose jobs no instance has adopted yet."""

        def owners(connection: sqlite3.Connection) -> list[str]:
            query = f"SELECT DISTINCT instance FROM jobs WHERE {_IN_UNFINISHED}"  # noqa: S608
            return [str(row["instance"]) for row in connection.execute(query, UNFINISHED)]

        still_needed = await self._database.read(owners)
        await asyncio.to_thread(self._instance.forget_the_dead, still_needed)

    async def adopt(self, source: SourceReference, options: TranscriptionOptions) -> list[Job]:
        """Take over what a dead instance left unfinished of this very request."""
        where = "AND source_kind = ? AND source_location = ? AND options = ?"
        return await self._adopt(where, [source.kind, source.location, options_text(options)])

    async def _adopt(self, where: str, values: list[str]) -> list[Job]:
        def owners(connection: sqlite3.Connection) -> list[str]:
            query = f"SELECT DISTINCT instance FROM jobs WHERE {_IN_UNFINISHED} {where}"  # noqa: S608
            return [row["instance"] for row in connection.execute(query, [*UNFINISHED, *values])]

        names = await self._database.read(owners)
        dead = await asyncio.to_thread(lambda: [name for name in names if not self._instance.is_alive(name)])
        if not dead:
            return []
        crashed = await asyncio.to_thread(lambda: [name for name in dead if self._instance.has_crashed(name)])

        def operation(database: sqlite_utils.Database) -> list[Job]:
            _count_crashes(database, crashed)
            of_the_dead = f"instance IN ({', '.join('?' * len(dead))})"
            query = f"""UPDATE jobs SET instance = ?, state = ?, attempt = 0, started_at = NULL
                WHERE {_IN_UNFINISHED} AND {of_the_dead} {where} RETURNING rowid AS number, *"""  # noqa: S608
            cursor = database.execute(query, [self._instance.id, JobState.QUEUED, *UNFINISHED, *dead, *values])
            names = [column[0] for column in cursor.description]
            return self._readable(dict(zip(names, row, strict=True)) for row in cursor.fetchall())

        return sorted(await self._database.write(operation), key=lambda job: job.number)

    async def due_exports(self) -> list[Job]:
        """Done jobs of this instance, and of those that died, whose transcripts are still to be exported."""

        def owners(connection: sqlite3.Connection) -> list[str]:
            return [row["instance"] for row in connection.execute("SELECT instance FROM jobs WHERE export_due")]

        names = set(await self._database.read(owners))
        dead = await asyncio.to_thread(lambda: [name for name in names if not self._instance.is_alive(name)])

        def operation(database: sqlite_utils.Database) -> list[Job]:
            of_them = f"export_due AND instance IN ({', '.join('?' * (len(dead) + 1))})"
            cursor = database.execute(
                f"UPDATE jobs SET instance = ? WHERE {of_them} RETURNING rowid AS number, *",  # noqa: S608
                [self._instance.id, self._instance.id, *dead],
            )
            columns = [column[0] for column in cursor.description]
            return self._readable(dict(zip(columns, row, strict=True)) for row in cursor.fetchall())

        return await self._database.write(operation) if names else []

    async def find(self, job_id: JobId) -> Job | None:
        """A job as it was last written, of any instance; None where there is none of this id."""

        def operation(connection: sqlite3.Connection) -> list[Job]:
            rows = connection.execute("SELECT rowid AS number, * FROM jobs WHERE id = ?", [job_id])
            return self._readable(dict(row) for row in rows)

        return next(iter(await self._database.read(operation)), None)

    async def unfinished_of(self, location: str) -> list[JobId]:
        """The jobs that wait or run, in any process, of what is at this location."""

        def operation(connection: sqlite3.Connection) -> list[JobId]:
            query = f"SELECT id FROM jobs WHERE {_IN_UNFINISHED} AND source_location = ?"  # noqa: S608
            return [JobId(row["id"]) for row in connection.execute(query, [*UNFINISHED, location])]

        return await self._database.read(operation)

    async def finished(self, limit: int) -> list[Job]:
        """The newest finished jobs that were not removed from the table, in the order of their first submission."""

        def operation(connection: sqlite3.Connection) -> list[Job]:
            query = f"""SELECT rowid AS number, *,
                (SELECT provider FROM transcripts WHERE transcripts.id = jobs.transcript_id) AS provider
                FROM jobs WHERE NOT removed AND NOT {_IN_UNFINISHED} ORDER BY submitted_at DESC LIMIT ?"""  # noqa: S608
            return self._readable(dict(row) for row in connection.execute(query, [*UNFINISHED, limit]))

        return sorted(await self._database.read(operation), key=lambda job: job.number)

    async def set_removed(self, job_ids: Sequence[JobId], removed: bool) -> None:
        """Hide jobs from the table, or show them again."""

        def operation(database: sqlite_utils.Database) -> bool:
            has_text = False
            for job_id in job_ids:
                query = "SELECT 1 FROM job_parts WHERE job_id = ?"
                has_text |= removed and database.execute(query, [job_id]).fetchone() is not None
                database.execute("UPDATE jobs SET removed = ? WHERE id = ?", [int(removed), job_id])
            if has_text:  # What was done of them goes with that.
                count_up(database, Mark.LOG_TO_EMPTY)
            return has_text

        if await self._database.write(operation):
            await self._erase()

    def _readable(self, rows: Iterable[Mapping[str, Any]]) -> list[Job]:
        """The jobs of these rows, but for those whose row is damaged."""
        jobs: list[Job] = []
        for row in rows:
            try:
                jobs.append(job_of_row(row))
            except OfNewerVersion:
                self._database.unreadable("job", row["id"])
            except ValueError:
                logger.exception("The journal's row of job %s is damaged", row["id"])
                self._database.found_damage()
        return jobs


def _count_crashes(database: sqlite_utils.Database, crashed: Sequence[str]) -> None:
    """Jobs that ran while their process crashed are suspects; one that has seen it twice is not tried again."""
    for instance in crashed:
        query = "UPDATE jobs SET crashes = crashes + 1, state = ? WHERE state = ? AND instance = ?"
        database.execute(query, [JobState.QUEUED, JobState.RUNNING, instance])
        query = f"""SELECT id, source_name, source_kind, source_location FROM jobs
            WHERE crashes >= ? AND instance = ? AND {_IN_UNFINISHED}"""  # noqa: S608
        suspects = database.execute(query, [MOST_CRASHES, instance, *UNFINISHED]).fetchall()
        for job_id, name, kind, location in suspects:
            logger.error("Job %s has crashed Notula %d times and is not tried again", job_id, MOST_CRASHES)
            kept = SourceReference(kind, location, name).location_of_ended
            database.execute(
                """UPDATE jobs SET state = ?, error = ?, source_location = ?,
                    finished_at = coalesce(finished_at, started_at, submitted_at) WHERE id = ?""",
                [JobState.FAILED, error_text(ProcessCrashed(name=name).message), kept, job_id],
            )
            if kept != location:
                count_up(database, Mark.LOG_TO_EMPTY)
