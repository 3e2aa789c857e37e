"""The desktop app's composition root: makes window, tray and core thread, connects them, and closes them."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from core.domain import JobView, NotulaError, Snapshot, TranscriptId, TranslatableText, mark
from core.i18n import Translator
from gui.changes import ChangeEvents, Changes
from gui.core_changes import CoreChanges
from gui.ended_jobs import EndedJobs
from gui.messages import Messages
from gui.operations import Operations
from gui.page_context import PageContext
from gui.runtime.core_thread import CoreSetup, CoreThread
from gui.shown_settings import ShownSettings
from gui.theme import apply_theme
from gui.tray import Tray
from gui.window.main_window import MainWindow
from gui.window.window_state import load_state, save_state

CRASHED = mark("Notula stopped unexpectedly the last time. What happened is written in {path}.")
CORE_FAILED = mark("Notula can't work now: {reason}")
UNKNOWN_REASON = mark("the log has the details. Quit and start it again.")


class Desktop(QObject):
    """Owns the window and the tray. `stop` is set when a person quits."""

    def __init__(
        self,
        application: QApplication,
        setup: CoreSetup,
        tr: Translator,
        loop: asyncio.AbstractEventLoop,
        stop: asyncio.Event,
    ) -> None:
        super().__init__()
        loaded, folders = setup.loaded, setup.folders
        self._application = application
        self._problems = loaded.problems
        self._tr = tr
        self._stop = stop
        self._unfinished = 0
        self._running = 0
        apply_theme(application, loaded.settings.theme)
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.core = CoreThread(setup)
        self.settings = ShownSettings(loaded.settings)
        self.messages = Messages(tr)
        self.changes = ChangeEvents()
        self.operations = Operations(loop, self.messages, self.changes)
        CoreChanges(self.core, self.settings, self.changes, self)
        self._ended_jobs = EndedJobs(self.core, self)
        self._state_file = folders.config / "window.json"
        context = PageContext(self.core, self.operations, self.messages, self.changes, self.settings, folders, tr)
        self.window = MainWindow(context, load_state(self._state_file))
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
        # Importing the core takes seconds; the first paint must not wait for it.
        QTimer.singleShot(0, self.core.start)
        self.window.add(files)

    def open(self, files: Sequence[Path]) -> None:
        """Another start has handed over its files."""
        self.window.bring_to_front()
        self.window.add(files)

    async def close(self) -> None:
        """Stop the core, then hide everything; unfinished jobs run again at the next start.

        While running jobs finish, a dialog says so; calling `quit` once more ends them at once.
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
        """End Notula: the first time running jobs get their seconds to finish, the second time it ends at once."""
        if self._stop.is_set():
            self.core.hurry()
        self._stop.set()

    def _connect(self) -> None:
        self.window.close_wanted.connect(self._close_window)
        self.window.quit_wanted.connect(self.quit)
        self._ended_jobs.batch_ended.connect(self._announce)
        self.core.published.connect(self._show_statistics)
        self.changes.happened.connect(self._follow_settings)
        self.tray.open_wanted.connect(self.window.bring_to_front)
        self.tray.add_wanted.connect(self._add_from_tray)
        self.tray.transcript_wanted.connect(self._open_transcript)
        self.tray.quit_wanted.connect(self.quit)
        self.core.failed.connect(self._core_failed)

    def _close_window(self) -> None:
        """Hide it where there is a tray, else quit; unfinished jobs run again at the next start."""
        if self._stop.is_set():
            self.window.hide()  # Notula is ending already.
        elif self.tray.is_there and self.settings.current.close_to_tray:
            self._hide_to_tray()
        elif self._unfinished:
            self.window.ask_to_quit(self._unfinished)
        else:
            self.quit()

    def _hide_to_tray(self) -> None:
        """Hide the window and save its state; the first time, say that Notula runs on."""
        if not self.window.told_of_tray:
            self.window.told_of_tray = True
            self.tray.tell_that_it_runs_on()
        state = self.window.state()
        self.window.hide()
        self.operations.start(asyncio.to_thread(save_state, state, self._state_file))

    def _announce(self, jobs: list[JobView]) -> None:
        if self.settings.current.notifications and not self.window.isActiveWindow() and self.tray.is_there:
            self.tray.announce(jobs)

    def _show_statistics(self, snapshot: Snapshot) -> None:
        statistics = snapshot.statistics
        self._unfinished = statistics.unfinished
        self._running = statistics.running
        self.tray.show_statistics(statistics)
        self.window.show_statistics(statistics)

    def _follow_settings(self, changes: Changes) -> None:
        if "theme" in changes.settings:
            apply_theme(self._application, self.settings.current.theme)

    def _follow_system(self) -> None:
        apply_theme(self._application, self.settings.current.theme)

    def _add_from_tray(self) -> None:
        self.window.bring_to_front()
        self.window.show_queue().choose_files()

    def _open_transcript(self, transcript_id: TranscriptId) -> None:
        self.window.show_queue().select_transcript(transcript_id)

    def _core_failed(self, error: Exception) -> None:
        reason = self._tr.message(error.message) if isinstance(error, NotulaError) else self._tr(UNKNOWN_REASON)
        self.messages.error(TranslatableText(CORE_FAILED, {"reason": reason}))
