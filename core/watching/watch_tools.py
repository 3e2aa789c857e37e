"""What the watching of a folder needs of others."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.domain import JobId
from core.domain.watching import WatchFolder
from core.store import WatchedFiles

HANGING_AFTER_S = 30.0
"""A drive that hasn't answered for so long is told; it is waited for all the same."""


@dataclass(frozen=True, slots=True)
class DueRecording:
    """A recording whose job is to be submitted under this id."""

    file: Path
    job_id: JobId


@dataclass(frozen=True, slots=True)
class WatchTools:
    """What all watched folders share.

    `submit` puts recordings in the queue, each unless there was a job of its id; `room` is how many may be submitted
    now; `can_ask` whether the provider of this name is in use. `clock` gives seconds that never go back, `work_time`
    seconds of the calling thread's work.
    """

    store: WatchedFiles
    submit: Callable[[Sequence[DueRecording], WatchFolder], Awaitable[None]]
    room: Callable[[], int]
    can_ask: Callable[[str], bool]
    new_id: Callable[[], str]
    clock: Callable[[], float]
    work_time: Callable[[], float]
    changed: Callable[[], None]
    hanging_after_s: float = HANGING_AFTER_S
