"""Whose each entry of the history is.

A transcript is kept once for each person who has it, so that no edit or deletion of one is another's. Up to version 11
all who had sent the same recording under the same name shared one row; only jobs and deliveries told whose it was.
"""

import sqlite_utils

from core.domain import Requester
from core.domain.job import OWNER
from core.store.sqlite.marks import Mark, value_of

_TELEGRAM = "telegram"
"""The channel of those who asked through the bot (`core.domain.bot.CHANNEL`), as it was when the rows were written."""

PERSON_OF_JOB = f"""CASE WHEN coalesce(requester_user, '{OWNER}') = '{OWNER}' THEN '{OWNER}'
    ELSE coalesce(requester_channel, '') || ':' || requester_user END"""
"""What `person_key` gives for a job's requester."""

_PEOPLE = f"""
SELECT transcript_id, {PERSON_OF_JOB} AS person FROM jobs WHERE transcript_id IS NOT NULL
UNION
SELECT transcript_id, '{_TELEGRAM}:' || user_id FROM deliveries
    WHERE transcript_id IS NOT NULL AND kind = 'transcript'
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = deliveries.job_id)
ORDER BY 1, 2
"""  # noqa: S608  The names are our own.
"""Which person has which transcript: by the job, or by the delivery where the job was purged."""

_COPY = """
INSERT INTO transcripts (id, person, cache_key, content_hash, name, location, created_at, duration_s, language,
                         provider, model, text, body)
SELECT :new, :person, cache_key, content_hash, name, location, created_at, duration_s, language, provider, model, text,
       body
FROM transcripts WHERE id = :old
"""

_TAKE_OVER = (
    f"UPDATE jobs SET transcript_id = :new WHERE transcript_id = :old AND {PERSON_OF_JOB} = :person",  # noqa: S608
    f"""UPDATE deliveries SET transcript_id = :new WHERE transcript_id = :old
        AND '{_TELEGRAM}:' || user_id = :person AND NOT EXISTS
        (SELECT 1 FROM jobs WHERE jobs.id = deliveries.job_id AND {PERSON_OF_JOB} != :person)""",  # noqa: S608
)


def person_key(requester: Requester) -> str:
    """Whose an entry is: the same for the owner in whichever way they have asked."""
    return OWNER if requester.is_owner else f"{requester.channel}:{requester.user}"


def requester_of(person: str) -> Requester | None:
    """The requester that `person_key` gives this for, None for the owner."""
    channel, _, user = person.partition(":")
    return Requester(channel, user) if user else None


def split_shared_entries(database: sqlite_utils.Database) -> None:
    """Give each person who has a transcript an entry of their own, in the caller's transaction.

    The row goes to the owner, if it is theirs too, else to one of the others; the rest get copies with new numbers.
    Doing it again changes nothing.
    """
    people: dict[int, list[str]] = {}
    for transcript_id, person in database.execute(_PEOPLE).fetchall():
        people.setdefault(transcript_id, []).append(person)
    query = "SELECT max(id) FROM transcripts"
    last = max(database.execute(query).fetchone()[0] or 0, value_of(database.conn, Mark.LAST_TRANSCRIPT))
    for transcript_id, persons in people.items():
        row = database.execute("SELECT person FROM transcripts WHERE id = ?", [transcript_id]).fetchone()
        if row is None:  # Jobs of what was deleted say so themselves; this one is damaged.
            continue
        keeper = row[0] if row[0] in persons else OWNER if OWNER in persons else persons[0]
        if keeper != row[0]:
            database.execute("UPDATE transcripts SET person = ? WHERE id = ?", [keeper, transcript_id])
        for person in persons:
            if person != keeper:
                last += 1
                values = {"new": last, "old": transcript_id, "person": person}
                database.execute(_COPY, values)
                for statement in _TAKE_OVER:
                    database.execute(statement, values)
