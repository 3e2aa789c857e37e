"""The file that a person means to have written, where it may be a link, or no file at all."""

import errno
import stat
from pathlib import Path


def plain_file(file: Path) -> Path:
    """The file itself, or what a link leads to, which is to be replaced instead of the link.

    Raises OSError where a link leads nowhere, as to a drive that was taken out, and where it is a device, a pipe or
    another thing of that kind: replaced by a file, it would be gone for all programs.
    """
    meant = file.resolve(strict=True) if file.is_symlink() else file
    try:
        mode = meant.stat().st_mode
    except FileNotFoundError:
        return meant
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # Of a folder the system says so.
        raise OSError(errno.EINVAL, "no plain file", str(file))
    return meant
