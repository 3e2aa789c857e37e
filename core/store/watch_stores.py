"""What is remembered of watched folders, so that each file counts once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from core.domain import ContentHash, JobId


class FileStamp(NamedTuple):
    """What tells without reading whether a file is as it was. The time is in nanoseconds since the epoch."""

    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What was in a watched folder. `content` is None for what was there before, which isn't read."""

    stamp: FileStamp
    content: ContentHash | None = None


@dataclass(slots=True)
class FolderMemory:
    """All that is remembered of a folder. Paths are relative to it. Its owner adds to it what it has had written.

    `device` is the drive that the folder was on when its watching began. `contents` are those that have counted; `due`
    are those of them whose jobs may not have been submitted yet, with the jobs' ids.
    """

    device: str
    files: dict[str, KnownFile] = field(default_factory=dict)
    contents: set[ContentHash] = field(default_factory=set)
    due: dict[ContentHash, JobId] = field(default_factory=dict)


class WatchedFiles(Protocol):
    """Folders are named by their paths. A `scope` says which part of one is watched. All methods raise `StoreError`."""

    async def load(self, folder: str, scope: str) -> FolderMemory | None:
        """What is remembered of a folder; None where the watching of this part is to begin, perhaps anew."""

    async def begin(self, folder: str, scope: str, device: str, there: Mapping[str, FileStamp]) -> None:
        """Begin to watch: these files are there already and don't count. When this returns that is durable."""

    async def note(self, folder: str, files: Mapping[str, KnownFile], due: Mapping[ContentHash, JobId]) -> None:
        """Remember these files, and that these contents count, durably and in one transaction."""

    async def submitted(self, folder: str, contents: Collection[ContentHash]) -> None:
        """The jobs of these contents are in the journal."""

    async def watch_only(self, folders: Sequence[str]) -> None:
        """End the watching of all other folders. What is known of them is forgotten after some months."""
