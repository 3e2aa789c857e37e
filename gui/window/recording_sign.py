"""Shows on every page that something is recorded, and tells at the start what a crash has left."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.page_context import PageContext
from gui.pages.registry import TRANSCRIBE
from gui.recording_control import elapsed
from gui.window.sidebar import Sidebar


class RecordingSign(QObject):
    """Belongs to the window with this sidebar. `show_page` goes to a page by its name."""

    def __init__(
        self, sidebar: Sidebar, context: PageContext, show_page: Callable[[str], None], window: QWidget
    ) -> None:
        super().__init__(window)
        self._window = window
        self._sidebar = sidebar
        self._tr = context.tr
        self._control = context.recording
        self._messages = context.messages
        self._show_page = show_page
        self._has_told = False
        sidebar.recording.clicked.connect(self._open)
        self._control.failed.connect(self._show_window)
        self._control.changed.connect(self._show)
        self._control.ticked.connect(self._show)
        self._control.saved_changed.connect(self._tell_saved)
        self._show()

    def _open(self) -> None:
        self._show_page(TRANSCRIBE.name)

    def _show(self) -> None:
        control, tr = self._control, self._tr
        time = elapsed(control.state.length_s)
        is_paused = control.state.is_paused
        told = tr("Paused {time}", time=time) if is_paused else tr("Recording {time}", time=time)
        self._sidebar.show_recording(told if control.is_running else "", time, is_paused=is_paused)

    def _show_window(self) -> None:
        """What has failed is told in the window, which may be hidden while something is recorded."""
        if not self._window.isVisible():
            self._window.show()

    def _tell_saved(self) -> None:
        """The first time; afterwards the first page shows them."""
        saved = self._control.saved
        if saved and not self._has_told and not self._sidebar.button(TRANSCRIBE.name).isChecked():
            tr = self._tr
            told = tr("A recording of {length} was saved when Notula ended.", length=elapsed(saved[-1].length_s))
            self._messages.information(told, tr("Show"), self._open)
        self._has_told = True
