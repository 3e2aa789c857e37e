"""The tray icon: the queue's state at a glance, and the way back to the window."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from core.domain import JobState, JobView, QueueStatistics, TranscriptId
from core.i18n import Translator
from gui.theme import application_icon
from gui.widgets.text import harmless


class Tray(QObject):
    """Its menu works without a system tray, too; check `is_there` before hiding the window."""

    open_wanted = Signal()
    add_wanted = Signal()
    quit_wanted = Signal()
    transcript_wanted = Signal(int)

    def __init__(self, tr: Translator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._announced: TranscriptId | None = None
        self.menu = QMenu()
        self.state = self.menu.addAction("")
        self.state.setEnabled(False)
        self.menu.addSeparator()
        self.menu.addAction(tr("Open Notula")).triggered.connect(self.open_wanted)
        self.menu.addAction(tr("Add recordings …")).triggered.connect(self.add_wanted)
        self.menu.addSeparator()
        self.menu.addAction(tr("Quit")).triggered.connect(self.quit_wanted)
        self._icon = QSystemTrayIcon(application_icon(), self)
        self._icon.setContextMenu(self.menu)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self._message_clicked)
        self.show_statistics(QueueStatistics())

    @property
    def is_there(self) -> bool:
        """Whether this desktop has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def tooltip(self) -> str:
        """The tooltip of the icon."""
        return self._icon.toolTip()

    def show(self) -> None:
        """Put the icon into the tray."""
        self._icon.show()

    def hide(self) -> None:
        """Take it out."""
        self._icon.hide()

    def show_statistics(self, statistics: QueueStatistics) -> None:
        """Say how much there is to do."""
        tr = self._tr
        if statistics.unfinished:
            state = tr(
                "{running} running, {waiting} waiting",
                running=statistics.running,
                waiting=statistics.queued + statistics.retrying,
            )
        else:
            state = tr("Nothing to do")
        self._show_state(state)

    def show_finishing(self, running: int, within_s: float) -> None:
        """Say that Notula ends once the running jobs are done, `within_s` seconds at most."""
        tr = self._tr
        self._show_state(
            tr.plural("Quits once {count} recording is done", "Quits once {count} recordings are done", running)
        )
        told = tr("In {seconds} s at the latest. Choose Quit once more to end it now.", seconds=f"{within_s:g}")
        self._icon.showMessage(self.state.text(), told, application_icon())

    def _show_state(self, state: str) -> None:
        if state != self.state.text():
            self.state.setText(state)
            self._icon.setToolTip(f"Notula: {state}")

    def announce(self, jobs: Sequence[JobView]) -> None:
        """Notify once of jobs that have ended, one or many."""
        tr = self._tr
        done = [job for job in jobs if job.state is JobState.DONE]
        failed = [job for job in jobs if job.state is not JobState.DONE]
        self._announced = jobs[0].transcript_id if len(jobs) == 1 else None
        title = tr("Transcribed") if done else tr("Could not be transcribed")
        if len(jobs) == 1:
            error = jobs[0].error if failed else None
            text = harmless(jobs[0].name) if error is None else tr.message(error)
        else:
            parts = []
            if done:
                parts.append(tr.plural("{count} recording is done.", "{count} recordings are done.", len(done)))
            if failed:
                parts.append(tr.plural("{count} recording failed.", "{count} recordings failed.", len(failed)))
            text = " ".join(parts)
        self._icon.showMessage(title, text, application_icon())

    def tell_that_it_runs_on(self) -> None:
        """Say that Notula runs on without its window."""
        tr = self._tr
        self._announced = None
        self._icon.showMessage(
            tr("Notula goes on here"),
            tr("Closing the window leaves it working. To end it, choose Quit in the menu of this icon."),
            application_icon(),
        )

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.open_wanted.emit()

    def _message_clicked(self) -> None:
        self.open_wanted.emit()
        if self._announced is not None:
            self.transcript_wanted.emit(self._announced)
