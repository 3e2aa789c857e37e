"""The job journal: every job from before it is acknowledged until a person removes it."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlite_utils

from core.domain import (
    Job,
    JobId,
    JobState,
    Message,
    Priority,
    Requester,
    SourceReference,
    TranscriptId,
    TranscriptionOptions,
)
from core.store.database import Database
from core.store.instance import Instance

_UNFINISHED = tuple(state.value for state in JobState if not state.is_final)
_IN_UNFINISHED = f"state IN ({', '.join('?' * len(_UNFINISHED))})"


class JobJournal:
    """Jobs in SQLite. A job belongs to one running instance; those of a dead one may be adopted."""

    def __init__(self, database: Database, instance: Instance) -> None:
        self._database = database
        self._instance = instance

    async def record(self, jobs: Sequence[Job]) -> None:
        """Write new jobs. When this returns they survive a power cut."""
        rows = [self._row(job) for job in jobs]
        await self._database.write(lambda database: database.table("jobs").insert_all(rows, batch_size=50))

    async def update(self, job: Job) -> None:
        """Write a job's new state: durably where it is final, else so that it survives a crash."""
        row = self._row(job)
        changes = ", ".join(f"{column} = :{column}" for column in row if column != "id")
        query = f"UPDATE jobs SET {changes} WHERE id = :id"  # noqa: S608  Columns are our own.
        await self._database.write(lambda database: database.execute(query, row), durable=job.state.is_final)

    async def adopt_all(self) -> list[Job]:
        """Take over what instances that died left unfinished, in the order of submission, queued again."""
        return await self._adopt("", [])

    async def adopt(self, source: SourceReference, options: TranscriptionOptions) -> list[Job]:
        """Take over what a dead instance left unfinished of this very request."""
        where = "AND source_kind = ? AND source_location = ? AND options = ?"
        return await self._adopt(where, [source.kind, source.location, _options_text(options)])

    async def _adopt(self, where: str, values: list[str]) -> list[Job]:
        def owners(connection: sqlite3.Connection) -> list[str]:
            query = f"SELECT DISTINCT instance FROM jobs WHERE {_IN_UNFINISHED} {where}"  # noqa: S608
            return [row["instance"] for row in connection.execute(query, [*_UNFINISHED, *values])]

        names = await self._database.read(owners)
        dead = await asyncio.to_thread(lambda: [name for name in names if not self._instance.is_alive(name)])
        if not dead:
            return []

        def operation(database: sqlite_utils.Database) -> list[dict[str, Any]]:
            of_the_dead = f"instance IN ({', '.join('?' * len(dead))})"
            query = f"""UPDATE jobs SET instance = ?, state = ?, attempt = 0, started_at = NULL
                WHERE {_IN_UNFINISHED} AND {of_the_dead} {where} RETURNING *"""  # noqa: S608
            cursor = database.execute(query, [self._instance.id, JobState.QUEUED, *_UNFINISHED, *dead, *values])
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        rows = await self._database.write(operation)
        return sorted((_job(row) for row in rows), key=lambda job: job.submitted_at)

    async def finished(self, limit: int) -> list[Job]:
        """The newest finished jobs that nobody removed, oldest first."""

        def operation(connection: sqlite3.Connection) -> list[Job]:
            query = f"""SELECT * FROM jobs WHERE NOT removed AND NOT {_IN_UNFINISHED}
                ORDER BY submitted_at DESC LIMIT ?"""  # noqa: S608
            return [_job(dict(row)) for row in connection.execute(query, [*_UNFINISHED, limit])]

        return list(reversed(await self._database.read(operation)))

    async def set_removed(self, job_ids: Sequence[JobId], removed: bool) -> None:
        """Hide jobs from the table, or show them again."""

        def operation(database: sqlite_utils.Database) -> None:
            for job_id in job_ids:
                database.execute("UPDATE jobs SET removed = ? WHERE id = ?", [removed, job_id])

        await self._database.write(operation)

    def _row(self, job: Job) -> dict[str, Any]:
        return {
            "id": job.id,
            "instance": self._instance.id,
            "state": job.state.value,
            "priority": int(job.priority),
            "source_kind": job.source.kind,
            "source_location": job.source.location,
            "source_name": job.source.name,
            "options": _options_text(job.options),
            "requester_channel": job.requester.channel,
            "requester_user": job.requester.user,
            "submitted_at": job.submitted_at,
            "started_at": job.started_at,
            "finished_at": job.finished_at,
            "attempt": job.attempt,
            "error": json.dumps([job.error.template, dict(job.error.values)]) if job.error else None,
            "transcript_id": job.transcript_id,
            "from_cache": int(job.from_cache),
        }


def _options_text(options: TranscriptionOptions) -> str:
    return json.dumps(asdict(options), sort_keys=True)


def _job(row: dict[str, Any]) -> Job:
    error = json.loads(row["error"]) if row["error"] else None
    return Job(
        id=JobId(row["id"]),
        source=SourceReference(row["source_kind"], row["source_location"], row["source_name"]),
        options=TranscriptionOptions(**json.loads(row["options"])),
        requester=Requester(row["requester_channel"], row["requester_user"]),
        submitted_at=row["submitted_at"],
        priority=Priority(row["priority"]),
        state=JobState(row["state"]),
        attempt=row["attempt"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        error=Message(*error) if error else None,
        transcript_id=TranscriptId(row["transcript_id"]) if row["transcript_id"] is not None else None,
        from_cache=bool(row["from_cache"]),
    )
