"""The pages of the window, one upon another. Each is made when it is first asked for."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.made_on_demand import MadeOnDemand
from gui.page_context import PageContext
from gui.pages.page import Page, PageDeclaration
from gui.window.splitter_sizes import SplitterSizes

P = TypeVar("P", bound=Page)


class PageStack(QStackedWidget):
    """Knows the pages by their names, and gives each what it had saved the last time."""

    made = Signal(QWidget)
    """A page was."""

    def __init__(
        self,
        declarations: Sequence[PageDeclaration],
        context: PageContext,
        states: Mapping[str, Mapping[str, object]],
        splitters: Mapping[str, tuple[int, ...]],
        parent: QWidget | None = None,
    ) -> None:
        """`states` and `splitters` are what `states()` and `splitter_sizes()` returned the last time."""
        super().__init__(parent)
        self._declarations = {one.name: one for one in declarations}
        self._context = context
        self._kept_states = states
        self._splitters = SplitterSizes(splitters, self)
        self.by_name: MadeOnDemand[Page] = MadeOnDemand(self._declarations, self._make)

    @property
    def open_page(self) -> str:
        """The name of the page that is shown."""
        current = self.currentWidget()
        return next(name for name, page in self.by_name.made.items() if page is current)

    def page(self, kind: type[P]) -> P:
        """The page of this class. Raises LookupError where there is none."""
        for page in chain(tuple(self.by_name.made.values()), self.by_name.values()):
            if isinstance(page, kind):
                return page
        raise LookupError(kind.__name__)

    def make_next(self) -> bool:
        """Make one of the pages that weren't shown yet. Returns whether there was one.

        The window is seen before they are made, which takes a few hundred milliseconds.
        """
        for name in self.by_name:
            if name not in self.by_name.made:
                self.by_name[name]  # Being asked for makes it.
                return True
        return False

    def make_all(self) -> None:
        """Make all that are missing."""
        while self.make_next():
            pass

    def take_over(self, before: "PageStack") -> None:
        """Have each page show what that of the window before showed."""
        for name, page in before.by_name.made.items():
            if name in self.by_name:
                self.by_name[name].take_over(page)

    async def finish(self) -> None:
        """Have all pages write what isn't written yet."""
        for page in self.by_name.made.values():
            await page.finish()

    @property
    def has_unsaved(self) -> bool:
        """Whether a person has changed something on a page that isn't written yet."""
        return any(page.has_unsaved for page in self.by_name.made.values())

    async def save(self) -> str:
        """Write what isn't written yet. Returns the name of the page that says why it can't be; empty where it is."""
        for name, page in self.by_name.made.items():
            if not await page.save():
                return name
        return ""

    def states(self) -> dict[str, Mapping[str, object]]:
        """What the pages want to know at the next start. Those that weren't made have it as it was kept."""
        made = {name: page.saved_state() for name, page in self.by_name.made.items()}
        return {name: state for name, state in {**self._kept_states, **made}.items() if state}

    def splitter_sizes(self) -> Mapping[str, tuple[int, ...]]:
        """How the pages divide their room."""
        return self._splitters.sizes()

    def _make(self, name: str) -> Page:
        page = self._declarations[name].make(self._context)
        self.addWidget(page)
        self._splitters.add(name, page)
        page.restore_state(self._kept_states.get(name, {}))
        self.made.emit(page)
        return page
