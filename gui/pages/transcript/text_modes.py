"""The text of a transcript in one of two modes: as lines to read and write, or as cards of subtitles."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTextEdit, QWidget

from core.editing import Place, SegmentId
from core.i18n import Translator
from gui.pages.transcript.cards.cards import Cards
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.segment_editor import SegmentEditor
from gui.widgets.filter_chips import FilterChips

LINES, CARDS = "text", "cards"


class TextModes(QStackedWidget):
    """Whoever works with the text asks this, whichever mode is chosen. The page puts `chips` into its layout.

    What isn't seen follows no edit and marks nothing until it is shown: no key waits for two layouts.
    """

    hear_wanted = Signal(float)
    """The recording is to be played from this place on, in seconds."""

    menu_wanted = Signal(QPoint)
    """The context menu is to be shown at this place of the screen."""

    place_changed = Signal()
    """The cursor is elsewhere."""

    mode_changed = Signal()
    """The other mode is seen, with the cursor where it was."""

    def __init__(
        self,
        session: EditingSession,
        lines: SegmentEditor,
        cards: Cards,
        tr: Translator,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._found: Sequence[Place] = ()
        self._found_now: int | None = None
        self._spoken: Place | None = None
        self.lines = lines
        self.cards = cards
        self.chips = FilterChips({LINES: tr("Text"), CARDS: tr("Cards")}, tr("How the text is shown"))
        self.chips.chosen.connect(self._show)
        self.addWidget(lines)
        self.addWidget(cards)
        for one in (lines, cards):
            one.hear_wanted.connect(self.hear_wanted)
            one.menu_wanted.connect(self.menu_wanted)
        self.setFocusProxy(lines)
        lines.cursorPositionChanged.connect(self._tell_place_in_lines)
        cards.place_changed.connect(self.place_changed)
        session.changed.connect(self._forget_found)
        session.opened.connect(self._forget_marks)

    @property
    def mode(self) -> str:
        """`LINES` or `CARDS`."""
        return self.chips.current

    def choose(self, mode: str) -> None:
        """Show the text in this mode, with the cursor where it was."""
        if mode != self.mode:
            self.chips.choose(mode)

    def turn(self) -> None:
        """Show the text in the other mode."""
        self.choose(LINES if self.mode == CARDS else CARDS)

    @property
    def edit(self) -> QTextEdit:
        """The text field that is seen."""
        return self.cards.edit if self.mode == CARDS else self.lines

    def focus_text(self) -> None:
        """The next key belongs to the text."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_read_only(self, is_read_only: bool) -> None:
        """Whether nothing can be typed."""
        self.lines.setReadOnly(is_read_only)
        self.cards.edit.setReadOnly(is_read_only)

    def selected_segments(self) -> list[SegmentId]:
        """The segments in which something is selected, or the one with the cursor."""
        return self._current.selected_segments()

    def cursor_place(self) -> Place | None:
        """Where the cursor is, with what is selected of its segment; None where there is no text."""
        return self._current.cursor_place()

    def go_to(self, place: Place) -> None:
        """Select a place of the text and scroll to it."""
        self._current.go_to(place)

    def go_to_segment(self, number: int) -> None:
        """Put the cursor at the beginning of the segment with this number, for the next key."""
        self.go_to(Place(self._session.document.segments[number].id, 0, 0))
        self.focus_text()

    def keep_in_sight(self, number: int) -> None:
        """Scroll so that the segment with this number can be read."""
        self._current.keep_in_sight(number)

    def show_spoken(self, place: Place | None) -> bool:
        """Mark what is heard now. Returns whether it is in another segment than before."""
        self._spoken = place
        return self._current.show_spoken(place)

    def show_found(self, places: Sequence[Place], current: int | None) -> None:
        """Mark these places, and one of them, by its number, as the current one."""
        self._found, self._found_now = places, current
        self._current.show_found(places, current)

    def copy_with_times(self) -> None:
        """Put what is selected on the clipboard, each segment with its time."""
        self._current.copy_with_times()

    @property
    def _current(self) -> SegmentEditor | Cards:
        return self.cards if self.mode == CARDS else self.lines

    def _tell_place_in_lines(self) -> None:
        if self.currentWidget() is self.lines:  # Else what was edited on cards is being shown.
            self.place_changed.emit()

    def _forget_found(self) -> None:
        """The text is another one: what was found may be elsewhere, and is searched for again."""
        self._found, self._found_now = (), None

    def _forget_marks(self) -> None:
        self._forget_found()
        self._spoken = None

    def _show(self, mode: str) -> None:
        left: SegmentEditor | Cards = self.lines if mode == CARDS else self.cards
        place, is_seen = left.cursor_place(), self.isVisible()
        if is_seen:  # What has the focus is about to be hidden; the window would take that for a loss.
            self.chips.take_focus()
        left.turn_off()
        self._current.turn_on()
        self._current.show_found(self._found, self._found_now)
        self._current.show_spoken(self._spoken)
        self.setCurrentWidget(self._current)
        self.setFocusProxy(self.cards.view if mode == CARDS else self.lines)
        if place is not None:
            self._current.go_to(place)
        self.mode_changed.emit()
        if is_seen:
            self.focus_text()
