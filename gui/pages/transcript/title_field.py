"""The name of the transcript above its text, which becomes a text field to change it."""

import asyncio

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QStackedLayout, QWidget

from core.domain import StoredTranscript, TranslatableText
from core.domain.history import LONGEST_NAME
from core.domain.visible import one_line
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.transcript.editing_session import EditingSession
from gui.widgets.text import ElidedLabel

_ABOUT = "renaming"
"""What messages tell of that are over once a name could be written."""


class TitleField(QWidget):
    """Shows a name. A click or `edit` lets it be changed, Return or leaving keeps it, Escape doesn't."""

    renamed = Signal(object, str)
    """The `TranscriptId`, and its name from now on."""

    closed = Signal()
    """The keys belong to the text again."""

    def __init__(self, session: EditingSession, context: PageContext) -> None:
        super().__init__()
        self._session = session
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = tr = context.tr
        self._is_editing = False
        self._renaming: asyncio.Task[None] | None = None
        self._shown = ElidedLabel("title")
        self._field = QLineEdit(maxLength=LONGEST_NAME)
        self._field.setAccessibleName(tr("Name of the transcript"))
        self._field.setPlaceholderText(tr("As the recording"))
        self._field.installEventFilter(self)
        self._field.editingFinished.connect(self._keep)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self._shown)
        self._layout.addWidget(self._field)

    def show_name(self, name: str) -> None:
        """Show another transcript's name, or none."""
        self._close()
        self._shown.set_whole_text(name)
        self._shown.setCursor(Qt.CursorShape.IBeamCursor if name else Qt.CursorShape.ArrowCursor)

    def edit(self) -> None:
        """Let the name of the transcript that is open be changed."""
        if self._session.stored is not None and not self._is_editing:
            self._open(one_line(self._session.stored.entry.name))

    async def finish(self) -> None:
        """Keep what is typed, and wait for it; before another transcript is opened, and before the end."""
        self._keep()
        if self._renaming is not None:
            await asyncio.wait([self._renaming])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.edit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape leaves the name as it was; it would else go to what is open beside the text."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._close()
                return True
        return super().eventFilter(watched, event)

    def _open(self, text: str) -> None:
        self._is_editing = True
        self._field.setText(text)
        self._field.selectAll()
        self._layout.setCurrentWidget(self._field)
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close(self) -> None:
        if self._is_editing:
            self._is_editing = False
            if self._field.hasFocus():
                self.closed.emit()  # Before the field is hidden: Qt would give the focus to the next control.
            self._layout.setCurrentWidget(self._shown)

    def _keep(self) -> None:
        """Called for Return, and again as the focus goes: by then the field is closed."""
        stored = self._session.stored
        if not self._is_editing or stored is None:
            return
        wanted, before = self._field.text(), stored.entry.name
        self._close()
        if wanted != one_line(before):
            self._rename(stored, wanted, before)

    def _rename(self, stored: StoredTranscript, wanted: str, before: str | None) -> None:
        """Have it called so; `before` is what the message offers to go back to."""
        number = stored.entry.id

        def show(name: str | None) -> None:
            self._messages.over(_ABOUT)
            present = self._session.stored
            if name is None or present is None or present.entry.id != number:
                return
            self.renamed.emit(number, name)
            self._shown.set_whole_text(name)
            if before is not None:
                self._messages.information(
                    self._tr("The transcript is called “{name}” now.", name=name),
                    self._tr("Undo"),
                    lambda: self._rename(stored, before, None),
                )

        def show_problem(message: TranslatableText) -> None:
            """What was typed isn't lost."""
            self._messages.error(message, about=_ABOUT)
            if self._session.stored is stored:
                self._open(wanted)

        self._renaming = self._operations.start(
            self._core.call(lambda notula: notula.transcripts.rename(number, wanted)),
            done=show,
            failed=show_problem,
            changes=Changes(history=True),
            initiator=self._session,
        )
