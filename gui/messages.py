"""The one way to tell the user something: say it here, and the window's message bar shows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from core.domain import TranslatableText
from core.domain.errors.pages import page_of_error
from core.domain.window_page import WindowPage
from core.i18n import Translator


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
    read: Callable[[], None] | None = None
    """Called when a person has closed it."""


class Messages(QObject):
    """Says things to whoever listens; remembers the last one for tests and late listeners."""

    said = Signal(object)
    """A new `Notice`."""

    def __init__(self, tr: Translator) -> None:
        super().__init__()
        self._tr = tr
        self.last: Notice | None = None
        self._ways: Mapping[WindowPage, tuple[str, Callable[[], None]]] = {}

    def set_ways(self, ways: Mapping[WindowPage, tuple[str, Callable[[], None]]]) -> None:
        """How one gets to the pages that sentences name: what a button says, and what it does."""
        self._ways = ways

    def way_to(self, place: WindowPage | None) -> tuple[str, Callable[[], None]] | None:
        """The label and the action of a button that goes there, None where there is no such page."""
        return self._ways.get(place) if place is not None else None

    def information(
        self, text: str, action_label: str = "", action: Callable[[], None] | None = None, *, shortcut: str = ""
    ) -> None:
        """Say that something has happened. The shortcut does the action for as long as this is shown."""
        self._say(Notice(Level.INFORMATION, text, action_label, action, shortcut))

    def warning(self, message: TranslatableText, read: Callable[[], None] | None = None) -> None:
        """Say something of the core's that the user should know. `read` is called when it is closed."""
        self._say(replace(self._notice(Level.WARNING, message), read=read))

    def error(self, message: TranslatableText) -> None:
        """Say why something that was asked for did not happen, with a button to where that can be mended."""
        self._say(self._notice(Level.ERROR, message))

    def _notice(self, level: Level, message: TranslatableText) -> Notice:
        label, action = self.way_to(page_of_error(message)) or ("", None)
        return Notice(level, self._tr.message(message), label, action)

    def _say(self, notice: Notice) -> None:
        self.last = notice
        self.said.emit(notice)
