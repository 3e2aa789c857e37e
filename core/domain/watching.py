"""Watched folders: what a person has chosen for each, and how they are doing."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar

from core.domain.job import Requester
from core.domain.options import TranscriptionOptions, with_choices

WATCH = Requester("watch")
"""On whose behalf jobs of watched folders are submitted: the owner's, by a way of its own."""


@dataclass(frozen=True, slots=True)
class WatchFolder:
    """How one folder is watched. Empty and None are as the settings for all recordings say.

    `existing` takes the recordings, too, that were there before the folder was watched. `save_beside` are the formats
    in which texts are saved in the folder of their recordings.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    """What isn't known here is refused: a mistyped `provider` must not send recordings to somebody else."""

    subfolders: bool = True
    existing: bool = False
    save_beside: tuple[str, ...] = ()
    provider: str = ""
    model: str = ""
    language: str = ""
    speakers: bool | None = None
    people: int = 0
    to_english: bool | None = None

    def options(self, usual: TranscriptionOptions) -> TranscriptionOptions:
        """The options of this folder's jobs, where `usual` are those of the settings."""
        return replace(with_choices(usual, self), beside=self.save_beside or None)


class WatchCondition(StrEnum):
    """How the watching of a folder is doing."""

    STARTING = "starting"
    """It wasn't looked into yet."""

    WATCHING = "watching"
    PAUSED = "paused"
    ELSEWHERE = "elsewhere"
    """Another Notula on the same data folder watches."""

    MISSING = "missing"
    CLOSED = "closed"
    """The folder may not be read."""

    HANGING = "hanging"
    """Its drive doesn't answer."""

    NO_PROVIDER = "no-provider"
    """The provider that was chosen for it isn't in use."""

    @property
    def is_trouble(self) -> bool:
        """Whether nothing of the folder is transcribed until a person does something."""
        return self in (
            WatchCondition.MISSING,
            WatchCondition.CLOSED,
            WatchCondition.HANGING,
            WatchCondition.NO_PROVIDER,
        )


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """A watched folder as it is shown.

    `waiting` recordings were found and aren't in the queue yet: they may still be written, or the queue is full.
    `unreadable` can't be opened; `unreadable_name` is one of them.
    """

    path: str
    condition: WatchCondition = WatchCondition.STARTING
    waiting: int = 0
    unreadable: int = 0
    unreadable_name: str = ""
