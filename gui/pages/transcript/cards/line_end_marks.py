"""The marks in a card's text field where the lines of files end, and the room for them between the words."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QTextEdit

from core.domain.graphemes import graphemes
from gui.pages.transcript.text_places import place_in_qt

_WIDTH = 0.9
_MARGIN = 0.35
"""Both by the height of a small letter, as the font may be of any size."""

_PEN = 0.14
_HEAD = 0.28


class LineEndMarks(QSyntaxHighlighter):
    """Widens the gap after each line, without a change of the text, and draws the marks there."""

    def __init__(self, editor: QTextEdit) -> None:
        super().__init__(editor.document())
        self._editor = editor
        self.breaks: Sequence[int] = ()
        """Before which places of the text lines end."""

    def show(self, breaks: Sequence[int]) -> None:
        """Lines end before these places of the text."""
        if list(breaks) != list(self.breaks):
            self.breaks = tuple(breaks)
            self.rehighlight()
            self._editor.viewport().update()

    def highlightBlock(self, text: str) -> None:
        """Called by Qt for each text."""
        form = QTextCharFormat()
        form.setFontLetterSpacingType(QFont.SpacingType.AbsoluteSpacing)
        form.setFontLetterSpacing(self._small_letter * (_WIDTH + 2 * _MARGIN))
        for begin, end in self._widened(text):
            self.setFormat(begin, end - begin, form)

    def draw(self, painter: QPainter) -> None:
        """Draw the marks on the editor's viewport."""
        painter.setPen(QPen(self._editor.palette().link().color(), max(1.0, _PEN * self._small_letter)))
        for mark, is_mirrored in self.marks():
            near, far = (mark.right(), mark.left()) if not is_mirrored else (mark.left(), mark.right())
            low = mark.bottom() - _HEAD * self._small_letter
            head = _HEAD * self._small_letter * (1 if near > far else -1)
            painter.drawPolyline([QPointF(near, mark.top()), QPointF(near, low), QPointF(far, low)])
            painter.drawPolyline(
                [QPointF(far + head, low - abs(head)), QPointF(far, low), QPointF(far + head, low + abs(head))]
            )

    def marks(self) -> Iterator[tuple[QRectF, bool]]:
        """Where the marks are on the viewport, each in its gap, and whether it is one between words from right to left.

        There is none where the line is wrapped anyway.
        """
        text, cursor = self._editor.toPlainText(), self._editor.textCursor()
        small, ascent = self._small_letter, QFontMetricsF(self._editor.font()).ascent()
        for begin, end in self._widened(text):
            cursor.setPosition(begin)
            before = self._editor.cursorRect(cursor)
            is_space = self.document().characterAt(begin).isspace()
            cursor.setPosition(end)
            after = self._editor.cursorRect(cursor)
            if before.top() != after.top():
                continue
            is_mirrored = after.left() < before.left()
            # The room is behind what was widened; a space is part of it.
            room = small * (_WIDTH + 2 * _MARGIN) * (-1 if is_mirrored else 1)
            middle = (before.center().x() + after.center().x()) / 2 if is_space else after.center().x() - room / 2
            base = before.top() + ascent
            yield QRectF(middle - _WIDTH * small / 2, base - small, _WIDTH * small, small), is_mirrored

    def _widened(self, text: str) -> Iterator[tuple[int, int]]:
        """What is made wider where lines end, as Qt counts: the space behind, or what is read as the last letter."""
        for place in self.breaks:
            at = place_in_qt(text, place)
            if not 0 < at < _units(text):
                continue
            before = text.encode("utf-16-le", "surrogatepass")[: 2 * at].decode("utf-16-le", "ignore")
            if text[len(before)].isspace():
                yield at, at + 1
            else:
                yield at - _units(graphemes(before)[-1]), at

    @property
    def _small_letter(self) -> float:
        return QFontMetricsF(self._editor.font()).xHeight()


def _units(text: str) -> int:
    """How long Qt takes it for: characters beyond the first plane are two."""
    return len(text) + sum(character > "\uffff" for character in text)
