"""What keys and buttons do with the cards that are selected, and with the place of the cursor."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from core.editing import Place
from gui.actions.tooltips import tell_keys
from gui.page_context import PageContext
from gui.pages.transcript.cards.card_view import CardView
from gui.pages.transcript.cards.selection_bar import SelectionBar
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.segment_actions import NUDGE_S, SegmentActions


class CardOperations(QObject):
    """Belongs to the cards of one session; each operation is undone at once, on however many cards it was."""

    speaker_wanted = Signal(object)
    """The ids of segments for which a person chooses a speaker."""

    def __init__(
        self,
        view: CardView,
        bar: SelectionBar,
        session: EditingSession,
        actions: SegmentActions,
        go_to: Callable[[Place], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._bar = bar
        self._session = session
        self._actions = actions
        self._go_to = go_to
        view.editor.split_wanted.connect(self.split)
        view.editor.join_wanted.connect(self.join)
        view.delete_wanted.connect(self.delete)
        bar.merge_wanted.connect(self.merge)
        bar.delete_wanted.connect(self.delete)
        bar.shift_wanted.connect(self.ask_for_shift)
        bar.speaker_wanted.connect(lambda: self.speaker_wanted.emit(view.selected_ids))
        bar.left.connect(view.leave_selection)

    def bind(self, context: PageContext, page: QWidget) -> None:
        """Give the page the keys of the operations."""
        for name, does in (
            ("transcript_start_earlier", lambda: self.nudge(-NUDGE_S, 0.0)),
            ("transcript_start_later", lambda: self.nudge(NUDGE_S, 0.0)),
            ("transcript_end_earlier", lambda: self.nudge(0.0, -NUDGE_S)),
            ("transcript_end_later", lambda: self.nudge(0.0, NUDGE_S)),
            ("transcript_shift_earlier", lambda: self.shift(-NUDGE_S)),
            ("transcript_shift_later", lambda: self.shift(NUDGE_S)),
        ):
            context.actions.bind(name, page, does)
        tell_keys(
            self._bar.merge, context.actions.bind("transcript_merge", page, self.merge), self._bar.merge.toolTip()
        )

    @property
    def _can_edit(self) -> bool:
        return bool(self._view.selected_ids) and not self._view.editor.isReadOnly()

    def merge(self) -> None:
        """Join the selected cards; of a single one, it and the next."""
        if self._can_edit:
            self._actions.merge(self._view.selected_ids)
            self._return_to_cards()

    def delete(self) -> None:
        """Delete the selected cards."""
        if self._can_edit:
            self._actions.delete(self._view.selected_ids)
            self._return_to_cards()

    def shift(self, by_s: float) -> None:
        """Have the selected cards begin and end this much later, as far as the others leave room."""
        if self._can_edit:
            self._actions.shift(self._view.selected_ids, by_s)

    def ask_for_shift(self) -> None:
        """Let a person say by how much."""
        if self._can_edit:
            self._actions.ask_for_shift(self._view.selected_ids)

    def nudge(self, start_by_s: float, end_by_s: float) -> None:
        """Have the card begin and end that much later; several are moved."""
        if self._view.selection.is_several:
            self.shift(start_by_s + end_by_s)
        elif self._can_edit:
            self._actions.nudge(self._view.selected_ids[0], start_by_s, end_by_s)

    def split(self) -> None:
        """Cut the card at the cursor, and go to the second part."""
        current = self._view.current_id
        if current is None:
            return
        number, count = self._session.document.index(current), len(self._session.document.segments)
        self._actions.split(Place(current, *self._view.editor.span()))
        segments = self._session.document.segments
        if len(segments) > count:
            self._go_to(Place(segments[number + 1].id, 0, 0))

    def join(self, step: int) -> None:
        """Join the card with the next (1) or the previous (-1) one, with the cursor where they meet."""
        current = self._view.current_id
        if current is None:
            return
        segments = self._session.document.segments
        first = self._session.document.index(current) - (step < 0)
        if not 0 <= first < len(segments) - 1:
            return
        begin, behind = segments[first], segments[first + 1]
        self._actions.merge([begin.id, behind.id])
        joint = len(self._session.document[begin.id].text) - (len(behind.segment.text) if step < 0 else 0)
        at = joint if step < 0 else len(begin.segment.text)
        self._go_to(Place(begin.id, at, at))

    def _return_to_cards(self) -> None:
        """The next key belongs to the cards, and not to a button of the bar, which may be hidden by now."""
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
