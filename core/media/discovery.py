"""Finding recordings: folders become the media files in them, web addresses become named sources."""

import functools
import logging
import mimetypes
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.domain import SourceReference
from core.domain.file_location import location_of, shown_name, with_bytes_quoted
from core.domain.job import WEB
from core.domain.left_out import LeftOut
from core.domain.media_formats import HEAD_BYTES, MEDIA_SUFFIXES, is_signed
from core.domain.web_address import is_address, name_in

logger = logging.getLogger(__name__)

FILE = "file"
HTTP = WEB

__all__ = [
    "FILE",
    "HTTP",
    "FoundRecording",
    "FoundRecordings",
    "find_recordings",
    "is_address",
    "is_recording",
    "may_be_recording",
]


_TYPES = mimetypes.MimeTypes(())
"""Python's own table, which is the same on every computer."""

_UNKNOWN = "application/octet-stream"
_UNFINISHED = frozenset(
    {".part", ".partial", ".filepart", ".crdownload", ".download", ".opdownload", ".aria2", ".!qb", ".!ut", ".tmp"}
)
"""Endings of downloads that are under way."""

_RESOURCE_FORK = "._"
"""What macOS writes beside each file on other systems' drives, with the file's ending."""


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """A recording, and its size in bytes where that is known without opening it."""

    source: SourceReference
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class FoundRecordings:
    """The recordings, and what isn't one of them in the folders that were named."""

    recordings: tuple[FoundRecording, ...]
    left_out: LeftOut


def find_recordings(
    locations: Iterable[Path | str], is_cancelled: Callable[[], bool] = lambda: False
) -> FoundRecordings:
    """The recordings at these paths (of files and folders) and web addresses. Blocks while folders are listed.

    A folder stands for the recordings anywhere in it, by name, without hidden files and what can't be looked into.
    It returns early once `is_cancelled`.
    """
    recordings: list[FoundRecording] = []
    walk = _FolderWalk(is_cancelled)
    for location in locations:
        if isinstance(location, str):
            address = with_bytes_quoted(location)
            recordings.append(FoundRecording(SourceReference(HTTP, address, name_in(address)), None))
            continue
        path = location.absolute()
        recordings += [
            FoundRecording(SourceReference(FILE, location_of(file), shown_name(file)), _size_bytes(file))
            for file in (walk.recordings_in(path) if _is_folder(path) else [path])
        ]
    return FoundRecordings(tuple(recordings), walk.left_out)


class _FolderWalk:
    """Walks through each folder once, and notes what isn't taken."""

    def __init__(self, is_cancelled: Callable[[], bool]) -> None:
        self._is_cancelled = is_cancelled
        self._files: list[str] = []
        self._folders: list[str] = []

    @property
    def left_out(self) -> LeftOut:
        """What was left out of all folders so far."""
        if self._files or self._folders:
            logger.info("%d files and %d folders in folders were left out", len(self._files), len(self._folders))
        return LeftOut(tuple(self._files), tuple(self._folders))

    def recordings_in(self, path: Path) -> Iterator[Path]:
        """The recordings anywhere in this folder, by name."""
        for folder, subfolders, names in os.walk(path, onerror=self._note_closed):
            if self._is_cancelled():
                return
            _sort_shown(subfolders)
            self._folders += [shown_name(Path(name)) for name in subfolders if Path(folder, name).is_symlink()]
            for file in (Path(folder, name) for name in sorted(names)):
                is_hidden = file.name.startswith(".")
                if not is_hidden and is_recording(file):
                    yield file
                elif not is_hidden or _is_named_recording(file):  # Of other hidden files nobody expects anything.
                    self._files.append(shown_name(Path(file.name)))

    def _note_closed(self, error: OSError) -> None:
        self._folders.append(shown_name(Path(error.filename)))


def _sort_shown(subfolders: list[str]) -> None:
    """Have `os.walk` go on in those that aren't hidden, by name."""
    subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))


def _is_named_recording(file: Path) -> bool:
    """Whether the name of a hidden file is a recording's."""
    return file.suffix.lower() in MEDIA_SUFFIXES and not file.name.startswith(_RESOURCE_FORK)


def may_be_recording(name: str) -> bool:
    """Whether the name of a file is a recording's, or says nothing; not those of hidden files.

    It is asked of ten thousand files every ten seconds, for which `Path.suffix` takes too long.
    """
    stem, dot, ending = name.rpartition(".")
    return not name.startswith(".") and _may_have_suffix(f"{dot}{ending}".lower() if stem and ending else "")


@functools.lru_cache(maxsize=1024)
def _may_have_suffix(suffix: str) -> bool:
    if suffix in MEDIA_SUFFIXES:
        return True
    return suffix not in _UNFINISHED and (_TYPES.guess_type(f"x{suffix}")[0] or _UNKNOWN) == _UNKNOWN


def is_recording(file: Path) -> bool:
    """Whether its name says so, or, where that says nothing, its first bytes: people rename files. May block.

    Of what has a name of something else, such as a picture, nothing is read; it might have to be fetched from a cloud.
    """
    suffix = file.suffix.lower()
    if suffix in MEDIA_SUFFIXES:
        return True
    if not _may_have_suffix(suffix):
        return False
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # Reading a pipe or a device might wait for ever.
            return False
        with file.open("rb") as opened:
            return is_signed(opened.read(HEAD_BYTES))
    except (OSError, ValueError):
        return False


def _is_folder(path: Path) -> bool:
    """Whether it is a folder. A path that can't be looked at counts as a file, whose job tells why it can't be read."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _size_bytes(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except (OSError, ValueError):  # Its job will say why. ValueError: a null character in the path
        return None
