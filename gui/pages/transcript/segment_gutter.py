"""Times and speakers beside the lines of an editor: painted, not part of the text that is edited."""

import math

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QTextEdit

from core.domain.visible import one_line
from core.i18n import Translator
from gui.pages.transcript.editing_session import EditingSession
from gui.theme import speaker_colour
from gui.widgets.reader.time_gutter import GAP, TimeGutter

_WIDEST_NAME = 110


class SegmentGutter(TimeGutter):
    """A time for each block, and a name where another speaker begins."""

    speaker_clicked = Signal(int)
    """The number of the block for whose speaker's place was clicked on."""

    def __init__(self, edit: QTextEdit, session: EditingSession, tr: Translator) -> None:
        super().__init__(edit, self._start_of, tr("A click on a time goes there, one on a name chooses who speaks"))
        self._session = session

    def wanted_width(self) -> int:
        """The width in pixels for the times and names that there are; 0 where there is nothing to show."""
        segments = self._session.document.segments
        if not segments:
            return 0
        speakers = {one.segment.speaker for one in segments if one.segment.speaker}
        # Rounded up: whole numbers are rounded to the nearest, and a name is cut where a part of a pixel is missing.
        metrics = QFontMetricsF(self._edit.font())
        widest = max((math.ceil(metrics.horizontalAdvance(one_line(name))) for name in speakers), default=0)
        names = min(widest, _WIDEST_NAME) + GAP if speakers else 0
        return self._time_width() + names

    def _paint_after_time(self, painter: QPainter, number: int, baseline: float) -> None:
        name = self._speaker_of(number)
        if not name or (number and name == self._speaker_of(number - 1)):
            return
        painter.setPen(speaker_colour(self._session.speakers[name], self.palette()))
        painter.drawText(
            QPointF(self._time_width(), baseline), self.shown_name(name)
        )  # As the time is: from a rectangle's top it is rounded.

    def shown_name(self, name: str) -> str:
        """As much of a name as there is room for."""
        room = self.width() - self._time_width() - GAP
        return QFontMetricsF(self._edit.font()).elidedText(name, Qt.TextElideMode.ElideRight, room)

    def _click(self, number: int, x: float) -> None:
        (self.activated if x < self._time_width() else self.speaker_clicked).emit(number)

    def _start_of(self, number: int) -> float | None:
        segments = self._session.document.segments
        return segments[number].segment.start_s if number < len(segments) else None

    def _speaker_of(self, number: int) -> str:
        return one_line(self._session.document.segments[number].segment.speaker or "")

    def _time_width(self) -> int:
        """Of a document that has segments."""
        return self.width_for(self._session.document.segments[-1].segment.start_s)
