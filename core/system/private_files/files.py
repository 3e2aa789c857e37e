"""Files that only the account that Notula runs as may read and change."""

import os
import stat
from pathlib import Path

from core.domain import mark
from core.system.private_files.ownership import FILE_MODE, HAS_OWNERS, ROOT, NotPrivate, is_trusted

_ALL_MAY_WRITE = 0o002
"""Not the group's permission: with the usual umask 002 that group is the account alone."""

_OTHERS_MAY_WRITE = 0o022
"""Of what decides who may do what, the group's permission counts too."""

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


def open_for_owner(path: str, flags: int) -> int:
    """An `opener` for `open`: a new file is made for its owner only, one that is there is closed to others.

    Raises `NotPrivate` for a symbolic link, a file with a second name, and a file of another account.
    """
    descriptor = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), FILE_MODE)
    if HAS_OWNERS:
        found = os.fstat(descriptor)
        try:
            if not is_trusted(found):
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
    if HAS_OWNERS:  # A umask may have taken away the owner's own permissions.
        file.chmod(FILE_MODE)


def is_foreign_file(file: Path) -> bool:
    """Whether there is one that another account but root can have put there, or that is no ordinary file.

    One that can't be looked at counts as such, one that vanishes meanwhile doesn't.
    """
    try:
        found = file.lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return HAS_OWNERS and not is_trusted(found)


def all_may_write(file: Path) -> bool:
    """Whether there is such a file and every account may change what is in it. Raises OSError."""
    try:
        return HAS_OWNERS and bool(file.stat().st_mode & _ALL_MAY_WRITE)
    except FileNotFoundError:
        return False


def refuse_planted(file: Path) -> None:
    """Raise `NotPrivate` where this file, or what it is a link to, isn't this account's. One that is missing is fine.

    A link is its owner's choice, but another account's link could be turned to another file at any time.
    """
    if not HAS_OWNERS:
        return
    try:
        link, found = file.lstat(), file.stat()
    except FileNotFoundError:
        return
    if link.st_uid not in (os.geteuid(), ROOT) or not is_trusted(found):
        raise NotPrivate(_PLANTED, file)


def refuse_planted_settings(file: Path, descriptor: int) -> None:
    """Raise `NotPrivate` where another account may have written this file, which is open, or chosen it with a link.

    Call it when reading: taking permissions away later doesn't make what others wrote before trustworthy.
    """
    if not HAS_OWNERS:
        return
    found = os.fstat(descriptor)
    for about in (file.lstat(), found):
        if about.st_uid not in (os.geteuid(), ROOT):
            raise NotPrivate(_SETTINGS_OF_ANOTHER, file, owner=_account(about.st_uid))
    if found.st_mode & _OTHERS_MAY_WRITE:
        raise NotPrivate(_SETTINGS_WRITABLE, file, owner=_account(found.st_uid))
    is_replaced = found.st_nlink == 0  # By another process, since it was opened: it has no second name either.
    if not is_trusted(found) and not is_replaced:
        raise NotPrivate(_SETTINGS_UNTRUSTED, file, owner=_account(found.st_uid))


def _account(number: int) -> str:
    """An account's name, or its number where it has none."""
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return str(number)
