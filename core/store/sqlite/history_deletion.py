"""Deleting entries of the history with all that was kept of them and of nobody else's."""

from collections.abc import Sequence

import sqlite_utils

from core.domain import ContentHash, TranscriptId
from core.store.sqlite.deliveries import forget_transcript
from core.store.sqlite.erasure import note_deletion
from core.store.sqlite.job_parts import delete_parts
from core.store.sqlite.marks import Mark, raise_to

HAS_CONTENT = "SELECT 1 FROM transcripts WHERE content_hash = ? LIMIT 1"

_HAS_KEY = "SELECT 1 FROM transcripts WHERE cache_key = ? LIMIT 1"

_DELETE = "DELETE FROM transcripts WHERE id = ? RETURNING content_hash, cache_key, person, edited_at IS NOT NULL"

_DELETE_CACHED = """DELETE FROM cached_transcripts WHERE content_hash = :content
    AND key NOT IN (SELECT cache_key FROM transcripts WHERE content_hash = :content)"""
"""What is cached of a recording, but for the answers that entries of other people or other options still have.

Translations and summaries have keys that no entry has, so they go, whichever entry's text they were made of.
"""

_FORGET_JOBS = "UPDATE jobs SET transcript_id = NULL, removed = 1 WHERE transcript_id = ?"


def delete_entries(database: sqlite_utils.Database, transcript_ids: Sequence[TranscriptId]) -> tuple[ContentHash, ...]:
    """Delete entries for good, in the caller's transaction; see `SqliteHistory.delete`."""
    hashes: list[ContentHash] = []
    is_any = False
    for transcript_id in transcript_ids:
        deleted = database.execute(_DELETE, [transcript_id]).fetchall()
        database.execute(_FORGET_JOBS, [transcript_id])
        forget_transcript(database, "transcript_id = ?", [transcript_id])
        for content, key, person, is_edited in deleted:
            is_any = True
            has_key = database.execute(_HAS_KEY, [key]).fetchone() is not None
            has_content = database.execute(HAS_CONTENT, [content]).fetchone() is not None
            delete_parts(database, content, person if has_content else None)
            # Cached translations of an edited text contain that text: they go even if others have the transcript.
            if is_edited or not has_key:
                database.execute(_DELETE_CACHED, {"content": content})
                hashes.append(content)
            if not has_content:
                database.execute("DELETE FROM identity_aliases WHERE content_hash = ?", [content])
    if is_any:
        raise_to(database, Mark.LAST_TRANSCRIPT, max(transcript_ids))
        note_deletion(database, is_indexed=True)
    return tuple(hashes)
