"""Puts a rescued database in the place of the damaged one, in steps of which any may be the last before a crash."""

import contextlib
from pathlib import Path

from core.store.sqlite.health import damage_mark
from core.store.sqlite.recovery.kept_files import free_name


def rescuing_file(file: Path) -> Path:
    """Where what can be read of a damaged database is written."""
    return file.with_name(f"{file.name}.rescuing")


def rescued_file(file: Path) -> Path:
    """Its name once it is complete."""
    return file.with_name(f"{file.name}.rescued")


def put_in_place(file: Path) -> Path | None:
    """Rename a damaged database for which there's a rescued one, and put that in its place. Returns the new name.

    It may be killed after any step: what is left to do, the next call does. The log goes before the file that it
    belongs to, because SQLite would take it for the rescued one's.
    """
    if not rescued_file(file).exists():
        return None
    aside = free_name(file)
    for suffix in ("-shm", "-wal", ""):
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + suffix).replace(aside.with_name(aside.name + suffix))
    damage_mark(file).unlink(missing_ok=True)
    rescued_file(file).replace(file)
    return aside


def delete_database(file: Path) -> None:
    """Delete a database's file and what SQLite keeps beside it."""
    for suffix in ("-shm", "-wal", ""):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
