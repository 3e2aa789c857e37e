"""What is done to whole segments, each of which can be undone; what can't be done is told."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from core.domain import NotulaError
from core.editing import (
    LEAST_S,
    Edit,
    Place,
    SegmentId,
    delete,
    free_shift,
    free_span,
    merge,
    set_times,
    shift_times,
    split,
)
from gui.page_context import PageContext
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.shift_question import ShiftQuestion
from gui.pages.transcript.times_dialog import TimesDialog

NUDGE_S = 0.1
"""How far a key moves the beginning or the end of a segment."""


class SegmentActions(QObject):
    """Belongs to one session."""

    def __init__(self, session: EditingSession, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._messages = context.messages
        self._tr = context.tr
        self._window = parent

    def split(self, place: Place) -> None:
        """Begin a new segment at this place."""
        self._do(lambda: split(self._session.document, place.segment_id, place.begin), self._tr("Cutting"))

    def merge(self, segment_ids: Sequence[SegmentId]) -> None:
        """Join these, or one and the segment after it."""
        self._do(lambda: merge(self._session.document, segment_ids), self._tr("Joining"))

    def delete(self, segment_ids: Sequence[SegmentId]) -> None:
        """Delete these."""
        self._do(lambda: delete(self._session.document, segment_ids), self._tr("Deleting"))

    def ask_for_times(self, segment_id: SegmentId) -> None:
        """Let a person say when a segment begins and ends."""
        document = self._session.document
        dialog = TimesDialog(document[segment_id], free_span(document, segment_id), self._tr, self._window.window())
        dialog.chosen.connect(lambda start_s, end_s: self.set_times(segment_id, start_s, end_s))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def set_times(self, segment_id: SegmentId, start_s: float, end_s: float) -> None:
        """Have a segment begin and end then, in seconds."""
        self._do(lambda: set_times(self._session.document, segment_id, start_s, end_s), self._tr("Changing times"))

    def nudge(self, segment_id: SegmentId, start_by_s: float, end_by_s: float) -> None:
        """Have a segment begin and end a little earlier or later, as far as its neighbours leave room."""
        segment = self._session.document[segment_id]
        earliest_s, latest_s = free_span(self._session.document, segment_id)
        start_s, end_s = segment.start_s, segment.end_s
        if start_by_s:
            start_s = max(earliest_s, min(start_s + start_by_s, end_s - LEAST_S))
        if end_by_s:
            end_s = min(latest_s, max(end_s + end_by_s, start_s + LEAST_S))
        if (start_s, end_s) == (segment.start_s, segment.end_s):
            self._tell_of_no_room()
        else:
            self.set_times(segment_id, start_s, end_s)

    def shift(self, segment_ids: Sequence[SegmentId], by_s: float) -> None:
        """Have these begin and end this much later, in seconds, as far as the others leave room."""
        least_s, most_s = free_shift(self._session.document, segment_ids)
        possible_s = min(max(by_s, least_s), most_s)
        if possible_s:
            self._do(lambda: shift_times(self._session.document, segment_ids, possible_s), self._tr("Moving in time"))
        elif by_s:
            self._tell_of_no_room()

    def ask_for_shift(self, segment_ids: Sequence[SegmentId]) -> None:
        """Let a person say how much later these begin and end."""
        free = free_shift(self._session.document, segment_ids)
        dialog = ShiftQuestion(len(segment_ids), free, self._tr, self._window.window())
        dialog.answered.connect(lambda by_s: self.shift(segment_ids, by_s))
        dialog.open()

    def _tell_of_no_room(self) -> None:
        self._messages.information(self._tr("There is no room: another passage begins or ends there."))

    def _do(self, make: Callable[[], Edit], title: str) -> None:
        try:
            edit = make()
        except NotulaError as error:
            self._messages.error(error.message)
        else:
            self._session.do(edit, title)
