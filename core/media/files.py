"""Which files a person means who points at a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

from core.domain.media_suffixes import MEDIA_SUFFIXES


def media_files(path: Path) -> Iterator[Path]:
    """The path itself, or, for a folder, the recordings anywhere in it, by name. Hidden files are left out.

    Blocks for as long as the folder takes to be listed.
    """
    path = path.absolute()
    if not _is_folder(path):
        yield path
        return
    for folder, subfolders, files in os.walk(path):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in MEDIA_SUFFIXES:
                yield Path(folder, name)


def _is_folder(path: Path) -> bool:
    """Where that can't be known it is taken for a file, whose job says why it can't be read."""
    try:
        return path.is_dir()
    except OSError:
        return False
