"""Saves what is edited, a moment after it was edited."""

import asyncio
from enum import Enum, auto

from PySide6.QtCore import QObject, QTimer, Signal

from core.domain import StoredTranscript, Transcript, TranslatableText
from core.domain.errors import TextChanged
from gui.page_context import PageContext
from gui.pages.transcript.editing_session import EditingSession

DELAY_MS = 500
"""From the first unsaved change to its saving, so that a crash loses less than a second of typing."""

_BUSY_MS = 50
"""When it is tried again where the saving before isn't done yet."""


_ABOUT = "saving"
"""What messages tell of that are over once all is saved."""


class SaveState(Enum):
    """Whether what is shown is what is kept."""

    SAVED = auto()
    UNSAVED = auto()
    FAILED = auto()
    """`Autosave.problem` says why. It is tried again at the next change."""


class SaveProblem(Enum):
    """Why what is shown isn't kept."""

    CHANGED_ELSEWHERE = auto()
    """The entry was edited by somebody else; `overwrite` or opening it again ends that."""

    DELETED = auto()
    """The entry isn't in the history any more."""

    NOT_WRITTEN = auto()
    """It could not be written; the message bar has said why."""


class Autosave(QObject):
    """Belongs to one session. `finish` before another transcript is opened, and before the end."""

    state_changed = Signal(object)
    """The new `SaveState`."""

    def __init__(self, session: EditingSession, context: PageContext, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._core = context.core
        self._messages = context.messages
        self._operations = context.operations
        self._state = SaveState.SAVED
        self._saving: asyncio.Task[None] | None = None
        self.problem: SaveProblem | None = None
        """Why the last saving has failed, None where it hasn't."""
        self._timer = QTimer(self, interval=DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self.save)
        session.changed.connect(self._wait)
        session.opened.connect(self._begin)

    @property
    def state(self) -> SaveState:
        """Whether what is shown is what is kept."""
        return self._state

    async def finish(self) -> bool:
        """Save now what isn't saved yet, and wait for it; what could not be written is tried again.

        Returns whether everything is kept.
        """
        if self._state is SaveState.FAILED and self.problem is SaveProblem.NOT_WRITTEN:
            self.save()
        while self._timer.isActive() or self._is_saving:
            if self._saving is not None and self._is_saving:
                await asyncio.wait([self._saving])
            else:
                self._timer.stop()
                self.save()
        return self._state is SaveState.SAVED

    def overwrite(self) -> None:
        """Save what is shown, whatever was edited elsewhere."""
        stored = self._session.stored
        if stored is not None:
            self._operations.start(
                self._core.call(lambda notula: notula.transcripts.get(stored.entry.id)), done=self._save_over
            )

    def save(self) -> None:
        """Save now what isn't saved yet."""
        before = self._session.stored
        if before is None:
            return
        if self._is_saving:
            self._timer.start(_BUSY_MS)
            return
        self._timer.stop()
        revised = self._session.transcript
        if revised == before.transcript:
            self._set(SaveState.SAVED)
            return
        self._saving = self._operations.start(
            self._write(before, revised), failed=self._not_written, initiator=self._session
        )

    @property
    def _is_saving(self) -> bool:
        return self._saving is not None and not self._saving.done()

    def _begin(self) -> None:
        self._timer.stop()
        self._set(SaveState.SAVED)

    def _wait(self) -> None:
        self._set(SaveState.UNSAVED, self.problem)  # It lasts until something could be saved.
        if not self._timer.isActive():
            self._timer.start(DELAY_MS)

    def _save_over(self, present: StoredTranscript | None) -> None:
        if present is None:
            self._fail(SaveProblem.DELETED)
        elif self._session.stored is not None and present.entry.id == self._session.stored.entry.id:
            self._session.stored = present
            self.save()

    async def _write(self, before: StoredTranscript, revised: Transcript) -> None:
        problem = None
        try:
            after = await self._core.call(lambda notula: notula.transcripts.save_edits(before, revised))
        except TextChanged:
            problem, after = SaveProblem.CHANGED_ELSEWHERE, None
        if self._session.stored is not before:
            return  # Another transcript is open by now, or what was edited elsewhere is to be overwritten.
        if after is None:
            self._fail(problem or SaveProblem.DELETED)
            return
        self._session.stored = after
        if not self._timer.isActive():
            self._set(SaveState.SAVED)

    def _not_written(self, message: TranslatableText) -> None:
        self._fail(SaveProblem.NOT_WRITTEN)
        self._messages.error(message, about=_ABOUT)

    def _fail(self, problem: SaveProblem) -> None:
        self._timer.stop()
        self._set(SaveState.FAILED, problem)

    def _set(self, state: SaveState, problem: SaveProblem | None = None) -> None:
        if (state, problem) != (self._state, self.problem):
            self._state, self.problem = state, problem
            if state is SaveState.SAVED:
                self._messages.over(_ABOUT)
            self.state_changed.emit(state)
