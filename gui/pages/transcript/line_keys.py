"""The keys that cut a line of an editor in two, or join two: as a person writes, without spaces at the ends."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTextEdit

from core.domain.scripts import join_prose


def rearrange_lines(edit: QTextEdit, key: Qt.Key) -> bool:
    """Cut a line at the cursor, or join two; whether the key does that here."""
    cursor = edit.textCursor()
    if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # With Shift, too: a segment is one line.
        _cut(edit, cursor)
    elif cursor.hasSelection():
        return False
    elif key == Qt.Key.Key_Backspace and cursor.atBlockStart() and not cursor.atStart():
        cursor.movePosition(QTextCursor.MoveOperation.Left)
        _join(edit, cursor)
    elif key == Qt.Key.Key_Delete and cursor.atBlockEnd() and not cursor.atEnd():
        _join(edit, cursor)
    else:
        return False
    edit.ensureCursorVisible()
    return True


def _cut(edit: QTextEdit, cursor: QTextCursor) -> None:
    """Begin a new line in place of what is selected, and of the spaces around it."""
    begin, end = cursor.selectionStart(), cursor.selectionEnd()
    document = edit.document()
    if document.blockCount() == 1 and not cursor.block().text().strip():
        return  # Where nothing is written two empty lines would stand for no segment.
    while document.characterAt(begin - 1) == " ":
        begin -= 1
    while document.characterAt(end) == " ":
        end += 1
    cursor.setPosition(begin)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertBlock()
    edit.setTextCursor(cursor)


def _join(edit: QTextEdit, cursor: QTextCursor) -> None:
    """Join the line with the one after it: with a space between them, where their script has spaces."""
    left, right = cursor.block().text(), cursor.block().next().text()
    between = join_prose((left, right)).removeprefix(left.strip()).removesuffix(right.strip())
    place = cursor.position()
    cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText(between)
    cursor.setPosition(place)
    edit.setTextCursor(cursor)
