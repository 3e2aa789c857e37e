"""Who speaks in the segments that are chosen: one of the speakers, another one, or nobody who is known."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QWidget

from core.domain import NotulaError
from core.domain.speakers import speakers_of
from core.domain.visible import one_line
from core.editing import SegmentId, rename_speakers, set_speaker
from gui.page_context import PageContext
from gui.pages.transcript.editing_session import EditingSession
from gui.widgets.dialogs.input_questions import TextQuestion
from gui.widgets.dialogs.question import Asked
from gui.widgets.reader.remembered_voices import RememberedVoices
from gui.widgets.reader.speakers_dialog import SpeakersDialog
from gui.widgets.text import harmless


class SpeakerMenu(QObject):
    """Belongs to one session."""

    def __init__(self, session: EditingSession, context: PageContext, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._context = context
        self._messages = context.messages
        self._tr = context.tr
        self._window = window

    def choose(self, segment_ids: Sequence[SegmentId]) -> None:
        """Let a person choose who speaks in these segments."""
        if not segment_ids:
            return
        tr = self._tr
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        there = {one_line(self._session.document[one].speaker or "") for one in segment_ids}
        present = there.pop() if len(there) == 1 else ""
        for speaker in speakers_of(self._session.transcript):
            action = menu.addAction(harmless(speaker.name).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(speaker.name == present)
            action.setData(speaker.name)
            action.triggered.connect(lambda _, name=speaker.name: self._set(segment_ids, name))
        menu.addSeparator()
        menu.addAction(tr("Another speaker …")).triggered.connect(lambda: self._ask(segment_ids))
        nobody = menu.addAction(tr("Nobody who is known"))
        nobody.setEnabled(bool(present or there))
        nobody.triggered.connect(lambda: self._set(segment_ids, None))
        if present:
            menu.addSeparator()
            menu.addAction(tr("Rename speakers …")).triggered.connect(lambda: self.rename(present))
        menu.popup(QCursor.pos())

    def rename(self, name: str = "") -> None:
        """Let a person give speakers other names in all of the transcript."""
        numbers = self._session.speakers
        speakers = [replace(one, number=numbers[one.name]) for one in speakers_of(self._session.transcript)]
        if not speakers:
            self._messages.information(self._tr("Choose a passage, then who speaks in it, to name its speaker."))
            return
        dialog = SpeakersDialog(speakers, self._tr, self._window.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._rename)
        if self._session.stored is not None:
            RememberedVoices(dialog, self._session.stored, self._context)
        dialog.open()
        dialog.choose(name)

    def _rename(self, names: dict[str, str]) -> None:
        try:
            self._session.do(rename_speakers(self._session.document, names), self._tr("Renaming a speaker"))
        except NotulaError as error:
            self._messages.error(error.message)

    def _ask(self, segment_ids: Sequence[SegmentId]) -> None:
        tr = self._tr
        asked = Asked(tr("Another speaker"), tr("Who speaks here?"))
        dialog = TextQuestion(asked, tr("Choose"), tr("Cancel"), self._window)
        dialog.answered.connect(lambda name: self._set(segment_ids, name))
        dialog.open()

    def _set(self, segment_ids: Sequence[SegmentId], name: str | None) -> None:
        try:
            edit = set_speaker(self._session.document, segment_ids, name)
        except NotulaError as error:
            self._messages.error(error.message)
        else:
            self._session.do(edit, self._tr("Choosing a speaker"))
