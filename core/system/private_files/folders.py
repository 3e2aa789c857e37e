"""Folders that only the account that Notula runs as may read and change."""

import logging
import os
import stat
from pathlib import Path

from core.domain import mark
from core.system.private_files.ownership import FOLDER_MODE, HAS_OWNERS, OTHERS, NotPrivate

logger = logging.getLogger(__name__)

_APPLICATION = "notula"
_OWN_NAMES = frozenset(
    {"instances", "models", "playback", "recordings", "telegram-sessions", "keys.json", "voices.json", "watching.lock"}
)
_OWN_PARTS = frozenset({"config", "data", "cache", "log"})
"""Folders within one that holds all of them."""

_OF_THE_SYSTEM = frozenset({"lost+found"})
_OWN_BEGINNINGS = (_APPLICATION, f".{_APPLICATION}", "settings.", ".settings-", "crash", "window.json")
_OF_ANOTHER_ACCOUNT = mark(
    "{path} belongs to another account, which could read and change what Notula keeps there. "
    "Name a folder of your own with NOTULA_DATA_DIR, NOTULA_CONFIG_DIR, NOTULA_CACHE_DIR or NOTULA_LOG_DIR."
)
_SHARED = mark(
    "{path} is open to other accounts and holds other things than Notula's, so Notula keeps nothing there. "
    "Close it to them, or name a folder of its own with NOTULA_DATA_DIR, NOTULA_CONFIG_DIR, NOTULA_CACHE_DIR "
    "or NOTULA_LOG_DIR."
)


def make_folder(folder: Path) -> None:
    """Make the folder and those above it that are missing, or close the one that is there to other accounts.

    Raises `NotPrivate` where that can't be, and OSError where it can't be made. Blocks for some file operations.
    """
    folder = folder.absolute()
    missing = [folder]
    while not (parent := missing[-1].parent).exists() and parent != missing[-1]:
        missing.append(parent)
    for each in reversed(missing):
        try:
            each.mkdir(FOLDER_MODE)
        except FileExistsError:
            if not each.is_dir():
                raise
        else:
            if HAS_OWNERS:  # A umask may have taken away the owner's own permissions.
                each.chmod(FOLDER_MODE)
    close_folder(folder)


def close_folder(folder: Path) -> None:
    """Take other accounts' permissions from this folder. Raises `NotPrivate` where that can't be, and OSError."""
    if not HAS_OWNERS:
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        if found.st_uid != os.geteuid():
            raise NotPrivate(_OF_ANOTHER_ACCOUNT, folder)
        if stat.S_IMODE(found.st_mode) & OTHERS:
            if not _is_notulas(folder, descriptor, found):
                raise NotPrivate(_SHARED, folder)
            try:
                os.fchmod(descriptor, FOLDER_MODE)
            except OSError as error:  # A drive that may not be written, or one that knows no permissions.
                logger.warning("%s can't be closed to other accounts: %s", folder, error)
    finally:
        os.close(descriptor)


def _is_notulas(folder: Path, descriptor: int, found: os.stat_result) -> bool:
    """Whether the folder is Notula's alone, so that it may be closed: it has Notula's name, or all else is hidden.

    Never the top of the file system, a home or what is above it, or a folder in which everybody has files.
    """
    if found.st_mode & stat.S_ISVTX or _is_above_home(found):
        return False
    if _APPLICATION in folder.name.lower() or folder.parent.name.lower() == _APPLICATION:
        return True
    with os.scandir(descriptor) as entries:
        # What is hidden, and what a file system makes by itself, is nothing that others are to read there.
        return all(
            is_own_name(entry.name) or entry.name.startswith(".") or entry.name in _OF_THE_SYSTEM for entry in entries
        )


def _is_above_home(found: os.stat_result) -> bool:
    """Whether it is a home, or on the way to one: of the environment, or of the account."""
    homes = {Path("/"), Path(os.environ.get("HOME") or "/")}
    try:
        import pwd

        homes.add(Path(pwd.getpwuid(os.geteuid()).pw_dir))
    except (ImportError, KeyError):
        pass  # An account without an entry, as containers have them.
    for home in homes:
        for place in (home, *home.parents):
            try:
                about = place.stat()
            except OSError:
                continue
            if (about.st_dev, about.st_ino) == (found.st_dev, found.st_ino):
                return True
    return False


def is_own_name(name: str) -> bool:
    """Whether a file or folder of this name, in one of Notula's folders, is Notula's."""
    return name in _OWN_NAMES | _OWN_PARTS or name.startswith(_OWN_BEGINNINGS)
