"""Has the cards checked against the rules of subtitles: at once where something was edited, the rest in pauses."""

import time

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from core.export import CheckedSegment, SubtitleCheck
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.transcript.editing_session import EditingSession

SLICE_S = 0.005
"""How long it works at a time: less than a picture of the screen stands, so that no key waits for it."""


TELL_MS = 100
"""How often it tells what it has checked, where nobody waits for that."""


class CardCheck(QObject):
    """Belongs to one session. It works only between `begin` and `stop`."""

    checked = Signal(int, int)
    """The segments from the first to before the second number were checked; all is counted anew."""

    def __init__(self, session: EditingSession, context: PageContext, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = context.settings
        self._check = SubtitleCheck(self._settings.current.subtitle_rules)
        self._works = False
        self._untold: tuple[int, int] | None = None
        self._since_told = QElapsedTimer()
        self._timer = QTimer(self, interval=0, singleShot=True)
        self._timer.timeout.connect(self._advance)
        context.changes.happened.connect(self._follow_settings)

    def __getitem__(self, number: int) -> CheckedSegment | None:
        """What is known of a segment, None where it wasn't checked yet."""
        return self._check[number] if number < len(self._check) else None

    @property
    def counts(self) -> SubtitleCheck:
        """The check itself, for its rules, and for how many break some."""
        return self._check

    def begin(self) -> None:
        """Check the session's document, and go on where it changes and `follow` is called."""
        self._works = True
        self.follow()

    def stop(self) -> None:
        """Check nothing more until `begin` is called."""
        self._works = False
        self._timer.stop()

    def follow(self) -> None:
        """The document is another one: check what is near the change now, and the rest later."""
        if self._works:
            self._check.follow(tuple(one.segment for one in self._session.document.segments))
            self._work()
            self._tell()

    def _advance(self) -> None:
        self._work()
        if self._check.is_finished or self._since_told.elapsed() >= TELL_MS:
            self._tell()

    def _work(self) -> None:
        until = time.perf_counter() + SLICE_S
        places = self._check.advance(lambda: time.perf_counter() >= until)
        first, end = self._untold or (places.start, places.stop)
        self._untold = min(first, places.start), max(end, places.stop)
        if not self._check.is_finished:
            self._timer.start()

    def _tell(self) -> None:
        told, self._untold = self._untold, None
        self._since_told.start()
        if told is not None:
            self.checked.emit(*told)

    def _follow_settings(self, changes: Changes) -> None:
        rules = self._settings.current.subtitle_rules
        if changes.settings and rules != self._check.rules:
            self._timer.stop()
            self._check = SubtitleCheck(rules)
            self.follow()
