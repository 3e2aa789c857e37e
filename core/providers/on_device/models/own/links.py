"""Folders of links to the files of a model: the engine may read what is in one, and so nothing else."""

import contextlib
import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from core.system.private_files import make_folder, open_for_owner


def link_files(folder: Path, wanted: Mapping[str, Path], written: Mapping[str, str] | None = None) -> Path:
    """A folder in which each name leads to its file: this one, made or mended. Blocking. Raises OSError.

    `written` are texts of files that are put there in place of a link.
    """
    written = written or {}
    if _content_of(folder) == {**wanted, **written}:
        return folder
    make_folder(folder.parent)
    remove_folder(folder)
    make_folder(folder)
    for name, text in written.items():
        with open(folder / name, "x", encoding="utf-8", opener=open_for_owner) as opened:
            opened.write(text)
    for name, path in wanted.items():
        if name in written:
            continue
        try:
            (folder / name).symlink_to(path)
        except OSError as error:
            if os.name != "nt" or error.errno == errno.ENOSPC:
                raise
            return path.parent  # An account of Windows that may make no links.
    return folder


def remove_folder(folder: Path) -> None:
    """Delete it if it is there; what links in it lead to stays. Blocking. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)


def _content_of(folder: Path) -> dict[str, Path | str]:
    """Links by where they lead, files by their text."""
    try:
        return {
            entry.name: entry.readlink() if entry.is_symlink() else entry.read_text(encoding="utf-8")
            for entry in folder.iterdir()
        }
    except (OSError, ValueError):
        return {}
