"""Chunks of a recording that are transcribed already, while others aren't yet."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.history import HistoryEntry, StoredTranscript
from core.domain.identity import ContentHash, TranscriptId
from core.domain.job import Job
from core.domain.transcript import Segment, Transcript
from core.domain.translatable_text import TranslatableText


@dataclass(frozen=True, slots=True)
class Failure:
    """A provider that failed: its stable name, its title for people, and the reason."""

    provider: str
    title: str
    reason: TranslatableText


@dataclass(frozen=True, slots=True)
class FinishedPart:
    """A transcribed chunk. `key` identifies its sound and place in the recording, `asked` the options of the request.

    `language` is the requested one, as an ISO 639-1 code or None; `heard` is the one that the provider detected.
    `unwritten` tells where somebody speaks whose words could not be made out, `other_language` where another language
    seems to be spoken than the one that is written, `noisy` where it is so noisy that what is written may be wrong.
    `plan` is how the recording was being split, and `failures` are the providers that had failed before.
    """

    key: str
    provider: str
    model: str
    asked: str
    plan: tuple[float, ...]
    language: str | None
    heard: str
    segments: tuple[Segment, ...]
    failures: tuple[Failure, ...] = ()
    unwritten: tuple[tuple[float, float], ...] = ()
    other_language: tuple[tuple[float, float], ...] = ()
    noisy: tuple[tuple[float, float], ...] = ()


def partial_transcript(job: Job, segments: Sequence[Segment]) -> StoredTranscript:
    """The finished segments of a job as a transcript that isn't in the history: its number is below zero."""
    until_s = segments[-1].end_s if segments else 0.0
    number = TranscriptId(-1 - zlib.crc32(job.id.encode()))
    entry = HistoryEntry(number, job.source.name, job.source.kept_location, job.submitted_at, until_s, "", "", "")
    return StoredTranscript(entry, ContentHash(""), Transcript(tuple(segments), "", until_s, "", ""))
