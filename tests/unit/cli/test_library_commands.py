"""`notula history`, without anything under the app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from core.app.settings import SettingsService
from core.cli.library import list_history, show_transcript
from core.cli.terminal import Terminal
from core.config import Folders, LoadedSettings, Settings
from core.domain import HistoryEntry, HistoryPage, Requester, StoredTranscript, TranscriptId
from core.i18n import Translator
from core.observability.redaction import Redactor
from tests.unit.samples import HASH, make_transcript

ENTRY = HistoryEntry(TranscriptId(7), "talk.ogg", "/talk.ogg", 1.0, 10.0, "en", "on-device", "tiny.en")
OF_ADA = replace(ENTRY, id=TranscriptId(8), requester=Requester("telegram", "42"))


class Library:
    """One recording that the owner and somebody else have."""

    async def page(self, search: str, limit: int) -> HistoryPage:
        if search:
            return HistoryPage((replace(ENTRY, excerpt=(("Ask ", False), ("Ann", True)), is_in_notes=True),), 1)
        return HistoryPage((OF_ADA, ENTRY), 2)

    async def get(self, transcript_id: TranscriptId, *, with_notes: bool) -> StoredTranscript:
        stored = StoredTranscript(ENTRY, HASH, make_transcript("So it goes."))
        return replace(stored, notes="Ask Ann.") if with_notes else stored


class LibraryTerminal(Terminal):
    """A terminal for that library."""

    @asynccontextmanager
    async def library(self) -> AsyncIterator[Library]:  # type: ignore[override]
        yield Library()


def terminal_of(folders: Folders) -> LibraryTerminal:
    return LibraryTerminal(
        Translator(), folders, SettingsService(LoadedSettings(Settings()), folders.settings_file), Redactor()
    )


async def test_what_is_found_in_notes_says_so(folders: Folders, capsys: pytest.CaptureFixture[str]) -> None:
    assert await list_history(terminal_of(folders), "ann") == 0
    assert capsys.readouterr().out.endswith("talk.ogg  in your notes:  Ask Ann\n")


async def test_notes_are_printed_only_where_that_is_asked_for(
    folders: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    for with_notes, printed in ((False, "So it goes.\n"), (True, "So it goes.\n\nNotes:\nAsk Ann.\n")):
        assert await show_transcript(terminal_of(folders), 7, "txt", with_notes=with_notes) == 0
        assert capsys.readouterr().out == printed


async def test_an_entry_of_somebody_else_tells_whose_it_is(
    folders: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await list_history(terminal_of(folders), "") == 0
    of_ada, own = capsys.readouterr().out.splitlines()
    assert of_ada.endswith("talk.ogg  from Telegram user 42")
    assert own.endswith("talk.ogg")
