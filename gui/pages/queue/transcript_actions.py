"""What can be done with the transcripts of the selected jobs: open, copy and export them, and go to the recording."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from core.domain import JobView, StoredTranscript, TranscriptId
from core.domain.file_location import folder_of
from core.domain.visible import visible_lines
from core.export import FORMATS, ExportPlace, ExportPlan
from gui.external_programs import open_folder
from gui.page_context import PageContext
from gui.theme import icon
from gui.widgets.export.export_bar import ExportBar
from gui.widgets.export.export_many import export_many
from gui.widgets.export.exporting_many import ExportingMany

if TYPE_CHECKING:
    from core.app.notula import Notula

_NAMES = "{name}.{extension}"
"""The files are called as the recordings are."""


class TranscriptActions(QObject):
    """Belongs to the queue's page; `selected` returns the jobs to act on."""

    def __init__(self, page: QWidget, selected: Callable[[], list[JobView]], context: PageContext) -> None:
        super().__init__(page)
        self._page = page
        self._selected = selected
        self._context = context
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._navigation = context.navigation
        self._tr = tr = context.tr
        bind = context.actions.bind
        self.open_action = bind("queue_open", page, self._open)
        self.copy_action = bind("queue_copy", page, self._copy)
        self.folder_action = bind("queue_show_folder", page, self._show_folder)
        self.export_menu = QMenu(tr("Export"), page)
        self.export_menu.menuAction().setText(tr("Export"))
        for each in FORMATS.values():
            self.export_menu.addAction(tr(each.label)).setData(each.name)
        self.export_menu.triggered.connect(lambda action: self._ask_for_folder(action.data()))
        self.export_bar = ExportBar(tr)
        self.exporting = ExportingMany(context, self.export_bar, page)
        self.export_many_action = QAction(icon("export"), tr("Export …"), page)
        self.export_many_action.triggered.connect(self._export_many)

    def update(self, jobs: Sequence[JobView]) -> None:
        """Enable what these jobs allow."""
        has_text = any(job.transcript_id is not None for job in jobs)
        self.open_action.setEnabled(len(jobs) == 1 and has_text)
        self.copy_action.setEnabled(has_text)
        has_several = len(jobs) > 1
        self.export_menu.setEnabled(has_text)
        self.export_menu.menuAction().setVisible(not has_several)
        self.export_many_action.setEnabled(has_text)
        self.export_many_action.setVisible(has_several)
        self.folder_action.setEnabled(len(jobs) == 1 and folder_of(jobs[0].location) is not None)

    def open(self, job: JobView) -> None:
        """Open the transcript of this job on its page, if it has one."""
        if job.transcript_id is not None:
            self._navigation.open_transcript(job.transcript_id)

    def export_into(self, transcripts: Sequence[TranscriptId], format_name: str, folder: Path) -> None:
        """Write these transcripts into a folder, beside what is there already, and tell what couldn't be written."""
        export_many(self._context, transcripts, ExportPlan((format_name,), ExportPlace.FOLDER, folder, _NAMES))

    def _open(self) -> None:
        for job in self._selected()[:1]:
            self.open(job)

    def _transcripts(self) -> list[TranscriptId]:
        return [job.transcript_id for job in self._selected() if job.transcript_id is not None]

    def _copy(self) -> None:
        wanted = self._transcripts()

        async def read(notula: "Notula") -> list[StoredTranscript]:
            found = [await notula.transcripts.get(transcript_id) for transcript_id in wanted]
            return [stored for stored in found if stored is not None]

        self._operations.start(self._core.call(read), done=self._copied, kind="copy-jobs")

    def _copied(self, stored: Sequence[StoredTranscript]) -> None:
        texts = [visible_lines(one.transcript.text) for one in stored]
        if not texts:
            return
        QGuiApplication.clipboard().setText("\n\n".join(texts))
        tr = self._tr
        self._messages.information(
            tr.plural(
                "The text of {count} recording is on the clipboard.",
                "The texts of {count} recordings are on the clipboard.",
                len(texts),
            )
        )

    def _show_folder(self) -> None:
        for job in self._selected()[:1]:
            if (folder := folder_of(job.location)) is not None:
                open_folder(folder, self._messages)

    def _export_many(self) -> None:
        """Ask for formats, and for a folder, a ZIP file, or the folder of each recording, as in the library."""
        if wanted := self._transcripts():
            self.exporting.ask(wanted, (job.location for job in self._selected()))

    def _ask_for_folder(self, format_name: str) -> None:
        wanted = self._transcripts()
        folders = filter(None, (folder_of(job.location) for job in self._selected()))
        begin = next(folders, Path.home())
        dialog = QFileDialog(self._page.window(), self._tr("Save the transcripts in a folder"), str(begin))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.export_into(wanted, format_name, Path(name)))
        dialog.open()
