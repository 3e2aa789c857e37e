"""Scrolls two views of the same segments together, however high each segment is in them."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractScrollArea, QTextEdit

from gui.widgets.reader.segment_blocks import block_at


class ScrolledSegments(Protocol):
    """Something that shows segments one below the other."""

    @property
    def area(self) -> QAbstractScrollArea:
        """What is scrolled."""

    def top(self) -> tuple[int, float]:
        """The number of the segment at the top, and which share of its height is above that."""

    def place_of(self, number: int, share: float) -> int:
        """The value of the scroll bar that has this share of a segment's height above the top."""


class ScrolledLines:
    """A text edit with a block for each segment."""

    def __init__(self, edit: QTextEdit) -> None:
        self._edit = edit
        self._near = 0
        """Where the top was looked for last; the next one is seldom far from it."""

    @property
    def area(self) -> QAbstractScrollArea:
        return self._edit

    def top(self) -> tuple[int, float]:
        block = block_at(self._edit, 0, self._near)
        self._near = block.blockNumber()
        box = self._edit.document().documentLayout().blockBoundingRect(block)
        return self._near, (self._edit.verticalScrollBar().value() - box.top()) / max(1.0, box.height())

    def place_of(self, number: int, share: float) -> int:
        block = self._edit.document().findBlockByNumber(number)
        if not block.isValid():
            return self._edit.verticalScrollBar().maximum()
        box = self._edit.document().documentLayout().blockBoundingRect(block)
        return round(box.top() + share * box.height())


class ScrollTogether(QObject):
    """What is at the top of the first one is at the top of the other, too, whatever scrolls the first.

    The other leads only where a person scrolls it: while it is filled or gets wider its place means nothing.
    `is_filled` tells whether all of the other's text is there. One that can't be seen neither leads nor follows.
    """

    def __init__(
        self, one: ScrolledSegments, other: ScrolledSegments, is_filled: Callable[[], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._is_filled = is_filled
        self._is_following = False
        self._one, self._other = one, other
        self._is_led_by_other = False
        one.area.verticalScrollBar().valueChanged.connect(self.follow_first)
        bar = other.area.verticalScrollBar()
        bar.actionTriggered.connect(self._expect_other)  # By the wheel or the slider, before the value differs.
        bar.valueChanged.connect(self._follow_other)

    def follow_first(self) -> None:
        """Scroll the second one to where the first one is."""
        self._follow(self._one, self._other)

    def _expect_other(self) -> None:
        self._is_led_by_other = True

    def _follow_other(self) -> None:
        is_led, self._is_led_by_other = self._is_led_by_other, False
        if is_led or (self._other.area.hasFocus() and self._is_filled()):
            self._follow(self._other, self._one)

    def _follow(self, leading: ScrolledSegments, following: ScrolledSegments) -> None:
        if self._is_following or not (leading.area.isVisible() and following.area.isVisible()):
            return
        self._is_following = True
        try:
            bar, led = following.area.verticalScrollBar(), leading.area.verticalScrollBar()
            if led.value() == led.maximum() > 0:
                bar.setValue(bar.maximum())
            else:
                bar.setValue(following.place_of(*leading.top()))
        finally:
            self._is_following = False
