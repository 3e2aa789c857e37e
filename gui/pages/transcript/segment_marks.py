"""What is marked in an editor of segments: what was found, and the word that is heard."""

from collections.abc import Sequence

from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from core.domain.errors import SegmentUnknown
from core.editing import Place
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.text_places import place_in_qt


class SegmentMarks:
    """The marks of one editor, whose blocks are the document's first segments. They change nothing of its layout."""

    def __init__(self, edit: QTextEdit, session: EditingSession) -> None:
        self._edit = edit
        self._session = session
        self._found: Sequence[Place] = ()
        self._current: int | None = None
        self._spoken: Place | None = None
        self._found_marks: list[QTextEdit.ExtraSelection] = []
        """Kept while words are heard: thousands may have been found, and three words are heard in a second."""

    def show_found(self, places: Sequence[Place], current: int | None) -> None:
        """Mark these places, and one of them, by its number, as the current one."""
        self._found, self._current = places, current
        self.renew()

    def forget_found(self) -> None:
        """The text was changed, so what was found may be elsewhere. It stays marked until `renew` is called."""
        self._found = ()

    def show_spoken(self, place: Place | None) -> bool:
        """Underline the word that is heard now. Returns whether it is in another segment than the one before."""
        before, self._spoken = self._spoken, place
        if place == before:
            return False
        self._mark_all()
        return place is not None and (before is None or before.segment_id != place.segment_id)

    def clear(self) -> None:
        """Mark nothing any more."""
        self._found, self._spoken = (), None
        self.renew()

    def renew(self) -> None:
        """Mark everything again in the text as it is now. What isn't laid out yet has no marks."""
        palette = self._edit.palette()
        self._found_marks = []
        for number, place in enumerate(self._found):
            mark = self._mark(place)
            if mark is None:
                break
            is_current = number == self._current
            mark.format.setBackground(palette.link().color() if is_current else palette.highlight())
            if is_current:
                mark.format.setForeground(palette.base())
            self._found_marks.append(mark)
        self._mark_all()

    def _mark_all(self) -> None:
        palette = self._edit.palette()
        spoken = self._mark(self._spoken) if self._spoken is not None else None
        if spoken is not None:
            spoken.format.setBackground(palette.highlight())
            spoken.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            spoken.format.setUnderlineColor(palette.link().color())
        self._edit.setExtraSelections([*self._found_marks, spoken] if spoken is not None else self._found_marks)

    def _mark(self, place: Place) -> QTextEdit.ExtraSelection | None:
        """A place to be marked, None where it isn't laid out, or isn't in the text any more."""
        try:
            block = self._edit.document().findBlockByNumber(self._session.document.index(place.segment_id))
        except SegmentUnknown:
            return None
        if not block.isValid():
            return None
        mark = QTextEdit.ExtraSelection()
        mark.cursor = QTextCursor(block)
        last = block.position() + block.length() - 1
        for at, mode in (
            (place.begin, QTextCursor.MoveMode.MoveAnchor),
            (place.end, QTextCursor.MoveMode.KeepAnchor),
        ):
            mark.cursor.setPosition(min(last, block.position() + place_in_qt(block.text(), at)), mode)
        return mark
