"""A transcript on a page of its own: read, correct, name speakers, find and replace, copy and export."""

from collections.abc import Mapping
from typing import Self

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from core.domain import StoredTranscript, Transcript, TranscriptId
from core.domain.visible import visible_lines
from core.editing import SpokenWords, doubtful_words
from gui.page_context import PageContext
from gui.pages.page import Page
from gui.pages.transcript.autosave import Autosave, SaveState
from gui.pages.transcript.cards.cards import Cards
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.editor_menu import EditorMenu
from gui.pages.transcript.find_bar import FindBar
from gui.pages.transcript.player_bar import PlayerBar
from gui.pages.transcript.save_problem_card import SaveProblemCard
from gui.pages.transcript.segment_actions import SegmentActions
from gui.pages.transcript.segment_editor import SegmentEditor
from gui.pages.transcript.speaker_menu import SpeakerMenu
from gui.pages.transcript.text_modes import CARDS, TextModes
from gui.pages.transcript.text_panels import TextPanels
from gui.pages.transcript.title_field import TitleField
from gui.pages.transcript.transcript_keys import bind_keys
from gui.pages.transcript.transcript_reading import TranscriptReading
from gui.pages.transcript.undo_keys import UndoKeys
from gui.widgets.language_names import language_name
from gui.widgets.makers import maker_text
from gui.widgets.reader.exporting import Exporting, export_menu
from gui.widgets.reader.tool_button import tool_button
from gui.widgets.text import ElidedLabel, clock, label, paragraph


class TranscriptPage(Page):
    """Shows one transcript, or where it was deleted nothing."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = tr = context.tr
        self._wanted_search = ""
        self._heard_from: tuple[TranscriptId, float] | None = None
        """Which transcript is to be heard once it is read, and from which second on."""
        self.session = EditingSession(self)
        self.editor = SegmentEditor(self.session, tr, self)
        segment_actions = SegmentActions(self.session, context, self)
        self.text_modes = TextModes(self.session, self.editor, Cards(self.session, segment_actions, context), tr)
        UndoKeys(context.actions, self.session, (self.editor, self.text_modes.cards.edit), self)
        self.find_bar = FindBar(self.session, self.text_modes, tr)
        self.autosave = Autosave(self.session, context, self)
        self.speakers = SpeakerMenu(self.session, context, self)
        self._menu = EditorMenu(self.text_modes, segment_actions, tr)
        self._exporting = Exporting(context, self)
        self.player = PlayerBar(context)  # Without a parent before the layout, which is the order of Tab.
        self.panels = TextPanels(self.session, self.text_modes, self.autosave, self.player, context, self)
        self._spoken = SpokenWords(self.session.document)
        self.title = TitleField(self.session, context)
        self._facts = ElidedLabel("muted")
        self._saved = label(name="muted")
        self._saved.setAccessibleName(tr("Whether everything is saved"))
        self._notes = paragraph(name="problem")
        self._back = tool_button("back", tr("Back"), context.navigation.go_back)
        self._undo = tool_button("undo", tr("Undo"), self.session.stack.undo)
        self._redo = tool_button("redo", tr("Redo"), self.session.stack.redo)
        self._naming = tool_button("speakers", tr("Name the speakers"), lambda: self.speakers.rename(), tr("Speakers"))
        self._finding = tool_button("search", tr("Find and replace"), self._find)
        self._copy = tool_button("copy", tr("Copy the whole text"), self._copy_all)
        self._export = tool_button("export", tr("Save as a file"), None, tr("Export"))
        self._export.setMenu(export_menu(tr, self._export_as, self))
        self._export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._restore = QPushButton(tr("Back to what was transcribed …"))
        self._restore.clicked.connect(self._ask_for_original)
        self._problem = SaveProblemCard(tr)
        self.reading = TranscriptReading(self.session, self.autosave, self._finish_beside, context, self)
        self._lay_out()
        self._connect()
        self._bound = bind_keys(
            self,
            context.actions,
            {
                "transcript_back": context.navigation.go_back,
                "transcript_rename": self.title.edit,
                "transcript_find": self._find,
                "transcript_find_next": lambda: self.find_bar.go(1),
                "transcript_find_previous": lambda: self.find_bar.go(-1),
                "transcript_undo": self.session.stack.undo,
                "transcript_redo": self.session.stack.redo,
                "transcript_speaker": lambda: self.speakers.choose(self.text_modes.selected_segments()),
                "transcript_doubtful": self.go_to_doubtful_word,
                "transcript_play_passage": self.hear_passage,
                "transcript_copy_with_times": self.text_modes.copy_with_times,
                "transcript_mode": self.text_modes.turn,
                "transcript_save": self._tell_that_it_is_saved,
            },
            {
                "transcript_back": self._back,
                "transcript_find": self._finding,
                "transcript_find_next": self.find_bar.matches.next,
                "transcript_find_previous": self.find_bar.matches.previous,
                "transcript_undo": self._undo,
                "transcript_redo": self._redo,
                "transcript_mode": self.text_modes.chips,
            },
        )
        self._menu.use(self._bound)
        self._show_state()

    def on_shown(self) -> None:
        self.player.look()

    def open(self, transcript_id: TranscriptId, search: str = "", *, in_notes: bool = False) -> None:
        """Read a transcript and show it, at the first place of what was searched for, which may be in the notes.

        Where what was edited of the one that is open can't be saved, that stays, and a message says so.
        """
        self._heard_from = None
        self.panels.mark_in_notes(transcript_id, search if in_notes else "")
        self.reading.open(transcript_id, "" if in_notes else search)

    def hear(self, transcript_id: TranscriptId, from_s: float, search: str = "") -> None:
        """Read a transcript, show it and play its recording from this second on."""
        self.open(transcript_id, search)
        self._heard_from = (transcript_id, from_s)

    @property
    def has_unsaved(self) -> bool:
        return self.autosave.state is not SaveState.SAVED or self.panels.has_unsaved

    async def save(self) -> bool:
        is_text_saved = await self.autosave.finish()
        return await self._finish_beside() and is_text_saved

    def take_over(self, before: Self) -> None:
        self.text_modes.choose(before.text_modes.mode)
        self.find_bar.take_over(before.find_bar)
        stored = before.session.stored
        if stored is not None:
            self.open(stored.entry.id, "" if before.find_bar.isHidden() else before.find_bar.wanted.text())

    def kept_clear(self) -> QWidget:
        return self.player

    def saved_state(self) -> Mapping[str, object]:
        return {"mode": self.text_modes.mode, **self.panels.saved_state()}

    def restore_state(self, state: Mapping[str, object]) -> None:
        self.panels.restore(state)
        if state.get("mode") == CARDS:
            self.text_modes.choose(CARDS)

    async def finish(self) -> None:
        await self.player.finish()
        await self.save()

    def hear_passage(self) -> None:
        """Play from the beginning of the passage with the cursor."""
        chosen = self.text_modes.selected_segments()
        if chosen:
            self.player.play_from(self.session.document[chosen[0]].start_s)

    def go_to_doubtful_word(self) -> None:
        """Select the next word after the cursor that was heard uncertainly, around the end if need be."""
        places = list(doubtful_words(self.session.document))
        if not places:
            self._messages.information(self._tr("No word was heard uncertainly."))
            return
        at = self.text_modes.cursor_place()
        index = self.session.document.index
        here = (index(at.segment_id), at.end) if at is not None else (0, 0)
        following = [place for place in places if (index(place.segment_id), place.begin) >= here]
        self.text_modes.go_to((following or places)[0])

    async def _finish_beside(self) -> bool:
        """Keep what was written beside the text. Whether that is kept; a name that isn't is typed again."""
        await self.title.finish()
        return await self.panels.finish()

    def _show_read(self, stored: StoredTranscript | None, search: str) -> None:
        self._wanted_search = search
        if stored is not None and stored is self.session.stored:
            self._search()
        else:
            self._show(stored)
        self.panels.show_mark()
        heard, self._heard_from = self._heard_from, None
        if heard is not None and stored is not None and stored.entry.id == heard[0]:
            self.player.play_from(heard[1])

    def _show(self, stored: StoredTranscript | None) -> None:
        if stored is None:
            self.session.close()
            self.title.show_name("")
            self._facts.set_whole_text("")
            self._notes.hide()
            self.player.set_transcript(None)
            self._messages.information(self._tr("This recording was deleted."))
            self._context.navigation.go_back()
            return
        tr, transcript = self._tr, stored.transcript
        self.session.open(stored)
        self.title.show_name(stored.entry.name)
        maker = maker_text(tr, transcript.provider, transcript.model)
        facts = (clock(transcript.duration_s), language_name(tr, transcript.language), maker)
        self._facts.set_whole_text("  ·  ".join(fact for fact in facts if fact))
        self._notes.setText("\n".join(visible_lines(tr.message(notice)) for notice in transcript.notices))
        self._notes.setVisible(bool(transcript.notices))
        self.player.set_transcript(stored)
        self._show_state()
        self.text_modes.focus_text()
        self._search()

    def _search(self) -> None:
        if self._wanted_search:
            self.find_bar.search_for(self._wanted_search)
        elif self.find_bar.isVisible():
            self.find_bar.close_bar()

    def _find(self) -> None:
        selected = self.text_modes.edit.textCursor().selectedText()
        self.find_bar.open("" if "\u2029" in selected else selected)

    def _show_state(self) -> None:
        is_open = self.session.stored is not None
        tr, state, stored = self._tr, self.autosave.state, self.session.stored
        self.text_modes.set_read_only(not is_open or self.reading.is_opening)
        for button in (self._copy, self._export, self._naming, self._finding):
            button.setEnabled(is_open)
        for name in ("transcript_copy_with_times", "transcript_speaker"):
            self._bound[name].setEnabled(is_open and not self.reading.is_opening)
        for can, button, name in (
            (self.session.stack.canUndo(), self._undo, "transcript_undo"),
            (self.session.stack.canRedo(), self._redo, "transcript_redo"),
        ):
            button.setEnabled(can)
            self._bound[name].setEnabled(can)
        was_edited = is_open and (self.session.stack.canUndo() or (stored and stored.entry.edited_at is not None))
        self._restore.setVisible(bool(was_edited))
        self._saved.setText(
            {
                SaveState.SAVED: tr("Saved") if was_edited else "",
                SaveState.UNSAVED: tr("Being saved …"),
                SaveState.FAILED: tr("Not saved"),
            }[state]
        )

    def _tell_that_it_is_saved(self) -> None:
        self._messages.information(self._tr("Everything is saved by itself, a moment after you change it."))

    def _ask_for_original(self) -> None:
        stored = self.session.stored
        if stored is None:
            return
        number = stored.entry.id
        self._operations.start(
            self._core.call(lambda notula: notula.transcripts.original(number)), done=self._restore_original
        )

    def _restore_original(self, original: Transcript | None) -> None:
        if original is None or self.session.stored is None:
            self._messages.information(self._tr("What was transcribed can't be read any more."))
            return
        edit = self.session.document.with_segments(original.segments)
        self.session.do(edit, self._tr("Back to what was transcribed"))
        self._messages.information(
            # Its Ctrl+Z is the page's own: a second one would make it ambiguous, and neither would do anything.
            self._tr("This is what was transcribed."),
            self._tr("Undo"),
            self.session.stack.undo,
        )

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(visible_lines(self.session.transcript.text))
        self._messages.information(self._tr("The whole text is on the clipboard."))

    def _export_as(self, format_name: str, with_notes: bool) -> None:
        stored = self.session.stored
        if stored is None:
            return
        shown = StoredTranscript(stored.entry, stored.content_hash, self.session.transcript)
        if not with_notes:
            self._exporting.ask(shown, format_name)
            return
        self._operations.start(
            self.panels.finish(),  # What was typed last is to be in it, too.
            done=lambda is_kept: self._exporting.ask(shown, format_name, with_notes=True) if is_kept else None,
        )

    def _show_problem(self) -> None:
        self._problem.show_problem(self.autosave.problem)
        self.rearranged.emit()

    def _renew_spoken(self) -> None:
        self._spoken = SpokenWords(self.session.document)
        self._tell_passage()

    def _tell_passage(self) -> None:
        """Tell the player which passage is the one to repeat."""
        chosen = self.text_modes.selected_segments()
        if chosen:
            first, last = self.session.document[chosen[0]], self.session.document[chosen[-1]]
            self.player.set_passage((first.start_s, last.end_s))

    def _show_spoken(self, position_s: float) -> None:
        place = self._spoken.word_at(position_s)
        is_new_passage = self.text_modes.show_spoken(place)
        if place is not None and is_new_passage and self.player.controls.follows:
            self.text_modes.keep_in_sight(self.session.document.index(place.segment_id))

    def _connect(self) -> None:
        self.session.changed.connect(self._renew_spoken)
        self.session.opened.connect(self._renew_spoken)
        self.text_modes.place_changed.connect(self._tell_passage)
        self.text_modes.hear_wanted.connect(self.player.play_from)
        self.player.missing.found.connect(self.reading.keep_location)
        self.player.moved.connect(self._show_spoken)
        for text in (self.editor, self.text_modes.cards.operations):
            text.speaker_wanted.connect(self.speakers.choose)
        for part in (self.title, self.find_bar):
            part.closed.connect(self.text_modes.focus_text)
        self.title.renamed.connect(self.reading.keep_name)
        self.autosave.state_changed.connect(self._show_state)
        self.autosave.state_changed.connect(self._show_problem)
        self._problem.overwrite_wanted.connect(self.autosave.overwrite)
        self._problem.discard_wanted.connect(self.reading.reopen)
        self._problem.retry_wanted.connect(self.autosave.save)
        self._problem.copy_wanted.connect(self._copy_all)
        self.session.stack.indexChanged.connect(self._show_state)
        self.reading.read.connect(self._show_read)
        for signal in (self.reading.opening_changed, self.reading.followed):
            signal.connect(self._show_state)

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.addWidget(self._back)
        heading.addWidget(self.title, 1)
        for widget in (self._undo, self._redo, self._naming, self._finding, self._copy, self._export):
            heading.addWidget(widget)
        facts = QHBoxLayout()
        facts.addWidget(self._facts, 1)
        for beside in (self._saved, self._restore, *self.panels.buttons, self.text_modes.chips):
            facts.addWidget(beside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(heading)
        column.addLayout(facts)
        for part in (self._notes, self._problem, self.find_bar):
            column.addWidget(part)
        column.addWidget(self.panels.side.splitter, 1)
        column.addWidget(self.player)
