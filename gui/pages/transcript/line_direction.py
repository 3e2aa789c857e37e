"""Which way the lines of an editor run.

Qt looks for the first letter of every line behind a change, at each key, to tell which way the line runs: in a text of
10,000 lines that is a quarter of what a key costs (measured). Where nothing is written from right to left, it is told
so once.
"""

import re
from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument

from gui.widgets.reader.segment_blocks import finish_layout

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""The ranges that Unicode keeps for such scripts, and the mark:
https://www.unicode.org/Public/UCD/latest/ucd/extracted/DerivedBidiClass.txt"""


def runs_right_to_left(texts: Iterable[str]) -> bool:
    """Whether any line of these texts might run from right to left, so that Qt has to look at each."""
    return any(not text.isascii() and _RIGHT_TO_LEFT.search(text) for text in texts)


def set_line_direction(document: QTextDocument, *, is_looked_for: bool) -> None:
    """Have Qt look which way each line runs, or take all to run from left to right. All is laid out anew for that."""
    option = document.defaultTextOption()
    direction = Qt.LayoutDirection.LayoutDirectionAuto if is_looked_for else Qt.LayoutDirection.LeftToRight
    if option.textDirection() is not direction:
        option.setTextDirection(direction)
        document.setDefaultTextOption(option)
        finish_layout(document)
