"""The cards as something that is scrolled together with what is beside them."""

from PySide6.QtWidgets import QAbstractScrollArea

from gui.pages.transcript.cards.card_model import CardModel
from gui.pages.transcript.cards.card_view import CardView


class ScrolledCards:
    """A row for each segment, or for some of them."""

    def __init__(self, view: CardView, model: CardModel) -> None:
        self._view = view
        self._model = model

    @property
    def area(self) -> QAbstractScrollArea:
        return self._view

    def top(self) -> tuple[int, float]:
        row = self._view.rowAt(0)
        if row < 0:
            return 0, 0.0
        return self._model.card(row).number, -self._view.rowViewportPosition(row) / max(1, self._view.rowHeight(row))

    def place_of(self, number: int, share: float) -> int:
        row = self._model.row_from(number)
        if row >= self._model.rowCount():
            return self._view.verticalScrollBar().maximum()
        top, height = self._view.verticalHeader().sectionPosition(row), self._view.rowHeight(row)
        # Where the segment itself has no card, the next one begins at the top.
        return top + round(share * height) if self._model.card(row).number == number else top
