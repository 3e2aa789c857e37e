"""Versions of a transcript: its translations and its summary."""

import asyncio
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from core.domain import StoredTranscript
from core.domain.languages import COMMON_LANGUAGES
from gui.page_context import PageContext
from gui.widgets.language_names import language_name
from gui.widgets.reader.reader import Reader

_FIRST_LANGUAGES = ("id", "en")
"""The usual languages to translate into; the others are in a submenu."""

_SUMMARY, _ORIGINAL = "summary", "original"


@dataclass(frozen=True, slots=True)
class _Request:
    """A version: of this transcript, the summary or in this language."""

    original: StoredTranscript
    kind: str


class _Progress(QObject):
    """The progress of a version, passed from the core's thread to the window's."""

    advanced = Signal(float)

    def __init__(self) -> None:
        # Without a parent: the core may still report when the window is gone.
        super().__init__()

    def report(self, fraction: float) -> None:
        """Called by the core."""
        self.advanced.emit(fraction)


class Versions(QObject):
    """A reader's menu of versions, and the work that its entries start. What a choice makes is shown in the reader."""

    def __init__(self, reader: Reader, context: PageContext) -> None:
        super().__init__(reader)
        self._reader = reader
        self._core = context.core
        self._operations = context.operations
        self._tr = context.tr
        self._task: asyncio.Task[None] | None = None
        reader.set_versions_menu(self._menu(reader))
        reader.version_cancelled.connect(self.cancel)

    def cancel(self) -> None:
        """Cancel the version that is being made; the reader shows the original again."""
        if self._task is not None:
            self._task.cancel()

    def _choose(self, action: QAction) -> None:
        original = self._reader.original
        if original is None or action.data() is None:  # The entry that opens the other languages has no data.
            return
        self.cancel()
        if action.data() == _ORIGINAL:
            self._reader.show_version(original, original, "")
        else:
            self._make(_Request(original, action.data()))

    def _make(self, request: _Request) -> None:
        progress = _Progress()
        title = self._title(request)
        progress.advanced.connect(lambda fraction: self._show_progress(request, fraction))
        number = request.original.entry.id

        async def make() -> StoredTranscript | None:
            if request.kind == _SUMMARY:
                return await self._core.call(lambda notula: notula.transcripts.summarize(number, "", progress.report))
            return await self._core.call(
                lambda notula: notula.transcripts.translate(number, request.kind, progress.report)
            )

        async def make_and_show() -> None:
            self._show_progress(request, 0.0)
            made: StoredTranscript | None = None
            try:
                made = await make()
            finally:
                progress.advanced.disconnect()
                if self._task is asyncio.current_task():  # Else another version was chosen meanwhile.
                    shown = request.original if made is None else made
                    self._reader.show_version(request.original, shown, title if made is not None else "")

        self._task = self._operations.start(make_and_show())

    def _show_progress(self, request: _Request, fraction: float) -> None:
        percent = round(100 * fraction)
        if request.kind == _SUMMARY:
            sentence = self._tr("Being summed up: {percent} %", percent=percent)
        else:
            language = language_name(self._tr, request.kind)
            sentence = self._tr("Being translated into {language}: {percent} %", language=language, percent=percent)
        self._reader.show_version_progress(request.original, sentence)

    def _title(self, request: _Request) -> str:
        return self._tr("Summary") if request.kind == _SUMMARY else language_name(self._tr, request.kind)

    def _menu(self, parent: QWidget) -> QMenu:
        menu = QMenu(parent)
        self._add(menu, self._tr("Original text"), _ORIGINAL)
        self._add(menu, self._tr("Summary"), _SUMMARY)
        menu.addSeparator()
        names = {code: language_name(self._tr, code) for code in COMMON_LANGUAGES}
        for code in _FIRST_LANGUAGES:
            self._add(menu, names.pop(code), code)
        others = menu.addMenu(self._tr("Other languages"))
        for code, name in sorted(names.items(), key=lambda named: named[1].casefold()):
            self._add(others, name, code)
        menu.triggered.connect(self._choose)  # Also for what is chosen in `others`.
        return menu

    def _add(self, menu: QMenu, text: str, kind: str) -> None:
        action = menu.addAction(text)
        action.setData(kind)
