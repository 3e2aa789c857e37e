"""The cards as rows of a table: all segments, or those that break rules."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.editing import SegmentId
from core.export import CheckedSegment
from gui.pages.transcript.cards.card_texts import Card, CardTexts
from gui.pages.transcript.editing_session import EditingSession
from gui.widgets.text import harmless

CARD_ROLE = Qt.ItemDataRole.UserRole

_Index = QModelIndex | QPersistentModelIndex


class CardModel(QAbstractTableModel):
    """One column. The rows follow the session's document when `follow` is called."""

    def __init__(
        self,
        session: EditingSession,
        checked: Callable[[int], CheckedSegment | None],
        texts: CardTexts,
        parent: QObject | None = None,
    ) -> None:
        """`checked` gives what is known of a segment by its number."""
        super().__init__(parent)
        self._session = session
        self._checked = checked
        self._texts = texts
        self._fits: Callable[[CheckedSegment], bool] | None = None
        self._document = session.document
        """The one that the rows are of, while the session may have another already."""
        self._ids: list[SegmentId] = []
        self._rows: dict[SegmentId, int] | None = None
        self.heard: SegmentId | None = None
        self.is_told_selected: Callable[[int], bool] = lambda _: False
        """Whether screen readers are told that a row is selected: a view knows that."""

    @property
    def is_filtered(self) -> bool:
        """Whether only some of the segments have a row."""
        return self._fits is not None

    def show_all(self) -> None:
        """Have a row for each segment."""
        self._fits = None
        self.follow()

    def show_only(self, fits: Callable[[CheckedSegment], bool]) -> None:
        """Have rows for those that fit now. One that doesn't fit any more stays until this is called again."""
        self._fits = fits
        self._set_ids([])
        self.follow()

    def follow(self) -> None:
        """Have the rows of the session's document: it has other segments, or more of them were checked."""
        segments, fits = self._session.document.segments, self._fits
        if fits is None:
            self._set_ids([one.id for one in segments])
            return
        kept = set(self._ids)
        wanted = []
        for number, one in enumerate(segments):
            if one.id not in kept:
                checked = self._checked(number)
                if checked is None or not fits(checked):
                    continue
            wanted.append(one.id)
        self._set_ids(wanted)

    def renew(self) -> None:
        """Have the content of the session's document, which has the same segments as before."""
        self._document = self._session.document

    def tell_changed(self, segment_ids: Sequence[SegmentId]) -> None:
        """Have the rows of these segments drawn anew."""
        for segment_id in segment_ids:
            row = self.row_of(segment_id)
            if row is not None:
                self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    def hear(self, segment_id: SegmentId | None) -> None:
        """Mark the card of this segment as the one that is heard."""
        before, self.heard = self.heard, segment_id
        if before != segment_id:
            self.tell_changed([one for one in (before, segment_id) if one is not None])

    def row_of(self, segment_id: SegmentId) -> int | None:
        """The row of a segment, None where it has none."""
        if self._rows is None:
            self._rows = {one: row for row, one in enumerate(self._ids)}
        return self._rows.get(segment_id)

    def row_from(self, number: int) -> int:
        """The row of the segment with this number, or else of the next one that has a row; behind all, their count."""
        return bisect_left(self._ids, number, key=self._document.index)

    def id_at(self, row: int) -> SegmentId:
        """The segment in this row."""
        return self._ids[row]

    def card(self, row: int) -> Card:
        """What is in this row."""
        segment_id = self._ids[row]
        number = self._document.index(segment_id)
        segment = self._document.segments[number].segment
        speaker = self._session.speakers[segment.speaker or ""]
        return Card(number, segment, self._checked(number), segment_id == self.heard, speaker)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """For screen readers; the header isn't shown."""
        is_told = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._texts.heading if is_told else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == CARD_ROLE:
            return self.card(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return harmless(self.card(index.row()).segment.text)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            row = index.row()
            return self._texts.explained(self.card(row), is_selected=self.is_told_selected(row))
        return None

    def _set_ids(self, wanted: list[SegmentId]) -> None:
        """Take out the rows between those that are the same at both ends, and put in what is there now."""
        before = self._ids
        most = min(len(before), len(wanted))
        head = next((n for n in range(most) if before[n] != wanted[n]), most)
        tail = next((n for n in range(most - head) if before[-1 - n] != wanted[-1 - n]), most - head)
        removed, added = before[head : len(before) - tail], wanted[head : len(wanted) - tail]
        if removed:
            self.beginRemoveRows(QModelIndex(), head, head + len(removed) - 1)
            self._ids = before[:head] + before[len(before) - tail :]
            self._rows, self._document = None, self._session.document
            self.endRemoveRows()
        self._document = self._session.document
        if added:
            self.beginInsertRows(QModelIndex(), head, head + len(added) - 1)
            self._ids = wanted
            self._rows = None
            self.endInsertRows()
