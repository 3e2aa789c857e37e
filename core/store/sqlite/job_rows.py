"""A job as a row of the journal."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from core.domain import (
    Job,
    JobId,
    JobState,
    Priority,
    Requester,
    SourceReference,
    TranscriptId,
    TranscriptionOptions,
    TranslatableText,
)
from core.domain.stored_message import described_message, message_of

UNFINISHED = tuple(state.value for state in JobState if not state.is_final)


def row_of_job(job: Job, instance: str) -> dict[str, Any]:
    """The row, by names of columns, of a job that belongs to this running instance.

    What is secret in an address is there for as long as the job may run by itself.
    """
    return {
        "id": job.id,
        "instance": instance,
        "state": job.state.value,
        "priority": int(job.priority),
        "source_kind": job.source.kind,
        "source_location": job.source.location_of_ended if job.state.is_final else job.source.location,
        "source_name": job.source.name,
        "options": options_text(job.options),
        "requester_channel": job.requester.channel,
        "requester_user": job.requester.user,
        "submitted_at": job.submitted_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "attempt": job.attempt,
        "error": error_text(job.error) if job.error else None,
        "transcript_id": job.transcript_id,
        "from_cache": int(job.from_cache),
        "notes": json.dumps([described_message(note) for note in job.notes]) if job.notes else None,
        "export_due": int(job.export_due),
        "export_error": error_text(job.export_error) if job.export_error else None,
        "done_share": job.done_share,
        "duration_s": job.duration_s,
    }


class OfNewerVersion(ValueError):
    """A job that is sound, but has something that this version doesn't know."""


_STATES = frozenset(state.value for state in JobState)
_PRIORITIES = frozenset(int(priority) for priority in Priority)
_OPTIONS = frozenset(field.name for field in fields(TranscriptionOptions))


def job_of_row(row: Mapping[str, Any]) -> Job:
    """The job that this row was made of.

    Raises `OfNewerVersion`, and ValueError where it was made of none, because the file is damaged.
    """
    if not all(isinstance(row[column], str) for column in ("id", "instance", "source_location", "source_name")):
        raise ValueError("not a job's texts")
    if not isinstance(row["submitted_at"], int | float):
        raise ValueError("not a job's time")
    for column in ("started_at", "finished_at", "duration_s", "done_share"):
        if not isinstance(row.get(column), int | float | None):
            raise ValueError("not a job's times")
    if not isinstance(row.get("turn"), int | None):
        raise ValueError("not a job's turn")
    if isinstance(row["state"], str) and row["state"] not in _STATES:
        raise OfNewerVersion("another state")
    if isinstance(row["priority"], int) and row["priority"] not in _PRIORITIES:
        raise OfNewerVersion("another priority")
    try:
        options = json.loads(row["options"])
        if not set(options) <= _OPTIONS:
            raise OfNewerVersion("other options")
        return Job(
            id=JobId(row["id"]),
            source=SourceReference(row["source_kind"], row["source_location"], row["source_name"]),
            options=TranscriptionOptions(**options),
            requester=Requester(row["requester_channel"], row["requester_user"]),
            submitted_at=row["submitted_at"],
            priority=Priority(row["priority"]),
            state=JobState(row["state"]),
            attempt=row["attempt"],
            started_at=row["started_at"],
            finished_at=row["finished_at"],
            error=_message_in(row["error"]),
            transcript_id=TranscriptId(row["transcript_id"]) if row["transcript_id"] is not None else None,
            from_cache=bool(row["from_cache"]),
            notes=tuple(map(message_of, json.loads(row.get("notes") or "[]"))),
            export_due=bool(row.get("export_due")),
            export_error=_message_in(row.get("export_error")),
            done_share=row.get("done_share"),
            duration_s=row.get("duration_s"),
            provider=str(row.get("provider") or ""),
            number=row.get("number") or 0,
            turn=row.get("turn") or row.get("number") or 0,
        )
    except (KeyError, TypeError, AttributeError) as damage:
        raise ValueError("not a job") from damage


def error_text(error: TranslatableText) -> str:
    """What went wrong, as the journal keeps it."""
    return json.dumps(described_message(error))


def _message_in(text: str | None) -> TranslatableText | None:
    return message_of(json.loads(text)) if text else None


def options_text(options: TranscriptionOptions) -> str:
    """The options as the journal keeps and compares them."""
    return json.dumps(asdict(options), sort_keys=True)
