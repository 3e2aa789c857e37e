"""How many matches a search in a text has, and the buttons to go through them."""

from collections.abc import Callable

from core.i18n import Translator
from gui.widgets.reader.tool_button import tool_button
from gui.widgets.text import label


class MatchControls:
    """Three widgets, which a search puts into its layout: `found`, `previous` and `next`."""

    def __init__(self, tr: Translator, go: Callable[[int], None]) -> None:
        """`go` is called with 1 for the next match, and with -1 for the previous one."""
        self._tr = tr
        self.found = label(name="muted")
        self.found.setAccessibleName(tr("Matches"))
        self.previous = tool_button("previous", tr("Previous match"), lambda: go(-1))
        self.next = tool_button("next", tr("Next match"), lambda: go(1))

    def show(self, number: int, count: int, *, is_searching: bool) -> None:
        """Show that the current match is the one with this number, from 1; nothing where nothing is searched for."""
        if not is_searching:
            self.found.setText("")
        elif count:
            self.found.setText(self._tr("{number} of {count}", number=number, count=count))
        else:
            self.found.setText(self._tr("Not found"))
        self.previous.setEnabled(count > 0)
        self.next.setEnabled(count > 0)
