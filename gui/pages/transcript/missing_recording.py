"""Says in the player that a transcript's recording isn't where it was, and finds it again by its content."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.domain import StoredTranscript, TranslatableText
from core.domain.errors import NoRecording
from core.domain.file_location import folder_of
from gui.changes import Changes
from gui.page_context import PageContext
from gui.scale import Gap
from gui.widgets.reader.tool_button import tool_button
from gui.widgets.text import harmless, paragraph


class _SearchProgress(QObject):
    """The progress of a search, passed from the core's thread to the window's."""

    advanced = Signal(int)
    """Percent."""

    def __init__(self) -> None:
        # Without a parent: the core may still report when the window is gone.
        super().__init__()

    def report(self, share: float) -> None:
        """Called by the core."""
        self.advanced.emit(round(100 * share))


class MissingRecording(QWidget):
    """A row in the player. Hidden while there is nothing to tell; it belongs to one transcript at a time."""

    found = Signal(object)
    """The `StoredTranscript` whose recording was found, with its new location."""

    retry_wanted = Signal()
    """The recording is to be looked for where it was."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = tr = context.tr
        self._stored: StoredTranscript | None = None
        self._problem = ""
        self._task: asyncio.Task[None] | None = None
        self._sentence = paragraph()
        self._refusal = paragraph(name="problem")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(tr("How much of the search is done"))
        self.retry = QPushButton(tr("Look again"))
        self.retry.clicked.connect(self.retry_wanted)
        self.find_it = self._find_button()
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.clicked.connect(self.cancel_search)
        self._lay_out()
        self._show_search()
        self.hide()

    @property
    def is_searching(self) -> bool:
        """Whether a file or folder that a person has chosen is being read."""
        return self._task is not None and not self._task.done()

    def show_problem(self, stored: StoredTranscript, problem: TranslatableText, *, is_playing: bool = False) -> None:
        """Say why the recording of this transcript can't be heard, or is played in doubt, and offer to find it."""
        if not self._is_of(stored):
            self.clear()
        self._stored = stored
        self._problem = self._tr.message(problem)
        if not self.is_searching:
            self._sentence.setText(self._problem)
        can_be_found = problem.template != NoRecording.sentence
        self.find_it.setVisible(can_be_found)
        self.retry.setVisible(can_be_found and not is_playing)
        self.show()

    def clear(self) -> None:
        """Nothing is missing, or another transcript is open."""
        self._stored = None
        self.cancel_search()
        self._refusal.hide()
        self.hide()

    def cancel_search(self) -> None:
        """Stop reading; what the transcript says stays as it is."""
        if self._task is not None:
            self._task.cancel()

    def ask_for_file(self) -> None:
        """Let a person choose the file."""
        self._ask(QFileDialog.FileMode.ExistingFile)

    def ask_for_folder(self) -> None:
        """Let a person choose a folder in which all recordings are compared."""
        self._ask(QFileDialog.FileMode.Directory)

    def search(self, place: Path) -> None:
        """Look for the recording at this file, or in this folder."""
        stored = self._stored
        if stored is None or self.is_searching:
            return
        progress = _SearchProgress()
        progress.advanced.connect(self._progress.setValue)
        self._progress.setValue(0)
        self._refusal.hide()
        self._sentence.setText(self._tr("Being looked for in {place} …", place=str(place)))

        async def look() -> StoredTranscript | None:
            try:
                return await self._core.call(lambda notula: notula.recordings.find(stored, place, progress.report))
            finally:
                progress.advanced.disconnect()

        self._task = self._operations.start(
            look(),
            done=lambda found: self._end(stored, found),
            failed=lambda message: self._refuse(stored, message),
            changes=Changes(history=True),
            initiator=self,
        )
        self._task.add_done_callback(lambda task: self._ended(stored, is_cancelled=task.cancelled()))
        self._show_search()

    def _ask(self, mode: QFileDialog.FileMode) -> None:
        stored = self._stored
        if stored is None:
            return
        name = harmless(stored.entry.name)
        dialog = QFileDialog(self.window(), self._tr("Where is {name} now?", name=name))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        if mode is QFileDialog.FileMode.Directory:
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setDirectory(str(folder_of(stored.entry.location) or Path.home()))
        dialog.fileSelected.connect(lambda chosen: self._search_for(stored, Path(chosen)))
        dialog.open()

    def _search_for(self, stored: StoredTranscript, place: Path) -> None:
        """Unless another transcript was opened while the dialog was there."""
        if self._is_of(stored):
            self.search(place)

    def _is_of(self, stored: StoredTranscript) -> bool:
        return self._stored is not None and self._stored.entry.id == stored.entry.id

    def _end(self, stored: StoredTranscript, found: StoredTranscript | None) -> None:
        if found is None or not self._is_of(stored):
            return  # The page says that a transcript was deleted.
        self._task = None
        folder = str(folder_of(found.entry.location) or "")
        self._messages.information(
            self._tr("Found {name} in {folder}.", name=harmless(found.entry.name), folder=folder)
        )
        self.found.emit(found)

    def _refuse(self, stored: StoredTranscript, message: TranslatableText) -> None:
        if self._is_of(stored):
            self._refusal.setText(self._tr.message(message))
            self._refusal.show()

    def _ended(self, stored: StoredTranscript, *, is_cancelled: bool) -> None:
        self._task = None
        self._show_search()
        self._sentence.setText(self._problem)
        if is_cancelled and self._is_of(stored):
            self._messages.information(self._tr("The search was stopped."))

    def _show_search(self) -> None:
        is_searching = self.is_searching
        buttons = (self.find_it, self.retry)
        had_focus = any(one.hasFocus() for one in (*buttons, self.cancel))
        if is_searching:
            self.cancel.show()
        else:
            for button in buttons:
                button.setEnabled(True)
        if had_focus and self.isVisible():  # While both are usable: Qt would move it out of the player.
            (self.cancel if is_searching else self.find_it).setFocus(Qt.FocusReason.OtherFocusReason)
        for button in buttons:
            button.setEnabled(not is_searching)
        self.cancel.setVisible(is_searching)
        self._progress.setVisible(is_searching)

    def _find_button(self) -> QToolButton:
        tr = self._tr
        button = tool_button("search", tr("Find the recording by its content"), None, tr("Find it …"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.addAction(tr("Choose the file …")).triggered.connect(self.ask_for_file)
        menu.addAction(tr("Search a folder …")).triggered.connect(self.ask_for_folder)
        button.setMenu(menu)
        return button

    def _lay_out(self) -> None:
        told = QVBoxLayout()
        told.setSpacing(Gap.TIGHT)
        for part in (self._sentence, self._refusal, self._progress):
            told.addWidget(part)
        self._refusal.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(told, 1)
        for button in (self.cancel, self.retry, self.find_it):
            row.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
