"""A part of a recording that is transcribed, while other parts of it aren't."""

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
    """Who was asked in vain: the stable name, what people call it, and why."""

    provider: str
    title: str
    reason: TranslatableText


@dataclass(frozen=True, slots=True)
class FinishedPart:
    """`key` stands for the sound and its place in the recording, `asked` for the options that its maker was given.

    `provider` and `model` have made it. `language` is what was asked for, as an ISO 639-1 code or None; `heard` what
    the maker said it was. `plan` is how the recording was being split, and `failures` who else had been asked by then.
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


def partial_transcript(job: Job, segments: Sequence[Segment]) -> StoredTranscript:
    """What is done of a job, in the form of a transcript that isn't in the history: its number is below zero."""
    until_s = segments[-1].end_s if segments else 0.0
    number = TranscriptId(-1 - zlib.crc32(job.id.encode()))
    entry = HistoryEntry(number, job.source.name, job.source.kept_location, job.submitted_at, until_s, "", "", "")
    return StoredTranscript(entry, ContentHash(""), Transcript(tuple(segments), "", until_s, "", ""))
