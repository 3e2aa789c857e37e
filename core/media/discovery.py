"""Finding recordings: folders become the media files in them, web addresses become named sources."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.domain import SourceReference
from core.domain.file_location import location_of, shown_name, with_bytes_quoted
from core.domain.job import WEB
from core.domain.media_suffixes import MEDIA_SUFFIXES
from core.domain.web_address import is_address, name_in

FILE = "file"
HTTP = WEB

__all__ = ["FILE", "HTTP", "FoundRecording", "find_recordings", "is_address", "media_files"]


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """A recording, and its size in bytes where that is known without opening it."""

    source: SourceReference
    size_bytes: int | None


def find_recordings(locations: Iterable[Path | str]) -> list[FoundRecording]:
    """The recordings at these paths (of files and folders) and web addresses. Blocks while folders are listed."""
    recordings: list[FoundRecording] = []
    for location in locations:
        if isinstance(location, str):
            address = with_bytes_quoted(location)
            recordings.append(FoundRecording(SourceReference(HTTP, address, name_in(address)), None))
        else:
            recordings += [
                FoundRecording(SourceReference(FILE, location_of(file), shown_name(file)), _size_bytes(file))
                for file in media_files(location)
            ]
    return recordings


def media_files(path: Path) -> Iterator[Path]:
    """The path itself, or, for a folder, the recordings anywhere in it, by name. Hidden files are left out.

    Blocks while the folder is listed.
    """
    path = path.absolute()
    if not _is_folder(path):
        yield path
        return
    for folder, subfolders, files in os.walk(path):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in MEDIA_SUFFIXES:
                yield Path(folder, name)


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
