"""What can be done with the passages that are selected, as the editor's context menu."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from core.domain import NotulaError
from core.editing import Edit, delete, free_span, merge, set_times, split
from gui.page_context import PageContext
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.segment_editor import SegmentEditor
from gui.pages.transcript.speaker_menu import SpeakerMenu
from gui.pages.transcript.times_dialog import TimesDialog


class EditorMenu(QObject):
    """Belongs to one editor."""

    def __init__(
        self, session: EditingSession, editor: SegmentEditor, speakers: SpeakerMenu, context: PageContext
    ) -> None:
        super().__init__(editor)
        self._session = session
        self._editor = editor
        self._speakers = speakers
        self._messages = context.messages
        self._tr = context.tr
        editor.menu_wanted.connect(self.show)

    def show(self, place: QPoint) -> None:
        """Show the menu at this place of the screen."""
        menu = QMenu(self._editor)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        editor, stack, tr = self._editor, self._session.stack, self._tr
        chosen, has_selection = editor.selected_segments(), editor.textCursor().hasSelection()
        is_editable = bool(chosen) and not editor.isReadOnly()
        for text, does, is_possible in (
            (tr("Undo"), stack.undo, stack.canUndo()),
            (tr("Redo"), stack.redo, stack.canRedo()),
            ("", None, True),
            (tr("Cut"), editor.cut, has_selection and is_editable),
            (tr("Copy"), editor.copy, has_selection),
            (tr("Copy with times"), editor.copy_with_times, bool(chosen)),
            (tr("Paste"), editor.paste, editor.canPaste()),
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
        place = self._editor.cursor_place()
        if place is not None:
            self._do(lambda: split(self._session.document, place.segment_id, place.begin), self._tr("Cutting"))

    def merge(self) -> None:
        """Join what is selected, or the segment with the cursor and the one after it."""
        chosen = self._editor.selected_segments()
        self._do(lambda: merge(self._session.document, chosen), self._tr("Joining"))

    def delete(self) -> None:
        """Delete the segments in which something is selected, or the one with the cursor."""
        chosen = self._editor.selected_segments()
        self._do(lambda: delete(self._session.document, chosen), self._tr("Deleting"))

    def ask_for_times(self) -> None:
        """Let a person say when the segment with the cursor begins and ends."""
        (chosen,) = self._editor.selected_segments()[:1] or (None,)
        if chosen is None:
            return
        document = self._session.document
        dialog = TimesDialog(document[chosen], free_span(document, chosen), self._tr, self._editor.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(
            lambda start_s, end_s: self._do(
                lambda: set_times(self._session.document, chosen, start_s, end_s), self._tr("Changing times")
            )
        )
        dialog.open()

    def _do(self, make: Callable[[], Edit], title: str) -> None:
        try:
            edit = make()
        except NotulaError as error:
            self._messages.error(error.message)
        else:
            self._session.do(edit, title)
