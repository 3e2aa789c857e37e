"""Looking into a folder and into its new files. All of this blocks, on a drive that hangs for ever."""

import hashlib
import json
import os
import stat
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.domain import ContentHash
from core.domain.watching import WatchFolder
from core.media.discovery import is_recording, may_be_recording
from core.store import FileStamp
from core.system.open_for_writing import is_open_for_writing

_BLOCK_BYTES = 1024 * 1024

Identity = tuple[int, int]
"""The device of a folder and its number there, the same whatever it is called."""


@dataclass(frozen=True, slots=True)
class FolderScan:
    """The files that may be recordings, by their paths from the folder on."""

    identity: Identity
    files: Mapping[str, FileStamp] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a file turned out to be: no recording, one that can't be read, or its content, unless that may change."""

    content: ContentHash | None = None
    is_recording: bool = True
    is_closed: bool = False


class Stopped(Exception):
    """Nobody waits for the answer any more."""


def scan_folder(
    folder: Path,
    *,
    subfolders: bool,
    others: Collection[str],
    trusted: Mapping[str, FileStamp],
    is_cancelled: Callable[[], bool],
) -> FolderScan:
    """All files of a folder whose names may be recordings', without hidden and empty ones; no file is opened.

    The rules are those of `find_recordings`: links to folders aren't followed. `others` are the paths of other watched
    folders, normalised, which look after their own files. Of a file that is `trusted` it is only asked whether it is
    there, which takes a fifth of the time. What can't be looked into is left out, but for the folder itself. Raises
    OSError for that, and `Stopped`.
    """
    status = folder.stat()
    seen: set[Identity] = set()
    files: dict[str, FileStamp] = {}
    waiting = [("", os.fspath(folder))]
    while waiting:
        if is_cancelled():
            raise Stopped
        prefix, path = waiting.pop()
        try:
            if subfolders and not _is_new(path, seen):  # Junctions of Windows may lead back to where they are.
                continue
            with os.scandir(path) as entries:
                for entry in entries:
                    inner = prefix + entry.name
                    if (stamp := trusted.get(inner)) is not None:
                        files[inner] = stamp
                    elif entry.name.startswith("."):
                        continue
                    elif _is_folder(entry):
                        if subfolders and os.path.normcase(entry.path) not in others:
                            waiting.append((inner + os.sep, entry.path))
                    elif may_be_recording(entry.name) and (stamp := _stamp(entry)) is not None:
                        files[inner] = stamp
        except OSError:
            if not prefix:
                raise
    return FolderScan((status.st_dev, status.st_ino), files)


def inspect_file(file: Path, is_cancelled: Callable[[], bool]) -> Inspected:
    """Open a file that stood still, and read all of it, unless a program still writes it. Raises `Stopped`."""
    if not is_recording(file):
        return Inspected(is_recording=False)
    digest = hashlib.sha256()
    try:
        with file.open("rb") as opened:
            if is_open_for_writing(opened.fileno()):  # A recorder that pauses for longer than others stand still.
                return Inspected()
            before = os.fstat(opened.fileno())
            while block := opened.read(_BLOCK_BYTES):
                digest.update(block)
                if is_cancelled():
                    raise Stopped
            after = os.fstat(opened.fileno())
    except (OSError, ValueError):
        return Inspected(is_closed=True)
    is_whole = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return Inspected(ContentHash(digest.hexdigest()) if is_whole else None)


def scope_of(path: str, folder: WatchFolder, others: Collection[str]) -> str:
    """Which part of a folder is watched. Where it grows, what is there already doesn't count."""
    within = os.path.join(os.path.normcase(os.path.normpath(path)), "")  # noqa: PTH118  A separator is added.
    left_out = sorted(other.removeprefix(within) for other in others if other.startswith(within))
    return json.dumps([folder.subfolders, left_out if folder.subfolders else []])


def _is_new(path: str, seen: set[Identity]) -> bool:
    status = Path(path).stat()
    identity = (status.st_dev, status.st_ino)
    if identity in seen:
        return False
    seen.add(identity)
    return True


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Links to folders aren't, nor are they files."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _stamp(entry: os.DirEntry[str]) -> FileStamp | None:
    """None for what is no file, or an empty one, and for a link that leads nowhere."""
    try:
        status = entry.stat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode) or not status.st_size:
        return None
    return FileStamp(status.st_size, status.st_mtime_ns)
