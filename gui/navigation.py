"""How a page opens another: it says what is wanted, and the window goes there."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.domain import TranscriptId


class Navigation(QObject):
    """One a window."""

    transcript_wanted = Signal(int, str, bool)
    """A transcript is to be opened on its page, at the first place of what was searched for, in its notes or text."""

    hearing_wanted = Signal(int, float, str)
    """A transcript is to be opened on its page and heard from this second on, with what was searched for marked."""

    page_wanted = Signal(str)
    """The page of this name is to be shown."""

    recordings_wanted = Signal(object)
    """These paths and web addresses are to be put in the queue, with the options that are chosen."""

    keys_wanted = Signal()
    """All keys are to be shown."""

    back_wanted = Signal()
    """The page before is to be shown again."""

    def open_transcript(self, transcript_id: TranscriptId, search: str = "", *, in_notes: bool = False) -> None:
        """Open a transcript on its page, at what was searched for: with `in_notes` it was found in the notes."""
        self.transcript_wanted.emit(transcript_id, search, in_notes)

    def hear_transcript(self, transcript_id: TranscriptId, from_s: float, search: str = "") -> None:
        """Open a transcript on its page and play its recording from this second on."""
        self.hearing_wanted.emit(transcript_id, from_s, search)

    def open_page(self, name: str) -> None:
        """Show the page of this name."""
        self.page_wanted.emit(name)

    def add_recordings(self, recordings: Sequence[Path | str]) -> None:
        """Put files, folders and web addresses in the queue."""
        self.recordings_wanted.emit(recordings)

    def show_keys(self) -> None:
        """Show all keys."""
        self.keys_wanted.emit()

    def go_back(self) -> None:
        """Show the page before again."""
        self.back_wanted.emit()
