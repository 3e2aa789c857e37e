"""Recordings whose last transcript was deleted: their files are deleted, and nothing else ever is.

Beside a recording that a job still reads there is an empty file whose name has the content hash, so that the next start
knows what an end of Notula has kept from being deleted.
"""

import stat
from dataclasses import dataclass
from pathlib import Path

from core.domain import ContentHash
from core.domain.capture import is_recorded_here
from core.domain.file_location import location_of
from core.system.private_files import create_for_owner

_MARK = ".unwanted"


@dataclass(frozen=True, slots=True)
class UnwantedSound:
    """A recording that was made here: the name of its file, and its content."""

    name: str
    content: ContentHash


class UnwantedSounds:
    """Its methods block, and raise OSError."""

    def __init__(self, folder: Path) -> None:
        """`folder` has what was recorded here."""
        self._folder = folder

    def delete(self, sound: UnwantedSound) -> None:
        """Delete the file. What isn't one that was recorded here, such as a link to another file, stays."""
        path = self._folder / sound.name
        if is_recorded_here(location_of(path), self._folder) and _is_file(path):
            path.unlink(missing_ok=True)
        self.forget(sound)

    def note(self, sound: UnwantedSound) -> None:
        """It is to be deleted once no job needs it."""
        if not self._mark(sound).exists():
            create_for_owner(self._mark(sound))

    def forget(self, sound: UnwantedSound) -> None:
        """It is deleted, or wanted again."""
        self._mark(sound).unlink(missing_ok=True)

    def noted(self) -> tuple[UnwantedSound, ...]:
        """What is still to be deleted."""
        found = []
        for mark in sorted(self._folder.glob(f".*{_MARK}")):
            name, _, content = mark.name.removesuffix(_MARK)[1:].rpartition(".")
            found.append(UnwantedSound(name, ContentHash(content)))
        return tuple(found)

    def _mark(self, sound: UnwantedSound) -> Path:
        return self._folder / f".{sound.name}.{sound.content}{_MARK}"


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False
