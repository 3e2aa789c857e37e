"""What can be opened beside the text of a transcript, with the buttons and keys for it."""

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton, QWidget

from core.domain import TranscriptId
from gui.actions.tooltips import tell_keys
from gui.page_context import PageContext
from gui.pages.transcript.autosave import Autosave
from gui.pages.transcript.cards.scrolled_cards import ScrolledCards
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.notes_panel import NotesPanel
from gui.pages.transcript.player_bar import PlayerBar
from gui.pages.transcript.scroll_together import ScrolledLines, ScrollTogether
from gui.pages.transcript.side_panel import PanelPart, SidePanel
from gui.pages.transcript.text_modes import TextModes
from gui.pages.transcript.translation_panel import TranslationPanel
from gui.widgets.reader.tool_button import tool_button

_TRANSLATION, _NOTES = "translation", "notes"


class TextPanels(QObject):
    """The panel beside one text, and its parts."""

    def __init__(
        self,
        session: EditingSession,
        text: TextModes,
        autosave: Autosave,
        player: PlayerBar,
        context: PageContext,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._session = session
        self._text = text
        self._player = player
        self._context = context
        self._page = page
        self.side = SidePanel(text, context.tr)
        self.side.changed.connect(self._show_buttons)
        self.translation = TranslationPanel(session, autosave.finish, context)
        self.notes = NotesPanel(session, context)
        self._buttons: dict[str, QToolButton] = {}
        self._to_mark = (TranscriptId(0), "")
        tr = context.tr
        self._add(_TRANSLATION, tr("Translation"), "translate", "transcript_translation", self.translation)
        self._add(_NOTES, tr("Notes"), "notes", "transcript_notes", self.notes)
        view, lines = self.translation.view, self.translation.lines
        modes = (ScrolledLines(text.lines), ScrolledCards(text.cards.view, text.cards.model))
        self._together = [ScrollTogether(mode, ScrolledLines(view), lambda: view.is_filled, self) for mode in modes]
        lines.changed.connect(self._mark)
        for signal in (self.side.changed, view.grown, text.mode_changed):
            signal.connect(self._scroll_translation)
        view.line_chosen.connect(self._go_to)
        view.time_chosen.connect(self._play_from)
        text.place_changed.connect(self._mark)

    @property
    def buttons(self) -> tuple[QToolButton, ...]:
        """Those that open and close the parts, for the page's heading."""
        return tuple(self._buttons.values())

    @property
    def has_unsaved(self) -> bool:
        """Whether something that was written beside the text isn't kept."""
        return self.notes.has_unsaved

    async def finish(self) -> bool:
        """Save what isn't saved yet. Returns whether all of it could be, else the part shows why not."""
        if await self.notes.finish():
            return True
        if self.side.open_part != _NOTES:
            self.side.toggle(_NOTES)
        return False

    def mark_in_notes(self, transcript_id: TranscriptId, search: str) -> None:
        """What is to be marked in the notes once this transcript is open; nothing where the search is empty."""
        self._to_mark = (transcript_id, search)

    def show_mark(self) -> None:
        """Open the notes and mark what is to be marked, if that transcript is the one that is open now."""
        stored, (number, search) = self._session.stored, self._to_mark
        if stored is None or stored.entry.id != number or not search:
            self.notes.mark_words("")
            return
        if self.side.open_part != _NOTES:
            self.side.toggle(_NOTES)
        self.notes.mark_words(search)

    def saved_state(self) -> Mapping[str, object]:
        """What `restore` takes."""
        return {"panel": self.side.saved_state(), _TRANSLATION: self.translation.saved_state()}

    def restore(self, state: Mapping[str, object]) -> None:
        """Open what was open at the end."""
        self.translation.restore(state.get(_TRANSLATION))
        self.side.restore(state.get("panel"))

    def _add(self, name: str, title: str, icon_name: str, action_name: str, part: PanelPart) -> None:
        self.side.add(name, title, part)
        action = self._context.actions.bind(action_name, self._page, lambda: self.side.toggle(name))
        button = tool_button(icon_name, title, action.trigger)
        button.setCheckable(True)
        tell_keys(button, action, title)
        self._buttons[name] = button

    def _show_buttons(self) -> None:
        for name, button in self._buttons.items():
            button.setChecked(name == self.side.open_part)

    def _mark(self) -> None:
        """Have the line beside the cursor stand out."""
        chosen = self._text.selected_segments()
        if chosen and self.translation.view.mark(self._session.document.index(chosen[0])):
            self._scroll_translation()

    def _scroll_translation(self) -> None:
        """Scroll it to where the text is, in the mode that is seen."""
        for together in self._together:
            together.follow_first()

    def _go_to(self, number: int) -> None:
        if number < len(self._session.document.segments):
            self._text.go_to_segment(number)

    def _play_from(self, number: int) -> None:
        segments = self._session.document.segments
        if number < len(segments):
            self._player.play_from(segments[number].segment.start_s)
