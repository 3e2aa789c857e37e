"""The few lengths, sizes of type that the window is made of; docs/design.md shows them.

Lengths are in Qt's pixels, which the screen's scale multiplies. No other module names one of its own.
"""

from enum import Enum, IntEnum
from typing import NamedTuple


class Gap(IntEnum):
    """Between things, and between their border and their content."""

    TIGHT = 4
    """What is read as one: a line and the line that explains it."""

    SMALL = 8
    """Controls beside each other."""

    MEDIUM = 12
    """Parts of a card, cards of a page."""

    LARGE = 16
    """Inside of a card; between sections."""

    WIDE = 24
    """Inside of a dialog, the page's margin, a label's column and its fields."""


class Radius(IntEnum):
    """Of corners."""

    SMALL = 4
    """Within controls: items of menus, boxes to tick, bars."""

    CONTROL = 8
    """Buttons, fields, selected rows."""

    CARD = 12
    """Cards, lists, messages, chips."""


class Line(IntEnum):
    """Width of a line that is drawn around or between things."""

    BORDER = 1
    FOCUS = 2


CONTROL_HEIGHT = 32
"""Of buttons and fields at the usual size of type, so that those of a row line up."""

CELL_MARGIN = 3
"""That Qt's delegates leave beside the text of a cell, within its padding, and not beside that of a column's head."""

NUMBER_MARGIN = 6
"""Left of the text of a field with arrows, which the style sheet's padding doesn't reach."""

FIELD_WIDTH = 200
"""At least, of fields that stand under each other, so that they end alike."""

READABLE_WIDTH = 800
"""At most, of a column of text and fields: longer lines are hard to follow back."""

DIALOG_WIDTH = 440
"""At least, of a dialog."""


class _Style(NamedTuple):
    factor: float
    """Of the system's own size of type, which may be anything that a person needs."""

    weight: int


class Type(Enum):
    """Sizes and weights of type. Body is the system's."""

    FIGURE = _Style(2.0, 650)
    """One number that a tile is about."""

    TITLE = _Style(1.65, 650)
    """Of a page."""

    BRAND = _Style(1.4, 700)
    SUBTITLE = _Style(1.25, 600)
    """Of a card or a dialog's sentence."""

    BODY = _Style(1.0, 400)
    STRONG = _Style(1.0, 600)
    """The name of a row."""

    SMALL = _Style(0.92, 600)
    """Heads of columns."""

    def size_px(self, body_px: int) -> int:
        """Its size where body text has `body_px`; never too small to be read."""
        return max(min(body_px, _SMALLEST_TYPE_PX), round(self.value.factor * body_px))


_SMALLEST_TYPE_PX = 11
