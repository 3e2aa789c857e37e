"""What somebody asks for, found: folders become the recordings in them, addresses become names."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.domain import SourceReference
from core.domain.file_location import location_of, shown_name, with_bytes_quoted
from core.domain.job import WEB
from core.domain.web_address import is_address, name_in
from core.media import media_files

FILE = "file"
HTTP = WEB

__all__ = ["FILE", "HTTP", "Found", "found", "is_address"]


@dataclass(frozen=True, slots=True)
class Found:
    """A recording, and its size in bytes where that is known without opening it."""

    source: SourceReference
    size_bytes: int | None


def found(wanted: Iterable[Path | str]) -> list[Found]:
    """The recordings that paths and addresses stand for. Blocks for as long as folders take to be listed."""
    recordings: list[Found] = []
    for item in wanted:
        if isinstance(item, str):
            address = with_bytes_quoted(item)
            recordings.append(Found(SourceReference(HTTP, address, name_in(address)), None))
        else:
            recordings += [
                Found(SourceReference(FILE, location_of(file), shown_name(file)), _size_bytes(file))
                for file in media_files(item)
            ]
    return recordings


def _size_bytes(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except (OSError, ValueError):  # Its job will say why. ValueError: a null character in the path
        return None
