"""The library: transcripts are searched, filtered, read, exported and deleted for good."""

from collections.abc import Mapping
from typing import Self

from PySide6.QtCore import QLocale, QModelIndex, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.domain import HistoryEntry, HistoryFilter, HistoryOrder, HistorySummary, StoredTranscript, TranscriptId
from core.domain import HistoryPage as EntriesPage
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.history.delete_question import ask_to_delete
from gui.pages.history.history_filters import HistoryFilters
from gui.pages.history.history_list import ENTRY_ROLE, EntryDelegate, EntryList, HistoryModel
from gui.pages.history.importing import Importing, transcripts_in
from gui.pages.history.list_place import ListPlace
from gui.pages.history.selection_bar import SelectionBar
from gui.pages.page import Page
from gui.scale import FIELD_WIDTH, Gap
from gui.theme import icon
from gui.widgets.action_button import ActionButton
from gui.widgets.export.exporting_many import ExportingMany
from gui.widgets.first_key import FirstKey
from gui.widgets.reader.reader import Reader
from gui.widgets.reader.reader_actions import ReaderActions
from gui.widgets.text import label, megabytes, named

PAGE_SIZE = 100
_MORE = 20
"""So many may have come above what is selected or in sight, before that is no longer among those that are asked for."""
TYPING_PAUSE_MS = 150
"""Milliseconds from the last key to the start of the search."""


Wanted = tuple[str, HistoryFilter]
"""What is typed in the search field, and what is chosen in the filters."""


class HistoryPage(Page):
    """The list beside the reading view."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = context.core
        self._recordings = context.folders.recordings
        self._operations = context.operations
        self._messages = context.messages
        self._navigation = context.navigation
        self._tr = tr = context.tr
        self._locale = QLocale(tr.language)
        self._next_row: int | None = None
        self._listed: Wanted | None = None
        """What the entries that are listed were asked for by."""
        self._place = ListPlace()
        self._model = HistoryModel(tr, self)
        self._model.more_wanted.connect(self._load_more)
        self._typing = QTimer(self, interval=TYPING_PAUSE_MS, singleShot=True)
        self._typing.timeout.connect(self.refresh)
        self._search = named(QLineEdit(), "historysearch")
        self._search.setPlaceholderText(tr("Search in everything that was said or noted"))
        self._search.setAccessibleName(tr("Search in everything that was said or noted"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._typing.start)
        self._list = named(EntryList(), "list")
        FirstKey(self._list)
        self._list.setModel(self._model)
        self._list.setItemDelegate(EntryDelegate(tr, self._list, context.days.now))
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMinimumWidth(FIELD_WIDTH)
        self._list.setAccessibleName(tr("Transcripts"))
        self._list.selectionModel().selectionChanged.connect(self._selection_changed)
        self._list.doubleClicked.connect(self.open_selected)
        self._list.opened.connect(self.open_selected)
        self.filters = HistoryFilters(tr, context.days.now, self)
        self.filters.changed.connect(self._filter)
        self._filtering = QPushButton(tr("Filters"))
        self._filtering.setCheckable(True)
        self._filtering.toggled.connect(self.filters.setVisible)
        self.filters.hide()
        self._everything = QPushButton(tr("Show everything"))
        self._everything.clicked.connect(self.filters.reset)
        self._everything.hide()
        self.bar = SelectionBar(tr, self)
        self.exporting = ExportingMany(context, self.bar.exporting, self)
        self.bar.export_wanted.connect(self._export_selected)
        self.bar.delete_wanted.connect(self.ask_to_delete)
        self._count = label(name="muted")
        self._storage = label(name="muted")
        self._cached = QPushButton(tr("Clear the cache"))
        self._cached.clicked.connect(self._clear_cache)
        self._cached.hide()
        self.reader = Reader(context.actions, tr, context.messages, self)
        ReaderActions(self.reader, context)
        self._list.addAction(context.actions.bind("history_open", self, self.open_selected))
        self.delete_action = context.actions.bind("history_delete", self, self.ask_to_delete)
        self.delete_action.setEnabled(False)
        self._list.addAction(self.delete_action)
        context.actions.bind("history_select_all", self, self.select_all)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.importing = Importing(context, self, self.refresh)
        self._import = QPushButton(icon("open"), tr("Import …"))
        self._import.setToolTip(tr("Take over transcripts in SRT, VTT or JSON; they can also be dropped here"))
        self._import.clicked.connect(self.importing.ask)
        self.setAcceptDrops(True)
        context.actions.bind("history_search", self, self._search.setFocus)
        context.actions.bind("history_import", self, self.importing.ask)
        self._lay_out()
        context.changes.happened.connect(self._follow)
        context.days.happened.connect(self._follow_days)

    def on_shown(self) -> None:
        self.refresh()

    def first_control(self) -> QWidget:
        return self._search

    def take_over(self, before: Self) -> None:
        self._search.setText(before._search.text())
        self.filters.take_over(before.filters)
        self._listed, self._place = self._wanted(), ListPlace.of(before._list)
        if self.isVisibleTo(self.window()):
            self.refresh()

    def refresh(self) -> None:
        """Ask for the first entries again, with what is typed in the search field and chosen in the filters."""
        search, chosen = wanted = self._wanted()
        if self._model.rowCount():
            self._place = ListPlace.of(self._list)
        # As many that what is selected and in sight is among them.
        limit = max(PAGE_SIZE, self._place.rows + _MORE) if wanted == self._listed else PAGE_SIZE
        self._operations.start(
            self._core.call(lambda notula: notula.transcripts.page(search, limit=limit, chosen=chosen)),
            done=lambda page: self._show(page, wanted),
            kind="history",
        )
        self._operations.start(
            self._core.call(lambda notula: notula.transcripts.summary()), done=self._summarize, kind="history-summary"
        )

    def _wanted(self) -> Wanted:
        return self._search.text(), self.filters.chosen()

    def _follow(self, changes: Changes, initiator: object) -> None:
        """Refresh what is visible; a hidden page is refreshed when it is shown."""
        if changes.history and initiator is not self and self.isVisible():
            self.refresh()

    def _follow_days(self) -> None:
        """Headings are called after today, and filters count from it."""
        if self.isVisible() and self._wanted() != self._listed:
            self.refresh()
        self._list.viewport().update()

    def select_first(self) -> None:
        """Open the first entry."""
        self._list.setCurrentIndex(self._model.index(0))

    def saved_state(self) -> Mapping[str, object]:
        return {
            "filters": self._filtering.isChecked(),
            "order": self.filters.order.currentData(),
            "export": self.exporting.saved_state(),
        }

    def restore_state(self, state: Mapping[str, object]) -> None:
        self._filtering.setChecked(state.get("filters") is True)
        self.filters.order.setCurrentIndex(max(0, self.filters.order.findData(state.get("order"))))
        self.exporting.restore(state.get("export"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Transcripts are taken here; everything else by the window, which transcribes it."""
        if transcripts_in(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.importing.start(transcripts_in(event.mimeData()))

    def ask_to_delete(self) -> None:
        """Ask before deleting, which can't be undone."""
        indexes = self._selected_indexes()
        if indexes:
            entries = [index.data(ENTRY_ROLE) for index in indexes]
            ids, row = [entry.id for entry in entries], indexes[0].row()
            ask_to_delete(self._tr, entries, lambda: self._delete(ids, row), self, self._recordings)

    def open_selected(self) -> None:
        """Open the transcript on its page, at the first place of what was searched for."""
        index = self._list.currentIndex()
        if index.isValid():
            entry: HistoryEntry = index.data(ENTRY_ROLE)
            self._navigation.open_transcript(entry.id, self._search.text().strip(), in_notes=entry.is_in_notes)

    def select_all(self) -> None:
        """Select everything that was found, also what isn't fetched yet."""
        loaded, wanted = self._model.rowCount(), self._wanted()
        if loaded >= self._model.total:
            self._list.selectAll()
            return

        def select(page: EntriesPage) -> None:
            self._add(page, wanted, loaded)
            self._list.selectAll()

        search, chosen = wanted
        missing = self._model.total - loaded
        self._operations.start(
            self._core.call(
                lambda notula: notula.transcripts.page(search, limit=missing, offset=loaded, chosen=chosen)
            ),
            done=select,
            kind="history-more",
        )

    def _selected_indexes(self) -> list[QModelIndex]:
        return sorted(self._list.selectionModel().selectedIndexes(), key=lambda index: index.row())

    def _export_selected(self) -> None:
        entries = [index.data(ENTRY_ROLE) for index in self._selected_indexes()]
        if entries:
            self.exporting.ask([entry.id for entry in entries], (entry.location for entry in entries))

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

    def _show(self, page: EntriesPage, wanted: Wanted) -> None:
        selection = self._list.selectionModel()
        place = ListPlace.of(self._list) if self._model.rowCount() else self._place
        selection.blockSignals(True)  # The transcript that is read stays open while the list is filled again.
        search, chosen = wanted
        by_date = chosen.order in (HistoryOrder.NEWEST, HistoryOrder.OLDEST)
        self._model.replace(page, has_days=by_date or (chosen.order is HistoryOrder.AUTOMATIC and not search.strip()))
        selection.blockSignals(False)
        place.restore(self._list, page.entries, scrolls=wanted == self._listed)
        self._listed = wanted
        if self._next_row is not None and page.entries and not selection.hasSelection():
            # The entry after the deleted one, so that a person can read and delete one after the other.
            self._list.setCurrentIndex(self._model.index(min(self._next_row, len(page.entries) - 1)))
            self._list.setFocus()
        self._next_row = None
        nothing = self._tr("Nothing found. Search for fewer letters, or show everything.")
        self.reader.set_hint(nothing if not page.total and (search or self.filters.active) else "")
        self._count.setText(
            self._tr.plural("{count} transcript", "{count} transcripts", page.total)
            if page.total
            else self._tr("Nothing found.")
            if search or self.filters.active
            else self._tr("What you transcribe is kept here.")
        )
        self._selection_changed()

    def _summarize(self, summary: HistorySummary) -> None:
        self.filters.apply(summary)
        self._cached.setVisible(summary.cached_bytes > 0)
        used, cached = (megabytes(self._locale, size) for size in (summary.used_bytes, summary.cached_bytes))
        sentence = self._tr("{used} used, and a cache of {cached}", used=used, cached=cached)
        self._storage.setText(sentence if summary.cached_bytes else self._tr("{used} used", used=used))

    def _clear_cache(self) -> None:
        self._operations.start(
            self._core.call(lambda notula: notula.transcripts.clear_cache()), done=lambda _: self._cleared()
        )

    def _cleared(self) -> None:
        text = self._tr("The cache is empty. What you transcribe again is listened to again; all transcripts are here.")
        self._messages.information(text)
        self.refresh()

    def _filter(self) -> None:
        active = self.filters.active
        self._filtering.setText(self._tr("Filters ({count})", count=active) if active else self._tr("Filters"))
        self._everything.setVisible(active > 0)
        self.refresh()

    def _load_more(self, offset: int) -> None:
        search, chosen = wanted = self._wanted()
        self._operations.start(
            self._core.call(
                lambda notula: notula.transcripts.page(search, limit=PAGE_SIZE, offset=offset, chosen=chosen)
            ),
            done=lambda page: self._add(page, wanted, offset),
            kind="history-more",
        )

    def _add(self, page: EntriesPage, wanted: Wanted, offset: int) -> None:
        if (
            wanted == self._wanted() and offset == self._model.rowCount()
        ):  # Otherwise another search has replaced the list.
            self._model.add(page)

    def _selection_changed(self) -> None:
        chosen = self._list.selectionModel().selectedIndexes()
        self.delete_action.setEnabled(bool(chosen))
        self.bar.set_selected(len(chosen))
        if len(chosen) != 1:
            self.reader.clear()
            return
        wanted: TranscriptId = QModelIndex(chosen[0]).data(ENTRY_ROLE).id
        if self.reader.transcript_id == wanted:
            self.reader.search_for(self._search_in_text(chosen[0]))
        else:
            self._operations.start(
                self._core.call(lambda notula: notula.transcripts.get(wanted)), done=self._read, kind="read-history"
            )

    def _read(self, stored: StoredTranscript | None) -> None:
        chosen = self._list.selectionModel().selectedIndexes()
        if stored is not None and [index.data(ENTRY_ROLE).id for index in chosen] == [stored.entry.id]:
            self.reader.show_stored(stored, self._search_in_text(chosen[0]))

    def _search_in_text(self, index: QModelIndex) -> str:
        """What is to be marked in the text of an entry: nothing where it was found by the notes alone."""
        return "" if QModelIndex(index).data(ENTRY_ROLE).is_in_notes else self._search.text().strip()

    def _lay_out(self) -> None:
        toolbar = QHBoxLayout()
        toolbar.addWidget(label(self._tr("Library"), "title"))
        toolbar.addStretch(1)
        toolbar.addWidget(self._import)
        toolbar.addWidget(ActionButton(self.delete_action))
        searching = QHBoxLayout()
        searching.addWidget(self._search, 2)
        searching.addWidget(self._filtering)
        searching.addWidget(self._everything)
        searching.addWidget(self.filters.order, 1)
        reading = QWidget()  # The bar is above the text, not above the list: what is pressed next must not move.
        column = QVBoxLayout(reading)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bar)
        column.addWidget(self.reader, 1)
        storage = QHBoxLayout()
        storage.setSpacing(Gap.LARGE)
        storage.addWidget(self._count)
        storage.addWidget(self._storage, 1)
        storage.addWidget(self._cached)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._list)
        splitter.addWidget(reading)
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 3)
        splitter.setSizes([340, 520])
        splitter.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(toolbar)
        whole.addLayout(searching)
        whole.addWidget(self.filters)
        whole.addWidget(splitter, 1)
        whole.addLayout(storage)
