"""Segments as a document: text to read, select and search, with its times beside it."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from core.domain import Segment
from core.export import ParagraphDivider
from core.i18n import Translator
from gui.widgets.reader.segment_blocks import (
    SLICE,
    begin_block,
    block_format,
    scroll_to_cursor,
    selected_blocks,
    text_with_times,
)
from gui.widgets.reader.speaker_labels import SpeakerLabels
from gui.widgets.reader.text_folding import FoldedText, Place, words_at
from gui.widgets.reader.time_gutter import TimeGutter
from gui.widgets.text import harmless

_MOST_HIGHLIGHTS = 500
_PARAGRAPH_MARGIN = 14
"""Above the first sentence of a paragraph, in pixels."""


class TranscriptText(QTextBrowser):
    """A read-only text. What recordings and files say is inserted as plain text, never as markup."""

    copied = Signal()
    """Passages were put on the clipboard with their times."""

    speaker_clicked = Signal(str)
    """A speaker's name was clicked on."""

    time_clicked = Signal(float)
    """A passage's time was clicked on, in seconds."""

    search_went_on = Signal()
    """Text that came later was searched too, so there may be more matches."""

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._segments: Sequence[Segment] = ()
        self._shown = 0
        self._labels = SpeakerLabels(tr("Name this speaker"))
        self._paragraphs = ParagraphDivider()
        self._place: int | None = None
        """Where the view is to be scrolled to, once as much is laid out."""
        self._matches: list[Place] = []
        self._match = 0
        self._wanted = ""
        self._folded: FoldedText | None = None
        self._scrolls_to_match = False
        """Whether the view has still to scroll to the first match."""

        self._follow = False
        self._pending = QTimer(self, interval=0, singleShot=True)
        self._pending.timeout.connect(self._show_slice)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(tr("Transcript"))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
        )
        self.anchorClicked.connect(lambda link: self.speaker_clicked.emit(self._labels.speaker_at(link)))
        self._gutter = TimeGutter(self, self._time_of, tr("Select this passage"))
        self._gutter.activated.connect(self._time_activated)
        self._copy_action: QAction | None = None

    def set_hearable(self, *, is_hearable: bool) -> None:
        """Whether a click on a time also plays from there, which the times say."""
        tr = self._tr
        self._gutter.setToolTip(tr("Hear it from here") if is_hearable else tr("Select this passage"))

    @property
    def place_s(self) -> float:
        """When the passage with the cursor, or with the current match, begins."""
        return self._time_of(self.textCursor().blockNumber()) or 0.0

    def set_copy_action(self, action: QAction) -> None:
        """What the menu has for copying with times. Its owner enables it while there is a text."""
        self._copy_action = action

    def show_segments(self, segments: Sequence[Segment], *, follow: bool = False) -> None:
        """Show these segments; where they continue those that are shown, only the new ones are added.

        With `follow` a view that is scrolled to the end stays there while text is added.
        """
        self._follow = follow
        goes_on = len(segments) >= self._shown > 0 and all(
            old is new or old == new for old, new in zip(self._segments[: self._shown], segments, strict=False)
        )
        self._segments = segments
        if not goes_on:
            self._restart()
        self._show_slice()

    def revise_segments(self, segments: Sequence[Segment]) -> None:
        """Show these in place of those that are shown, without leaving the place that is being read."""
        place = self.verticalScrollBar().value()
        self._segments = segments
        self._restart()
        self._place = place
        self._show_slice()

    def show_remark(self, sentence: str) -> None:
        """Show a sentence instead of segments."""
        self._segments = ()
        self._restart()
        self._make_room()
        self.setPlainText(sentence)

    @property
    def has_segments(self) -> bool:
        """Whether a text is shown, and not a sentence in its place."""
        return bool(self._segments)

    @property
    def is_whole(self) -> bool:
        """Whether all of the text is laid out, so that nothing more can be found."""
        return not self._is_coming

    @property
    def match_count(self) -> int:
        """How many places were found."""
        return len(self._matches)

    @property
    def match_number(self) -> int:
        """Which of them is the current one, from 1."""
        return self._match + 1

    def find_all(self, wanted: str) -> None:
        """Find every place with this phrase, or else with its words, and go to the first one.

        Capitals and accents make no difference. Words are looked for once all of the text is there.
        """
        is_new = wanted != self._wanted
        if is_new:
            self._wanted, self._match, self._scrolls_to_match = wanted, 0, bool(wanted)
        if self._folded is None:
            self._folded = FoldedText(self.document().toRawText())
        self._matches = self._folded.phrase(wanted)
        if not self._matches and not self._is_coming:
            self._matches = self._folded.words(wanted)
            if self._scrolls_to_match:
                self._match = words_at(self._matches, self._blocks())
        self._match = min(self._match, max(0, len(self._matches) - 1))
        self._highlight(scroll=self._scrolls_to_match)
        if self._matches:
            self._scrolls_to_match = False

    def go_to_match(self, step: int) -> None:
        """Make the next (1) or the previous (-1) place the current one, around the end if need be."""
        if self._matches:
            self._match = (self._match + step) % len(self._matches)
            self._highlight(scroll=True)

    def copy_with_times(self) -> None:
        """Put the passages that are selected, or the one with the cursor, on the clipboard, each with its time."""
        blocks = selected_blocks(self)
        segments = self._segments[blocks.start : blocks.stop]
        if segments:
            QGuiApplication.clipboard().setText(text_with_times(segments))
            self.copied.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._segments:
            self._activate(self.textCursor().blockNumber())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._copy_action is not None:
            menu.addAction(self._copy_action)
        menu.popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._gutter.place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self._segments:
            self._restart()
            self._show_slice()

    def _restart(self) -> None:
        self._pending.stop()
        self._shown = 0
        self._labels = SpeakerLabels(self._tr("Name this speaker"))
        self._paragraphs = ParagraphDivider()
        self._place = None
        self._matches = []
        self._folded = None
        self.clear()
        self.setExtraSelections([])

    def _show_slice(self) -> None:
        bar = self.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 4 and self._shown > 0
        place = bar.value() if self._place is None else self._place
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        last = min(len(self._segments), self._shown + SLICE)
        for number in range(self._shown, last):
            self._insert(cursor, number)
        cursor.endEditBlock()
        self._shown = last
        self._folded = None
        self._make_room()
        # New text scrolls into view only where the view is at the end.
        bar.setValue(bar.maximum() if follows and self._follow else place)
        self._place = None if bar.value() == self._place else self._place
        if self._is_coming:
            self._pending.start()
        elif self._wanted:
            self.find_all(self._wanted)
            self.search_went_on.emit()

    def _insert(self, cursor: QTextCursor, number: int) -> None:
        segment = self._segments[number]
        block = block_format()
        if self._paragraphs.begins(segment) and number:
            block.setTopMargin(_PARAGRAPH_MARGIN)
        begin_block(cursor, number, block)
        plain = QTextCharFormat()
        plain.setForeground(self.palette().text())
        before = self._segments[number - 1].speaker if number else None
        if segment.speaker and segment.speaker != before:
            self._labels.insert(cursor, segment.speaker, self.palette(), plain)
        cursor.insertText(harmless(segment.text), plain)

    @property
    def _is_coming(self) -> bool:
        """Whether segments have yet to be laid out."""
        return self._shown < len(self._segments)

    def _activate(self, number: int) -> None:
        """Select a passage: its text alone, without the end of the line before."""
        cursor = QTextCursor(self.document().findBlockByNumber(number))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _time_activated(self, number: int) -> None:
        self._activate(number)
        self.time_clicked.emit(self._segments[number].start_s)

    def _time_of(self, number: int) -> float | None:
        return self._segments[number].start_s if number < self._shown else None

    def _blocks(self) -> Iterator[Place]:
        block = self.document().firstBlock()
        while block.isValid():
            yield block.position(), block.position() + block.length()
            block = block.next()

    def _make_room(self) -> None:
        """Make the gutter as wide as the longest time."""
        self._gutter.make_room(self._gutter.width_for(self._segments[-1].start_s) if self._segments else 0)

    def _highlight(self, *, scroll: bool) -> None:
        first = max(0, self._match - _MOST_HIGHLIGHTS // 2)
        selections = []
        for number in range(first, min(len(self._matches), first + _MOST_HIGHLIGHTS)):
            selection = QTextEdit.ExtraSelection()
            selection.cursor = self._cursor_at(number)
            current = number == self._match
            selection.format.setBackground(self.palette().link().color() if current else self.palette().highlight())
            if current:
                selection.format.setForeground(self.palette().base())
            selections.append(selection)
        self.setExtraSelections(selections)
        if scroll and self._matches:
            cursor = self._cursor_at(self._match)
            cursor.clearSelection()
            self.setTextCursor(cursor)
            scroll_to_cursor(self)

    def _cursor_at(self, number: int) -> QTextCursor:
        cursor = QTextCursor(self.document())
        first, last = self._matches[number]
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        return cursor
