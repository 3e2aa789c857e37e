"""A card of this page, with what belongs together below each other."""

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gui.widgets.text import label, named


def part_card(title: str, *inside: QWidget, margin: int = 16) -> QFrame:
    """`margin` is that at the sides, in pixels."""
    card = named(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(margin, min(margin, 12), margin, min(margin, 12))
    column.setSpacing(8)
    if title:
        column.addWidget(label(title, "cardtitle"))
    for widget in inside:
        column.addWidget(widget)
    return card
