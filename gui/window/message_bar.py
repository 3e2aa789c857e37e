"""Shows the messages of `Messages` at the bottom of the window."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from core.i18n import Translator
from gui.actions.actions import Actions
from gui.actions.keys import shown
from gui.messages import Level, Messages, Notice
from gui.scale import Gap
from gui.theme import icon
from gui.widgets.text import label

INFORMATION_MS = 6_000
MOST_WAITING = 20
_MARGIN = 14
"""Pixels between the bar and the edges of its parent."""


class MessageBar(QFrame):
    """One message at a time. An information disappears after some seconds; warnings and errors stay until closed.

    How many wait behind one is told beside it, so that nobody takes it for the latest news. It covers the lower edge
    of its parent.
    """

    def __init__(self, messages: Messages, actions: Actions, tr: Translator, parent: QWidget) -> None:
        super().__init__(parent)
        self._tr = tr
        parent.installEventFilter(self)
        self.setObjectName("messagebar")
        self._waiting: deque[Notice] = deque(maxlen=MOST_WAITING)
        self._notice: Notice | None = None
        self._text = label()
        # Not a paragraph, which keeps the height that it had beside the button of the message before.
        self._text.setWordWrap(True)
        self._text.setAccessibleName(tr("Message"))
        self._more = label(name="muted")
        self._action = QPushButton()
        self._action.clicked.connect(self._act)
        self._undo = actions.bind("message_undo", self, self._act)
        self._has_undo_keys = True
        self._kept_clear: QWidget | None = None
        close = QToolButton()
        close.setIcon(icon("cancel"))
        close.setToolTip(tr("Close") + " (Esc)")
        close.setShortcut("Esc")
        close.setAccessibleName(tr("Close this message"))
        close.clicked.connect(self.dismiss)
        self._timer = QTimer(self, interval=INFORMATION_MS, singleShot=True)
        self._timer.timeout.connect(self.dismiss)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(Gap.LARGE, Gap.SMALL, Gap.SMALL, Gap.SMALL)
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        row.addWidget(self._action)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        messages.said.connect(self.show_notice)
        messages.is_over.connect(self.withdraw)
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Show this now, or after the warnings and errors that are not closed yet, but for one about the same."""
        if notice.about:
            self._waiting = deque((one for one in self._waiting if one.about != notice.about), MOST_WAITING)
        is_newer = self._notice is not None and notice.about != "" and notice.about == self._notice.about
        if self._notice is not None and self._notice.level is not Level.INFORMATION and not is_newer:
            self._waiting.append(notice)
            self._tell_waiting()
            return
        self._notice = notice
        self.setProperty("level", notice.level.value)
        self.style().unpolish(self)
        self.style().polish(self)
        self._text.setText(notice.text)
        self._action.setText(notice.action_label)
        self._action.setAccessibleName(notice.action_label)
        self._tell_undo()
        self._action.setVisible(notice.action is not None)
        self._tell_waiting()
        self.show()
        self.raise_()
        self._timer.stop()
        if notice.level is Level.INFORMATION:
            self._timer.start()

    def set_undo_keys(self, has_keys: bool) -> None:
        """Whether the keys for *Undo* mean the message. Where a text is edited, they mean that."""
        self._has_undo_keys = has_keys
        self._tell_undo()

    def keep_clear(self, controls: QWidget | None) -> None:
        """Stand above these, at the lower edge of the page that is shown; None where there are none."""
        if self._kept_clear is not None:
            self._kept_clear.removeEventFilter(self)
        self._kept_clear = controls
        if controls is not None:
            controls.installEventFilter(self)
        self._place()

    def _tell_undo(self) -> None:
        notice = self._notice
        if notice is not None:
            is_undo = notice.is_undo and self._has_undo_keys
            self._undo.setEnabled(is_undo)
            keys = shown(self._undo.shortcuts()) if is_undo else ""
            self._action.setToolTip(f"{notice.action_label} ({keys})" if keys else "")

    def _tell_waiting(self) -> None:
        count = len(self._waiting)
        self._more.setText(self._tr.plural("{count} more message", "{count} more messages", count) if count else "")
        self._more.setVisible(bool(count))
        self._place()

    def withdraw(self, about: str) -> None:
        """Take away what is said about this, unread."""
        self._waiting = deque((one for one in self._waiting if one.about != about), MOST_WAITING)
        if self._notice is not None and self._notice.about == about:
            self._show_next()
        self._tell_waiting()

    def dismiss(self) -> None:
        """Hide the message, and show the next one that waits."""
        notice = self._notice
        self._show_next(notice.read if notice is not None else None)

    def _show_next(self, read: Callable[[], None] | None = None) -> None:
        """Hide the message; `read` is told before the next one is shown."""
        self._notice = None
        self.hide()
        if read is not None:
            read()
        if self._waiting:
            self.show_notice(self._waiting.popleft())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show) and self._notice is not None:
            self._place()
        return False

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            width = max(0, parent.width() - 2 * _MARGIN)
            self.ensurePolished()
            self._row.invalidate()
            height = self._row.totalHeightForWidth(width)
            lowest, controls = parent.height() - _MARGIN, self._kept_clear
            if controls is not None and controls.isVisible():
                lowest = controls.mapTo(parent, QPoint(0, 0)).y() - Gap.SMALL
            self.setGeometry(_MARGIN, lowest - height, width, height)

    def _act(self) -> None:
        notice = self._notice
        self.dismiss()
        if notice is not None and notice.action is not None:
            notice.action()
