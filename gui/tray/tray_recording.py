"""Recording by the tray's menu, and what the tray shows of it."""

from PySide6.QtCore import QObject

from gui.recording_control import RecordingControl, elapsed
from gui.tray.tray import Tray


class TrayRecording(QObject):
    """Follows the recording for one tray, and belongs to it."""

    def __init__(self, tray: Tray, control: RecordingControl) -> None:
        super().__init__(tray)
        self._tray = tray
        self._control = control
        tray.record.triggered.connect(control.toggle)
        control.changed.connect(self._show)
        control.ticked.connect(self._show)
        self._show()

    def _show(self) -> None:
        state = self._control.state
        length = elapsed(state.length_s) if self._control.is_running else ""
        self._tray.show_recording(length, is_paused=state.is_paused)
