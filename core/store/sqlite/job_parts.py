"""Finished parts of unfinished jobs, and the text that was shown of jobs that ended without a transcript."""

import asyncio
import hashlib
import json
import logging
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import sqlite_utils

from core.domain import CacheKey, ContentHash, JobId, Segment, Transcript
from core.domain.part import Failure, FinishedPart
from core.domain.person import Person
from core.domain.stored_message import described_message, message_of
from core.domain.usage import Usage, UsageKey
from core.store.job_stores import PartRow
from core.store.sqlite.body import pack, unpack
from core.store.sqlite.database import Database
from core.store.sqlite.erasure import note_deletion
from core.store.sqlite.people_of_entries import PERSON_OF_JOB
from core.store.sqlite.person_deletion import PersonalStore
from core.store.sqlite.usage_ledger import add_usage

logger = logging.getLogger(__name__)

MOST_ROWS = 4000
"""Of one job, which at a minute each is 66 hours. Further chunks are transcribed again after a crash."""

_SHOWN = ""
"""The key of the text that was shown."""

_KEEP = """INSERT INTO job_parts (job_id, key, run, body) SELECT :job_id, :key, :run, :body
    WHERE EXISTS (SELECT 1 FROM jobs WHERE id = :job_id AND NOT removed AND state != 'done')
    AND (SELECT count(*) FROM job_parts WHERE job_id = :job_id) < :most
    ON CONFLICT (job_id, key) DO UPDATE SET run = excluded.run, body = excluded.body"""
"""Nothing is kept for a job that was deleted or is done."""

_OF_CONTENT = f"""job_id IN (SELECT job_parts.job_id FROM job_parts JOIN jobs ON jobs.id = job_parts.job_id
    WHERE run >= :content || ':' AND run < :content || ';' AND (:person = '' OR {PERSON_OF_JOB} = :person))"""  # noqa: S608
"""A prefix search for `<content>:` in the index of runs: the semicolon is the character after the colon."""


def delete_parts(database: sqlite_utils.Database, content: ContentHash, person: str | None) -> None:
    """Delete the finished parts of jobs with this recording, in the transaction that deletes its transcript.

    Those of this person's jobs (as `person_key` names them), or with None of everybody's.
    """
    values = {"content": content, "person": person or ""}
    database.execute(
        f"UPDATE jobs SET done_share = NULL WHERE id IN (SELECT job_id FROM job_parts WHERE {_OF_CONTENT})",  # noqa: S608
        values,
    )
    database.execute(f"DELETE FROM job_parts WHERE {_OF_CONTENT}", values)  # noqa: S608


class SqliteJobParts(PersonalStore):
    """Erased together with their jobs, by the database itself. All methods raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_run(self, run: CacheKey) -> tuple[FinishedPart, ...]:
        """The parts that are finished of all jobs with this answer. Damaged ones are left out."""

        def operation(connection: sqlite3.Connection) -> list[bytes]:
            return [row["body"] for row in connection.execute("SELECT body FROM job_parts WHERE run = ?", [run])]

        bodies = await self._database.read(operation)
        return await asyncio.to_thread(_readable, bodies) if bodies else ()

    async def keep(
        self,
        job_id: JobId,
        run: CacheKey,
        parts: Sequence[FinishedPart],
        usage: Mapping[UsageKey, Usage],
        month: str,
    ) -> float:
        """Write parts of an unfinished job in one row, so that they survive a crash, and with them what they have used.

        All or none is written, but of a job that is over the usage alone. Returns what the whole month costs by now.
        """
        values = _values(job_id, _key_of(parts), run, await asyncio.to_thread(_pack, parts))
        added = dict(usage)

        def operation(database: sqlite_utils.Database) -> float:
            database.execute(_KEEP, values)
            return add_usage(database, added, month)

        return await self._database.write(operation, durable=False)

    async def keep_shown(self, job_id: JobId, segments: Sequence[Segment]) -> None:
        """Write what was shown of a job that ends without a transcript, in place of what was before."""
        shown = Transcript(tuple(segments), "", segments[-1].end_s if segments else 0.0, "", "")
        values = _values(job_id, _SHOWN, "", await asyncio.to_thread(pack, shown))
        await self._database.write(lambda database: _execute(database, values), durable=False)

    async def shown(self, job_id: JobId) -> tuple[Segment, ...]:
        """What was shown of this job when it ended; nothing where nothing was, or it is damaged."""

        def operation(connection: sqlite3.Connection) -> bytes | None:
            query = "SELECT body FROM job_parts WHERE job_id = ? AND key = ?"
            row = connection.execute(query, [job_id, _SHOWN]).fetchone()
            return row["body"] if row else None

        body = await self._database.read(operation)
        try:
            return (await asyncio.to_thread(unpack, body)).segments if body is not None else ()
        except ValueError:
            logger.warning("What was done of job %s is damaged", job_id)
            return ()

    async def of_jobs(self, job_ids: Sequence[JobId]) -> list[PartRow]:
        """All that there is of these jobs, for `put_back`."""

        def operation(connection: sqlite3.Connection) -> list[PartRow]:
            query = "SELECT job_id, key, run, body FROM job_parts WHERE job_id = ?"
            return [tuple(row) for job_id in job_ids for row in connection.execute(query, [job_id])]

        return await self._database.read(operation)

    async def note_erased(self) -> None:
        """What was deleted with its job has to leave the file; the next `Database.erase` sees to that."""
        await self._database.write(lambda database: note_deletion(database, is_indexed=False))

    async def put_back(self, rows: Sequence[PartRow]) -> None:
        """Write again what `of_jobs` has found, of those jobs that are there again."""

        def operation(database: sqlite_utils.Database) -> None:
            for row in rows:
                database.execute(_KEEP, _values(*row))

        await self._database.write(operation)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Nothing: the database deletes them together with their jobs (trigger `jobs_deleted`)."""


def _values(job_id: str, key: str, run: str, body: bytes) -> dict[str, Any]:
    return {"job_id": job_id, "key": key, "run": run, "body": body, "most": MOST_ROWS}


def _execute(database: sqlite_utils.Database, values: dict[str, Any]) -> None:
    database.execute(_KEEP, values)


def _key_of(parts: Sequence[FinishedPart]) -> str:
    """The key of the row that holds these: the same parts written again take the place of the row."""
    keys = [part.key for part in parts]
    return keys[0] if len(keys) == 1 else hashlib.sha256("".join(keys).encode()).hexdigest()


def _readable(bodies: Sequence[bytes]) -> tuple[FinishedPart, ...]:
    parts: list[FinishedPart] = []
    for body in bodies:
        try:
            parts += _unpack(body)
        except (zlib.error, AttributeError, KeyError, TypeError, ValueError):
            logger.warning("Finished parts of a job are damaged and left out")
    return tuple(parts)


def _pack(parts: Sequence[FinishedPart]) -> bytes:
    described = [_described(part) for part in parts]
    return zlib.compress(json.dumps(described, ensure_ascii=False, separators=(",", ":")).encode(), level=4)


def _described(part: FinishedPart) -> dict[str, Any]:
    return Transcript(part.segments, part.heard, 0.0, part.provider, part.model).to_dict() | {
        "key": part.key,
        "asked": part.asked,
        "plan": part.plan,
        "asked_language": part.language,
        "failures": [[one.provider, one.title, described_message(one.reason)] for one in part.failures],
        "unwritten": part.unwritten,
        "other_language": part.other_language,
        "noisy": part.noisy,
    }


def _unpack(body: bytes) -> list[FinishedPart]:
    described = json.loads(zlib.decompress(body))
    if isinstance(described, dict):  # Each part had a row of its own before.
        described = [described]
    return [_part(one) for one in described]


def _part(described: dict[str, Any]) -> FinishedPart:
    transcript = Transcript.from_dict(described)
    return FinishedPart(
        key=str(described["key"]),
        provider=transcript.provider,
        model=transcript.model,
        asked=str(described["asked"]),
        plan=tuple(map(float, described["plan"])),
        language=described["asked_language"],
        heard=transcript.language,
        segments=transcript.segments,
        failures=tuple(Failure(name, title, message_of(reason)) for name, title, reason in described["failures"]),
        unwritten=_spans(described["unwritten"]),
        other_language=_spans(described.get("other_language", ())),
        noisy=_spans(described.get("noisy", ())),
    )


def _spans(described: Sequence[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((float(start_s), float(end_s)) for start_s, end_s in described)
