"""What the window asks of a page, and how a page is declared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.page_context import PageContext


class Page(QWidget):
    """A page of the window. A page overrides what it needs; what it doesn't override does nothing.

    A class and not a `typing.Protocol`: a page has to be a QWidget too, which no Protocol can say.
    """

    rearranged = Signal()
    """Other controls are visible than before, so the one with the keyboard's focus may be gone."""

    def on_shown(self) -> None:
        """The window has just turned to this page. It is called each time: the place to ask the core for news."""

    def first_control(self) -> QWidget:
        """The control that gets the focus at the first visit; the page stands for the first in the order of Tab."""
        return self

    def saved_state(self) -> Mapping[str, object]:
        """What `restore_state` is given at the next start, in JSON's types. The window saves a splitter's sizes."""
        return {}

    def restore_state(self, state: Mapping[str, object]) -> None:
        """Take over what was saved. A person may have edited it, so every value has to be checked."""


@dataclass(frozen=True, slots=True)
class PageDeclaration:
    """A page as `registry.PAGES` lists it. `title` and `link_text` are in English, wrapped in `mark`."""

    name: str
    """Its name in the state file, never shown. The page of a `core.domain.window_page.WindowPage` has that name."""

    title: str
    """What its button in the sidebar says."""

    icon: str
    """An SVG of `resources/icons`, without the suffix."""

    make: Callable[[PageContext], Page]
    """Makes the page. Usually its class."""

    shortcut: str = ""
    """Another shortcut than Ctrl and its number."""

    link_text: str = ""
    """What a button elsewhere says that goes to this page, for the page of a `WindowPage`."""
