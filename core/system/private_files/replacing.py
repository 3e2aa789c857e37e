"""Replacing a file as a whole, so that whoever reads it finds what was in it before or what is in it now."""

import contextlib
import os
import tempfile
from pathlib import Path


def replace_text(file: Path, text: str) -> None:
    """Put the text in the file's place, for its owner only, and on the disk.

    Raises OSError; then the file is what it was and nothing else is there.
    """
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}-", suffix=".new")  # Its mode is 0600.
    try:
        with os.fdopen(descriptor, "wb") as new:
            new.write(text.encode("utf-8"))
            new.flush()
            os.fsync(new.fileno())
        Path(name).replace(file)
    except BaseException:
        with contextlib.suppress(OSError):  # The failure that is raised says more.
            Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    """Put the new name on the disk, too. Windows can't open folders and does without."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
