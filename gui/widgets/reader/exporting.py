"""Asks where a transcript is to be saved, and saves it there."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from core.domain import StoredTranscript, TranslatableText, mark
from core.domain.file_location import folder_of
from core.export import FORMATS, file_stem, replace_file
from core.i18n import Translator
from gui.external_programs import open_folder
from gui.page_context import PageContext

PDF = "pdf"
"""A format of the window alone; see `gui.widgets.reader.pdf_document`."""

LACKS_LETTERS = mark(
    "Some letters are empty boxes in it: no font on this computer has them. Install a font for them, then export "
    "again; Word documents and text have every letter."
)


class Exporting(QObject):
    """Belongs to the widget in which a person asks for it."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = context.tr

    def ask(self, stored: StoredTranscript, format_name: str) -> None:
        """Ask for a file, beside the recording if nothing else is chosen, and write the transcript to it."""
        folder = folder_of(stored.entry.location) or Path.home()
        suggested = folder / (file_stem(stored.entry.name) + _suffix(format_name))
        dialog = QFileDialog(self._parent.window(), self._tr("Save the transcript"), str(suggested))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_suffix(format_name).removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(suggested.name)
        dialog.fileSelected.connect(lambda name: self.export(stored, format_name, Path(name)))
        dialog.open()

    def export(self, stored: StoredTranscript, format_name: str, file: Path) -> None:
        """Write a transcript to a file and say so."""
        saved = self._tr("Saved as {name} in {folder}.", name=file.name, folder=str(file.parent))

        def tell(notices: tuple[TranslatableText, ...]) -> None:
            show = self._tr("Show")
            self._messages.result(saved, notices, show, lambda: open_folder(file.parent, self._messages))

        work = (
            self._write_pdf(stored, file)
            if format_name == PDF
            else self._core.call(lambda notula: notula.transcripts.export(stored, format_name, file))
        )
        self._operations.start(work, done=tell)

    async def _write_pdf(self, stored: StoredTranscript, file: Path) -> tuple[TranslatableText, ...]:
        """Write it, and return what is to be known of it. Raises `ExportFailed`."""
        from gui.widgets.reader.pdf_document import pdf_document

        notices = tuple(map(self._tr.message, stored.transcript.notices))

        def write() -> bool:
            made = pdf_document(stored, notices)
            replace_file(file, made.content)
            return made.lacks_letters

        lacks_letters = await asyncio.to_thread(write)
        return (TranslatableText(LACKS_LETTERS),) if lacks_letters else ()


def export_choices(tr: Translator) -> list[tuple[str, str]]:
    """What the menus of one transcript offer: the names of formats, and what they are called."""
    return [*((each.name, tr(each.label)) for each in FORMATS.values()), (PDF, tr("PDF document"))]


def _suffix(format_name: str) -> str:
    return ".pdf" if format_name == PDF else FORMATS[format_name].suffix
