"""Files beside the database that another account may have put there."""

import logging
import secrets
import time
from pathlib import Path

from core.domain import TranslatableText, mark
from core.system.private_files import all_may_write, is_foreign_file

logger = logging.getLogger(__name__)

_NOT_USED = mark(
    "{path} may have been put there by another account, so it isn't used. It is kept as {aside}; look at it, and at "
    "who uses this computer."
)

_OF_RESCUE = (".rescued", ".rescuing", ".rescuing-wal", ".rescuing-shm", ".damaged", ".opening")
_OF_SQLITE = ("-wal", "-shm", "-journal")
"""Suffixes of files that decide what the database is. Another account may have made them while the folder was open."""


def set_untrusted_aside(file: Path) -> TranslatableText | None:
    """Rename files beside the database that it would read, where another account may have put them there."""
    told: TranslatableText | None = None
    for suffix in (*_OF_RESCUE, *_OF_SQLITE):
        beside = file.with_name(file.name + suffix)
        # SQLite's log is the better part of the database, even where everybody could have written to it.
        # Another process may be opening the database: what it puts beside it for a moment is ours and is left alone.
        if is_foreign_file(beside) or (suffix == ".rescued" and all_may_write(beside)):
            aside = file.with_name(
                f"{file.name}.untrusted-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(4)}{suffix}"
            )
            beside.replace(aside)
            logger.warning("%s may be another account's, so it isn't used; it is kept as %s", beside, aside)
            told = TranslatableText(_NOT_USED, {"path": str(beside), "aside": str(aside)})
    return told
