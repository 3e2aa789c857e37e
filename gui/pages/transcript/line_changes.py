"""Has the blocks of a text follow what becomes of the segments that they show."""

from collections.abc import Sequence

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument

from core.domain.visible import one_line
from core.editing import Splice


def show_splice(document: QTextDocument, shown: int, splice: Splice) -> QTextCursor | None:
    """Show one change in a text with a block for each of `shown` segments.

    Returns where it is, None where the text is the same.
    """
    texts = [one.segment.text for one in splice.after]
    if len(splice.before) == len(texts):
        at = None
        for number, text in enumerate(texts, splice.index):
            at = _set_line(document.findBlockByNumber(number), text) or at
        return at
    return _replace_lines(document, shown, range(splice.index, splice.index + len(splice.before)), texts)


def _set_line(block: QTextBlock, text: str) -> QTextCursor | None:
    if one_line(block.text()) == text:
        return None
    cursor = QTextCursor(block)
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText(text)
    return cursor


def _replace_lines(document: QTextDocument, shown: int, replaced: range, texts: Sequence[str]) -> QTextCursor:
    """In place of these blocks there are these lines."""
    cursor = QTextCursor(document)
    if replaced:
        cursor.setPosition(document.findBlockByNumber(replaced.start).position())
        last = document.findBlockByNumber(replaced.stop - 1)
        cursor.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText("\n".join(texts))
        if not texts:  # An empty block is left, with the end of the one before or of itself.
            if replaced.start:
                cursor.deletePreviousChar()
            elif shown > len(replaced):
                cursor.deleteChar()
    elif replaced.start < shown:
        cursor.setPosition(document.findBlockByNumber(replaced.start).position())
        cursor.insertText("\n".join([*texts, ""]))
    else:
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText("\n".join(["", *texts] if shown else texts))
    return QTextCursor(document.findBlockByNumber(min(replaced.start, document.blockCount() - 1)))
