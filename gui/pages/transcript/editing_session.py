"""A transcript that is being edited: its document, what can be undone, and the saving of it."""

from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.domain import StoredTranscript, Transcript
from core.editing import Document, Edit, SpeakerNumbers

TYPING_PAUSE_MS = 1000
"""What is typed in one segment within so many milliseconds is undone at once."""

_TYPING = 1
"""Qt merges commands that have the same number."""


class EditingSession(QObject):
    """The document of one transcript. Every change goes through `do`, `undo` or `redo`."""

    changed = Signal(object)
    """An `Edit` was applied to the document."""

    opened = Signal()
    """The document is another one altogether."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._since_key = QElapsedTimer()
        self.stack = QUndoStack(self)
        self.stored: StoredTranscript | None = None
        """The entry as it was read or saved last, None where no transcript is open."""
        self.document = Document((), 0)
        self.speakers = SpeakerNumbers.of(self.document)
        """Which number each speaker has, and by that which colour, whatever the name becomes."""

    def open(self, stored: StoredTranscript) -> None:
        """Edit this transcript; what could be undone of another one can't any more."""
        self.stored = stored
        self.document = Document.of(stored.transcript)
        self.speakers = SpeakerNumbers.of(self.document)
        self.stack.clear()
        self.opened.emit()

    def follow(self, present: StoredTranscript, title: str) -> None:
        """Show what somebody else has made of the same entry. It can be undone like what was edited here."""
        self.stored = present
        self.do(self.document.with_segments(present.transcript.segments), title)
        self.stored = replace(present, transcript=self.transcript)  # The same objects are compared in no time.

    def close(self) -> None:
        """Hold no transcript any more."""
        self.stored = None
        self.document = Document((), 0)
        self.speakers = SpeakerNumbers.of(self.document)
        self.stack.clear()
        self.opened.emit()

    @property
    def transcript(self) -> Transcript:
        """The transcript as it is edited now. Only while one is open."""
        assert self.stored is not None, "a transcript is open"
        return self.document.applied_to(self.stored.transcript)

    def do(self, edit: Edit, title: str, *, is_typed: bool = False) -> None:
        """Apply an edit, unless it changes nothing. `title` is what undoing it is called, translated.

        What is typed in one segment without a pause is undone at once, everything else by itself.
        """
        if edit:
            is_prompt = self._is_prompt()
            self.stack.push(_Command(self, edit, title, is_typed=is_typed, continues=is_typed and is_prompt))

    def apply(self, edit: Edit) -> None:
        """Called by the undo stack alone."""
        self.document = self.document.after(edit)
        self.speakers = self.speakers.after(edit, self.document)
        self.changed.emit(edit)

    def _is_prompt(self) -> bool:
        """Whether the last change was a moment ago."""
        if self._since_key.isValid():
            return self._since_key.restart() < TYPING_PAUSE_MS
        self._since_key.start()
        return False


class _Command(QUndoCommand):
    def __init__(self, session: EditingSession, edit: Edit, title: str, *, is_typed: bool, continues: bool) -> None:
        super().__init__(title)
        self._session = session
        self._is_typed = is_typed
        self._continues = continues
        self.edit = edit

    def id(self) -> int:
        return _TYPING if self._is_typed and self.edit.typed_in is not None else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Command) or not other._continues:
            return False
        both = self.edit.followed_by(other.edit)
        if both is None:
            return False
        self.edit = both
        self.setObsolete(not both)
        return True

    def redo(self) -> None:
        self._session.apply(self.edit)

    def undo(self) -> None:
        self._session.apply(self.edit.inverse())
