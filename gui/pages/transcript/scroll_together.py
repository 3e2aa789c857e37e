"""Scrolls two text edits together whose blocks stand for the same segments, however high each block is."""

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QTextEdit


class ScrollTogether(QObject):
    """What is at the top of the one that a person scrolls is at the top of the other, too."""

    def __init__(self, one: QTextEdit, other: QTextEdit, parent: QObject) -> None:
        super().__init__(parent)
        self._is_following = False
        self._one, self._other = one, other
        one.verticalScrollBar().valueChanged.connect(lambda: self._follow(one, other))
        other.verticalScrollBar().valueChanged.connect(lambda: self._follow(other, one))

    def follow_first(self) -> None:
        """Scroll the second one to where the first one is."""
        self._follow(self._one, self._other)

    def _follow(self, leading: QTextEdit, following: QTextEdit) -> None:
        if self._is_following or not following.isVisible():
            return
        self._is_following = True
        try:
            bar, led = following.verticalScrollBar(), leading.verticalScrollBar()
            if led.value() == led.maximum() > 0:
                bar.setValue(bar.maximum())
            else:
                bar.setValue(_counterpart(leading, following))
        finally:
            self._is_following = False


def _counterpart(leading: QTextEdit, following: QTextEdit) -> int:
    """Where the following one has to be scrolled to: as far into the same block."""
    block = leading.cursorForPosition(QPoint(0, 0)).block()
    box = leading.document().documentLayout().blockBoundingRect(block)
    into = (leading.verticalScrollBar().value() - box.top()) / max(1.0, box.height())
    same = following.document().findBlockByNumber(block.blockNumber())
    if not same.isValid():
        return following.verticalScrollBar().maximum()
    there = following.document().documentLayout().blockBoundingRect(same)
    return round(there.top() + into * there.height())
