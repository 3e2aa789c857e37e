"""The text of a transcript in an editor: a line a segment, which all ways of editing that Qt has may change."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from core.domain.visible import one_line
from core.editing import Document, Edit, EditedSegment, Place, SegmentId, Splice, difference, retype
from core.i18n import Translator
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.line_changes import show_splice
from gui.pages.transcript.line_direction import runs_right_to_left, set_line_direction
from gui.pages.transcript.line_keys import rearrange_lines
from gui.pages.transcript.segment_gutter import SegmentGutter
from gui.pages.transcript.segment_marks import SegmentMarks
from gui.pages.transcript.text_places import place_in_python, place_in_qt
from gui.widgets.reader.segment_blocks import (
    SLICE,
    begin_block,
    block_format,
    finish_layout,
    scroll_to_cursor,
    selected_blocks,
    text_with_times,
)


class SegmentEditor(QTextEdit):
    """Shows the session's document, unless it is turned off, and has it follow what is typed.

    Its blocks are the document's first segments.

    What Qt changes by itself, by keys, an input method, the clipboard or a screen reader, is compared with the
    document afterwards and becomes an `Edit`. The session alone undoes.
    """

    hear_wanted = Signal(float)
    """The recording is to be played from this place on, in seconds."""

    menu_wanted = Signal(QPoint)
    """The context menu is to be shown at this place of the screen."""

    speaker_wanted = Signal(object)
    """The ids of segments for which a person chooses a speaker."""

    def __init__(self, session: EditingSession, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._tr = tr
        self._shown = 0
        """How many segments have a block."""
        self._left: Document | None = None
        """The document that the blocks are of while this is turned off."""
        self._is_applying = False
        self._is_typing = False
        self.marks = SegmentMarks(self, session)
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # Recordings are dropped on the window.
        self.setAccessibleName(tr("Text of the transcript"))
        self._pending = QTimer(self, interval=0, singleShot=True)
        self._pending.timeout.connect(self._show_slice)
        self._gutter = SegmentGutter(self, session, tr)
        self._gutter.activated.connect(self._time_clicked)
        self._gutter.speaker_clicked.connect(lambda number: self.speaker_wanted.emit([self._id(number)]))
        self.document().contentsChange.connect(self._contents_changed)
        session.opened.connect(self._restart)
        session.changed.connect(self._follow)

    def turn_on(self) -> None:
        """Show what was edited meanwhile, and follow the session's document from now on."""
        left, self._left = self._left, None
        edit = difference(left, self._session.document) if left is not None else Edit(())
        if edit.splices:
            self._show_edit(edit)

    def turn_off(self) -> None:
        """Show no edit until `turn_on`, as nobody sees it: each would be laid out at a key."""
        if self._left is None:
            self._left = self._session.document

    def go_to(self, place: Place) -> None:
        """Select a place of the text and scroll to it."""
        number = self._session.document.index(place.segment_id)
        self._show_until(number)
        block = self.document().findBlockByNumber(number)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + place_in_qt(block.text(), place.begin))
        cursor.setPosition(block.position() + place_in_qt(block.text(), place.end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        scroll_to_cursor(self)

    def go_to_segment(self, number: int) -> None:
        """Put the cursor at the beginning of a segment."""
        self._show_until(number)
        self.setTextCursor(QTextCursor(self.document().findBlockByNumber(number)))
        scroll_to_cursor(self)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keep_in_sight(self, number: int) -> None:
        """Scroll so that this segment can be read, and what follows it."""
        self._show_until(number)
        block = self.document().findBlockByNumber(number)
        top = self.document().documentLayout().blockBoundingRect(block).top()
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if not bar.value() + height // 8 <= top <= bar.value() + height * 2 // 3:
            bar.setValue(int(top) - height // 3)

    def show_spoken(self, place: Place | None) -> bool:
        """Mark what is heard now. Returns whether it is in another segment than before."""
        return self.marks.show_spoken(place)

    def show_found(self, places: Sequence[Place], current: int | None) -> None:
        """Mark these places, and one of them, by its number, as the current one."""
        self.marks.show_found(places, current)

    def cursor_place(self) -> Place | None:
        """Where the cursor is, with what is selected of its line; None where there is no text."""
        if not self._shown:
            return None
        cursor = self.textCursor()
        block = self.document().findBlock(cursor.selectionStart())
        begin = place_in_python(block.text(), cursor.selectionStart() - block.position())
        end = place_in_python(block.text(), min(cursor.selectionEnd() - block.position(), block.length() - 1))
        return Place(self._id(block.blockNumber()), begin, max(begin, end))

    def selected_segments(self) -> list[SegmentId]:
        """The segments in which something is selected, or the one with the cursor."""
        return [self._id(number) for number in selected_blocks(self)] if self._shown else []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.isReadOnly() or not rearrange_lines(self, Qt.Key(event.key())):
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text alone; its line ends begin new segments."""
        lines = list(map(one_line, source.text().splitlines()))
        self.textCursor().insertText("\n".join(line for line in lines if line))
        self.ensureCursorVisible()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.marks.renew()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def copy_with_times(self) -> None:
        """Put the segments that are selected, or the one with the cursor, on the clipboard, each with its time."""
        QGuiApplication.clipboard().setText(
            text_with_times(self._session.document[one] for one in self.selected_segments())
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._gutter.place()

    def _time_clicked(self, number: int) -> None:
        self.go_to_segment(number)
        self.hear_wanted.emit(self._session.document.segments[number].segment.start_s)

    def _id(self, number: int) -> SegmentId:
        return self._document.segments[number].id

    @property
    def _document(self) -> Document:
        """The one that the blocks are of."""
        return self._session.document if self._left is None else self._left

    def _contents_changed(self, position: int, removed: int, added: int) -> None:
        """Have the document follow what Qt has changed in the text: find the lines that differ."""
        if self._is_applying:
            return
        document = self.document()
        finish_layout(document)
        first = document.findBlock(position).blockNumber()
        last = document.findBlock(min(position + added, document.characterCount() - 1)).blockNumber()
        lines = [document.findBlockByNumber(number).text() for number in range(first, last + 1)]
        # There are as many segments behind the changed ones as there are blocks.
        count = self._shown - first - (document.blockCount() - 1 - last)
        if not self._shown:  # The one block of an empty text stands for no segment.
            count, lines = 0, lines if any(map(str.strip, lines)) else []
        edit = retype(self._session.document, first, count, lines)
        self._shown += len(lines) - count
        self._is_typing = True
        try:
            self._session.do(edit, self._tr("Typing"), is_typed=True)
        finally:
            self._is_typing = False
        self._look_for_direction(edit)
        if any(_beside(splice.before) != _beside(splice.after) for splice in edit.splices):
            self._gutter.update()

    def _follow(self, edit: Edit) -> None:
        """Show an edit that was made elsewhere, or undone, and put the cursor where it is."""
        if self._left is not None:
            return
        self.marks.forget_found()
        if self._is_typing:
            return
        at = self._show_edit(edit)
        if at is not None:
            self.setTextCursor(at)
            self.ensureCursorVisible()

    def _show_edit(self, edit: Edit) -> QTextCursor | None:
        """Have the blocks follow an edit. Returns where it is, None where the text is the same."""
        if any(map(self._reaches_beyond, edit.splices)):
            self._restart()  # In what isn't laid out yet: begin again.
            return None
        self._look_for_direction(edit)
        finish_layout(self.document())
        was_applying, self._is_applying = self._is_applying, True
        whole, at = QTextCursor(self.document()), None
        whole.beginEditBlock()  # Laid out once, though a thousand lines may differ.
        try:
            for splice in edit.splices:
                at = show_splice(self.document(), self._shown, splice) or at
                self._shown += len(splice.after) - len(splice.before)
        finally:
            whole.endEditBlock()
            self._is_applying = was_applying
        self.marks.renew()
        if any(_beside(splice.before) != _beside(splice.after) for splice in edit.splices):
            self._gutter.make_room(self._gutter.wanted_width())  # It looks at all segments.
        return at

    def _look_for_direction(self, edit: Edit) -> None:
        """From the first line on that may run from right to left, have Qt look at each."""
        if runs_right_to_left(one.segment.text for splice in edit.splices for one in splice.after):
            set_line_direction(self.document(), is_looked_for=True)

    def _reaches_beyond(self, splice: Splice) -> bool:
        """Whether it is of segments that have no block yet."""
        return self._pending.isActive() and splice.index + max(1, len(splice.before)) > self._shown

    def _restart(self) -> None:
        """Show the session's document from its beginning."""
        if self._left is not None:
            self._left = self._session.document
        self._pending.stop()
        self._shown = 0
        was_applying, self._is_applying = self._is_applying, True
        try:
            self.clear()
        finally:
            self._is_applying = was_applying
        texts = (one.segment.text for one in self._document.segments)
        set_line_direction(self.document(), is_looked_for=runs_right_to_left(texts))
        self.marks.clear()
        self._gutter.make_room(self._gutter.wanted_width())
        self._show_slice()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _show_until(self, number: int) -> None:
        while self._shown <= number and self._shown < len(self._document.segments):
            self._show_slice()

    def _show_slice(self) -> None:
        segments = self._document.segments
        last = min(len(segments), self._shown + SLICE)
        was_applying, self._is_applying = self._is_applying, True
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        block = block_format()
        for number in range(self._shown, last):
            begin_block(cursor, number, block)
            cursor.insertText(segments[number].segment.text)
        cursor.endEditBlock()
        self._is_applying = was_applying
        self._shown = last
        self._gutter.update()
        if last < len(segments):
            self._pending.start()
        elif last > SLICE:
            self.marks.renew()  # What was found in the parts that are there only now.


def _beside(segments: Sequence[EditedSegment]) -> list[tuple[float, str | None]]:
    """What stands beside the lines of these segments."""
    return [(one.segment.start_s, one.segment.speaker) for one in segments]
