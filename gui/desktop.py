"""The desktop app's composition root: makes window, tray and core thread, connects them, and closes them."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from core.domain import JobView, NotulaError, QueueStatistics, Snapshot, TranscriptId, TranslatableText, mark
from core.domain.errors import StoreError
from core.i18n import SOURCE_LANGUAGE, Translator, interface_translator
from gui.actions.actions import Actions
from gui.changes import ChangeEvents, Changes
from gui.core_changes import CoreChanges
from gui.day_change import DayChange
from gui.ended_jobs import EndedJobs
from gui.external_programs import open_folder
from gui.messages import Messages, PageLink
from gui.navigation import Navigation
from gui.operations import Operations
from gui.page_context import PageContext
from gui.pages.registry import DASHBOARD
from gui.recording_control import RecordingControl
from gui.runtime.core_thread import CoreSetup, CoreThread
from gui.runtime.qt_texts import QtTexts
from gui.shown_settings import ShownSettings
from gui.taskbar import make_taskbar
from gui.theme import apply_theme, set_font
from gui.tray.tray import Tray
from gui.tray.tray_feed import TrayFeed
from gui.tray.tray_recording import TrayRecording
from gui.window.main_window import MainWindow
from gui.window.window_state import WindowState, WindowStateFile
from gui.work_progress import WorkProgress

CRASHED = mark("Notula stopped unexpectedly the last time. What happened is written in {path}.")
CORE_FAILED = mark("Notula can't work now: {reason}")
PATIENCE_S = 1.0
"""What runs for longer, such as a download, is named as the reason why the language doesn't change yet."""

UNKNOWN_REASON = mark("the log has the details. Quit and start it again.")


class Desktop(QObject):
    """Owns the window and the tray. `stop` is set when a person quits."""

    started = Signal()
    """The core has told its first news, or can't start: all that a start creates is there."""

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
        self._has_started = False
        self._is_leaving = False
        """Whether a person has wanted to quit once already, while something wasn't saved."""
        self._loop = loop
        self.core = CoreThread(setup)
        self.settings = ShownSettings(loaded.settings)
        self.messages = Messages(tr)
        self.changes = ChangeEvents()
        self.days = DayChange(application, parent=self)
        self.operations = Operations(loop, self.messages, self.changes)
        CoreChanges(self.core, self.settings, self.changes, self)
        self.recording = RecordingControl(self.core, self.operations, self.messages, self.settings, tr, self)
        self._ended_jobs = EndedJobs(self.core, self)
        self._work = WorkProgress(self.core, self)
        self._taskbar = make_taskbar(application, loop, lambda: int(self.window.winId()))
        self._folders = folders
        self._kept_state = WindowStateFile(folders.config / "window.json")
        self._switching: asyncio.Task[None] | None = None
        self._qt_texts: QtTexts | None = None
        self._translate_qt(tr)
        set_font(application)
        self.window = self._make_window(self._kept_state.load())
        self.tray = self._make_tray()
        # Once all is made: with a style sheet Qt styles the widgets below anew at each that is put into another, which
        # makes the window take four times as long.
        apply_theme(application, loaded.settings.theme)
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._connect()

    def start(self, files: Sequence[Path], crash_report: Path | None, *, in_tray: bool = False) -> None:
        """Show the window, and start the core once it is painted.

        With `in_tray` it stays hidden where there is a tray.
        """
        if not (in_tray and self.tray.is_there):
            self.window.show()
        if self.tray.is_there:
            self.tray.show()
        for problem in self._problems:
            self.messages.warning(problem)
        if crash_report is not None:
            self.messages.warning(TranslatableText(CRASHED, {"path": str(crash_report)}))
        # Most pages, and importing the core, take long; the first paint must not wait for them.
        QTimer.singleShot(0, self._go_on_starting)
        self.window.passphrase.ask_if_locked()
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
        running = self._statistics.running
        if running and self.core.grace_s:
            self.window.quit_dialogs.show_finishing(running, self.core.grace_s)
            self.tray.show_finishing(running, self.core.grace_s)
        else:
            self.tray.hide()
            self.window.hide()
        if self._switching is not None:
            self._switching.cancel()
            await asyncio.wait([self._switching])
        await self.window.pages.finish()
        self.recording.close()
        await self.operations.close()
        await self._taskbar.close()
        self._translate_qt(None)
        await self._kept_state.save(state)
        await self.core.close()
        self.tray.hide()
        self.window.hide()

    def quit(self) -> None:
        """End Notula: the first time running jobs get their seconds to finish, the second time it ends at once."""
        if self._stop.is_set():
            self.core.hurry()
        self._stop.set()

    def quit_when_saved(self) -> None:
        """End Notula, but stay where something that a person has edited can't be saved. The second time it ends."""
        if self.recording.is_running and not self._stop.is_set():
            self._ask_about_recording(self.quit_when_saved)
        elif self._is_leaving or not self.window.pages.has_unsaved:
            self.quit()
        else:
            self._is_leaving = True
            self.operations.start(self.window.save(), done=lambda is_saved: self.quit() if is_saved else None)

    @property
    def _statistics(self) -> QueueStatistics:
        """Of the last snapshot; before the first one nothing is to be done."""
        return self.core.last.statistics if self.core.last is not None else QueueStatistics()

    def _go_on_starting(self) -> None:
        """Make one page after another, each in a turn of the loop of its own, then start the core."""
        if self.window.pages.make_next():
            QTimer.singleShot(0, self._go_on_starting)
        else:
            self.core.start()

    def _make_window(self, state: WindowState) -> MainWindow:
        context = PageContext(
            self.core,
            self.operations,
            self.messages,
            self.changes,
            self.settings,
            self._folders,
            self._tr,
            Navigation(),
            self.recording.serve(self._tr),
            Actions(self.settings, self.changes, self._tr),
            self.recording,
            self.days,
        )
        window = MainWindow(context, state)
        window.close_wanted.connect(self._close_window)
        window.quit_wanted.connect(self.quit_when_saved)
        return window

    def _make_tray(self) -> Tray:
        tray = Tray(self._tr, self)
        TrayRecording(tray, self.recording)
        TrayFeed(tray, self.core, self.operations, self.settings, self.changes, self._work)
        tray.open_wanted.connect(self._bring_to_front)
        tray.add_wanted.connect(self._add_from_tray)
        tray.transcript_wanted.connect(self._open_transcript)
        tray.dashboard_wanted.connect(self._open_dashboard)
        tray.quit_wanted.connect(self.quit_when_saved)
        return tray

    def _bring_to_front(self) -> None:
        self.window.bring_to_front()

    def _translate_qt(self, tr: Translator | None) -> None:
        """Have Qt's own words in this language; None puts back Qt's English."""
        if self._qt_texts is not None:
            self._application.removeTranslator(self._qt_texts)
            self._qt_texts.deleteLater()
            self._qt_texts = None
        if tr is not None and tr.language != SOURCE_LANGUAGE:
            self._qt_texts = QtTexts(tr, self)
            self._application.installTranslator(self._qt_texts)

    async def _switch_language(self) -> None:
        """Make window and tray anew in the language of the settings, and move what they show.

        Texts are given to widgets when these are made, so there is no other way. What runs, such as a download, ends in
        the window that it was started from.
        """
        idle = self._loop.create_task(self.operations.idle(), name="operations-idle")
        try:
            if not (await asyncio.wait([idle], timeout=PATIENCE_S))[0]:
                self.messages.information(self._tr("The language changes once what is running here has ended."))
            await idle
            if not await self.window.save():
                self.messages.information(self._tr("The language stays until what was edited can be saved."))
                return
            await self.window.pages.finish()
            await self.operations.idle()
        finally:
            idle.cancel()
        tr = interface_translator(self.settings.current.interface_language)
        if tr.language == self._tr.language:
            return
        before, tray = self.window, self.tray
        was_visible, was_active = before.isVisible(), before.isActiveWindow()
        self._tr = tr
        self.messages.set_translator(tr)
        self._translate_qt(tr)
        self.window = self._make_window(before.state())
        self.window.pages.make_all()
        self.tray = self._make_tray()
        if self.core.last is not None:
            self.core.published.emit(self.core.last)
        self.window.take_over(before)
        if was_visible:
            self.window.show()
        if was_active:
            self.window.activateWindow()
        if self.tray.is_there:
            self.tray.show()
        tray.hide()
        before.hide()
        tray.menu.deleteLater()
        tray.deleteLater()
        before.deleteLater()

    def _connect(self) -> None:
        self._ended_jobs.batch_ended.connect(self._announce)
        self._work.changed.connect(self._taskbar.follow)
        self.core.published.connect(self._show_statistics)
        self.changes.happened.connect(self._follow_settings)
        self.core.failed.connect(self._core_failed)
        self.core.published.connect(self._tell_started)
        self.core.failed.connect(self._tell_started)

    def _close_window(self) -> None:
        """Hide it where there is a tray, else quit; unfinished jobs run again at the next start."""
        if self._stop.is_set():
            self.window.hide()  # Notula is ending already.
        elif self.recording.is_running:
            goes_on = self.tray.is_there and self.settings.current.close_to_tray
            self._ask_about_recording(self._close_window, self._hide_to_tray if goes_on else None)
        elif self.tray.is_there and self.settings.current.close_to_tray:
            self._hide_to_tray()
        elif self._statistics.unfinished:
            self.window.quit_dialogs.ask(self._statistics.unfinished)
        else:
            self.quit_when_saved()

    def _ask_about_recording(self, then: Callable[[], None], go_on: Callable[[], None] | None = None) -> None:
        self.window.bring_to_front()
        self.window.quit_dialogs.ask_about_recording(then, go_on)

    def _hide_to_tray(self) -> None:
        """Hide the window and save its state; the first time, say that Notula runs on."""
        if not self.window.told_of_tray:
            self.window.told_of_tray = True
            self.tray.tell_that_it_runs_on()
        state = self.window.state()
        self.window.hide()
        self.operations.start(self._kept_state.save(state))

    def _announce(self, jobs: list[JobView]) -> None:
        if self.settings.current.notifications and not self.window.isActiveWindow() and self.tray.is_there:
            self.tray.announce(jobs)

    def _tell_started(self, _: object) -> None:
        if not self._has_started:
            self._has_started = True
            self.started.emit()

    def _show_statistics(self, snapshot: Snapshot) -> None:
        self.window.show_statistics(snapshot.statistics)

    def _follow_settings(self, changes: Changes) -> None:
        if "theme" in changes.settings:
            apply_theme(self._application, self.settings.current.theme)
        if "interface_language" in changes.settings and (self._switching is None or self._switching.done()):
            self._switching = self._loop.create_task(self._switch_language(), name="switch-language")

    def _follow_system(self) -> None:
        apply_theme(self._application, self.settings.current.theme)

    def _add_from_tray(self) -> None:
        self.window.bring_to_front()
        self.window.show_queue().choose_files()

    def _open_dashboard(self) -> None:
        self.window.bring_to_front()
        self.window.show_page(DASHBOARD.name)

    def _open_transcript(self, transcript_id: TranscriptId) -> None:
        self.window.bring_to_front()
        self.window.show_transcript(transcript_id)

    def _core_failed(self, error: Exception) -> None:
        reason = self._tr.message(error.message) if isinstance(error, NotulaError) else self._tr(UNKNOWN_REASON)
        # What is wrong with the database or its folder can be mended there, and nowhere in Notula.
        show = PageLink(self._tr("Show the folder"), lambda: open_folder(self._folders.data, self.messages))
        link = show if isinstance(error, StoreError) else None
        self.messages.error(TranslatableText(CORE_FAILED, {"reason": reason}), link)
