"""The tray icon: the queue's state at a glance, and the way back to the window."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from core.domain import HistoryEntry, JobState, JobView, QueueStatistics, TranscriptId
from core.domain.bot import BotCondition, BotState
from core.domain.indicators import IndicatorLevel, IndicatorReading
from core.i18n import Translator
from gui.theme import application_icon
from gui.widgets.indicator_texts import alert_text, worst_first
from gui.widgets.text import harmless
from gui.work_progress import WorkState

_RING_STEPS = 20

_MOST_ALERTS = 2
"""Windows shows 127 characters of a tooltip
(https://learn.microsoft.com/windows/win32/api/shellapi/ns-shellapi-notifyicondataw)."""


class Tray(QObject):
    """Its menu works without a system tray, too; check `is_there` before hiding the window."""

    open_wanted = Signal()
    add_wanted = Signal()
    quit_wanted = Signal()
    transcript_wanted = Signal(int)
    dashboard_wanted = Signal()
    pause_wanted = Signal(bool)
    """Whether the queue is to be paused."""
    bot_wanted = Signal(bool)
    """Whether the bot is to run."""

    def __init__(self, tr: Translator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._announced: TranscriptId | None = None
        self._alerts: tuple[str, ...] = ()
        self._has_alarm = False
        self._work = WorkState()
        self._look: tuple[bool, int | None, bool, bool] = (False, None, False, False)
        """Whether the icon has the mark of an alarm, how much of the ring is filled, whether that is grey, and whether
        it has the mark of a recording."""
        self._is_paused = False
        self._has_bot = False
        self.menu = QMenu()
        self.state = self._action("")
        self.state.setEnabled(False)
        self.alert = self._action("")
        self.alert.setVisible(False)
        self.alert.triggered.connect(self.dashboard_wanted)
        self.menu.addSeparator()
        self.menu.addAction(tr("Open Notula")).triggered.connect(self.open_wanted)
        self.menu.addAction(tr("Add recordings …")).triggered.connect(self.add_wanted)
        self.record = self._action(tr("Record"))
        self._recorded = ""
        self.recent = QMenu(tr("Recent transcripts"), self.menu)
        self.menu.addMenu(self.recent)
        self.recent.menuAction().setVisible(False)
        self.recent.triggered.connect(lambda action: self.transcript_wanted.emit(action.data()))
        self.menu.addSeparator()
        self.pause = self._action(tr("Pause"))
        self.pause.triggered.connect(lambda: self.pause_wanted.emit(not self._is_paused))
        self.bot = self._action("")
        self.bot.setVisible(False)
        self.bot.triggered.connect(lambda: self.bot_wanted.emit(not self._has_bot))
        self.menu.addSeparator()
        self.menu.addAction(tr("Quit")).triggered.connect(self.quit_wanted)
        self._icon = QSystemTrayIcon(application_icon(), self)
        self._icon.setContextMenu(self.menu)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self._message_clicked)
        self.show_statistics(QueueStatistics())

    def _action(self, text: str) -> QAction:
        """An entry at the menu's end, made here: PySide 6.11 may declare what Qt has made as deleted while it lives."""
        made = QAction(text, self.menu)
        self.menu.addAction(made)
        return made

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
        self._is_paused = statistics.is_paused
        self._name_pause()
        if statistics.unfinished:
            state = tr(
                "{running} running, {waiting} waiting",
                running=statistics.running,
                waiting=statistics.queued + statistics.retrying,
            )
        else:
            state = tr("Nothing to do")
        paused = tr("paused")
        self._show_state(f"{state} · {paused}" if statistics.is_paused else state)

    def show_progress(self, work: WorkState) -> None:
        """Draw a ring around the icon while there is work, filled as far as it is done."""
        self._work = work
        self._show_icon()

    def show_bot(self, bot: BotState, *, is_set_up: bool) -> None:
        """Offer to stop the bot, or to start one that is set up."""
        tr = self._tr
        self._has_bot = bot.condition is not BotCondition.OFF
        self.bot.setVisible(is_set_up or self._has_bot)
        self.bot.setText(tr("Stop the bot") if self._has_bot else tr("Start the bot"))

    def show_recent(self, entries: Sequence[HistoryEntry]) -> None:
        """Offer to open these transcripts."""
        self.recent.clear()
        for entry in entries:
            self.recent.addAction(harmless(entry.name).replace("&", "&&")).setData(entry.id)
        self.recent.menuAction().setVisible(bool(entries))

    def show_readings(self, readings: tuple[IndicatorReading, ...]) -> None:
        """Say what is out of its target, as the dashboard does; an alarm marks the icon, too."""
        tr = self._tr
        out = worst_first(readings)
        alerts = tuple(alert_text(tr, reading) for reading in out[:_MOST_ALERTS])
        if alerts != self._alerts:
            self._alerts = alerts
            self.alert.setVisible(bool(alerts))
            self.alert.setText(tr("Look at {alert} …", alert=alerts[0]) if alerts else "")
            self._show_tooltip()
        has_alarm = any(reading.level is IndicatorLevel.ALARM for reading in out)
        if has_alarm != self._has_alarm:
            self._has_alarm = has_alarm
            self._show_icon()

    @property
    def has_alarm(self) -> bool:
        """Whether the icon bears the mark of an alarm."""
        return self._has_alarm

    def show_recording(self, length: str, *, is_paused: bool) -> None:
        """Say how long what is recorded is, and offer to stop that; where nothing is (""), offer to begin."""
        tr = self._tr
        recorded = ""
        if length:
            recorded = tr("Paused {time}", time=length) if is_paused else tr("Recording {time}", time=length)
        if recorded != self._recorded:
            self._recorded = recorded
            self.record.setText(tr("Stop recording {time}", time=length) if length else tr("Record"))
            self._name_pause()
            self._show_icon()
            self._show_tooltip()

    def show_finishing(self, running: int, within_s: float) -> None:
        """Say that Notula ends once the running jobs are done, `within_s` seconds at most."""
        tr = self._tr
        self._show_state(
            tr.plural("Quits once {count} recording is done", "Quits once {count} recordings are done", running)
        )
        told = tr("In {seconds} s at the latest. Choose Quit once more to end it now.", seconds=f"{within_s:g}")
        self._icon.showMessage(self.state.text(), told, application_icon())

    def _name_pause(self) -> None:
        """Beside a recording, which can be paused too, it is said what this pauses."""
        tr = self._tr
        if self._recorded:
            self.pause.setText(tr("Resume the queue") if self._is_paused else tr("Pause the queue"))
        else:
            self.pause.setText(tr("Resume") if self._is_paused else tr("Pause"))

    def _show_icon(self) -> None:
        """Give the tray another icon where it looks different: each one goes over a bus, or to another process."""
        work = self._work
        step = int(work.progress * _RING_STEPS) if work.progress is not None else None
        is_recording = bool(self._recorded)
        look = (self._has_alarm, step, work.is_paused and step is not None, is_recording)
        if look != self._look:
            self._look = look
            progress = step / _RING_STEPS if step is not None else None
            self._icon.setIcon(
                application_icon(
                    alarm=self._has_alarm, progress=progress, is_paused=work.is_paused, is_recording=is_recording
                )
            )

    def _show_state(self, state: str) -> None:
        if state != self.state.text():
            self.state.setText(state)
            self._show_tooltip()

    def _show_tooltip(self) -> None:
        lines = (f"Notula: {self.state.text()}", self._recorded, *self._alerts)
        self._icon.setToolTip("\n".join(filter(None, lines)))

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
