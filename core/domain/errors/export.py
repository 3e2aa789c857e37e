"""Errors of writing transcripts to files and to standard output."""

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import mark


class ExportFailed(NotulaError):
    """A transcript could not be written to a file."""

    sentence = mark("{name} could not be written into {folder}. Check that folder, then export again.")


class ExportDiskFull(ExportFailed):
    """The drive has no room, or the account's share of it is used up."""

    sentence = mark("{name} could not be written into {folder}: the drive is full. Make room, then export again.")
    transient = True


class ExportReadOnly(ExportFailed):
    """The drive, or that part of it, can only be read."""

    sentence = mark(
        "{name} could not be written into {folder}: that drive can only be read. Choose another folder, or make it "
        "writable, then export again."
    )
    transient = True


class ExportDenied(ExportFailed):
    """The account may not write there."""

    sentence = mark(
        "{name} could not be written into {folder}: you may not write there. Give yourself permission, or choose "
        "another folder, then export again."
    )
    transient = True


class ExportFolderMissing(ExportFailed):
    """The folder isn't there, and can't be made: a drive that was taken out, mostly."""

    sentence = mark(
        "{name} could not be written into {folder}: there is no such folder, and it can't be made. Put its drive back, "
        "or choose another folder, then export again."
    )
    transient = True


class ExportNotFolder(ExportFailed):
    """A file, a device or a link in a circle is where the folder, or one above it, belongs."""

    sentence = mark(
        "{name} could not be written into {folder}: that is no folder, or something above it isn't. Choose another "
        "folder, then export again."
    )
    transient = True


class ExportDriveFailing(ExportFailed):
    """The drive reports errors, or can't be reached over the network."""

    sentence = mark(
        "{name} could not be written into {folder}: the drive reports an error. Check the drive or its connection, "
        "then export again."
    )
    transient = True


class NothingToExport(ExportFailed):
    """Nobody speaks in the recording, and the format holds nothing but text."""

    sentence = mark("There is nothing to write: nobody speaks in {name}.")


class OutputFailed(NotulaError):
    """Standard output takes no more."""

    sentence = mark("Standard output could not be written: {reason}")
