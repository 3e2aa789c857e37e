"""What can be done with the passages that are selected, as the context menu of the text."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from core.i18n import Translator
from gui.pages.transcript.segment_actions import SegmentActions
from gui.pages.transcript.text_modes import TextModes


class EditorMenu(QObject):
    """Belongs to one text, in either mode."""

    def __init__(
        self,
        text: TextModes,
        actions: SegmentActions,
        tr: Translator,
    ) -> None:
        super().__init__(text)
        self._text = text
        self._actions = actions
        self._tr = tr
        self._bound: Mapping[str, QAction] = {}
        text.menu_wanted.connect(self.show)

    def use(self, bound: Mapping[str, QAction]) -> None:
        """What of the page can be done by keys, by the names of the actions."""
        self._bound = bound

    def show(self, place: QPoint) -> None:
        """Show the menu at this place of the screen."""
        menu = QMenu(self._text)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        edit, tr, bound = self._text.edit, self._tr, self._bound
        chosen, has_selection = self._text.selected_segments(), edit.textCursor().hasSelection()
        is_editable = bool(chosen) and not edit.isReadOnly()
        menu.addActions([bound["transcript_undo"], bound["transcript_redo"]])
        menu.addSeparator()
        self._add(menu, tr("Cut"), edit.cut, has_selection and is_editable)
        self._add(menu, tr("Copy"), edit.copy, has_selection)
        menu.addAction(bound["transcript_copy_with_times"])
        self._add(menu, tr("Paste"), edit.paste, edit.canPaste())
        menu.addSeparator()
        menu.addAction(bound["transcript_speaker"])
        for text, does, is_possible in (
            (tr("Times …"), self.ask_for_times, is_editable and len(chosen) == 1),
            (tr("Move in time …"), lambda: self._actions.ask_for_shift(chosen), is_editable),
            (tr("Begin a new passage here"), self.split, is_editable and not has_selection),
            (tr("Join passages"), self.merge, is_editable),
            (tr("Delete passages"), self.delete, is_editable),
        ):
            self._add(menu, text, does, is_possible)
        menu.popup(place)

    def _add(self, menu: QMenu, text: str, does: Callable[[], None], is_possible: bool) -> None:
        action = menu.addAction(text)
        action.triggered.connect(lambda: does())
        action.setEnabled(is_possible)

    def split(self) -> None:
        """Begin a new segment at the cursor."""
        place = self._text.cursor_place()
        if place is not None:
            self._actions.split(place)

    def merge(self) -> None:
        """Join what is selected, or the segment with the cursor and the one after it."""
        self._actions.merge(self._text.selected_segments())

    def delete(self) -> None:
        """Delete the segments in which something is selected, or the one with the cursor."""
        self._actions.delete(self._text.selected_segments())

    def ask_for_times(self) -> None:
        """Let a person say when the segment with the cursor begins and ends."""
        for chosen in self._text.selected_segments()[:1]:
            self._actions.ask_for_times(chosen)
