"""Segments as the blocks of a text edit: what the reader and the editor do alike with them."""

from collections.abc import Iterable

from PySide6.QtGui import QTextBlockFormat, QTextCursor
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
