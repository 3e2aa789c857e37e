"""All files and folders that Notula keeps: closing them to other accounts, and listing those that are open."""

import logging
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.system.private_files.folders import close_folder, is_own_name
from core.system.private_files.ownership import FILE_MODE, FOLDER_MODE, HAS_OWNERS, OTHERS

logger = logging.getLogger(__name__)

LARGEST_WALK = 10_000
"""So many entries are looked at below one folder: many times what Notula makes."""

_DEEPEST = 6


def close_to_others(folders: Iterable[Path]) -> None:
    """Take other accounts' permissions from these folders, where they exist and are Notula's own, and what is in them.

    What can't be closed stays as it is, for `notula doctor` to tell. Symbolic links are not followed. Blocks.
    """
    for folder in folders:
        try:
            close_folder(folder)
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
    if not HAS_OWNERS:
        return []
    told: list[Path] = []
    for folder in filter(Path.is_dir, folders):
        about = folder.stat()
        if about.st_uid != os.geteuid() or about.st_mode & OTHERS:
            told.append(folder)
        told += [folder / found.path for found in _walk(folder) if found.is_open or not found.is_ours]
    return told


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
    if not HAS_OWNERS:
        return
    left = LARGEST_WALK

    def below(descriptor: int, path: str, depth: int) -> Iterator[_Found]:
        nonlocal left
        with os.scandir(descriptor) as entries:
            names = sorted(entry.name for entry in entries if depth or is_own_name(entry.name))
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
            is_open = bool(about.st_mode & OTHERS)
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
