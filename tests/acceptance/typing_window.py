"""The window with somebody in it who corrects a transcript and never pauses; it is killed by a test."""

import asyncio
import sys
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

import gui.desktop
from core.app.notula import Notula
from core.domain import CacheKey, ContentHash, Requester, SourceReference, TranscriptId
from core.media.discovery import FILE
from gui.desktop import Desktop
from gui.main import run
from gui.pages.transcript.transcript_page import TranscriptPage
from tests.unit.samples import make_transcript

LETTER = "q"

_KEY_PAUSE_S = 0.05
"""Less than the pause after which a text is saved: somebody who types without a stop must not put that off."""


async def keep(notula: Notula) -> TranscriptId:
    """A transcript that is in the history already."""
    source = SourceReference(FILE, "/nowhere/talk.wav", "talk.wav")
    return await notula._stores.history.save(
        source, CacheKey("talk"), ContentHash("ab" * 32), make_transcript(), 1.0, requester=Requester("desktop")
    )


async def type_for_ever(desktop: Desktop) -> None:
    """Open it and type at its beginning."""
    desktop.window.show_transcript(await desktop.core.call(keep))
    page = desktop.window.page(TranscriptPage)
    while page.session.stored is None:  # noqa: ASYNC110 - until it is open
        await asyncio.sleep(_KEY_PAUSE_S)
    while True:
        QTest.keyClick(page.editor, Qt.Key.Key_Q)
        await asyncio.sleep(_KEY_PAUSE_S)


class TypingDesktop(Desktop):
    """The app as it is."""

    def start(self, *arguments: Any, **options: Any) -> None:
        super().start(*arguments, **options)
        self.operations.start(type_for_ever(self))


def main() -> int:
    gui.desktop.Desktop = TypingDesktop  # type: ignore[misc] # gui.main imports it when it is about to make one.
    return run([])


if __name__ == "__main__":
    sys.exit(main())
