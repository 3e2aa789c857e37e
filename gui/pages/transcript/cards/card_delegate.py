"""Draws a card: number, times, length and speed at the left; the text on its lines, and broken rules, at the right."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.pages.transcript.cards.card_model import CARD_ROLE
from gui.pages.transcript.cards.card_texts import Card, CardTexts
from gui.scale import Line
from gui.theme import Colours, colours_of, speaker_colour
from gui.widgets.text import harmless

PADDING = 10
_BETWEEN = 18
"""Between the two columns."""

LEADING = 4
"""More between lines than the font asks for."""

_BETWEEN_CUES = 9
_ABOVE_NOTES = 6
_DOT = 8
_HEARD_BAR = 4
_WIDEST_TIMES = "10000  0:00:00.000 → 0:00:00.000"

_Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class CardDelegate(QStyledItemDelegate):
    """For the rows of `CardModel`. In the row with the number `edited_row` the text is left to an editor."""

    def __init__(self, texts: CardTexts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self.edited_row = -1
        self.edited_height = 0
        """How high the text is in that editor."""

    def height_of(self, card: Card, metrics: QFontMetrics, text_height: int = 0) -> int:
        """How high a card is in pixels; its text has at least `text_height`."""
        line = metrics.lineSpacing() + LEADING
        left = line * (3 if card.segment.speaker else 2)
        right = max(self.text_height(card, metrics), text_height) + self._notes_height(card, metrics)
        return 2 * PADDING + max(left, right)

    def text_height(self, card: Card, metrics: QFontMetrics) -> int:
        """How high the text's lines are."""
        parts = _parts(card)
        lines = max(1, sum(map(len, parts)))
        return lines * (metrics.lineSpacing() + LEADING) + _BETWEEN_CUES * max(0, len(parts) - 1)

    def text_rect(self, row: QRect, card: Card, metrics: QFontMetrics, text_height: int = 0) -> QRect:
        """Where in a row its text is."""
        left, top = row.left() + self.left_width(metrics), row.top() + PADDING
        height = max(self.text_height(card, metrics), text_height)
        return QRect(QPoint(left, top), QSize(row.right() - PADDING - left, height))

    def _notes_height(self, card: Card, metrics: QFontMetrics) -> int:
        count = len(self._texts.notes(card))
        return count * (metrics.lineSpacing() + LEADING) + _ABOVE_NOTES if count else 0

    def note_room(self, row: QRect, card: Card, metrics: QFontMetrics) -> int:
        """How wide a note may be in a row."""
        return self.text_rect(row, card, metrics).width() - 2 * _DOT

    def left_width(self, metrics: QFontMetrics) -> int:
        """How far the column of times goes."""
        return PADDING + metrics.horizontalAdvance(_WIDEST_TIMES) + _BETWEEN

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, self.height_of(index.data(CARD_ROLE), option.fontMetrics))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        card: Card = index.data(CARD_ROLE)
        colours = colours_of(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(colours.selection))
        elif card.is_heard or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, QColor(colours.hover))
        if card.is_heard:
            bar = QRect(option.rect.topLeft(), QSize(_HEARD_BAR, option.rect.height() - 1))
            painter.fillRect(bar, QColor(colours.accent))
        painter.setPen(QColor(colours.border))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:  # Else the text field has it.
            painter.setPen(QPen(QColor(colours.accent), Line.FOCUS))
            painter.drawRect(option.rect.adjusted(1, 1, -1, -2))
        self._draw_left(painter, option, card, colours)
        is_edited = index.row() == self.edited_row
        place = self.text_rect(option.rect, card, option.fontMetrics, self.edited_height if is_edited else 0)
        if not is_edited:
            self._draw_text(painter, place, card, colours)
        self._draw_notes(painter, place, card, colours)
        painter.restore()

    def _draw_left(self, painter: QPainter, option: QStyleOptionViewItem, card: Card, colours: Colours) -> None:
        metrics = option.fontMetrics
        line = metrics.lineSpacing() + LEADING
        width = self.left_width(metrics) - PADDING - _BETWEEN
        number = metrics.horizontalAdvance("10000  ")
        place = QRect(option.rect.left() + PADDING, option.rect.top() + PADDING, width, line)
        painter.setPen(QColor(colours.muted))
        painter.drawText(place, _LEFT, f"{card.number + 1}")
        place.adjust(number, 0, 0, 0)
        painter.setPen(QColor(colours.accent))
        painter.drawText(place, _LEFT, self._texts.times(card.segment))
        place.translate(0, line)
        painter.setPen(QColor(colours.muted))
        painter.drawText(place, _LEFT, _elided(metrics, self._texts.measures(card), place.width()))
        place.translate(0, line)
        speaker = self._texts.speaker(card.segment)
        if speaker:
            font = painter.font()
            plain = painter.font()
            font.setWeight(font.Weight.DemiBold)
            painter.setFont(font)
            painter.setPen(speaker_colour(card.speaker_number, option.palette))
            painter.drawText(place, _LEFT, _elided(QFontMetrics(font), speaker, place.width()))
            painter.setFont(plain)

    def _draw_text(self, painter: QPainter, place: QRect, card: Card, colours: Colours) -> None:
        metrics = painter.fontMetrics()
        line = QRect(place.topLeft(), QSize(place.width(), metrics.lineSpacing() + LEADING))
        for number, part in enumerate(_parts(card)):
            if number:  # Another cue begins.
                middle = line.top() + _BETWEEN_CUES // 2
                painter.setPen(QColor(colours.border))
                painter.drawLine(line.left(), middle, line.left() + metrics.averageCharWidth() * 12, middle)
                line.translate(0, _BETWEEN_CUES)
            painter.setPen(QColor(colours.text))
            for text in part:
                painter.drawText(line, _LEFT, _elided(metrics, text, line.width()))
                line.translate(0, line.height())

    def _draw_notes(self, painter: QPainter, text: QRect, card: Card, colours: Colours) -> None:
        metrics = painter.fontMetrics()
        place = QRect(text.left(), text.bottom() + 1 + _ABOVE_NOTES, text.width(), metrics.lineSpacing() + LEADING)
        for note in self._texts.notes(card):
            colour = QColor(colours.bad if note.needs_person else colours.muted)
            painter.setPen(colour)
            painter.setBrush(colour if note.needs_person else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRect(place.left(), place.center().y() - _DOT // 2 + 1, _DOT, _DOT))
            said = place.adjusted(2 * _DOT, 0, 0, 0)
            painter.drawText(said, _LEFT, _elided(metrics, note.text, said.width()))
            place.translate(0, place.height())


def _parts(card: Card) -> tuple[tuple[str, ...], ...]:
    """The lines of each cue; all of the text on one line until that is known."""
    if card.checked is not None and card.checked.parts:
        return card.checked.parts
    return ((harmless(card.segment.text),),)


def _elided(metrics: QFontMetrics, text: str, width: int) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
