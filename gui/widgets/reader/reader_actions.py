"""What the buttons of a reader do beside reading: edit, export, play, translate, sum up, name speakers."""

from functools import partial

from PySide6.QtCore import QObject

from core.domain import StoredTranscript
from gui.external_programs import play
from gui.messages import PageLink
from gui.page_context import PageContext
from gui.widgets.reader.exporting import Exporting
from gui.widgets.reader.reader import Reader
from gui.widgets.reader.speaker_naming import SpeakerNaming
from gui.widgets.reader.versions import Versions


class ReaderActions(QObject):
    """Belongs to one reader."""

    def __init__(self, reader: Reader, context: PageContext) -> None:
        super().__init__(reader)
        self._operations = context.operations
        self._messages = context.messages
        self._navigation = context.navigation
        self._tr = context.tr
        self.exporting = Exporting(context, reader)
        reader.export_wanted.connect(self._export)
        reader.play_wanted.connect(self._play)
        reader.edit_wanted.connect(context.navigation.open_transcript)
        Versions(reader, context)
        SpeakerNaming(reader, context)

    def _export(self, stored: StoredTranscript, format_name: str, with_notes: bool) -> None:
        self.exporting.ask(stored, format_name, with_notes=with_notes)

    def _play(self, stored: StoredTranscript) -> None:
        edit = PageLink(self._tr("Edit"), partial(self._navigation.open_transcript, stored.entry.id))
        play(stored.entry.location, stored.entry.name, self._operations, self._messages, edit)
