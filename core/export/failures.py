"""The `ExportFailed` error for an OSError."""

import errno
from pathlib import Path

from core.domain import TranslatableText
from core.domain.errors import (
    ExportDenied,
    ExportDiskFull,
    ExportDriveFailing,
    ExportFailed,
    ExportFolderMissing,
    ExportNotFolder,
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
    errno.ENOTDIR: ExportNotFolder,
    errno.EEXIST: ExportNotFolder,
    errno.ELOOP: ExportNotFolder,
    errno.ENODEV: ExportFolderMissing,
    errno.ENXIO: ExportFolderMissing,
    errno.EIO: ExportDriveFailing,
    errno.ESTALE: ExportDriveFailing,
    errno.ETIMEDOUT: ExportDriveFailing,
    errno.EHOSTDOWN: ExportDriveFailing,
    errno.ENOTCONN: ExportDriveFailing,
}


def export_failure(error: Exception, name: str | TranslatableText, folder: Path) -> ExportFailed:
    """The error that says why the file `name` can't be written into this folder."""
    code = error.errno if isinstance(error, OSError) else None
    kind = _BY_CODE.get(code, ExportFailed)
    if kind is ExportNotFolder and _leads_nowhere(folder):
        kind = ExportFolderMissing
    return kind(name=name, folder=str(folder))


def _leads_nowhere(folder: Path) -> bool:
    """Whether a link on the way is to what isn't there: to a drive that was taken out, mostly."""
    for place in (folder, *folder.parents):
        try:
            if place.is_symlink():
                place.stat()
        except FileNotFoundError:
            return True
        except (OSError, ValueError):
            continue
    return False
