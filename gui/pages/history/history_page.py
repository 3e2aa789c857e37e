"""The history of transcripts: search, read, export, and delete for good."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMessageBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.domain import HistoryEntry, StoredTranscript, TranscriptId, mark
from core.domain import HistoryPage as EntriesPage
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.history.history_list import ENTRY_ROLE, EntryDelegate, HistoryModel
from gui.pages.page import Page, PageDeclaration
from gui.theme import icon
from gui.widgets.action_button import ActionButton
from gui.widgets.reader.reader import Reader
from gui.widgets.reader.reader_actions import ReaderActions
from gui.widgets.text import harmless, label, named

PAGE_SIZE = 100
MOST_NAMES = 5
"""How many names the question before deleting shows."""

TYPING_PAUSE_MS = 150
"""Milliseconds from the last key to the start of the search."""


class HistoryPage(Page):
    """The list beside the reading view."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = tr = context.tr
        self._next_row: int | None = None
        self._model = HistoryModel(self)
        self._model.more_wanted.connect(self._load_more)
        self._typing = QTimer(self, interval=TYPING_PAUSE_MS, singleShot=True)
        self._typing.timeout.connect(self.refresh)
        self._search = named(QLineEdit(), "historysearch")
        self._search.setPlaceholderText(tr("Search in everything that was said"))
        self._search.setAccessibleName(tr("Search in everything that was said"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._typing.start)
        self._list = named(QListView(), "list")
        self._list.setModel(self._model)
        self._list.setItemDelegate(EntryDelegate(tr, self._list))
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setAccessibleName(tr("Transcripts"))
        self._list.selectionModel().selectionChanged.connect(self._selection_changed)
        self._count = label(name="muted")
        self.reader = Reader(tr, context.messages, self)
        ReaderActions(self.reader, context)
        self.delete_action = QAction(icon("remove"), tr("Delete for good …"), self)
        self.delete_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        self.delete_action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)  # As long as this page is open.
        self.delete_action.triggered.connect(self.ask_to_delete)
        self.delete_action.setEnabled(False)
        self._list.addAction(self.delete_action)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        QShortcut(QKeySequence("Ctrl+Shift+F"), self, self._search.setFocus)
        self._lay_out()
        context.changes.happened.connect(self._follow)

    def on_shown(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Ask for the first entries again, with what is typed in the search field."""
        search = self._search.text()
        self._operations.start(
            self._core.call(lambda notula: notula.transcripts.page(search, limit=PAGE_SIZE)),
            done=self._show,
            kind="history",
        )

    def _follow(self, changes: Changes, initiator: object) -> None:
        """Refresh what is visible; a hidden page is refreshed when it is shown."""
        if changes.history and initiator is not self and self.isVisible():
            self.refresh()

    def select_first(self) -> None:
        """Open the first entry."""
        self._list.setCurrentIndex(self._model.index(0))

    def ask_to_delete(self) -> None:
        """Ask before deleting, which can't be undone."""
        indexes = sorted(self._list.selectionModel().selectedIndexes(), key=lambda index: index.row())
        entries: list[HistoryEntry] = [index.data(ENTRY_ROLE) for index in indexes]
        ids = [entry.id for entry in entries]
        if not ids:
            return
        tr = self._tr
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Warning)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setWindowTitle(tr("Delete for good"))
        question.setText(
            tr.plural("Delete {count} transcript for good?", "Delete {count} transcripts for good?", len(ids))
        )
        names = [harmless(entry.name) for entry in entries[:MOST_NAMES]]
        names += ["…"] if len(entries) > MOST_NAMES else []
        stays = tr("It can't be undone. The recordings themselves stay where they are.")
        question.setInformativeText("\n".join((*names, "", stays)))
        delete = question.addButton(tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        keep = question.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(keep)
        question.setEscapeButton(keep)
        delete.clicked.connect(lambda: self._delete(ids, indexes[0].row()))
        question.open()

    def _delete(self, ids: list[TranscriptId], row: int) -> None:
        self.reader.clear()
        self._operations.start(
            self._core.call(lambda notula: notula.transcripts.delete(ids)),
            done=lambda _: self._deleted(row),
            changes=Changes(history=True, jobs=True),
            initiator=self,
        )

    def _deleted(self, row: int) -> None:
        self._messages.information(self._tr("Deleted for good."))
        self._next_row = row
        self.refresh()

    def _show(self, page: EntriesPage) -> None:
        selection = self._list.selectionModel()
        kept = {index.data(ENTRY_ROLE).id for index in selection.selectedIndexes()}
        selection.blockSignals(True)  # The transcript that is read stays open while the list is filled again.
        self._model.replace(page)
        selection.blockSignals(False)
        for row, entry in enumerate(page.entries):
            if entry.id in kept:
                selection.select(self._model.index(row), QItemSelectionModel.SelectionFlag.Select)
        if self._next_row is not None and page.entries and not selection.hasSelection():
            # The entry after the deleted one, so that a person can read and delete one after the other.
            self._list.setCurrentIndex(self._model.index(min(self._next_row, len(page.entries) - 1)))
            self._list.setFocus()
        self._next_row = None
        self._count.setText(
            self._tr.plural("{count} transcript", "{count} transcripts", page.total)
            if page.total
            else self._tr("Nothing found.")
            if self._search.text()
            else self._tr("What you transcribe is kept here.")
        )
        self._selection_changed()

    def _load_more(self, offset: int) -> None:
        search = self._search.text()
        self._operations.start(
            self._core.call(lambda notula: notula.transcripts.page(search, limit=PAGE_SIZE, offset=offset)),
            done=lambda page: self._add(page, search, offset),
            kind="history-more",
        )

    def _add(self, page: EntriesPage, search: str, offset: int) -> None:
        if (
            search == self._search.text() and offset == self._model.rowCount()
        ):  # Otherwise another search has replaced the list.
            self._model.add(page)

    def _selection_changed(self) -> None:
        chosen = self._list.selectionModel().selectedIndexes()
        self.delete_action.setEnabled(bool(chosen))
        if len(chosen) != 1:
            self.reader.clear()
            return
        wanted: TranscriptId = QModelIndex(chosen[0]).data(ENTRY_ROLE).id
        if self.reader.transcript_id == wanted:
            self.reader.search_for(self._search.text().strip())
        else:
            self._operations.start(
                self._core.call(lambda notula: notula.transcripts.get(wanted)), done=self._read, kind="read-history"
            )

    def _read(self, stored: StoredTranscript | None) -> None:
        chosen = self._list.selectionModel().selectedIndexes()
        if stored is not None and [index.data(ENTRY_ROLE).id for index in chosen] == [stored.entry.id]:
            self.reader.show_stored(stored, self._search.text().strip())

    def _lay_out(self) -> None:
        toolbar = QHBoxLayout()
        toolbar.addWidget(label(self._tr("History"), "title"))
        toolbar.addStretch(1)
        toolbar.addWidget(ActionButton(self.delete_action))
        found = QWidget()
        column = QVBoxLayout(found)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._search, self._list, self._count):
            column.addWidget(widget)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(found)
        splitter.addWidget(self.reader)
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 3)
        splitter.setSizes([340, 520])
        splitter.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(toolbar)
        whole.addWidget(splitter, 1)


PAGE = PageDeclaration("history", mark("History"), "history", HistoryPage)
