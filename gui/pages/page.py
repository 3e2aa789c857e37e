"""What the window asks of a page, and how a page is declared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.page_context import PageContext

_MOST_DIGITS = 9
"""Ctrl+1 to Ctrl+9: there are no more digits."""


class Page(QWidget):
    """A page of the window. A page overrides what it needs; what it doesn't override does nothing.

    A class and not a `typing.Protocol`: a page has to be a QWidget too, which no Protocol can say.
    """

    rearranged = Signal()
    """Other controls are visible than before, so the one with the keyboard's focus may be gone."""

    def on_shown(self) -> None:
        """The page comes into view, by a turn of the window or with the window: the place to ask the core for news."""

    def show_part(self, name: str) -> None:
        """Turn to one of the parts of the declaration, before `on_shown`."""

    def when_ready(self, do: Callable[[], object]) -> None:
        """Call `do` once the page shows what it is to show: at once, where it asks the core for nothing before."""
        do()

    def focus_part(self, name: str) -> None:
        """Move the focus to what was gone to, where a part is a single control; after `on_shown`."""

    def take_over(self, before: Self) -> None:
        """Show what this page of the window before showed: the window's language was changed."""

    async def finish(self) -> None:
        """Write what a person has changed here and isn't written yet: Notula ends."""

    @property
    def has_unsaved(self) -> bool:
        """Whether a person has changed something here that isn't written yet."""
        return False

    async def save(self) -> bool:
        """Write what isn't written yet. Returns whether all of it could be, else the page shows what to do about it."""
        return True

    def first_control(self) -> QWidget:
        """The control that gets the focus at the first visit; the page stands for the first in the order of Tab."""
        return self

    def kept_clear(self) -> QWidget | None:
        """The controls at its lower edge that messages must not cover, if there are any."""
        return None

    def saved_state(self) -> Mapping[str, object]:
        """What `restore_state` is given at the next start, in JSON's types. The window saves a splitter's sizes."""
        return {}

    def restore_state(self, state: Mapping[str, object]) -> None:
        """Take over what was saved. A person may have edited it, so every value has to be checked."""


@dataclass(frozen=True, slots=True)
class PagePart:
    """A part of a page that buttons elsewhere, and keys, go to."""

    name: str
    """Sentences know it as `page.part`: see `core.domain.window_page.WindowPage`."""

    link_text: str
    """What a button elsewhere says that goes there, in English, wrapped in `mark`."""

    title: str = ""
    """What it is called, for one that can be gone to from anywhere."""

    has_digit: bool = False
    """Whether Ctrl and a digit go there: that before its page's."""


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

    in_sidebar: bool = True
    """Whether the sidebar has a button for it. Without one another page opens it."""

    is_set_apart: bool = False
    """Whether its button is at the lower end of the sidebar, apart from the pages on which people work."""

    shortcut: str = ""
    """Another shortcut than Ctrl and its number."""

    link_text: str = ""
    """What a button elsewhere says that goes to this page, for the page of a `WindowPage`."""

    parts: tuple[PagePart, ...] = ()
    """What of the page can be gone to by itself."""


def destinations(pages: Sequence[PageDeclaration]) -> dict[str, tuple[str, str]]:
    """Page and part (empty for a whole page) by the names that `MainWindow.show_page` takes."""
    whole = {page.name: (page.name, "") for page in pages}
    return whole | {f"{page.name}.{part.name}": (page.name, part.name) for page in pages for part in page.parts}


def digits(pages: Sequence[PageDeclaration]) -> dict[str, int]:
    """The digits that go, with Ctrl, to pages of the sidebar and to parts of them, by the same names."""
    names: list[str] = []
    for page in pages:
        if page.in_sidebar:
            names += [f"{page.name}.{part.name}" for part in page.parts if part.has_digit]
            names.append(page.name)
    return {name: number for number, name in enumerate(names[:_MOST_DIGITS], 1)}
