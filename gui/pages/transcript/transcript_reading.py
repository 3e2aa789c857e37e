"""Reads transcripts for their page: the one that is wanted, and what others have made of the one that is open."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from core.domain import HistoryEntry, StoredTranscript, TranscriptId, TranslatableText
from core.domain.errors import NotSaved
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.transcript.autosave import Autosave, SaveState
from gui.pages.transcript.editing_session import EditingSession


class TranscriptReading(QObject):
    """Belongs to one session. Nothing that was edited and isn't saved is given up for another transcript."""

    opening_changed = Signal()
    """`is_opening` is another value."""

    read = Signal(object, str)
    """A transcript is there to be shown, None where it was deleted, at the first place of what was searched for."""

    followed = Signal()
    """The session shows what was changed elsewhere."""

    def __init__(
        self,
        session: EditingSession,
        autosave: Autosave,
        finish_beside: Callable[[], Awaitable[bool]],
        context: PageContext,
        parent: QObject,
    ) -> None:
        """`finish_beside` saves what was written beside the text, and tells whether that is kept."""
        super().__init__(parent)
        self._finish_beside = finish_beside
        self._session = session
        self._autosave = autosave
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = context.tr
        self.is_opening = False
        """Whether another transcript is being read; what is typed then would go into the one before."""
        context.changes.happened.connect(self._follow)

    def open(self, transcript_id: TranscriptId, search: str = "") -> None:
        """Read a transcript. Where what was edited of the one that is open can't be saved, a message says so."""
        self._set_opening(is_opening=True)
        self._operations.start(
            self._read(transcript_id),
            done=lambda stored: self._deliver(stored, search),
            failed=self._not_read,
            kind="open-transcript",
        )

    def reopen(self) -> None:
        """Read the one that is open again, as it is kept: what was edited and isn't saved is given up."""
        stored = self._session.stored
        if stored is not None:
            number = stored.entry.id
            self._operations.start(
                self._core.call(lambda notula: notula.transcripts.get(number)),
                # Another object than the one that is open, which would be left as it is.
                done=lambda kept: self._deliver(replace(kept) if kept is not None else None, ""),
                kind="open-transcript",
            )

    def keep_location(self, found: StoredTranscript) -> None:
        """Have the session know where the recording was found."""
        entry = found.entry
        self._operations.start(self._keep(entry.id, lambda kept: replace(kept, location=entry.location)))

    def keep_name(self, transcript_id: TranscriptId, name: str) -> None:
        """Have the session know what the transcript is called from now on."""
        self._operations.start(self._keep(transcript_id, lambda kept: replace(kept, name=name)))

    async def _keep(self, transcript_id: TranscriptId, change: Callable[[HistoryEntry], HistoryEntry]) -> None:
        await self._autosave.finish()  # It compares the transcript that it saves by its identity.
        stored = self._session.stored
        if stored is not None and stored.entry.id == transcript_id:
            self._session.stored = replace(stored, entry=change(stored.entry))

    async def _read(self, transcript_id: TranscriptId) -> StoredTranscript | None:
        """The transcript, once all that was edited of another one is saved. Raises `NotSaved`."""
        while True:
            stored = self._session.stored
            if stored is not None and stored.entry.id == transcript_id:
                return stored
            if not await self._autosave.finish() or not await self._finish_beside():
                raise NotSaved
            found = await self._core.call(lambda notula: notula.transcripts.get(transcript_id))
            if self._autosave.state is SaveState.SAVED:  # A dialog may have changed something meanwhile.
                return found

    def _deliver(self, stored: StoredTranscript | None, search: str) -> None:
        self._set_opening(is_opening=False)
        self.read.emit(stored, search)

    def _not_read(self, message: TranslatableText) -> None:
        self._set_opening(is_opening=False)
        self._messages.error(message)

    def _set_opening(self, *, is_opening: bool) -> None:
        self.is_opening = is_opening
        self.opening_changed.emit()

    def _follow(self, changes: Changes, initiator: object) -> None:
        """Show what was changed elsewhere, such as a speaker's name in the bot, where nothing is unsaved here."""
        stored = self._session.stored
        if not changes.history or initiator is self._session or stored is None:
            return
        if self._autosave.state is SaveState.SAVED:
            self._operations.start(self._read_again(stored), done=self._show_if_other, kind="follow-transcript")

    async def _read_again(self, stored: StoredTranscript) -> StoredTranscript | None:
        """The same object where nobody has edited it, which costs little; None where it was deleted."""
        number = stored.entry.id
        entry = await self._core.call(lambda notula: notula.transcripts.entry(number))
        if entry is not None and entry.edited_at == stored.entry.edited_at:
            return stored
        return await self._core.call(lambda notula: notula.transcripts.get(number))

    def _show_if_other(self, present: StoredTranscript | None) -> None:
        stored = self._session.stored
        if stored is None or self._autosave.state is not SaveState.SAVED:
            return
        if present is None:
            self.read.emit(None, "")
        elif present.entry.id == stored.entry.id and present.entry.edited_at != stored.entry.edited_at:
            self._session.follow(present, self._tr("What was changed elsewhere"))
            self.followed.emit()
            self._messages.information(self._tr("This text was changed elsewhere. You see it as it is now."))
