"""Tab goes through widgets in the order in which they came into the window; this is for those that come late."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def put_in_tab_order(before: QWidget, added: QWidget) -> None:
    """Have all that is in `added`, in its own order, come after `before` and not after the whole window."""
    inside = [one for one in _within(added) if _takes_tab(one)]
    # Qt ignores an order that begins at what Tab doesn't stop at.
    place = next((one for one in _preceding(before) if _takes_tab(one) and one not in inside), None)
    for one in inside:
        if place is not None:
            QWidget.setTabOrder(place, one)
        place = one


def _within(added: QWidget) -> Iterator[QWidget]:
    """What is in it, in the order of Tab. A window has thousands of widgets: those beyond the last aren't looked at."""
    left = {one for one in added.findChildren(QWidget) if added.isAncestorOf(one)}
    widget = added.nextInFocusChain()
    while left and widget is not None and widget is not added:
        if widget in left:
            left.remove(widget)
            yield widget
        widget = widget.nextInFocusChain()


def _preceding(last: QWidget) -> Iterator[QWidget]:
    """The widget, and those before it from the nearest on."""
    widget: QWidget | None = last
    while widget is not None:
        yield widget
        widget = widget.previousInFocusChain()
        if widget is last:
            return


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
