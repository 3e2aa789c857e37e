"""Maintenance of the store as a whole: erasing deleted text, deleting old records, notices for the person."""

from typing import Protocol

from core.domain import TranslatableText


class Maintenance(Protocol):
    """The store as a whole."""

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What a person should know now: the disk is full, or what was lost of damaged files and not told yet."""

    async def notices_told(self) -> None:
        """A person has been told of all `notices`: what was lost is not told again. Raises `StoreError`."""

    async def erase(self) -> None:
        """Return once nothing that was deleted before is in any file of the store.

        Raises `TextNotErased` where another process keeps text in the log, and other kinds of `StoreError`.
        """

    async def erase_left(self) -> None:
        """Erase what an earlier run has deleted and was kept from erasing. Raises as `erase` does."""

    async def complete_index(self) -> None:
        """Index what an older version has written as this one does, in many small writes. Raises `StoreError`."""

    async def close(self) -> None:
        """Finish what was asked for. From then on, all calls raise `StoreClosed`."""


class RunningInstance(Protocol):
    """This process among those that use the store."""

    @property
    def id(self) -> str:
        """Its name, which no other one has."""

    def is_alive(self, other: str) -> bool:
        """Whether the process of that name still runs. Blocks for a file operation."""


class EndedRecords(Protocol):
    """Deletes what is kept of recordings that have ended, once it is too old.

    `kept_days` says for how long it is kept; 0 for ever. It may be changed at any time.
    """

    kept_days: float

    async def purge(self) -> int:
        """Delete what is too old, in many small writes, from the files too. Returns how many rows went.

        Raises `StoreError`.
        """
