"""Qt's own words, such as those of its file dialog and of a field's context menu, in our languages.

Qt brings no Indonesian. Where a desktop shows its own dialogs, it translates them itself and asks none of this.
"""

from PySide6.QtCore import QObject, QTranslator

from core.domain import mark
from core.i18n import Translator

QT_TEXTS = frozenset(
    {
        # QFileDialog
        mark("&Choose"),
        mark("&Delete"),
        mark("&Look in:"),
        mark("&New Folder"),
        mark("&Open"),
        mark("&Rename"),
        mark("&Save"),
        mark("All Files (*)"),
        mark("Back"),
        mark("Change to detail view mode"),
        mark("Change to list view mode"),
        mark("Create New Folder"),
        mark("Create a New Folder"),
        mark("Detail View"),
        mark("Directories"),
        mark("Directory:"),
        mark("File &name:"),
        mark("Files"),
        mark("Files of &type:"),
        mark("Forward"),
        mark("Go back"),
        mark("Go forward"),
        mark("Go to the parent directory"),
        mark("List View"),
        mark("List of places and bookmarks"),
        mark("Parent Directory"),
        mark("Show &hidden files"),
        mark("Sidebar"),
        mark("%1 already exists.\nDo you want to replace it?"),
        mark("%1\nDirectory not found.\nPlease verify the correct directory name was given."),
        mark("%1\nFile not found.\nPlease verify the correct file name was given."),
        mark("'%1' is write protected.\nDo you want to delete it anyway?"),
        mark("Are you sure you want to delete '%1'?"),
        mark("Could not delete directory."),
        # QFileSystemModel and QAbstractFileIconProvider
        mark("Computer"),
        mark("Date Modified"),
        mark("Drive"),
        mark("Folder"),
        mark("Name"),
        mark("Size"),
        mark("Type"),
        # Buttons
        mark("&No"),
        mark("&Yes"),
        mark("Cancel"),
        mark("OK"),
        mark("Open"),
        mark("Save"),
        # Context menus of fields and texts
        mark("&Copy"),
        mark("&Paste"),
        mark("&Redo"),
        mark("&Undo"),
        mark("Copy &Link Location"),
        mark("Cu&t"),
        mark("Delete"),
        mark("Select All"),
    }
)
"""Literally as Qt 6 has them; a word that another version spells otherwise stays English."""


class QtTexts(QTranslator):
    """Answers Qt's questions for a translation from our catalogue."""

    def __init__(self, tr: Translator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tr = tr

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        # None has Qt show its English; an empty string would be shown as it is, and nothing could be read (measured).
        return self._tr(text) if text in QT_TEXTS else None
