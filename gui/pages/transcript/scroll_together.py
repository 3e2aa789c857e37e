"""Scrolls two text edits together whose blocks stand for the same segments, however high each block is."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTextEdit

from gui.widgets.reader.segment_blocks import block_at


class ScrollTogether(QObject):
    """What is at the top of the first one is at the top of the other, too, whatever scrolls the first.

    The other leads only where a person scrolls it: while it is filled or gets wider its place means nothing.
    `is_filled` tells whether all of the other's text is there.
    """

    def __init__(self, one: QTextEdit, other: QTextEdit, is_filled: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._is_filled = is_filled
        self._is_following = False
        self._near = 0
        self._one, self._other = one, other
        self._is_led_by_other = False
        one.verticalScrollBar().valueChanged.connect(self.follow_first)
        bar = other.verticalScrollBar()
        bar.actionTriggered.connect(self._expect_other)  # By the wheel or the slider, before the value differs.
        bar.valueChanged.connect(self._follow_other)

    def follow_first(self) -> None:
        """Scroll the second one to where the first one is."""
        self._follow(self._one, self._other)

    def _expect_other(self) -> None:
        self._is_led_by_other = True

    def _follow_other(self) -> None:
        is_led, self._is_led_by_other = self._is_led_by_other, False
        if is_led or (self._other.hasFocus() and self._is_filled()):
            self._follow(self._other, self._one)

    def _follow(self, leading: QTextEdit, following: QTextEdit) -> None:
        if self._is_following or not following.isVisible():
            return
        self._is_following = True
        try:
            bar, led = following.verticalScrollBar(), leading.verticalScrollBar()
            if led.value() == led.maximum() > 0:
                bar.setValue(bar.maximum())
            else:
                place, self._near = _counterpart(leading, following, self._near)
                bar.setValue(place)
        finally:
            self._is_following = False


def _counterpart(leading: QTextEdit, following: QTextEdit, near: int) -> tuple[int, int]:
    """Where the following one has to be scrolled to, as far into the same block, and the number of that."""
    block = block_at(leading, 0, near)
    box = leading.document().documentLayout().blockBoundingRect(block)
    into = (leading.verticalScrollBar().value() - box.top()) / max(1.0, box.height())
    same = following.document().findBlockByNumber(block.blockNumber())
    if not same.isValid():
        return following.verticalScrollBar().maximum(), block.blockNumber()
    there = following.document().documentLayout().blockBoundingRect(same)
    return round(there.top() + into * there.height()), block.blockNumber()
