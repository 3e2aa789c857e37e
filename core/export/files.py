"""Transcripts written to the disk, whole or not at all."""

import contextlib
import itertools
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.domain import StoredTranscript
from core.domain.errors import NothingToExport
from core.export.failures import export_failure
from core.export.formats import is_empty, render
from core.export.names import file_name
from core.export.subtitles.rules import STANDARD, SubtitleRules
from core.system.plain_file import plain_file


def write(stored: StoredTranscript, format_name: str, file: Path, rules: SubtitleRules = STANDARD) -> None:
    """Write the transcript to this file in place of what was there; missing folders are made.

    Raises `ExportFailed`, also where there is nothing to write; then the file is as it was.
    """
    if is_empty(stored, format_name):
        raise NothingToExport(name=stored.entry.name)
    replace_file(file, render(stored, format_name, rules))


def replace_file(file: Path, content: bytes) -> None:
    """Write a file in place of what was there, whole or not at all; missing folders are made. Raises `ExportFailed`."""
    try:
        with replacing(file) as new:
            new.write_bytes(content)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise export_failure(error, file.name, file.parent) from error


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """A new file beside this one, to be filled; it takes this one's place at the end, unless something is raised.

    What a link leads to is replaced, and not the link; who may read the file may read it afterwards, and nobody else.
    Raises OSError, also for a device, a pipe and other things of that kind, which would be lost.
    """
    meant = plain_file(file)
    mode = stat.S_IMODE(meant.stat().st_mode) if meant.exists() else None
    with _new_beside(meant, mode=0o666 if mode is None else 0o600) as new:
        yield new
        if mode is not None:
            new.chmod(mode)
        new.replace(meant)


def write_to_folder(
    stored: StoredTranscript, format_name: str, folder: Path, rules: SubtitleRules = STANDARD
) -> Path | None:
    """Write the transcript under its recording's name and return the file; None where there is nothing to write.

    A file that holds exactly this already is left alone. Another file of that name stays; " (2)" is added to ours.
    Raises `ExportFailed`.
    """
    if is_empty(stored, format_name):
        return None
    return numbered_file(
        folder / on_this_system(file_name(stored.entry.name, format_name)), render(stored, format_name, rules)
    )


def on_this_system(name: str) -> str:
    """A file's name as Python hands it to the system: where the locale is ASCII it would not encode other letters."""
    return os.fsdecode(name.encode())


def numbered_file(first: Path, content: bytes) -> Path:
    """The file that holds this: `first`, or where another one has that name, with a number added.

    Where one of these holds exactly this already, nothing is written. Raises `ExportFailed`.
    """
    try:
        for number in itertools.count(1):
            file = first if number == 1 else first.with_name(f"{first.stem} ({number}){first.suffix}")
            if _holds(file, content) or _created(file, content):
                return file
    except (OSError, ValueError) as error:
        raise export_failure(error, first.name, first.parent) from error
    raise AssertionError("unreachable")


def _holds(file: Path, content: bytes) -> bool:
    return file.is_file() and file.stat().st_size == len(content) and file.read_bytes() == content


def _created(file: Path, content: bytes) -> bool:
    """Make the file in one step; False where one of that name is there, even if it came a moment ago."""
    if file.exists():
        return False
    with _new_beside(file, mode=0o666) as new:
        new.write_bytes(content)
        try:
            file.hardlink_to(new)
        except FileExistsError:
            return False
        except OSError:  # No hard links on this drive (FAT, some network drives).
            if file.exists():
                return False
            new.replace(file)
    return True


@contextmanager
def _new_beside(file: Path, *, mode: int) -> Iterator[Path]:
    """A new, empty file in the same folder, removed at the end unless it was renamed; missing folders are made.

    Not by `tempfile`, whose files only their owner may read: with the `mode` 0o666 it is as readable as any new file.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.parent / f".notula-{secrets.token_hex(8)}.part"
    try:
        new.touch(mode, exist_ok=False)
        yield new
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
