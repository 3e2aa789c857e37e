"""Identities that must not be mixed up, each a type of its own."""

import hashlib
from typing import NewType

JobId = NewType("JobId", str)
"""A job's identity: a UUID in hexadecimal, made when the job is submitted."""

TranscriptId = NewType("TranscriptId", int)
"""A row of the history."""

ContentHash = NewType("ContentHash", str)
"""SHA-256 of a recording's original bytes, in lower-case hexadecimal."""

IdentityAlias = NewType("IdentityAlias", str)
"""A name for a content that is known before its bytes, with its kind: `telegram:<file_unique_id>`."""


def content_named(alias: IdentityAlias) -> ContentHash:
    """A placeholder for a content's hash until all of its bytes have been read."""
    return ContentHash(hashlib.sha256(f"alias:{alias}".encode()).hexdigest())


CacheKey = NewType("CacheKey", str)
"""Identifies a result: hash of content, provider, model and the options that change the text."""
