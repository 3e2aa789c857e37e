"""Damaged files of the database that were set aside, for who may save more of them than Notula could."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

KEPT_DAYS = 30
"""How long a damaged file is kept at most. The first deletion for good ends it, too: it may hold the same text."""

_STAMP = "%Y%m%d-%H%M%S"


def free_name(file: Path) -> Path:
    """What a damaged database can be called from now on."""
    stamp = time.strftime(_STAMP)
    name = file.with_name(f"{file.name}.broken-{stamp}")
    number = 1
    while any(os.path.lexists(f"{name}{suffix}") for suffix in ("", "-wal", "-shm")):
        number += 1
        name = file.with_name(f"{file.name}.broken-{stamp}-{number}")
    return name


def kept(file: Path) -> Iterator[Path]:
    """Each kept file of this database, its logs included."""
    return file.parent.glob(f"{file.name}.broken-*")


def newest_kept(file: Path) -> Path | None:
    """The database that was set aside last, None where there is none."""
    return max((each for each in kept(file) if not each.name.endswith(("-wal", "-shm"))), default=None)


def delete_kept(file: Path, kept_until: float | None = None) -> None:
    """Delete those that were set aside at this time (seconds since the epoch) or before; None: all of them.

    Raises OSError. Blocks.
    """
    beginning = f"{file.name}.broken-"
    stamp = "~" if kept_until is None else time.strftime(_STAMP, time.localtime(kept_until))
    for each in kept(file):
        if each.name.removeprefix(beginning) <= stamp:
            each.unlink(missing_ok=True)
