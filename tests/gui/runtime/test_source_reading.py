"""PySide doesn't read the sources of the modules that Notula imports, and works as before."""

from tests.gui.own_process import run_without_screen

IMPORTS = """
import linecache
import sys
from PySide6.QtWidgets import QApplication, QLabel
from gui.runtime.source_reading import leave_sources_unread
before = len(linecache.cache)
leave_sources_unread()
import gui.desktop
from gui.pages.queue import queue_page
assert len([name for name in sys.modules if name.startswith(("core", "gui"))]) > 200
assert len(linecache.cache) == before, list(linecache.cache)[before:][:5]
application = QApplication([])
label = QLabel("text")
label.setText("another")
assert label.text() == "another" and callable(label.text)
sys.modules.pop("shibokensupport.feature")
leave_sources_unread()
"""


def test_imports_read_no_source() -> None:
    done = run_without_screen(IMPORTS)
    assert done.returncode == 0, done.stderr
