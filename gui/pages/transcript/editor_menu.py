"""What can be done with the passages that are selected, as the context menu of the text."""

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from core.i18n import Translator
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.segment_actions import SegmentActions
from gui.pages.transcript.speaker_menu import SpeakerMenu
from gui.pages.transcript.text_modes import TextModes


class EditorMenu(QObject):
    """Belongs to one text, in either mode."""

    def __init__(
        self,
        session: EditingSession,
        text: TextModes,
        actions: SegmentActions,
        speakers: SpeakerMenu,
        tr: Translator,
    ) -> None:
        super().__init__(text)
        self._session = session
        self._text = text
        self._actions = actions
        self._speakers = speakers
        self._tr = tr
        text.menu_wanted.connect(self.show)

    def show(self, place: QPoint) -> None:
        """Show the menu at this place of the screen."""
        menu = QMenu(self._text)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        edit, stack, tr = self._text.edit, self._session.stack, self._tr
        chosen, has_selection = self._text.selected_segments(), edit.textCursor().hasSelection()
        is_editable = bool(chosen) and not edit.isReadOnly()
        for text, does, is_possible in (
            (tr("Undo"), stack.undo, stack.canUndo()),
            (tr("Redo"), stack.redo, stack.canRedo()),
            ("", None, True),
            (tr("Cut"), edit.cut, has_selection and is_editable),
            (tr("Copy"), edit.copy, has_selection),
            (tr("Copy with times"), self._text.copy_with_times, bool(chosen)),
            (tr("Paste"), edit.paste, edit.canPaste()),
            ("", None, True),
            (tr("Speaker …"), lambda: self._speakers.choose(chosen), is_editable),
            (tr("Times …"), self.ask_for_times, is_editable and len(chosen) == 1),
            (tr("Begin a new passage here"), self.split, is_editable and not has_selection),
            (tr("Join passages"), self.merge, is_editable),
            (tr("Delete passages"), self.delete, is_editable),
        ):
            if does is None:
                menu.addSeparator()
            else:
                action = menu.addAction(text)
                action.triggered.connect(lambda _, does=does: does())
                action.setEnabled(is_possible)
        menu.popup(place)

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
