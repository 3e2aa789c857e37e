"""Segments as the blocks of a text edit: what the reader and the editor do alike with them."""

from collections.abc import Iterable

from PySide6.QtGui import QTextBlock, QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit

from core.domain import Segment
from gui.widgets.text import clock, harmless

SLICE = 150
"""Segments that are laid out at a time, so that a transcript of hours never holds up the window."""

_LINE_HEIGHT_PERCENT = 130
_MARGIN_BELOW = 6
"""Under each block, in pixels."""


def block_format() -> QTextBlockFormat:
    """How far apart lines and segments are."""
    block = QTextBlockFormat()
    block.setLineHeight(_LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    block.setBottomMargin(_MARGIN_BELOW)
    return block


def begin_block(cursor: QTextCursor, number: int, block: QTextBlockFormat) -> None:
    """Begin the block with this number; an empty text has the first one already."""
    if number:
        cursor.insertBlock(block)
    else:
        cursor.setBlockFormat(block)


def finish_layout(document: QTextDocument) -> None:
    """Lay out now what Qt has put off, as it does bit by bit when all of a text is laid out anew: after a resize.

    Where the text is changed above that meanwhile, Qt (6.11) leaves lines below out until the next resize.
    """
    document.documentLayout().documentSize()


def block_at(edit: QTextEdit, height: int, near: int = 0) -> QTextBlock:
    """The block at this height of the viewport, the last one below the text. `near` is where it may be.

    Qt's own `cursorForPosition` goes through all blocks from the first, which takes milliseconds where they are ten
    thousand. Nothing is laid out here that is much further away.
    """
    document, layout = edit.document(), edit.document().documentLayout()
    wanted, count = height + edit.verticalScrollBar().value(), document.blockCount()

    def begins_above(number: int) -> bool:
        return layout.blockBoundingRect(document.findBlockByNumber(number)).top() <= wanted

    low, step = max(0, min(near, count - 1)), 1
    while low and not begins_above(low):
        low, step = max(0, low - step), step * 2
    high, step = low + 1, 1
    while high < count and begins_above(high):
        low, high, step = high, high + step, step * 2
    high = min(high, count)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if begins_above(middle) else (low, middle)
    return document.findBlockByNumber(low)


def selected_blocks(edit: QTextEdit) -> range:
    """The numbers of the blocks in which something is selected, or of the one with the cursor."""
    cursor, document = edit.textCursor(), edit.document()
    first = document.findBlock(cursor.selectionStart()).blockNumber()
    last = document.findBlock(max(cursor.selectionStart(), cursor.selectionEnd() - 1)).blockNumber()
    return range(first, last + 1)


def text_with_times(segments: Iterable[Segment]) -> str:
    """A line for each segment, which begins with its time."""
    return "\n".join(f"[{clock(one.start_s)}] {harmless(one.text)}" for one in segments)


def scroll_to_cursor(edit: QTextEdit) -> None:
    """Scroll so that the cursor isn't at the very edge, where a message may lie over it."""
    edit.ensureCursorVisible()
    bar, at, height = edit.verticalScrollBar(), edit.cursorRect().center().y(), edit.viewport().height()
    if not height // 6 <= at <= height - height // 3:
        bar.setValue(bar.value() + at - height // 3)
