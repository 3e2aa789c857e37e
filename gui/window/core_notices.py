"""Shows the notices of the core's snapshots, each once, and tells the core when a person has read all of them."""

from functools import partial

from PySide6.QtCore import QObject

from core.domain import Snapshot
from gui.page_context import PageContext


class CoreNotices(QObject):
    """From the snapshots into the message bar."""

    def __init__(self, context: PageContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._shown: set[str] = set()
        self._unread: set[str] = set()
        context.core.published.connect(self._show)

    def _show(self, snapshot: Snapshot) -> None:
        present = {str(notice) for notice in snapshot.notices}
        for withdrawn in self._shown - present:  # It may come again.
            self._messages.over(withdrawn)
        self._shown &= present
        self._unread &= present
        for notice in snapshot.notices:
            if str(notice) not in self._shown:
                self._shown.add(str(notice))
                self._unread.add(str(notice))
                self._messages.warning(notice, partial(self._read, str(notice)), about=str(notice))

    def _read(self, notice: str) -> None:
        """Confirm to the core that its notices were read, once a person has closed the last of them."""
        self._unread.discard(notice)
        if not self._unread:
            self._operations.start(
                self._core.call(lambda notula: notula.notices_told()),
                failed=lambda _: None,  # They are shown again at the next start.
                kind="notices told",
            )
