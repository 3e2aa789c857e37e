"""Whether the text below the list is shown: a low window has room for rows or for a text, a high one for both."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gui.actions.actions import Actions
from gui.actions.tooltips import tell_keys
from gui.pages.queue.job_delegate import ROW_HEIGHT
from gui.widgets.reader.tool_button import tool_button

LEAST_ROWS = 5
"""So many are always in sight where the text is."""

_HEIGHT_FOR_BOTH = 360 + LEAST_ROWS * ROW_HEIGHT
"""Pixels of a page that has room for the rows, a few lines of text, and what is above and between them."""

_FRAME = 8
"""Pixels above and below the rows of the list, together."""


class TextPart(QObject):
    """Hidden at first in a low window, shown at first in a high one; a person's choice counts for all of its kind."""

    changed = Signal()
    """The text is shown or hidden now."""

    def __init__(self, part: QWidget, rows: QWidget, actions: Actions, page: QWidget) -> None:
        """`part` has the text and `rows` are the list above it."""
        super().__init__(page)
        self._part = part
        self._rows = rows
        self._is_low = True
        self._is_shown = {True: False, False: True}
        """In a low window and in a high one."""

        action = actions.bind("queue_text", page, self.toggle)
        self.button = tool_button("text-below", action.text(), self.toggle)
        self.button.setCheckable(True)
        tell_keys(self.button, action, action.text())
        self._apply()

    @property
    def is_shown(self) -> bool:
        """Whether the text is to be seen in a window of this height."""
        return self._is_shown[self._is_low]

    def follow_height(self, height: int) -> None:
        """The page is so high now."""
        is_low = height < _HEIGHT_FOR_BOTH
        if is_low != self._is_low:
            self._is_low = is_low
            self._apply()

    def toggle(self) -> None:
        """Show the text, or hide it, from now on."""
        self._is_shown[self._is_low] = not self.is_shown
        self._apply()

    def show(self) -> None:
        """Show the text, as somebody wants to do something with it."""
        if not self.is_shown:
            self.toggle()

    def saved_state(self) -> Mapping[str, object]:
        """For the next start."""
        return {"text_in_low_window": self._is_shown[True], "text_in_high_window": self._is_shown[False]}

    def restore_state(self, state: Mapping[str, object]) -> None:
        """Take over what was saved, as far as it is an answer."""
        for is_low, name in ((True, "text_in_low_window"), (False, "text_in_high_window")):
            saved = state.get(name)
            if isinstance(saved, bool):
                self._is_shown[is_low] = saved
        self._apply()

    def _apply(self) -> None:
        self._rows.setMinimumHeight(0 if self._is_low else LEAST_ROWS * ROW_HEIGHT + _FRAME)
        self._part.setVisible(self.is_shown)
        self.button.setChecked(self.is_shown)
        self.changed.emit()
