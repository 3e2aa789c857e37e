"""What the buttons of a reader do beside reading: export, play the recording, translate and sum up."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from core.domain import StoredTranscript
from core.domain.file_location import path_of
from core.export import FORMATS, file_name
from gui.external_programs import open_folder, play
from gui.page_context import PageContext
from gui.widgets.reader.reader import Reader
from gui.widgets.reader.versions import Versions


class ReaderActions(QObject):
    """Belongs to one reader."""

    def __init__(self, reader: Reader, context: PageContext) -> None:
        super().__init__(reader)
        self._reader = reader
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = context.tr
        reader.export_wanted.connect(self._ask_where_to_export)
        reader.play_wanted.connect(self._play)
        Versions(reader, context)

    def export(self, stored: StoredTranscript, format_name: str, file: Path) -> None:
        """Write a transcript to a file and say so."""
        saved = self._tr("Saved as {name} in {folder}.", name=file.name, folder=str(file.parent))

        def tell(_: None) -> None:
            show = self._tr("Show")
            self._messages.information(saved, show, lambda: open_folder(file.parent, self._messages))

        self._operations.start(
            self._core.call(lambda notula: notula.transcripts.export(stored, format_name, file)), done=tell
        )

    def _ask_where_to_export(self, stored: StoredTranscript, format_name: str) -> None:
        location = stored.entry.location
        folder = Path.home() if location.startswith(("http://", "https://")) else path_of(location).parent
        suggested = folder / file_name(stored.entry.name, format_name)
        dialog = QFileDialog(self._reader.window(), self._tr("Save the transcript"), str(suggested))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(FORMATS[format_name].suffix.removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(suggested.name)
        dialog.fileSelected.connect(lambda name: self.export(stored, format_name, Path(name)))
        dialog.open()

    def _play(self, stored: StoredTranscript) -> None:
        play(stored.entry.location, stored.entry.name, self._operations, self._messages)
