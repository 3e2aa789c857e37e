"""Opens recordings, addresses and folders in other programs, and shows a message where none does."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from core.domain import TranslatableText, mark
from core.domain.file_location import path_of
from gui.messages import Messages, PageLink
from gui.operations import Operations

NO_PLAYER = mark("No program on this computer plays {name}. Install a player, then try again.")
NO_BROWSER = mark("No browser could be opened. Open this address yourself: {address}")
NO_FILES = mark("No program on this computer shows folders. The folder is {folder}")
GONE = mark("{name} isn't in {folder} any more. Put it back, or press Edit, then Find it …")

_PLAY = "play"
"""The kind of the operation, whose messages are over with the next one."""


def can_be_played(location: str) -> bool:
    """Whether a recording is where other programs find it: on this computer or on the web, not in a chat."""
    return location.startswith(("http://", "https://")) or path_of(location).is_absolute()


def play(location: str, name: str, operations: Operations, messages: Messages, edit: PageLink) -> None:
    """Have the system's player open a recording. The disk is asked off the window's thread: it may be a slow one.

    `edit` is where a file that isn't there any more can be found again.
    """

    def opened(is_there: bool) -> None:
        if not is_there:
            folder = str(path_of(location).parent)
            messages.error(TranslatableText(GONE, {"name": name, "folder": folder}), edit, about=_PLAY)
        elif not QDesktopServices.openUrl(QUrl(location) if is_address else _address_of(path_of(location))):
            messages.error(TranslatableText(NO_PLAYER, {"name": name}), about=_PLAY)

    async def look() -> bool:
        return is_address or await asyncio.to_thread(path_of(location).exists)

    is_address = location.startswith(("http://", "https://"))
    operations.start(look(), done=opened, kind=_PLAY)


def open_address(address: str, messages: Messages) -> None:
    """Have the browser open an address."""
    if not QDesktopServices.openUrl(QUrl(address)):
        messages.error(TranslatableText(NO_BROWSER, {"address": address}))


def open_folder(folder: Path, messages: Messages) -> None:
    """Have the file manager open a folder."""
    if not QDesktopServices.openUrl(_address_of(folder)):
        messages.error(TranslatableText(NO_FILES, {"folder": str(folder)}))


def _address_of(path: Path) -> QUrl:
    """With every byte of the path, also where it is no UTF-8."""
    return QUrl.fromEncoded(path.as_uri().encode())
