"""Asks where a transcript is to be saved, and saves it there."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

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

    def ask(self, stored: StoredTranscript, format_name: str, *, with_notes: bool = False) -> None:
        """Ask for a file, beside the recording if nothing else is chosen, and write the transcript to it."""
        folder = folder_of(stored.entry.location) or Path.home()
        suggested = folder / (file_stem(stored.entry.name) + _suffix(format_name))
        dialog = QFileDialog(self._parent.window(), self._tr("Save the transcript"), str(suggested))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_suffix(format_name).removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(suggested.name)
        dialog.fileSelected.connect(lambda name: self.export(stored, format_name, Path(name), with_notes=with_notes))
        dialog.open()

    def export(self, stored: StoredTranscript, format_name: str, file: Path, *, with_notes: bool = False) -> None:
        """Write a transcript to a file, if asked for with what was noted about it, and say so."""
        saved = self._tr("Saved as {name} in {folder}.", name=file.name, folder=str(file.parent))

        def tell(notices: tuple[TranslatableText, ...]) -> None:
            show = self._tr("Show")
            self._messages.result(saved, notices, show, lambda: open_folder(file.parent, self._messages))

        async def write() -> tuple[TranslatableText, ...]:
            written = stored
            if with_notes:
                noted = await self._core.call(lambda notula: notula.transcript_notes.get(stored.entry.id))
                written = replace(stored, notes=noted)
            if format_name == PDF:
                return await self._write_pdf(written, file)
            return await self._core.call(lambda notula: notula.transcripts.export(written, format_name, file))

        self._operations.start(write(), done=tell)

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


def export_menu(tr: Translator, chosen: Callable[[str, bool], None], parent: QWidget) -> QMenu:
    """What is offered for one transcript. `chosen` gets the name of a format, and whether notes are to be in it."""

    def add(to: QMenu, name: str, text: str, *, with_notes: bool) -> None:
        action = to.addAction(text)
        action.setData(name)
        action.triggered.connect(lambda: chosen(name, with_notes))

    menu = QMenu(parent)
    formats = [(each.name, tr(each.label), each.holds_notes) for each in FORMATS.values()]
    formats.append((PDF, tr("PDF document"), True))
    for name, text, _ in formats:
        add(menu, name, text, with_notes=False)
    menu.addSeparator()
    noted = menu.addMenu(tr("With your notes"))
    for name, text, holds_notes in formats:
        if holds_notes:
            add(noted, name, text, with_notes=True)
    return menu


def _suffix(format_name: str) -> str:
    return ".pdf" if format_name == PDF else FORMATS[format_name].suffix
