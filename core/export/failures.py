"""Why something can't be written to the disk, as a person is told it."""

import errno
from pathlib import Path

from core.domain import Message
from core.domain.errors import (
    ExportDenied,
    ExportDiskFull,
    ExportDriveFailing,
    ExportFailed,
    ExportFolderMissing,
    ExportReadOnly,
)

# https://man7.org/linux/man-pages/man3/errno.3.html
_BY_CODE: dict[int | None, type[ExportFailed]] = {
    errno.ENOSPC: ExportDiskFull,
    errno.EDQUOT: ExportDiskFull,
    errno.EROFS: ExportReadOnly,
    errno.EACCES: ExportDenied,
    errno.EPERM: ExportDenied,
    errno.ENOENT: ExportFolderMissing,
    errno.ENOTDIR: ExportFolderMissing,
    errno.EEXIST: ExportFolderMissing,
    errno.ENODEV: ExportFolderMissing,
    errno.ENXIO: ExportFolderMissing,
    errno.EIO: ExportDriveFailing,
    errno.ESTALE: ExportDriveFailing,
    errno.ETIMEDOUT: ExportDriveFailing,
    errno.EHOSTDOWN: ExportDriveFailing,
    errno.ENOTCONN: ExportDriveFailing,
}


def export_failure(error: Exception, name: str | Message, folder: Path) -> ExportFailed:
    """The error that says why the file `name` can't be written into this folder."""
    code = error.errno if isinstance(error, OSError) else None
    return _BY_CODE.get(code, ExportFailed)(name=name, folder=str(folder))
