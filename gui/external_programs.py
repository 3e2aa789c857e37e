"""Opens addresses and folders in other programs, and shows a message where none does."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from core.domain import TranslatableText, mark
from gui.messages import Messages

NO_BROWSER = mark("No browser could be opened. Open this address yourself: {address}")
NO_FILES = mark("No program on this computer shows folders. The folder is {folder}")


def open_address(address: str, messages: Messages) -> None:
    """Have the browser open an address."""
    if not QDesktopServices.openUrl(QUrl(address)):
        messages.error(TranslatableText(NO_BROWSER, {"address": address}))


def open_folder(folder: Path, messages: Messages) -> None:
    """Have the file manager open a folder."""
    if not is_folder_shown(folder):
        messages.error(TranslatableText(NO_FILES, {"folder": str(folder)}))


def is_folder_shown(folder: Path) -> bool:
    """Have the file manager open a folder, or what is above it where it isn't there. False where none can."""
    there = next((one for one in (folder, *folder.parents) if one.is_dir()), folder)
    return QDesktopServices.openUrl(_address_of(there))


def _address_of(path: Path) -> QUrl:
    """With every byte of the path, also where it is no UTF-8."""
    return QUrl.fromEncoded(path.as_uri().encode())
