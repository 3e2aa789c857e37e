"""Errors of the database."""

from typing import Self

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import TranslatableText, mark


class StoreError(NotulaError):
    """The database can't be used."""

    sentence = mark("Notula's database can't be used. The log has the details.")


class DiskFull(StoreError):
    """No room for the database to grow."""

    sentence = mark("The disk is full, so the result can't be kept. Make room, then retry.")
    transient = True


class StoreLocked(StoreError):
    """Another process has held the lock of the database for too long."""

    sentence = mark(
        "Another program holds on to Notula's database, so nothing can be kept. "
        "Wait until your backup or virus scanner has finished, or close other Notula windows, then retry."
    )
    transient = True


class StoreReadOnly(StoreError):
    """The database or its folder may not be written."""

    sentence = mark("Notula may not write to its database. Give yourself permission to write its folder, then retry.")


class StoreDriveReadOnly(StoreReadOnly):
    """The drive, or that part of it, can only be read."""

    sentence = mark(
        "The drive with Notula's database can only be read, so nothing can be kept. Make it writable, or name a folder "
        "on another drive with NOTULA_DATA_DIR, then retry."
    )


class StorePlaceTaken(StoreError):
    """There is a file where a folder of Notula's belongs, or on the way to it."""

    sentence = mark(
        "{path} can't be made, because there is a file where a folder belongs. Move that file away, then start again."
    )


class StoreNotPrivate(StoreError):
    """Another account could read or change what would be kept."""

    sentence = mark(
        "Other accounts could read or change what Notula keeps, so it keeps nothing. The log has the details."
    )

    @classmethod
    def with_message(cls, message: TranslatableText) -> Self:
        """The error with a sentence of its own, which says where and what to do."""
        error = cls()
        error.message = message
        error.args = (str(message),)
        return error


class DriveFailing(StoreError):
    """The system reports an input or output error."""

    sentence = mark(
        "The drive with Notula's database reports errors, so nothing can be kept. Check the drive, then retry."
    )
    transient = True


class StoreDamaged(StoreError):
    """The content of the database's file is damaged."""

    sentence = mark(
        "Notula's database is damaged. Restart Notula: it saves what can be read and begins a new database."
    )


class TextNotErased(StoreError):
    """Deleted text is still in the write-ahead log, because another process reads it."""

    sentence = mark(
        "It is deleted, but another program reads Notula's database, so its text is still in a file. "
        "Close other programs that use the file; Notula tries again within the hour."
    )
    transient = True


class StoreTooNew(StoreError):
    """The database was made by a newer version of Notula."""

    sentence = mark("This database was made by a newer version of Notula. Install that version, then start again.")


class StoreClosed(StoreError):
    """An operation after the database was closed."""

    sentence = mark("Notula is closing, so this can't be kept. Start it again, then retry.")


class ResultNotKept(NotulaError):
    """A recording has been transcribed, but the database can't take the text. It is kept in memory until it can."""

    sentence = mark("The text is ready, but it can't be kept yet. {reason}")
    is_retried_indefinitely = True
