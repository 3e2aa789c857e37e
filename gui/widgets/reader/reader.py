"""The reading view: a transcript with clickable times, search, copy and export; it grows while a job runs."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from core.domain import Segment, StoredTranscript, TranscriptId, TranslatableText
from core.domain.file_location import path_of
from core.domain.no_speech import remark_without_text
from core.domain.speakers import segment_speakers, speakers_of, with_speakers
from core.domain.visible import visible_lines
from core.domain.window_page import WindowPage
from core.i18n import Translator
from gui.actions.actions import Actions
from gui.actions.tooltips import tell_keys
from gui.messages import Messages
from gui.widgets.language_names import language_name
from gui.widgets.makers import maker_text
from gui.widgets.reader.exporting import export_menu
from gui.widgets.reader.reader_notes import ReaderNotes
from gui.widgets.reader.reader_search import ReaderSearch
from gui.widgets.reader.remedy_button import RemedyButton
from gui.widgets.reader.tool_button import tool_button
from gui.widgets.reader.transcript_text import TranscriptText
from gui.widgets.text import ElidedLabel, clock, named, paragraph
from gui.widgets.title_row import TitleRow


class Reader(QWidget):
    """Shows one transcript, or the one that is being made."""

    export_wanted = Signal(object, str, bool)
    """The `StoredTranscript` as it is shown, the name of the format to write it in, and whether its notes go in."""

    hear_wanted = Signal(int, float, str)
    """The number of the transcript that is to be heard, from which second on, and what is searched for in it."""

    speakers_wanted = Signal(object, str)
    """The original `StoredTranscript` whose speakers are to get names, and the one that was clicked on, if any."""

    edit_wanted = Signal(int, str)
    """The number of the transcript that is to be edited, and what is searched for in it."""

    search_opened = Signal()
    """Something is searched for in the text, so it has to be seen."""

    version_cancelled = Signal()
    """The version that is being made is to be cancelled."""

    def __init__(self, actions: Actions, tr: Translator, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._messages = messages
        self._stored: StoredTranscript | None = None
        self._original: StoredTranscript | None = None
        self._subject: object = None
        self._given_notes: tuple[TranslatableText, ...] = ()
        self._title = ElidedLabel("subtitle")
        self._facts = ElidedLabel("muted")
        self._hint = paragraph(tr("Choose a recording to read its text here."), "muted")
        self._notes = ReaderNotes(messages, tr)
        self._text = TranscriptText(tr, self)
        self._text.copied.connect(self._tell_of_copy)
        self._text.speaker_clicked.connect(self._name_speakers)
        self._text.time_clicked.connect(self._hear_from)
        self._search = ReaderSearch(self._text, tr, self)
        self._search.close_at_escape(parent or self)
        self._search.closed.connect(self._text.setFocus)
        self._search.opened.connect(self.search_opened)
        self._edit = tool_button("edit", tr("Correct the text on a page of its own"), self.edit, tr("Edit"))
        self._copy = tool_button("copy", tr("Copy the whole text"), self._copy_all)
        self._play = tool_button("play", tr("Hear it from here"), self.hear)
        self._export = tool_button("export", tr("Save as a file"), None, tr("Export"))
        self._export.setMenu(export_menu(tr, self._export_as, self))
        self._export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._speakers = tool_button("speakers", tr("Name the speakers"), self._name_speakers, tr("Speakers"))
        self._versions = tool_button("translate", tr("Translate or sum up"), None, tr("Translate"))
        self._versions.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._stop = tool_button("cancel", tr("Stop translating"), self.version_cancelled, tr("Cancel"))
        self._stop.hide()
        self._remedy = RemedyButton(tr)
        self._lay_out()
        self._bind(actions)
        self.clear()

    def _bind(self, actions: Actions) -> None:
        following = actions.bind("reader_find_next", self, self._search.find_next)
        before = actions.bind("reader_find_previous", self, self._search.find_previous)
        self._finding = (actions.bind("reader_find", self, self._search.open), following, before)
        self._naming = actions.bind("reader_speakers", self, self._name_speakers)
        self._editing = actions.bind("reader_edit", self, self.edit)
        self._copying = actions.bind("reader_copy_with_times", self, self._text.copy_with_times)
        self._text.set_copy_action(self._copying)
        matches = self._search.matches
        for button, action in (
            (self._speakers, self._naming),
            (self._edit, self._editing),
            (matches.next, following),
            (matches.previous, before),
        ):
            tell_keys(button, action, button.accessibleName())

    @property
    def transcript_id(self) -> TranscriptId | None:
        """The finished transcript that is shown, None where there is none."""
        return self._stored.entry.id if self._stored else None

    @property
    def original(self) -> StoredTranscript | None:
        """The finished transcript of which this or another version is shown."""
        return self._original

    def set_versions_menu(self, menu: QMenu) -> None:
        """What else a transcript can be read as."""
        self._versions.setMenu(menu)

    def set_hint(self, sentence: str) -> None:
        """What stands here while there is no transcript; empty for the hint to choose one."""
        self._hint.setText(sentence or self._tr("Choose a recording to read its text here."))

    def clear(self) -> None:
        """Show no transcript, only the hint to choose one."""
        self._stored = self._original = None
        self._follow_subject(None)
        self._title.set_whole_text("")
        self.show_notes(())
        self._text.show_remark("")  # A deleted text must not stay in the hidden widget.
        self._follow_text()
        self._pages.setCurrentIndex(0)

    def show_notes(self, notes: Sequence[TranslatableText]) -> None:
        """Say this above the text, whichever of the recording that is shown; nothing where there are none."""
        self._given_notes = tuple(notes)
        self._tell_notes()

    def _tell_notes(self) -> None:
        """The notes that were given, and what the transcript itself brings with it."""
        notices = self._stored.transcript.notices if self._stored is not None else ()
        self._notes.show_notes((*self._given_notes, *notices))

    def show_live(self, name: str, segments: Sequence[Segment], subject: object = None) -> None:
        """Show what a running job has so far. Called again with more, it only adds.

        `subject` says which recording it is, here as in the other methods: a search stays with its recording.
        """
        self._stored = self._original = None
        self._follow_subject(subject if subject is not None else name)
        self._begin(name, self._tr("Being transcribed …"))
        self._text.show_segments(segments, follow=True)
        self._follow_text()

    def show_stored(self, stored: StoredTranscript, search: str = "", subject: object = None) -> None:
        """Show a finished transcript from its beginning, or from the first place where `search` is found in it."""
        if self._stored is None or self._stored.entry.id != stored.entry.id:
            self._original = stored
            self._follow_subject(subject if subject is not None else stored.entry.id)
            self._show(stored, "")
        self.search_for(search)

    def search_for(self, search: str) -> None:
        """Mark what was searched for in the history, once; what a person types here afterwards stays."""
        self._search.search_for(search)

    def show_partial(self, stored: StoredTranscript) -> None:
        """Show the finished part of a recording without a transcript: to read, copy and export, not to translate."""
        if self._stored is None or self._stored.entry.id != stored.entry.id:
            self._original = None
            self._follow_subject(stored.entry.id)
            self._show(stored, "")
        self._versions.setEnabled(False)

    def show_version(self, original: StoredTranscript, version: StoredTranscript, title: str) -> None:
        """Show a version of this transcript, unless another one is being read by now. The original has no title."""
        if self._is_read(original):
            self._show(version, title)

    def show_revised(self, stored: StoredTranscript) -> None:
        """Show other names of the speakers, in the place that is being read, if it is this transcript that is shown."""
        if not self._is_read(stored) or self._stored is None or self._original is None:
            return
        before, self._original = self._original.transcript, stored
        if before.segments == stored.transcript.segments:
            return
        shown = self._stored.transcript
        if shown is not before and len(shown.segments) != len(before.segments):  # A summary, which may name speakers.
            self._show(stored, "")
            return
        revised = with_speakers(shown, segment_speakers(stored.transcript))
        self._stored = replace(self._stored, entry=stored.entry, transcript=revised)
        self._text.revise_segments(revised.segments)
        self._search.refresh()

    def show_version_progress(self, original: StoredTranscript, sentence: str) -> None:
        """Tell that a version is being made, unless another transcript is being read by now."""
        if self._is_read(original):
            self._facts.set_whole_text(sentence)
            self._versions.hide()
            self._stop.show()

    def _is_read(self, original: StoredTranscript) -> bool:
        return self._original is not None and self._original.entry.id == original.entry.id

    def _show(self, stored: StoredTranscript, title: str) -> None:
        self._stored = stored
        entry, transcript = stored.entry, stored.transcript
        language = language_name(self._tr, transcript.language)
        maker = maker_text(self._tr, transcript.provider, transcript.model)
        facts = [title if title != language else "", clock(entry.duration_s), language, maker]
        self._begin(entry.name, "  ·  ".join(fact for fact in facts if fact))
        segments = transcript.segments
        if segments:
            self._text.show_segments(segments)
        else:
            self._text.show_remark(self._tr.message(remark_without_text(transcript)))
        self._follow_text()

    def show_problem(self, name: str, sentence: str, subject: object = None, place: WindowPage | None = None) -> None:
        """Show why there is no text, with a button to the page on which that can be repaired."""
        self._stored = self._original = None
        self._follow_subject(subject if subject is not None else name)
        self._begin(name, "")
        self._text.show_remark(sentence)
        self._remedy.offer(self._messages.link_to(place))
        self._follow_text()

    def _begin(self, name: str, facts: str) -> None:
        self._title.set_whole_text(name)
        self._facts.set_whole_text(facts)
        self._tell_notes()
        self._stop.hide()
        self._remedy.hide()
        self._versions.show()
        for button in (self._copy, self._export, self._versions):
            button.setEnabled(self._stored is not None)
        self._edit.setVisible(self._original is not None)
        self._speakers.setVisible(self._has_speakers)
        self._play.setEnabled(self._can_be_heard)
        self._text.set_hearable(is_hearable=self._can_be_heard)
        self._pages.setCurrentIndex(1)

    def _follow_text(self) -> None:
        """Search in the text that is shown now, and offer by keys and palette what can be done with it."""
        self._search.refresh()
        for action in (*self._finding, self._copying):
            action.setEnabled(self._text.has_segments)
        self._editing.setEnabled(self._original is not None)
        self._naming.setEnabled(self._has_speakers)

    @property
    def _has_speakers(self) -> bool:
        return self._original is not None and bool(speakers_of(self._original.transcript))

    def _follow_subject(self, subject: object) -> None:
        """Clear the search where another recording is shown now."""
        if subject != self._subject:
            self._subject = subject
            self._search.clear()

    def _name_speakers(self, name: object = "") -> None:
        if self._has_speakers:
            self.speakers_wanted.emit(self._original, name if isinstance(name, str) else "")

    def _copy_all(self) -> None:
        if self._stored is not None:
            QGuiApplication.clipboard().setText(visible_lines(self._stored.transcript.text))
            self._messages.information(self._tr("The whole text is on the clipboard."))

    def edit(self) -> None:
        """Open the transcript that is shown, in its original language, on the page where it can be edited."""
        if self._original is not None:
            self.edit_wanted.emit(self._original.entry.id, self._search.line.text().strip())

    def _tell_of_copy(self) -> None:
        self._messages.information(self._tr("This passage is on the clipboard, with its time."))

    @property
    def _can_be_heard(self) -> bool:
        return self._original is not None and _can_be_played(self._original.entry.location)

    def hear(self) -> None:
        """Play the recording on the transcript's page, from the passage with the cursor or with what was found."""
        self._hear_from(self._text.place_s)

    def _hear_from(self, from_s: float) -> None:
        if self._original is not None and self._can_be_heard:
            self.hear_wanted.emit(self._original.entry.id, from_s, self._search.line.text().strip())

    def _export_as(self, format_name: str, with_notes: bool) -> None:
        if self._stored is not None:
            self.export_wanted.emit(self._stored, format_name, with_notes)

    def _lay_out(self) -> None:
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing = named(QWidget(), "plain")
        middle = QVBoxLayout(nothing)
        middle.addStretch(1)
        middle.addWidget(self._hint)
        middle.addStretch(1)
        buttons = (self._stop, self._edit, self._speakers, self._versions, self._play, self._copy, self._export)
        reading = QWidget()
        column = QVBoxLayout(reading)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(TitleRow(self._title, buttons))
        column.addWidget(self._facts)
        column.addWidget(self._notes)
        column.addWidget(self._search)
        column.addWidget(self._text, 1)
        column.addWidget(self._remedy, 0, Qt.AlignmentFlag.AlignLeft)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(nothing)
        self._pages.addWidget(reading)


def _can_be_played(location: str) -> bool:
    """Whether a recording is where a player finds it: on this computer or on the web, not in a chat."""
    return location.startswith(("http://", "https://")) or path_of(location).is_absolute()
