"""What the buttons of a reader do beside reading: edit, export, hear, translate, sum up, name speakers."""

from PySide6.QtCore import QObject

from core.domain import StoredTranscript
from gui.page_context import PageContext
from gui.widgets.reader.exporting import Exporting
from gui.widgets.reader.reader import Reader
from gui.widgets.reader.speaker_naming import SpeakerNaming
from gui.widgets.reader.versions import Versions


class ReaderActions(QObject):
    """Belongs to one reader."""

    def __init__(self, reader: Reader, context: PageContext) -> None:
        super().__init__(reader)
        self.exporting = Exporting(context, reader)
        reader.export_wanted.connect(self._export)
        reader.hear_wanted.connect(context.navigation.hear_transcript)
        reader.edit_wanted.connect(context.navigation.open_transcript)
        Versions(reader, context)
        SpeakerNaming(reader, context)

    def _export(self, stored: StoredTranscript, format_name: str, with_notes: bool) -> None:
        self.exporting.ask(stored, format_name, with_notes=with_notes)
