"""The state of the drive with the database, asked for where an error doesn't tell it."""

import os
import shutil
from pathlib import Path

LEAST_FREE_BYTES = 256 * 1024
"""Below this the drive is full: SQLite's shared memory alone grows by 32 KiB, and its log by what a commit changes."""


def has_no_room(folder: Path) -> bool:
    """Whether the drive has hardly a byte left for this account, or none for another file. Blocks shortly."""
    place = _nearest(folder)
    try:
        if shutil.disk_usage(place).free < LEAST_FREE_BYTES:
            return True
        if not hasattr(os, "statvfs"):
            return False
        found = os.statvfs(place)
    except OSError:
        return False
    return found.f_files > 0 and found.f_favail == 0  # Where files aren't counted, as on Btrfs, both are 0.


def is_read_only(folder: Path) -> bool:
    """Whether the drive can only be read. False where the system doesn't tell. Blocks shortly."""
    if not hasattr(os, "statvfs"):
        return False
    try:
        return bool(os.statvfs(_nearest(folder)).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _nearest(folder: Path) -> Path:
    """The folder, or the lowest one above it that is there."""
    return next((place for place in (folder, *folder.parents) if place.exists()), folder)
