"""The actions that go to the pages, made from their declarations."""

from collections.abc import Sequence

from gui.actions.declaration import ActionDeclaration, ActionPlace
from gui.pages.page import PageDeclaration, digits


def action_of_page(name: str) -> str:
    """The name of the action that goes to a page, or to a part of one, as in `settings.providers`."""
    return f"go_to_{name.replace('.', '_')}"


def page_actions(pages: Sequence[PageDeclaration]) -> tuple[ActionDeclaration, ...]:
    """One for each page of the sidebar, and one for each part of a page that has a digit."""
    made = []
    titles = {page.name: page.title for page in pages if page.in_sidebar}
    parts = {f"{page.name}.{part.name}": part.title for page in pages for part in page.parts if part.has_digit}
    digit_of = digits(pages)
    shortcuts = {page.name: page.shortcut for page in pages}
    for name in sorted(titles | parts, key=lambda name: digit_of.get(name, len(digit_of) + 1)):
        keys: tuple[str, ...] = (f"Ctrl+{digit_of[name]}",) if name in digit_of else ()
        if shortcuts.get(name):
            keys += (shortcuts[name],)
        made.append(ActionDeclaration(action_of_page(name), (titles | parts)[name], ActionPlace.WINDOW, keys))
    return tuple(made)
