"""Takes transcripts over from files that are chosen or dropped."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from core.imports import IMPORT_SUFFIXES, ImportedTranscripts
from gui.changes import Changes
from gui.page_context import PageContext

MOST_FAILURES = 3
"""How many sentences about files that can't be read are shown; the rest is counted."""


class Importing(QObject):
    """One a library page; `done` is called once something was imported."""

    def __init__(self, context: PageContext, parent: QWidget, done: Callable[[], None]) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._done = done
        self.folder = ""

    def ask(self) -> None:
        """Let a person choose files."""
        tr = self._context.tr
        dialog = QFileDialog(self._parent, tr("Import transcripts"), self.folder or str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        patterns = " ".join(f"*{one}" for suffix in IMPORT_SUFFIXES for one in (suffix, suffix.upper()))
        transcripts, everything = tr("Transcripts"), tr("All files")
        dialog.setNameFilters([f"{transcripts} ({patterns})", f"{everything} (*)"])
        dialog.directoryEntered.connect(self._enter)
        dialog.filesSelected.connect(lambda names: self.start([Path(name) for name in names]))
        dialog.open()

    def start(self, files: Sequence[Path]) -> None:
        """Import these."""
        if files:
            wanted = list(files)
            self._context.operations.start(
                self._context.core.call(lambda notula: notula.transcripts.import_files(wanted)),
                done=self._tell,
                changes=Changes(history=True),
                initiator=self._parent,
            )

    def _enter(self, folder: str) -> None:
        self.folder = folder

    def _tell(self, imported: ImportedTranscripts) -> None:
        tr, messages, count = self._context.tr, self._context.messages, len(imported.transcript_ids)
        failures = imported.failures[:MOST_FAILURES]
        said = tr.plural("{count} transcript was imported.", "{count} transcripts were imported.", count)
        if not count:
            said = tr("Nothing was imported.")
        if left := len(imported.failures) - len(failures):
            more = tr.plural("{count} more file can't be imported.", "{count} more files can't be imported.", left)
            said = f"{said} {more}"
        if count == 1:
            (number,) = imported.transcript_ids
            messages.result(said, failures, tr("Open"), lambda: self._context.navigation.open_transcript(number))
        else:
            messages.result(said, failures)
        if count:
            self._done()


def transcripts_in(data: QMimeData) -> list[Path]:
    """The files of a drop where all of them can be transcripts; none where anything else is among them."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    are_transcripts = len(files) == len(data.urls()) and all(one.suffix.lower() in IMPORT_SUFFIXES for one in files)
    return files if are_transcripts else []
