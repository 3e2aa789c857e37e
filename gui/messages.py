"""The one way to tell the user something: say it here, and the window's message bar shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from core.domain import Message
from core.translate import Translator


class Level(StrEnum):
    """How much a message matters. Only an information goes away by itself."""

    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """A translated sentence, with what can be done about it as a labelled action."""

    level: Level
    text: str
    action_label: str = ""
    action: Callable[[], None] | None = None
    shortcut: str = ""


class Messages(QObject):
    """Says things to whoever listens; remembers the last one for tests and late listeners."""

    said = Signal(object)
    """A new `Notice`."""

    def __init__(self, tr: Translator) -> None:
        super().__init__()
        self._tr = tr
        self.last: Notice | None = None

    def information(
        self, text: str, action_label: str = "", action: Callable[[], None] | None = None, *, shortcut: str = ""
    ) -> None:
        """Say that something has happened. The shortcut does the action for as long as this is shown."""
        self._say(Notice(Level.INFORMATION, text, action_label, action, shortcut))

    def warning(self, message: Message) -> None:
        """Say something of the core's that the user should know."""
        self._say(Notice(Level.WARNING, self._tr.message(message)))

    def error(self, message: Message) -> None:
        """Say why something that was asked for did not happen."""
        self._say(Notice(Level.ERROR, self._tr.message(message)))

    def _say(self, notice: Notice) -> None:
        self.last = notice
        self.said.emit(notice)
