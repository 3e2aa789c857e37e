"""What the tray shows, taken from the core, and what its menu asks of the core."""

from PySide6.QtCore import QObject

from core.domain import Snapshot
from core.domain.history import HistoryPage
from gui.changes import ChangeEvents, Changes
from gui.operations import Operations
from gui.runtime.core_thread import CoreThread
from gui.shown_settings import ShownSettings
from gui.tray.tray import Tray
from gui.work_progress import WorkProgress, WorkState

MOST_RECENT = 5


class TrayFeed(QObject):
    """Follows the core for one tray, and belongs to it."""

    def __init__(
        self,
        tray: Tray,
        core: CoreThread,
        operations: Operations,
        settings: ShownSettings,
        changes: ChangeEvents,
        work: WorkProgress,
    ) -> None:
        super().__init__(tray)
        self._tray = tray
        self._core = core
        self._operations = operations
        self._settings = settings
        self._knows_recent = False
        self._core.published.connect(self._show)
        work.changed.connect(self._show_progress)
        changes.happened.connect(self._follow)
        tray.pause_wanted.connect(self._pause)
        tray.bot_wanted.connect(self._run_bot)
        tray.show_progress(work.state)

    def _show(self, snapshot: Snapshot) -> None:
        self._tray.show_statistics(snapshot.statistics)
        self._tray.show_readings(snapshot.readings)
        self._tray.show_bot(snapshot.bot, is_set_up=bool(self._settings.current.bot_owner))
        if not self._knows_recent:  # The first one: only now the core can be asked.
            self._refresh_recent()

    def _show_progress(self, work: WorkState) -> None:
        self._tray.show_progress(work)

    def _follow(self, changes: Changes) -> None:
        if changes.history:
            self._refresh_recent()

    def _refresh_recent(self) -> None:
        """Ask the core. Where there is no tray nobody would see it."""
        if self._tray.is_there:
            self._knows_recent = True
            ask = self._core.call(lambda notula: notula.transcripts.page(limit=MOST_RECENT))
            self._operations.start(ask, done=self._show_recent, kind="recent transcripts of the tray")

    def _show_recent(self, page: HistoryPage) -> None:
        self._tray.show_recent(page.entries[:MOST_RECENT])

    def _pause(self, paused: bool) -> None:
        self._operations.start(self._core.call(lambda notula: notula.settings_service.change(queue_paused=paused)))

    def _run_bot(self, runs: bool) -> None:
        self._operations.start(self._core.call(lambda notula: notula.settings_service.change(bot_enabled=runs)))
