"""The desktop's composition root: window, tray and core together, and when each of them goes."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from core.config import Folders, LoadedSettings
from core.domain import JobView, NotulaError, QueueStatistics, TranscriptId, TranslatableText, mark
from core.i18n import Translator
from core.observability.redaction import Redactor
from gui.messages import Messages
from gui.operations import Operations
from gui.runtime.core_thread import CoreThread
from gui.shown_settings import ShownSettings
from gui.theme import apply_theme
from gui.tray import Tray
from gui.window.main_window import QUEUE, Window
from gui.window.window_state import load_state, save_state

CRASHED = mark("Notula stopped unexpectedly the last time. What happened is written in {path}.")
CORE_FAILED = mark("Notula can't work now: {reason}")
UNKNOWN_REASON = mark("the log has the details. Quit and start it again.")


class Desktop(QObject):
    """Owns everything that is on the screen. `stop` is set when somebody quits."""

    def __init__(
        self,
        application: QApplication,
        loaded: LoadedSettings,
        folders: Folders,
        tr: Translator,
        loop: asyncio.AbstractEventLoop,
        stop: asyncio.Event,
        redactor: Redactor,
    ) -> None:
        super().__init__()
        self._application = application
        self._problems = loaded.problems
        self._tr = tr
        self._stop = stop
        self._unfinished = 0
        self._running = 0
        apply_theme(application, loaded.settings.theme)
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.core = CoreThread(loaded, folders, redactor)
        self.settings = ShownSettings(loaded.settings, self.core, self)
        self.messages = Messages(tr)
        self.operations = Operations(loop, self.messages)
        self._state_file = folders.config / "window.json"
        state = load_state(self._state_file)
        self.window = Window(self.settings, folders, self.core, self.operations, self.messages, tr, state)
        self.tray = Tray(tr, self)
        self._connect()

    def start(self, files: Sequence[Path], crash_report: Path | None) -> None:
        """Show the window, and start the core once it is painted."""
        self.window.show()
        if self.tray.is_there:
            self.tray.show()
        for problem in self._problems:
            self.messages.warning(problem)
        if crash_report is not None:
            self.messages.warning(TranslatableText(CRASHED, {"path": str(crash_report)}))
        # Importing the core takes a while; the first paint must not wait for it.
        QTimer.singleShot(0, self.core.start)
        self.window.add(files)

    def open(self, files: Sequence[Path]) -> None:
        """Another start has handed over its files."""
        self.window.bring_to_front()
        self.window.add(files)

    async def close(self) -> None:
        """Stop the core, then take everything off the screen; unfinished jobs go on at the next start.

        While running recordings are let finish, that is said, and to `quit` once more ends it at once.
        """
        state = self.window.state()
        if self._running and self.core.grace_s:
            self.window.show_finishing(self._running, self.core.grace_s)
            self.tray.show_finishing(self._running, self.core.grace_s)
        else:
            self.tray.hide()
            self.window.hide()
        await self.operations.close()
        await asyncio.to_thread(save_state, state, self._state_file)
        await self.core.close()
        self.tray.hide()
        self.window.hide()

    def quit(self) -> None:
        """Let Notula end: the first time with the seconds that running recordings have, the second time at once."""
        if self._stop.is_set():
            self.core.hurry()
        self._stop.set()

    def _connect(self) -> None:
        self.window.close_wanted.connect(self._close_window)
        self.window.quit_wanted.connect(self.quit)
        self.window.queue_page.batch_ended.connect(self._announce)
        self.window.queue_page.statistics_changed.connect(self._show_statistics)
        self.settings.changed.connect(self._follow_settings)
        self.tray.open_wanted.connect(self.window.bring_to_front)
        self.tray.add_wanted.connect(self._add_from_tray)
        self.tray.transcript_wanted.connect(self._open_transcript)
        self.tray.quit_wanted.connect(self.quit)
        self.core.failed.connect(self._core_failed)

    def _close_window(self) -> None:
        """To the tray where there is one; otherwise this is the end, and what is unfinished goes on next time."""
        if self._stop.is_set():
            self.window.hide()  # It ends already.
        elif self.tray.is_there and self.settings.current.close_to_tray:
            self._hide_to_tray()
        elif self._unfinished:
            self.window.ask_to_quit(self._unfinished)
        else:
            self.quit()

    def _hide_to_tray(self) -> None:
        """Take the window away and keep its state; the first time, say that Notula goes on."""
        if not self.window.told_of_tray:
            self.window.told_of_tray = True
            self.tray.tell_of_staying()
        state = self.window.state()
        self.window.hide()
        self.operations.start(asyncio.to_thread(save_state, state, self._state_file))

    def _announce(self, jobs: list[JobView]) -> None:
        if self.settings.current.notifications and not self.window.isActiveWindow() and self.tray.is_there:
            self.tray.announce(jobs)

    def _show_statistics(self, statistics: QueueStatistics) -> None:
        self._unfinished = statistics.unfinished
        self._running = statistics.running
        self.tray.show_statistics(statistics)
        self.window.show_statistics(statistics)

    def _follow_settings(self, names: frozenset[str]) -> None:
        if "theme" in names:
            apply_theme(self._application, self.settings.current.theme)

    def _follow_system(self) -> None:
        apply_theme(self._application, self.settings.current.theme)

    def _add_from_tray(self) -> None:
        self.window.bring_to_front()
        self.window.show_page(QUEUE)
        self.window.queue_page.choose_files()

    def _open_transcript(self, transcript_id: TranscriptId) -> None:
        self.window.show_page(QUEUE)
        self.window.queue_page.select_transcript(transcript_id)

    def _core_failed(self, error: Exception) -> None:
        reason = self._tr.message(error.message) if isinstance(error, NotulaError) else self._tr(UNKNOWN_REASON)
        self.messages.error(TranslatableText(CORE_FAILED, {"reason": reason}))
