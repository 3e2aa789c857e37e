"""Segments as a document: times to click on, text to read, select and search."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QKeyEvent, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from core.domain import Segment
from core.translate import Translator
from gui.text import clock, harmless

SLICE = 150
"""Segments that are laid out at a time, so that a transcript of hours never holds up the window."""

_MOST_HIGHLIGHTS = 500
_LINE_HEIGHT_PERCENT = 130
_GAP = 12


class TranscriptText(QTextBrowser):
    """A read-only text. What recordings and files say is inserted as plain text, never as markup."""

    segment_activated = Signal(str)
    """Somebody clicked on a segment's time: that segment as `[02:03] text`."""

    search_went_on = Signal()
    """Text that came later was searched too, so there may be more matches."""

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._segments: Sequence[Segment] = ()
        self._shown = 0
        self._matches: list[tuple[int, int]] = []
        self._match = 0
        self._wanted = ""
        self._follow = False
        self._pending = QTimer(self, interval=0, singleShot=True)
        self._pending.timeout.connect(self._show_slice)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(tr("Transcript"))
        # Without links by keyboard: Tab would stop at each of a thousand times. Return copies a passage instead.
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.anchorClicked.connect(self._activate)

    def show_segments(self, segments: Sequence[Segment], *, follow: bool = False) -> None:
        """Show these; where they go on from what is shown, only what is new is added.

        With `follow` a reader at the end stays at the end while text comes.
        """
        self._follow = follow
        goes_on = len(segments) >= self._shown > 0 and all(
            old is new or old == new for old, new in zip(self._segments[: self._shown], segments, strict=False)
        )
        self._segments = segments
        if not goes_on:
            self._restart()
        self._show_slice()

    def show_remark(self, sentence: str) -> None:
        """Show a sentence instead of segments."""
        self._segments = ()
        self._restart()
        self.setPlainText(sentence)

    @property
    def match_count(self) -> int:
        """How many places were found."""
        return len(self._matches)

    @property
    def match_number(self) -> int:
        """Which of them is the current one, from 1."""
        return self._match + 1

    def find_all(self, wanted: str) -> None:
        """Find every place with these characters, in capitals or not, and go to the first one."""
        same = wanted == self._wanted
        self._wanted = wanted
        text, places = _folded(self.document().toRawText())
        folded = wanted.casefold()
        self._matches = []
        found = text.find(folded) if folded else -1
        while found >= 0:
            self._matches.append((places[found][0], places[found + len(folded) - 1][1]))
            found = text.find(folded, found + len(folded))
        self._match = min(self._match, max(0, len(self._matches) - 1)) if same else 0
        self._highlight(scroll=not same)

    def go_to_match(self, step: int) -> None:
        """Make the next (1) or the previous (-1) place the current one, around the end if need be."""
        if self._matches:
            self._match = (self._match + step) % len(self._matches)
            self._highlight(scroll=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._segments:
            self._activate(QUrl(f"#{self.textCursor().blockNumber()}"))
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self._segments:
            self._restart()
            self._show_slice()

    def _restart(self) -> None:
        self._pending.stop()
        self._shown = 0
        self._matches = []
        self.clear()
        self.setExtraSelections([])

    def _show_slice(self) -> None:
        bar = self.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 4 and self._shown > 0
        place = bar.value()
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        last = min(len(self._segments), self._shown + SLICE)
        for number in range(self._shown, last):
            self._insert(cursor, number)
        cursor.endEditBlock()
        self._shown = last
        if last < len(self._segments):
            self._pending.start()
        elif self._wanted:
            self.find_all(self._wanted)
            self.search_went_on.emit()
        # Who reads at the end sees new text come; who has scrolled up stays there.
        bar.setValue(bar.maximum() if follows and self._follow else place)

    def _insert(self, cursor: QTextCursor, number: int) -> None:
        segment = self._segments[number]
        block = QTextBlockFormat()
        block.setLineHeight(_LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        block.setBottomMargin(6)
        start = clock(segment.start_s)
        column = self.fontMetrics().horizontalAdvance("0" * len(start)) + _GAP
        block.setLeftMargin(column)  # The text in a column of its own, beside the times.
        block.setTextIndent(-column)
        block.setTabPositions([QTextOption.Tab(column, QTextOption.TabType.LeftTab)])
        if number:
            cursor.insertBlock(block)
        else:
            cursor.setBlockFormat(block)
        time = QTextCharFormat()
        time.setAnchor(True)
        time.setAnchorHref(f"#{number}")
        time.setToolTip(self._tr("Copy this passage with its time"))
        time.setForeground(self.palette().link())
        cursor.insertText(start, time)
        plain = QTextCharFormat()
        plain.setForeground(self.palette().text())
        speaker = f"{segment.speaker}: " if segment.speaker else ""
        cursor.insertText("\t" + harmless(speaker + segment.text), plain)

    def _activate(self, url: QUrl) -> None:
        number = int(url.fragment())
        if number < len(self._segments):
            segment = self._segments[number]
            cursor = QTextCursor(self.document().findBlockByNumber(number))
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            self.setTextCursor(cursor)
            self.segment_activated.emit(f"[{clock(segment.start_s)}] {harmless(segment.text)}")

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
            self.ensureCursorVisible()

    def _cursor_at(self, number: int) -> QTextCursor:
        cursor = QTextCursor(self.document())
        first, last = self._matches[number]
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        return cursor


class _Alike:
    """Places in a text that keeps its length when it is folded: each character is where it was."""

    def __getitem__(self, number: int) -> tuple[int, int]:
        return number, number + 1


def _folded(text: str) -> tuple[str, _Alike | list[tuple[int, int]]]:
    """The text without capitals, and from where to where in the document each of its characters is.

    Some characters grow when they are folded, and Qt counts those beyond the first plane twice.
    """
    folded = text.casefold()
    if len(folded) == len(text) and (text.isascii() or max(text) < "\U00010000"):
        return folded, _Alike()
    places: list[tuple[int, int]] = []
    place = 0
    for character in text:
        after = place + (2 if character > "\uffff" else 1)
        places += [(place, after)] * len(character.casefold())
        place = after
    return folded, places
