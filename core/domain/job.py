"""A job: one recording on its way to a transcript, and the table of states it may go through."""

from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import Self

from core.domain.file_location import encodable
from core.domain.identity import JobId, TranscriptId
from core.domain.options import TranscriptionOptions
from core.domain.translatable_text import TranslatableText
from core.domain.web_address import marked_without_secrets, without_secrets


class JobState(StrEnum):
    """Where a job is. `RETRYING` waits for its next attempt after a transient error."""

    QUEUED = "queued"
    RUNNING = "running"
    RETRYING = "retrying"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether the job has ended; only a person's retry changes it."""
        return self in FINAL_STATES


FINAL_STATES = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})

TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    # A job that can't even begin, by a mistake of ours, fails where it waits.
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELLED, JobState.FAILED}),
    JobState.RUNNING: frozenset(
        {JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.RETRYING, JobState.QUEUED}
    ),
    JobState.RETRYING: frozenset({JobState.RUNNING, JobState.CANCELLED, JobState.QUEUED, JobState.FAILED}),
    # A person may retry what failed or was cancelled.
    JobState.FAILED: frozenset({JobState.QUEUED}),
    JobState.CANCELLED: frozenset({JobState.QUEUED}),
    JobState.DONE: frozenset(),
}


class Priority(IntEnum):
    """Which jobs go first; the smaller number wins."""

    INTERACTIVE = 0
    SHORT = 1
    LONG = 2
    BACKGROUND = 3


OWNER = "owner"

WEB = "http"
"""The kind of a `SourceReference` to a file on a web server."""


@dataclass(frozen=True, slots=True)
class Requester:
    """Who submitted a job: the way in (`desktop`, `cli`, later `telegram`) and that way's name for the person."""

    channel: str
    user: str = OWNER

    @property
    def is_owner(self) -> bool:
        """Whether this is the person whom this Notula belongs to, who has no limits."""
        return self.user == OWNER


@dataclass(frozen=True, slots=True)
class SourceReference:
    """Where a recording's bytes are, as text that survives a restart.

    `kind` names the source's type (`file`), `location` is what that type needs to find it (for a file, what
    `location_of` gives), `name` is what people call it.
    """

    kind: str
    location: str = field(repr=False)
    name: str

    def __post_init__(self) -> None:
        """Whatever the name is made of: one that no database takes would take a whole batch with it."""
        for attribute in ("location", "name"):
            object.__setattr__(self, attribute, encodable(getattr(self, attribute)))

    @property
    def kept_location(self) -> str:
        """The location without what is secret in an address: what may be shown, and kept for good."""
        return without_secrets(self.location) if self.kind == WEB else self.location

    @property
    def location_of_ended(self) -> str:
        """What a job that has ended keeps of it: the same, and whether an address was more than that."""
        return marked_without_secrets(self.location) if self.kind == WEB else self.location


class IllegalTransition(ValueError):
    """A transition between two states that the table doesn't allow: a bug."""


@dataclass(frozen=True, slots=True)
class Job:
    """One request. Times are seconds since the epoch. `attempt` counts from 1 once the job has run."""

    id: JobId
    source: SourceReference
    options: TranscriptionOptions
    requester: Requester
    submitted_at: float
    priority: Priority = Priority.INTERACTIVE
    state: JobState = JobState.QUEUED
    attempt: int = 0
    started_at: float | None = None
    finished_at: float | None = None
    error: TranslatableText | None = None
    transcript_id: TranscriptId | None = None
    from_cache: bool = False
    notes: tuple[TranslatableText, ...] = ()
    """What a person should know of how a transcript came about."""
    export_due: bool = False
    """Whether the transcript is still to be written into the folder that the settings name."""
    export_error: TranslatableText | None = None
    """Why it could not be written there the last time."""
    done_share: float | None = None
    """How much, 0 to 1, was done when an attempt ended without a transcript; None where nothing was."""
    duration_s: float | None = None
    """How long the recording is, once that is known."""
    provider: str = field(default="", compare=False)
    """Who has made the transcript, where that is known: it is kept with the transcript and not with the job."""
    number: int = field(default=0, compare=False)
    """Its place in the journal, in the order of submission; 0 for one that doesn't come from there."""
    turn: int = field(default=0, compare=False)
    """Of jobs with the same priority the lowest begins first. It is `number` until a person moves the job."""

    def moved_to(self, state: JobState, **changes: object) -> Self:
        """This job in another state. Raises `IllegalTransition` where the table doesn't allow the step."""
        if state not in TRANSITIONS[self.state]:
            raise IllegalTransition(f"{self.state} -> {state}")
        return replace(self, state=state, **changes)  # type: ignore[arg-type]
