"""A card of this page, with what belongs together below each other."""

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gui.scale import Gap
from gui.widgets.text import label, named


def part_card(title: str, *inside: QWidget, margin: int = Gap.LARGE) -> QFrame:
    """`margin` is that at the sides, in pixels."""
    card = named(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(margin, min(margin, Gap.MEDIUM), margin, min(margin, Gap.MEDIUM))
    column.setSpacing(Gap.SMALL)
    if title:
        column.addWidget(label(title, "cardtitle"))
    for widget in inside:
        column.addWidget(widget)
    return card
