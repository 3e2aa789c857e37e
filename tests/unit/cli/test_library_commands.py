"""`notula history`, without anything under the app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from core.app.settings import SettingsService
from core.cli.library import list_history
from core.cli.terminal import Terminal
from core.config import Folders, LoadedSettings, Settings
from core.domain import HistoryEntry, HistoryPage, Requester, TranscriptId
from core.i18n import Translator
from core.observability.redaction import Redactor

ENTRY = HistoryEntry(TranscriptId(7), "talk.ogg", "/talk.ogg", 1.0, 10.0, "en", "on-device", "tiny.en")
OF_ADA = replace(ENTRY, id=TranscriptId(8), requester=Requester("telegram", "42"))


class Library:
    """One recording that the owner and somebody else have."""

    async def page(self, search: str, limit: int) -> HistoryPage:
        return HistoryPage((OF_ADA, ENTRY), 2)


class LibraryTerminal(Terminal):
    """A terminal for that library."""

    @asynccontextmanager
    async def library(self) -> AsyncIterator[Library]:  # type: ignore[override]
        yield Library()


async def test_an_entry_of_somebody_else_tells_whose_it_is(
    folders: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = SettingsService(LoadedSettings(Settings()), folders.settings_file)
    assert await list_history(LibraryTerminal(Translator(), folders, settings, Redactor()), "") == 0
    of_ada, own = capsys.readouterr().out.splitlines()
    assert of_ada.endswith("talk.ogg  from Telegram user 42")
    assert own.endswith("talk.ogg")
