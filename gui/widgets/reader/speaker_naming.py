"""Gives the speakers of the transcript in a reader their names, and takes that back on demand."""

from PySide6.QtCore import QObject, Qt

from core.domain import StoredTranscript
from core.domain.speakers import speakers_of
from gui.changes import Changes
from gui.page_context import PageContext
from gui.widgets.reader.reader import Reader
from gui.widgets.reader.remembered_voices import RememberedVoices
from gui.widgets.reader.speakers_dialog import SpeakersDialog


class SpeakerNaming(QObject):
    """Belongs to one reader. Names that are given elsewhere are shown in it, too."""

    def __init__(self, reader: Reader, context: PageContext) -> None:
        super().__init__(reader)
        self._reader = reader
        self._context = context
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = context.tr
        reader.speakers_wanted.connect(self._ask)
        context.changes.happened.connect(self._follow)

    def _ask(self, stored: StoredTranscript, name: str) -> None:
        dialog = SpeakersDialog(speakers_of(stored.transcript), self._tr, self._reader.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(lambda names: self._name(stored, names))
        RememberedVoices(dialog, stored, self._context)
        dialog.open()
        dialog.choose(name)

    def _name(self, before: StoredTranscript, names: dict[str, str]) -> None:
        self._operations.start(
            self._core.call(lambda notula: notula.transcripts.name_speakers(before.entry.id, names)),
            done=lambda named: self._named(before, named, names),
            changes=Changes(history=True),
            initiator=self,
        )

    def _named(self, before: StoredTranscript, named: StoredTranscript | None, names: dict[str, str]) -> None:
        if named is None:
            self._messages.information(self._tr("This recording was deleted."))
            return
        self._reader.show_revised(named)
        told = self._tr("The speakers have their new names.")
        if len(names) == 1:
            ((old, new),) = names.items()
            told = self._tr("{speaker} is called {name} now.", speaker=old, name=new.strip())
        self._messages.information(told, self._tr("Undo"), lambda: self._restore(before), is_undo=True)

    def _restore(self, before: StoredTranscript) -> None:
        self._operations.start(
            self._core.call(lambda notula: notula.transcripts.restore_speakers(before)),
            done=self._show,
            changes=Changes(history=True),
            initiator=self,
        )

    def _follow(self, changes: Changes, initiator: object) -> None:
        original = self._reader.original
        if changes.history and initiator is not self and original is not None:
            number = original.entry.id
            self._operations.start(self._core.call(lambda notula: notula.transcripts.get(number)), done=self._show)

    def _show(self, stored: StoredTranscript | None) -> None:
        if stored is not None:
            self._reader.show_revised(stored)
