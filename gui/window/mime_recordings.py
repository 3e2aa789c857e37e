"""Finds the recordings in what is dropped on the window or pasted into it."""

import os
import sys
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, QUrl


def recordings_in(data: QMimeData | None) -> list[Path | str]:
    """The local files and web addresses in a drop or on the clipboard: as URLs, or as lines of text.

    The clipboard has no data at all where nobody has copied anything, or the program that has was closed.
    """
    if data is None:
        return []
    found = [recording for url in data.urls() if (recording := _recording_at(url)) is not None]
    if found or not data.hasText():
        return found
    lines = [line.strip() for line in data.text().splitlines() if line.strip()]
    found = [recording for line in lines if (recording := _recording_named(line)) is not None]
    return found if len(found) == len(lines) else []


def _recording_at(url: QUrl) -> Path | str | None:
    if url.isLocalFile():
        return _file_at(url)
    return url.toString(QUrl.ComponentFormattingOption.FullyEncoded) if url.scheme() in ("http", "https") else None


def _file_at(url: QUrl) -> Path:
    """The file of this address. Qt would put U+FFFD for bytes of its name that are no UTF-8."""
    if sys.platform == "win32" or url.host():
        return Path(url.toLocalFile())
    path = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
    return Path(os.fsdecode(unquote_to_bytes(path)))


def _recording_named(line: str) -> Path | str | None:
    try:
        path = Path(line).expanduser()
    except RuntimeError:  # `~name` of an account that doesn't exist.
        path = Path(line)
    return path if path.is_absolute() else _recording_at(QUrl(line))
