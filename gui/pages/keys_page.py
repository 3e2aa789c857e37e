"""The documentation's page of all keys, made from the registry. `python -m gui.pages.keys_page` writes it anew."""

from collections.abc import Iterable
from pathlib import Path

from gui.actions.declaration import PLACE_TITLES, ActionDeclaration, ActionPlace
from gui.actions.table import ACTIONS
from gui.pages.page_actions import page_actions
from gui.pages.registry import PAGES

FILE = Path(__file__).resolve().parents[2] / "docs" / "keys.md"

_BEGIN = """\
# Keys

Everything in the window can be done by keyboard. F1 lists these keys in the window, as you have them.
Ctrl+K finds what can be done, pages, settings and recent transcripts by some letters of their names.

Keys can be changed under *Settings*, *Keyboard*, for foot pedals too; the name in the last column stands in the
[file](settings.md#keys-of-your-own). Those marked ● belong to lists, buttons and text fields, and stay.
On macOS Ctrl is the Command key.
"""


def markdown(declarations: Iterable[ActionDeclaration] = (*ACTIONS, *page_actions(PAGES))) -> str:
    """The page's text."""
    listed = list(declarations)
    parts = [_BEGIN]
    for place in ActionPlace:
        here = [one for one in listed if one.place is place]
        if here:
            parts.append(f"\n## {PLACE_TITLES[place]}\n\n| keys | do | name |\n|---|---|---|\n")
            parts += [_row(one) for one in here]
    return "".join(parts)


def _row(one: ActionDeclaration) -> str:
    keys = ", ".join(one.keys) or "-"
    name = "●" if one.is_fixed else one.name
    return f"| {keys} | {one.text} | {name} |\n"


if __name__ == "__main__":
    FILE.write_text(markdown(), encoding="utf-8")
