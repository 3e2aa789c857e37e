"""An error in a method that overrides one of Qt's is reported; by itself it would end the process on Python 3.11."""

import pytest
from shiboken6 import Shiboken

from gui.runtime.override_errors import IS_NEEDED, normalize_override_errors, overrides
from tests.gui.own_process import run_without_screen

FAILING = """
import shiboken6
from PySide6.QtWidgets import QApplication, QWidget
from gui.runtime.override_errors import normalize_override_errors

normalize_override_errors()

class Failing(QWidget):
    def resizeEvent(self, event):
        {statement}

application = QApplication([])
gone = QWidget()
shiboken6.delete(gone)
failing = Failing()
try:
    failing.show()
except Exception as error:
    print("reported", type(error).__name__)
print("goes on")
"""

STARTING = """
import sys
from PySide6.QtWidgets import QApplication
import gui.main
from tests.gui.runtime.test_override_errors import bare_overrides

def look(version):
    print(sorted(bare_overrides()), "gui.desktop" in sys.modules)
    sys.exit(0)

QApplication.setApplicationVersion = staticmethod(look)
gui.main.run([])
"""


def bare_overrides() -> set[str]:
    """The overrides in the window's classes, as `module.class.method`, whose errors aren't normalized."""
    found, waiting = set(), list(Shiboken.Object.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("gui."):
            found |= {
                f"{kind.__module__}.{kind.__qualname__}.{name}"
                for name, method in overrides(kind).items()
                if not hasattr(method, "__wrapped__")
            }
    return found


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ('raise ValueError("x")', "ValueError"),
        ('int("x")', "ValueError"),
        ("[][1]", "IndexError"),
        ("len(3)", "TypeError"),
        ('self.setFixedWidth("x")', "TypeError"),
        ("gone.show()", "RuntimeError"),
    ],
)
def test_an_error_in_an_override_is_reported_and_the_program_goes_on(statement: str, error: str) -> None:
    ended = run_without_screen(FAILING.format(statement=statement))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [f"reported {error}", "goes on"]


@pytest.mark.skipif(not IS_NEEDED, reason="this Python needs nothing done")
def test_all_overrides_of_the_window_are_normalized_in_these_tests() -> None:
    assert not bare_overrides()


@pytest.mark.skipif(not IS_NEEDED, reason="this Python needs nothing done")
def test_all_overrides_are_normalized_when_the_program_starts() -> None:
    assert run_without_screen(STARTING).stdout == "[] True\n"


def test_what_is_overridden_keeps_its_name_and_what_it_returns() -> None:
    normalize_override_errors()
    from PySide6.QtCore import QAbstractListModel, QModelIndex

    class Rows(QAbstractListModel):
        def rowCount(self, _parent: QModelIndex | None = None) -> int:  # noqa: N802
            """How many."""
            return 3

        def other(self) -> int:
            return 4

    assert (Rows().rowCount(), Rows().other()) == (3, 4)
    assert set(overrides(Rows)) == {"rowCount"}
    assert (Rows.rowCount.__name__, Rows.rowCount.__doc__) == ("rowCount", "How many.")
