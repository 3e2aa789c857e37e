"""The transcript as cards of subtitles: read and edited like the text, checked against the rules while it changes."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QElapsedTimer, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QStackedWidget, QTextEdit, QVBoxLayout, QWidget

from core.editing import Edit, EditedSegment, Place, SegmentId, replace_text
from core.export import CheckedSegment
from gui.actions.tooltips import tell_keys
from gui.page_context import PageContext
from gui.pages.transcript.cards.card_check import CardCheck
from gui.pages.transcript.cards.card_model import CardModel
from gui.pages.transcript.cards.card_operations import CardOperations
from gui.pages.transcript.cards.card_texts import CardTexts
from gui.pages.transcript.cards.card_view import CardView
from gui.pages.transcript.cards.rule_bar import MENDED, TO_MEND, RuleBar
from gui.pages.transcript.cards.selection_bar import SelectionBar
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.segment_actions import SegmentActions
from gui.widgets.reader.segment_blocks import text_with_times

_REFILTER_MS = 300
"""How often cards that were checked meanwhile join those that are shown."""

_FITS: dict[str, Callable[[CheckedSegment], bool]] = {
    TO_MEND: lambda checked: checked.needs_person,
    MENDED: lambda checked: checked.is_mended,
}


class Cards(QWidget):
    """Follows the session's document while it is shown."""

    hear_wanted = Signal(float)
    """The recording is to be played from this place on, in seconds."""

    menu_wanted = Signal(QPoint)
    """The context menu is to be shown at this place of the screen."""

    place_changed = Signal()
    """Another card is the current one."""

    def __init__(
        self, session: EditingSession, actions: SegmentActions, context: PageContext, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self._messages = context.messages
        self._tr = context.tr
        self._is_on = False
        self._is_typing = False
        self._is_following = False
        self._found: Sequence[Place] = ()
        self._found_now: Place | None = None
        self._since_filtered = QElapsedTimer()
        self.check = CardCheck(session, context, self)
        texts = CardTexts(context.tr)
        self.model = CardModel(session, self.check.__getitem__, texts, self)
        self.bar = RuleBar(context)
        self.selection_bar = SelectionBar(context.tr)
        self._bars = QStackedWidget(self)  # Before what is below it, which is the order of Tab, too.
        for bar in (self.bar, self.selection_bar):
            self._bars.addWidget(bar)
        self.view = CardView(self.model, texts, context.tr, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._bars)
        column.addWidget(self.view, 1)
        self.operations = CardOperations(self.view, self.selection_bar, session, actions, self.go_to, self)
        self._connect()
        self.operations.bind(context, self)
        for name, button, step in (
            ("transcript_next_broken", self.bar.next, 1),
            ("transcript_previous_broken", self.bar.previous, -1),
        ):
            tell_keys(
                button, context.actions.bind(name, self, partial(self.go_to_broken, step)), button.accessibleName()
            )

    def turn_on(self) -> None:
        """Follow the document from now on."""
        self._is_on = True
        self._restart()

    def turn_off(self) -> None:
        """Follow nothing until `turn_on`, as nobody sees it."""
        self._is_on = False
        self.check.stop()

    @property
    def edit(self) -> QTextEdit:
        """The text field on the current card."""
        return self.view.editor

    def selected_segments(self) -> list[SegmentId]:
        """The segments of the cards that are selected, of the current one, or of none where there is none."""
        return self.view.selected_ids

    def cursor_place(self) -> Place | None:
        """Where the cursor is, with what is selected; None where there is no card."""
        current = self.view.current_id
        return None if current is None else Place(current, *self.view.editor.span())

    def go_to(self, place: Place) -> None:
        """Select a place of the text and show its card, also one that isn't among those that are shown."""
        row = self.model.row_of(place.segment_id)
        if row is None:
            self.bar.chips.choose("all")
            row = self.model.row_of(place.segment_id)
        if row is not None:
            self.view.go_to_row(row)
            self.view.editor.select(place.begin, place.end)

    def keep_in_sight(self, number: int) -> None:
        """Scroll so that the card of this segment can be read."""
        row = self.model.row_of(self._session.document.segments[number].id)
        if row is not None:
            self.view.keep_in_sight(row)

    def show_spoken(self, place: Place | None) -> bool:
        """Mark the card that is heard now. Returns whether it is another one than before."""
        before, heard = self.model.heard, place.segment_id if place is not None else None
        self.model.hear(heard)
        return heard is not None and heard != before

    def show_found(self, places: Sequence[Place], current: int | None) -> None:
        """Mark these places on the current card, and one of them, by its number, as the current one."""
        self._found, self._found_now = places, places[current] if current is not None else None
        self._mark_found()

    def copy_with_times(self) -> None:
        """Put the cards that are selected on the clipboard, each with its time."""
        segments = [self._session.document[one] for one in self.selected_segments()]
        QGuiApplication.clipboard().setText(text_with_times(segments))

    def go_to_broken(self, step: int) -> None:
        """Go to the next (1) or the previous (-1) card that a person has to mend, around the end if need be.

        Where there is none, or those are shown that files mend, to one of these.
        """
        counts = self.check.counts
        if not counts.to_mend and not counts.mended:
            self._messages.information(self._tr("No subtitle breaks a rule."))
            return
        fits = _FITS[MENDED if self.bar.chips.current == MENDED or not counts.to_mend else TO_MEND]
        segments = self._session.document.segments
        current = self.view.current_id
        here = self._session.document.index(current) if current is not None else -1 if step > 0 else len(segments)
        for away in range(1, len(segments) + 1):
            number = (here + step * away) % len(segments)
            checked = self.check[number]
            if checked is not None and fits(checked):
                self.go_to(Place(segments[number].id, 0, 0))
                self.view.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def _restart(self) -> None:
        """Show the session's document from its beginning."""
        if not self._is_on:
            return
        self._is_following = True
        try:
            self.model.follow()
            self.check.begin()
            if (self.view.current_row < 0 or self.view.selection.is_several) and self.model.rowCount():
                self.view.go_to_row(max(0, self.view.current_row))
            self.view.show_current()
        finally:
            self._is_following = False

    def _follow(self, edit: Edit) -> None:
        """Show an edit: check what is near it, then show its cards, and go there unless it was typed here."""
        if not self._is_on:
            return
        self._is_following = True
        try:
            self._show_edit(edit)
        finally:
            self._is_following = False
        self.place_changed.emit()

    def _show_edit(self, edit: Edit) -> None:
        self.show_found((), None)  # It may be elsewhere by now; the search is done again.
        is_in_place = all(_ids(splice.before) == _ids(splice.after) for splice in edit.splices)
        if is_in_place:
            self.model.renew()
        else:
            self.model.follow()
        self.check.follow()
        self.model.tell_changed([one.id for splice in edit.splices for one in splice.after])
        if self._is_typing or (is_in_place and self.view.selection.is_several):  # What is selected stays so.
            return
        splice = edit.splices[-1]
        segments = self._session.document.segments
        if segments:
            changed = splice.after[0] if splice.after else segments[min(splice.index, len(segments) - 1)]
            row = self.model.row_of(changed.id)
            if row is not None and (row != self.view.current_row or self.view.selection.is_several):
                self.view.go_to_row(row)
        self.view.show_current()
        self.view.fit_current()

    def _show_checked(self, first: int, end: int) -> None:
        self.bar.show_counts(self.check.counts)
        self.view.line_columns = self.check.counts.rules.line_columns
        if self.model.is_filtered:
            is_finished = self.check.counts.is_finished
            if not is_finished and self._since_filtered.isValid() and self._since_filtered.elapsed() < _REFILTER_MS:
                return
            self._since_filtered.start()
            self.model.follow()
        segments = self._session.document.segments
        rows = [row for one in segments[first:end] if (row := self.model.row_of(one.id)) is not None]
        if rows:
            self.view.fit(range(rows[0], rows[-1] + 1))
            self.view.update_rows(rows[0], rows[-1])
            if self.view.current_row in rows:
                self.view.show_current()

    def _show_only(self, name: str) -> None:
        current = self.view.current_id
        if name in _FITS:
            self.model.show_only(_FITS[name])
        else:
            self.model.show_all()
        row = self.model.row_of(current) if current is not None else None
        if self.model.rowCount():
            self.view.go_to_row(row or 0)
        self.view.show_current()

    def _tell_place(self) -> None:
        if not self._is_following:  # Rows are being taken out, and the current one may be none of the text any more.
            self._mark_found()
            self.place_changed.emit()

    def _show_selection(self) -> None:
        count = self.view.selection.count
        self.selection_bar.show_count(count, is_read_only=self.edit.isReadOnly())
        self._bars.setCurrentWidget(self.selection_bar if count > 1 else self.bar)
        self._tell_place()

    def _mark_found(self) -> None:
        own = [place for place in self._found if place.segment_id == self.view.current_id]
        self.view.editor.show_found([(one.begin, one.end, one == self._found_now) for one in own])

    def _type(self, text: str) -> None:
        current = self.view.current_id
        if current is None:
            return
        self._is_typing = True
        try:
            edit = replace_text(self._session.document, current, text)
            self._session.do(edit, self._tr("Typing"), is_typed=True)
        finally:
            self._is_typing = False

    def _step(self, step: int, x: int) -> None:
        """Go to the next or the previous card, with the cursor at this place from the left."""
        row = self.view.current_row + step
        if not 0 <= row < self.model.rowCount():
            return
        self.view.go_to_row(row)
        editor = self.view.editor
        editor.moveCursor(QTextCursor.MoveOperation.Start if step > 0 or x < 0 else QTextCursor.MoveOperation.End)
        if x >= 0:
            editor.setTextCursor(editor.cursorForPosition(QPoint(x, editor.cursorRect().center().y())))

    def _go_to_row(self, row: int) -> None:
        if 0 <= row < self.model.rowCount():
            self.view.go_to_row(row)
            self.view.editor.moveCursor(QTextCursor.MoveOperation.Start)

    def _hear_row(self, row: int) -> None:
        self.hear_wanted.emit(self.model.card(row).segment.start_s)

    def _connect(self) -> None:
        view, editor = self.view, self.view.editor
        self._session.opened.connect(self._restart)
        self._session.changed.connect(self._follow)
        self.check.checked.connect(self._show_checked)
        self.bar.step_wanted.connect(self.go_to_broken)
        self.bar.shown.connect(self._show_only)
        view.time_clicked.connect(self._hear_row)
        view.menu_wanted.connect(self.menu_wanted)
        view.current_changed.connect(self._tell_place)
        view.selection_changed.connect(self._show_selection)
        editor.typed.connect(self._type)
        editor.step_wanted.connect(self._step)
        editor.page_wanted.connect(lambda step: self._go_to_row(view.row_at_page(step)))
        editor.end_wanted.connect(lambda end: self._go_to_row(self.model.rowCount() - 1 if end > 0 else 0))
        editor.extend_wanted.connect(lambda step: view.extend_selection(view.current_row + step))


def _ids(segments: Sequence[EditedSegment]) -> list[SegmentId]:
    return [one.id for one in segments]
