"""Tooltips that name the keys of what a button does, as they are now."""

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from gui.actions.keys import shown


def tell_keys(widget: QWidget, action: QAction, explained: str | Callable[[], str]) -> Callable[[], None]:
    """Have a tooltip of what is explained, with the action's keys behind it. Call what is returned to renew it."""

    def renew() -> None:
        if isValid(widget):
            text = explained if isinstance(explained, str) else explained()
            keys = shown(action.shortcuts())
            widget.setToolTip(f"{text} ({keys})" if keys else text)

    action.changed.connect(renew)
    renew()
    return renew
