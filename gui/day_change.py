"""Tells when another day has begun, for what is called after days: "Today", "yesterday"."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

_LONGEST_S = 60.0
"""Timers stand still while the computer sleeps, so the one for midnight would come late by as long as that was. And
clocks are set, and people travel."""


class DayChange(QObject):
    """One timer for the next midnight. Coming back to a window looks at the date, too."""

    happened = Signal()
    """It is another day than before."""

    def __init__(
        self, application: QGuiApplication, now: Callable[[], datetime] = datetime.now, parent: QObject | None = None
    ) -> None:
        """`now` is the time of this computer's clock, in its time zone."""
        super().__init__(parent)
        self._now = now
        self._day = now().date()
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)
        application.applicationStateChanged.connect(self.look)
        self._wait()

    def now(self) -> datetime:
        """The time of this computer's clock."""
        return self._now()

    @property
    def next_look_ms(self) -> int:
        """When the date is looked at next, if nobody comes back to the window before."""
        return self._timer.interval()

    def look(self) -> None:
        """Tell of it if it is another day by now."""
        day = self.now().date()
        if day != self._day:
            self._day = day
            self.happened.emit()
        self._wait()

    def _wait(self) -> None:
        now = self.now()
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time())
        left_s = min(_LONGEST_S, (midnight - now).total_seconds())
        self._timer.start(int(1000 * left_s) + 1)
