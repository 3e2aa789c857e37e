"""What a person notes about a transcript, beside its text: plain text that saves itself."""

import asyncio
from enum import Enum, auto

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QTextEdit, QVBoxLayout, QWidget

from core.domain import TranscriptId, TranslatableText, mark
from gui.page_context import PageContext
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.side_panel import PanelPart
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.reader.text_folding import FoldedText
from gui.widgets.text import label, paragraph

DELAY_MS = 500
"""From the first unsaved change to its saving, so that a crash loses less than a second of typing."""

_DELETED = mark("This transcript was deleted meanwhile, so what you write isn't kept. Copy what you need of it.")


class _State(Enum):
    """How what is shown compares to what is kept."""

    UNREAD = auto()
    """The notes aren't read yet, so nothing can be written."""

    SAVED = auto()
    UNSAVED = auto()
    FAILED = auto()
    """It is tried again at the next change, by the button, and before another transcript is opened."""


class NotesPanel(PanelPart):
    """The notes of the session's transcript. `finish` before another one is opened, and before the end."""

    state_changed = Signal()
    """Something can be unsaved now that wasn't before, or the other way round."""

    def __init__(self, session: EditingSession, context: PageContext) -> None:
        super().__init__()
        self._session = session
        self._core = context.core
        self._operations = context.operations
        self._tr = tr = context.tr
        self._is_open = False
        self._number: TranscriptId | None = None
        """Whose notes are shown."""
        self._state = _State.UNREAD
        self._is_showing = False
        self._marked = ""
        """What was searched for in the library."""
        self._saving: asyncio.Task[None] | None = None
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("Notes about this transcript"))
        self.text.setPlaceholderText(
            tr("Notes about this transcript. The library finds them; an export has them only where you ask for it.")
        )
        self.text.setTabChangesFocus(True)
        self.text.setAcceptDrops(False)  # Recordings are dropped on the window.
        self.text.textChanged.connect(self._wait)
        self._told = label(name="muted")
        self._told.setAccessibleName(tr("Whether the notes are saved"))
        self._problem = paragraph(name="problem")
        self.retry = QPushButton(tr("Try again"))
        self.retry.clicked.connect(self._try_again)
        self.give_up = QPushButton(tr("Give up what I have changed"))
        self.give_up.clicked.connect(self._give_up)
        self._timer = QTimer(self, interval=DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self._save)
        self._lay_out()
        session.opened.connect(self._begin)
        self._tell()

    def first_control(self) -> QWidget:
        return self.text

    def mark_words(self, search: str) -> None:
        """Mark all places with the words of a search, and go to the first one; nothing where it is empty."""
        self._marked = search
        if self._state is not _State.UNREAD:
            self._show_marks()

    def set_open(self, *, is_open: bool) -> None:
        was_open, self._is_open = self._is_open, is_open
        if is_open and not was_open and self._state is _State.UNREAD:
            self._read()

    @property
    def has_unsaved(self) -> bool:
        """Whether something that was written isn't kept."""
        return self._state in (_State.UNSAVED, _State.FAILED)

    async def finish(self) -> bool:
        """Save now what isn't saved yet, and wait for it. Returns whether everything is kept."""
        if self.has_unsaved and not self._is_saving:
            self._save()
        while self._timer.isActive() or self._is_saving:
            if self._saving is not None and self._is_saving:
                await asyncio.wait([self._saving])
            else:
                self._save()
        return not self.has_unsaved

    @property
    def _is_saving(self) -> bool:
        return self._saving is not None and not self._saving.done()

    def _begin(self) -> None:
        """Another transcript is open, the same once more, or none."""
        stored = self._session.stored
        if stored is not None and stored.entry.id == self._number:
            return
        self._timer.stop()
        self._number = stored.entry.id if stored is not None else None
        self._show("")
        self._set(_State.UNREAD)
        if self._is_open:
            self._read()

    def _read(self) -> None:
        number = self._number
        if number is None:
            return
        self._operations.start(
            self._core.call(lambda notula: notula.transcript_notes.get(number)),
            done=lambda notes: self._show_read(number, notes),
            failed=lambda message: self._set(_State.UNREAD, message),
            kind="read-notes",
        )

    def _show_read(self, number: TranscriptId, notes: str) -> None:
        if number == self._number and self._state is _State.UNREAD:
            self._show(notes)
            self._set(_State.SAVED)
            self._show_marks()

    def _show_marks(self) -> None:
        places = FoldedText(self.text.toPlainText()).any_words(self._marked)
        marks = []
        for start, end in places:
            found = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.text.document())
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            found.cursor = cursor
            found.format.setBackground(self.palette().highlight())
            marks.append(found)
        self.text.setExtraSelections(marks)
        if marks:
            first = QTextCursor(self.text.document())
            first.setPosition(places[0][0])
            self.text.setTextCursor(first)
            self.text.centerCursor()

    def _show(self, notes: str) -> None:
        self._is_showing = True
        try:
            self.text.setPlainText(notes)
        finally:
            self._is_showing = False

    def _wait(self) -> None:
        if self._is_showing or self._state is _State.UNREAD:
            return
        self._set(_State.UNSAVED)
        self.mark_words("")
        if not self._timer.isActive():
            self._timer.start()

    def _save(self) -> None:
        """Save what is written now, once the saving before is done."""
        number = self._number
        if number is None or self._is_saving:
            return  # What is typed during a saving is saved after it.
        self._timer.stop()
        notes = self.text.toPlainText()

        async def write() -> None:
            is_kept = await self._core.call(lambda notula: notula.transcript_notes.save(number, notes))
            if number != self._number:
                return
            if not is_kept:
                self._set(_State.FAILED, TranslatableText(_DELETED))
            elif self.text.toPlainText() == notes:
                self._set(_State.SAVED)
            else:
                self._timer.start()

        self._saving = self._operations.start(write(), failed=lambda message: self._set(_State.FAILED, message))

    def _try_again(self) -> None:
        if self._state is _State.UNREAD:
            self._read()
        else:
            self._save()
        self.text.setFocus()

    def _give_up(self) -> None:
        """Show what is kept."""
        self._set(_State.UNREAD)
        self._show("")
        self._read()
        self.text.setFocus()

    def _set(self, state: _State, problem: TranslatableText | None = None) -> None:
        had_unsaved, self._state = self.has_unsaved, state
        self._tell(problem)
        if had_unsaved != self.has_unsaved:
            self.state_changed.emit()

    def _tell(self, problem: TranslatableText | None = None) -> None:
        tr, state = self._tr, self._state
        self.text.setReadOnly(state is _State.UNREAD)
        is_known_deleted = problem is not None and problem.template == _DELETED
        self._told.setText(
            {
                _State.UNREAD: "",
                _State.SAVED: tr("Saved") if self.text.toPlainText() else "",
                _State.UNSAVED: tr("Being saved …"),
                _State.FAILED: tr("Not saved"),
            }[state]
        )
        self._problem.setText(tr.message(problem) if problem is not None else "")
        self._problem.setVisible(problem is not None)
        self.retry.setVisible(problem is not None and not is_known_deleted)
        self.give_up.setVisible(state is _State.FAILED)

    def _lay_out(self) -> None:
        row = FlowLayout(gap=8, line_gap=6)
        for widget in (self._told, self.retry, self.give_up):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text, 1)
        column.addWidget(self._problem)
        column.addLayout(row)
