"""The one way to show the user a message: what is said here appears in the window's message bar."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from core.domain import TranslatableText
from core.domain.errors.pages import page_of
from core.domain.window_page import WindowPage
from core.i18n import Translator


class Level(StrEnum):
    """How serious a message is. Only an information disappears without being closed."""

    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """A translated sentence, with what can be done about it as a labelled action."""

    level: Level
    text: str
    action_label: str = ""
    action: Callable[[], object] | None = None
    is_undo: bool = False
    """Whether the action takes back what has happened, as the key for that then does, too."""

    read: Callable[[], None] | None = None
    """Called when a person has closed it."""

    about: str = ""
    """What it tells of, so that it goes away when that is over, and a newer message of the same takes its place."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """How a button goes to a page: the text on it, and what it does."""

    text: str
    open: Callable[[], None]


class Messages(QObject):
    """Emits each message once, and holds the last one for tests."""

    said = Signal(object)
    """A new `Notice`."""

    is_over = Signal(str)
    """What the messages `about` this tell of is over."""

    def __init__(self, tr: Translator) -> None:
        super().__init__()
        self._tr = tr
        self.last: Notice | None = None
        self._links: Mapping[WindowPage, PageLink] = {}

    def set_translator(self, tr: Translator) -> None:
        """Say what follows in another language."""
        self._tr = tr

    def set_page_links(self, links: Mapping[WindowPage, PageLink]) -> None:
        """How to go to the pages that sentences name."""
        self._links = links

    def link_to(self, place: WindowPage | None) -> PageLink | None:
        """The link to the page where something can be done about an error, None where there is no such page."""
        return self._links.get(place) if place is not None else None

    def information(
        self, text: str, action_label: str = "", action: Callable[[], object] | None = None, *, is_undo: bool = False
    ) -> None:
        """Say that something has happened. The key for *Undo* does an `is_undo` for as long as this is shown."""
        self._say(Notice(Level.INFORMATION, text, action_label, action, is_undo))

    def result(
        self,
        text: str,
        notices: Sequence[TranslatableText],
        action_label: str = "",
        action: Callable[[], object] | None = None,
    ) -> None:
        """Say that something has happened, and what is to be known of it, which stays until it is closed."""
        level = Level.WARNING if notices else Level.INFORMATION
        sentences = (text, *map(self._tr.message, notices))
        self._say(Notice(level, " ".join(sentences), action_label, action))

    def warning(self, message: TranslatableText, read: Callable[[], None] | None = None, *, about: str = "") -> None:
        """Show a warning of the core. `read` is called when a person closes it, not when it is over."""
        self._say(replace(self._notice(Level.WARNING, message), read=read, about=about))

    def error(self, message: TranslatableText, link: PageLink | None = None, *, about: str = "") -> None:
        """Say why something failed, with a button to where that can be repaired: `link`, or the page that it names.

        What is `about` something stays until a person closes it, or until `over` is called for that.
        """
        self._say(replace(self._notice(Level.ERROR, message, link), about=about))

    def over(self, about: str) -> None:
        """Take back what was said about this, as it is over: it has succeeded since, or there is no need any more."""
        if self.last is not None and self.last.about == about:
            self.last = None
        self.is_over.emit(about)

    def _notice(self, level: Level, message: TranslatableText, link: PageLink | None = None) -> Notice:
        text, link = self._tr.message(message), link or self.link_to(page_of(message))
        return Notice(level, text) if link is None else Notice(level, text, link.text, link.open)

    def _say(self, notice: Notice) -> None:
        self.last = notice
        self.said.emit(notice)
