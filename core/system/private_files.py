"""Folders and files that only the account that Notula runs as may read or change.

What Notula keeps holds people's words: its folders are 0700 and its files 0600 whatever the umask, from the moment at
which they are made. What is there with other permissions is closed. What another account could have put there isn't
used. On Windows the profile's folder is private already, and permissions are not looked at.
"""

import logging
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.domain import TranslatableText, mark

logger = logging.getLogger(__name__)

FOLDER_MODE = 0o700
FILE_MODE = 0o600
LARGEST_WALK = 10_000
"""So many entries are looked at below one folder: many times what Notula makes."""

_DEEPEST = 6
_OTHERS = 0o077
_ALL_MAY_WRITE = 0o002
"""Not the group's permission: with the usual umask 002 that group is the account alone."""
_OTHERS_MAY_WRITE = 0o022
"""Of what decides who may do what, the group's permission counts too."""
_ROOT = 0
"""May do everything anyway, so that what is root's is believed."""
_HAS_OWNERS = hasattr(os, "geteuid")

_APPLICATION = "notula"
_OWN_NAMES = frozenset({"instances", "models", "telegram-sessions", "config", "data", "cache", "log"})
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
_PLANTED = mark(
    "{path} may have been put there by another account, so Notula doesn't use it. "
    "Move it away, or make it an ordinary file of your own account."
)
_SETTINGS_OF_ANOTHER = mark(
    "Notula doesn't start, because {path}, or the link of that name, belongs to the account {owner}, not to yours. "
    "Move it away, or make it your own once you have checked what it holds."
)
_SETTINGS_WRITABLE = mark(
    "Notula doesn't start, because other accounts may write to {path}, which belongs to {owner}. "
    "Check what it holds, then take that permission away (chmod go-w)."
)
_SETTINGS_UNTRUSTED = mark(
    "Notula doesn't start, because {path}, which belongs to {owner}, has a second name (a hard link). "
    "Put a copy in its place once you have checked what it holds."
)


class NotPrivate(PermissionError):
    """Another account could read or change what would be kept there. `message` is the sentence for a person."""

    def __init__(self, template: str, path: Path, **values: str) -> None:
        self.message = TranslatableText(template, {"path": str(path), **values})
        super().__init__(str(self.message))


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
            if _HAS_OWNERS:  # A umask may have taken away the owner's own permissions.
                each.chmod(FOLDER_MODE)
    _close_folder(folder)


def open_for_owner(path: str, flags: int) -> int:
    """An `opener` for `open`: a new file is made for its owner only, one that is there is closed to others.

    Raises `NotPrivate` for a symbolic link, a file with a second name, and a file of another account.
    """
    descriptor = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), FILE_MODE)
    if _HAS_OWNERS:
        found = os.fstat(descriptor)
        try:
            if not _is_trusted(found):
                raise NotPrivate(_PLANTED, Path(path))
            if stat.S_IMODE(found.st_mode) != FILE_MODE:
                os.fchmod(descriptor, FILE_MODE)
        except BaseException:
            os.close(descriptor)
            raise
    return descriptor


def create_for_owner(file: Path) -> None:
    """Make an empty file for its owner only, unless there is one of that name. Raises OSError."""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
    except FileExistsError:
        return
    if _HAS_OWNERS:  # A umask may have taken away the owner's own permissions.
        file.chmod(FILE_MODE)


def is_own_file(file: Path) -> bool:
    """Whether it is an ordinary file that no other account can have put there, but for root."""
    try:
        found = file.lstat()
    except OSError:
        return False
    return not _HAS_OWNERS or _is_trusted(found)


def is_foreign_file(file: Path) -> bool:
    """Whether there is one that isn't ours, in the sense of `is_own_file`. One that vanishes meanwhile is none."""
    try:
        found = file.lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return _HAS_OWNERS and not _is_trusted(found)


def all_may_write(file: Path) -> bool:
    """Whether there is such a file and every account may change what is in it. Raises OSError."""
    try:
        return _HAS_OWNERS and bool(file.stat().st_mode & _ALL_MAY_WRITE)
    except FileNotFoundError:
        return False


def refuse_planted(file: Path) -> None:
    """Raise `NotPrivate` where this file, or what it is a link to, isn't this account's. One that is missing is fine.

    A link is its owner's choice, but another account's link could be turned to another file at any time.
    """
    if not _HAS_OWNERS:
        return
    try:
        link, found = file.lstat(), file.stat()
    except FileNotFoundError:
        return
    if link.st_uid not in (os.geteuid(), _ROOT) or not _is_trusted(found):
        raise NotPrivate(_PLANTED, file)


def refuse_planted_settings(file: Path, descriptor: int) -> None:
    """Raise `NotPrivate` where another account may have written this file, which is open, or chosen it with a link.

    To be asked at the moment of reading: what was written while others could isn't better for being closed later.
    """
    if not _HAS_OWNERS:
        return
    found = os.fstat(descriptor)
    for about in (file.lstat(), found):
        if about.st_uid not in (os.geteuid(), _ROOT):
            raise NotPrivate(_SETTINGS_OF_ANOTHER, file, owner=_account(about.st_uid))
    if found.st_mode & _OTHERS_MAY_WRITE:
        raise NotPrivate(_SETTINGS_WRITABLE, file, owner=_account(found.st_uid))
    if not _is_trusted(found):
        raise NotPrivate(_SETTINGS_UNTRUSTED, file, owner=_account(found.st_uid))


def close_to_others(folders: Iterable[Path]) -> None:
    """Take other accounts' permissions from these folders, where they exist and are Notula's own, and what is in them.

    What can't be closed stays as it is, for `notula doctor` to tell. Symbolic links are not followed. Blocks.
    """
    for folder in folders:
        try:
            _close_folder(folder)
            for found in _walk(folder):
                if found.is_open and found.is_ours:
                    os.chmod(found.name, FOLDER_MODE if found.is_folder else FILE_MODE, dir_fd=found.within)
        except FileNotFoundError:
            continue
        except OSError as error:
            logger.warning("%s can't be closed to other accounts: %s", folder, error)


def open_to_others(folders: Iterable[Path]) -> list[Path]:
    """Those of these folders, and of what Notula keeps in them, that other accounts may use or own. Blocks.

    Raises OSError.
    """
    if not _HAS_OWNERS:
        return []
    told: list[Path] = []
    for folder in filter(Path.is_dir, folders):
        about = folder.stat()
        if about.st_uid != os.geteuid() or about.st_mode & _OTHERS:
            told.append(folder)
        told += [folder / found.path for found in _walk(folder) if found.is_open or not found.is_ours]
    return told


def _close_folder(folder: Path) -> None:
    """Raises `NotPrivate` and OSError."""
    if not _HAS_OWNERS:
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        if found.st_uid != os.geteuid():
            raise NotPrivate(_OF_ANOTHER_ACCOUNT, folder)
        if stat.S_IMODE(found.st_mode) & _OTHERS:
            if not _is_notulas(folder, descriptor, found):
                raise NotPrivate(_SHARED, folder)
            try:
                os.fchmod(descriptor, FOLDER_MODE)
            except OSError as error:  # A drive that may not be written, or one that knows no permissions.
                logger.warning("%s can't be closed to other accounts: %s", folder, error)
    finally:
        os.close(descriptor)


def _is_notulas(folder: Path, descriptor: int, found: os.stat_result) -> bool:
    """Whether nobody else needs this folder, so that it may be closed: it is named for Notula, or all else is hidden.

    Never the top of the file system, a home or what is above it, or a folder in which everybody has files.
    """
    if found.st_mode & stat.S_ISVTX or _is_above_home(found):
        return False
    if _APPLICATION in folder.name.lower() or folder.parent.name.lower() == _APPLICATION:
        return True
    with os.scandir(descriptor) as entries:
        # What is hidden, and what a file system makes by itself, is nothing that others are to read there.
        return all(
            _is_own_name(entry.name) or entry.name.startswith(".") or entry.name in _OF_THE_SYSTEM for entry in entries
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


def _account(number: int) -> str:
    """An account's name, or its number where it has none."""
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return str(number)


def _is_own_name(name: str) -> bool:
    return name in _OWN_NAMES or name.startswith(_OWN_BEGINNINGS)


def _is_trusted(found: os.stat_result) -> bool:
    return stat.S_ISREG(found.st_mode) and found.st_uid in (os.geteuid(), _ROOT) and found.st_nlink == 1


@dataclass(frozen=True, slots=True)
class _Found:
    """Something below one of Notula's folders: its name in the folder of the descriptor `within`.

    What isn't ours is another account's, or has a second name somewhere else.
    """

    path: str
    name: str
    within: int
    is_folder: bool
    is_open: bool
    is_ours: bool


def _walk(folder: Path) -> Iterator[_Found]:
    """All below this folder that is Notula's, each folder before what is in it; no symbolic links. Raises OSError."""
    if not _HAS_OWNERS:
        return
    left = LARGEST_WALK

    def below(descriptor: int, path: str, depth: int) -> Iterator[_Found]:
        nonlocal left
        with os.scandir(descriptor) as entries:
            names = sorted(entry.name for entry in entries if depth or _is_own_name(entry.name))
        for name in names:
            left -= 1
            if left < 0:
                return
            try:
                about = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            except FileNotFoundError:
                continue  # Another process of ours has removed it.
            is_folder, is_account = stat.S_ISDIR(about.st_mode), about.st_uid == os.geteuid()
            if stat.S_ISLNK(about.st_mode) and is_account:
                continue
            is_ours = is_account and (is_folder or about.st_nlink == 1)
            is_open = bool(about.st_mode & _OTHERS)
            yield _Found(path + name, name, descriptor, is_folder, is_open, is_ours)
            if is_folder and is_account and depth < _DEEPEST:
                inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=descriptor)
                try:
                    yield from below(inner, f"{path}{name}/", depth + 1)
                finally:
                    os.close(inner)

    top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield from below(top, "", 0)
    finally:
        os.close(top)
