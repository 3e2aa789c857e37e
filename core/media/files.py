"""Which files a person means who points at a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

MEDIA_SUFFIXES = frozenset(
    {
        ".3gp",
        ".aac",
        ".aif",
        ".aiff",
        ".amr",
        ".asf",
        ".avi",
        ".caf",
        ".flac",
        ".flv",
        ".m4a",
        ".m4b",
        ".m4v",
        ".mka",
        ".mkv",
        ".mov",
        ".mp2",
        ".mp3",
        ".mp4",
        ".mpeg",
        ".mpg",
        ".oga",
        ".ogg",
        ".ogv",
        ".opus",
        ".ts",
        ".wav",
        ".weba",
        ".webm",
        ".wma",
        ".wmv",
    }
)
"""Endings by which recordings in a folder are found. A file that is named itself is taken whatever its ending."""


def media_files(path: Path) -> Iterator[Path]:
    """The path itself, or, for a folder, the recordings anywhere in it, by name. Hidden files are left out.

    Blocks for as long as the folder takes to be listed.
    """
    path = path.absolute()
    if not path.is_dir():
        yield path
        return
    for folder, subfolders, files in os.walk(path):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in MEDIA_SUFFIXES:
                yield Path(folder, name)
