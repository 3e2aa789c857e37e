"""Which account owns a file, which permissions other accounts have, and the error where that isn't private."""

import os
import stat
from pathlib import Path

from core.domain import TranslatableText

FOLDER_MODE = 0o700
FILE_MODE = 0o600
OTHERS = 0o077
"""All permissions of other accounts."""

ROOT = 0
"""User id of root, who may do everything anyway, so files of root are trusted."""

HAS_OWNERS = hasattr(os, "geteuid")


class NotPrivate(PermissionError):
    """Another account could read or change what would be kept there. `message` is the sentence for a person."""

    def __init__(self, template: str, path: Path, **values: str) -> None:
        self.message = TranslatableText(template, {"path": str(path), **values})
        super().__init__(str(self.message))


def is_trusted(found: os.stat_result) -> bool:
    """Whether it is an ordinary file of this account or of root, without a second name (a hard link)."""
    return stat.S_ISREG(found.st_mode) and found.st_uid in (os.geteuid(), ROOT) and found.st_nlink == 1
