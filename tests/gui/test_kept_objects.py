"""Nothing keeps an object that Qt has made, which PySide may declare as deleted while it lives.

PySide 6.11 does that below each wrapper that it gives up, to all that wasn't made in Python:
`menu.addAction("Open")` returns such an object, `QAction("Open", menu)` is none.
"""

import gc
from collections.abc import Iterator, Mapping

from PySide6.QtCore import QObject
from shiboken6 import createdByPython, isValid

from gui.pages.registry import PAGES
from tests.gui.conftest import DesktopDriver


def kept_by(owner: object) -> Iterator[tuple[str, QObject]]:
    """The attributes of an object, and what is in those that are collections, as far as it is Qt's."""
    for name, value in vars(owner).items():
        inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
        for one in (value, *inside):
            if isinstance(one, QObject):
                yield name, one


def _is_of_window(kind: type) -> bool:
    module = kind.__module__  # Of some classes of C code a descriptor.
    return isinstance(module, str) and module.startswith("gui.")


def _lives(one: object) -> bool:
    """Whether it isn't of an earlier test's window."""
    return not isinstance(one, QObject) or isValid(one)


def test_no_part_of_the_window_keeps_what_qt_has_made(faked: DesktopDriver) -> None:
    for page in PAGES:
        faked.window.show_page(page.name)
        faked.qtbot.wait(0)
    faked.make_all()
    gc.collect()
    owners = [one for one in gc.get_objects() if _is_of_window(type(one)) and hasattr(one, "__dict__") and _lives(one)]
    assert faked.window in owners
    found = {
        f"{type(owner).__qualname__}.{name}"
        for owner in owners
        for name, one in kept_by(owner)
        if isValid(one) and not createdByPython(one)
    }
    assert found <= {"Desktop._application", "GuiLoop._GuiLoop__app"}, "the application isn't the window's"
