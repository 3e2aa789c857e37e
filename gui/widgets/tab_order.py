"""Tab goes through widgets in the order in which they came into the window; this is for those that come late."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def put_in_tab_order(before: QWidget, added: QWidget) -> None:
    """Have all that is in `added`, in its own order, come after `before` and not after the whole window."""
    inside = [one for one in _following(added) if _takes_tab(one) and added.isAncestorOf(one)]
    # Qt ignores an order that begins at what Tab doesn't stop at.
    preceding = (before, *reversed(tuple(_following(before))))
    place = next((one for one in preceding if _takes_tab(one) and one not in inside), None)
    for one in inside:
        if place is not None:
            QWidget.setTabOrder(place, one)
        place = one


def _following(first: QWidget) -> Iterator[QWidget]:
    widget = first.nextInFocusChain()
    while widget is not None and widget is not first:
        yield widget
        widget = widget.nextInFocusChain()


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
