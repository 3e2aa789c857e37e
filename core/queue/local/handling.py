"""What a queue does with each job: run it, and what follows."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from core.concurrency.retry import RetryPolicy
from core.domain import Job, JobId, Segment
from core.pipeline import Outcome, Report

RunAttempt = Callable[[Job, Report], Awaitable[Outcome]]
"""Runs one attempt at a job. Raises `NotulaError` and its children."""

KeepText = Callable[[JobId, Sequence[Segment]], Awaitable[None]]
"""Keeps the text of a job that ends before it is done. Raises `StoreError`."""


def ignore_end(job: Job) -> None:
    """Do nothing after a job."""


async def ignore_text(job_id: JobId, segments: Sequence[Segment]) -> None:
    """Keep nothing of a job that isn't done."""


@dataclass(frozen=True, slots=True)
class JobHandling:
    """`run` is called for each attempt, `retry` says when another one follows.

    `ended` is called with each job that has reached a final state, once that is in the journal; `keep_text` with what
    is transcribed of a job that ends without a transcript.
    """

    run: RunAttempt
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    ended: Callable[[Job], None] = ignore_end
    keep_text: KeepText = ignore_text
