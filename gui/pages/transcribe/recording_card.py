"""What takes the place of the invitation to drop files while something is recorded."""

import sys
from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.domain.capture import CaptureDevice
from core.i18n import Translator
from gui.actions.tooltips import tell_keys
from gui.external_programs import open_folder
from gui.page_context import PageContext
from gui.pages.transcribe.level_meter import LevelMeter
from gui.recording_control import RecordingControl, elapsed
from gui.scale import Gap
from gui.theme import icon
from gui.widgets.dialogs.answer_buttons import AnswerKind
from gui.widgets.dialogs.question import Asked, Question
from gui.widgets.drop_card import HEIGHT
from gui.widgets.reader.tool_button import tool_button
from gui.widgets.text import harmless, label, named, paragraph

SILENT_S = 10.0
"""After so long without a sound it is said, as a microphone may be muted."""


class RecordingCard(QFrame):
    """Shows the recording of `control`, and has what can be done with it."""

    def __init__(self, toggle: QAction, context: PageContext, parent: QWidget | None = None) -> None:
        """`toggle` ends the recording."""
        super().__init__(parent)
        self.setObjectName("recording")
        self.setMinimumHeight(HEIGHT)
        self._tr = tr = context.tr
        self._control = control = context.recording
        self._focused: QWidget | None = None
        """What had the focus before the core was asked for something, which takes a moment."""
        self._mark = label("●", "alarm")
        self._title = label(tr("Recording"), "title")
        self.time = label("0:00", "figure")
        self.time.setAccessibleName(tr("Length of the recording"))
        self.level = LevelMeter(tr)
        self.device = _DeviceMenu(control, tr)
        self.hint = paragraph(name="muted")
        self.stop = named(QPushButton(tr("Stop and transcribe")), "primary")
        self.stop.setAccessibleName(self.stop.text())
        self.stop.clicked.connect(toggle.trigger)
        tell_keys(self.stop, toggle, self.stop.text())
        self._pause_action = context.actions.bind("transcribe_record_pause", self, control.pause)
        self.pause = QPushButton(icon("pause"), tr("Pause"))
        self.pause.clicked.connect(control.pause)
        self._renew_tooltip = tell_keys(self.pause, self._pause_action, self.pause.text)
        self.discard = QPushButton(tr("Discard …"))
        self.discard.clicked.connect(self._ask_to_discard)
        folder = context.folders.recordings
        self.folder = tool_button("open", tr("Show the folder with recordings"))
        self.folder.clicked.connect(lambda: open_folder(folder, context.messages))
        self._where = tr("It is saved as you record, in {folder}", folder=str(folder))
        self._lay_out()
        control.changed.connect(self._show)
        control.ticked.connect(self._follow)
        self._show()  # A window in another language goes on with a recording.
        self.hide()

    def _show(self) -> None:
        """Show what has changed but for time and level."""
        tr, control = self._tr, self._control
        state = control.state
        is_still = state.is_paused
        self._title.setText(tr("Paused") if is_still else tr("Recording"))
        self._mark.setObjectName("muted" if is_still else "alarm")
        self._mark.style().polish(self._mark)
        self.pause.setText(tr("Go on") if is_still else tr("Pause"))
        self.pause.setAccessibleName(self.pause.text())
        self.pause.setIcon(icon("record" if is_still else "pause"))
        self._renew_tooltip()
        self._enable(not control.is_busy)
        if is_still:
            self.level.clear()
        self.device.show_devices()
        self._follow()

    def _enable(self, is_enabled: bool) -> None:
        """Of a control that can't be used Qt gives the focus to the next one: it comes back."""
        controls = (self.stop, self.pause, self.discard, self.device)
        if not is_enabled:
            self._focused = next((one for one in controls if one.hasFocus()), self._focused)
        for control in controls:
            control.setEnabled(is_enabled)
        if is_enabled:
            focused, self._focused = self._focused, None
            if focused is not None and self._control.is_running:
                focused.setFocus()

    def _follow(self) -> None:
        state = self._control.state
        told = elapsed(state.length_s)
        if told != self.time.text():
            self.time.setText(told)
        if not state.is_paused:
            self.level.show_level(state.level)
        hint, name = self._hint()
        if hint != self.hint.text():
            self.hint.setObjectName(name)
            self.hint.style().polish(self.hint)
            self.hint.setText(hint)

    def _hint(self) -> tuple[str, str]:
        """The most important thing to know now, and how it looks."""
        tr, control = self._tr, self._control
        state = control.state
        if state.problem is not None:
            return tr.message(state.problem), "problem"
        if state.silent_s >= SILENT_S:
            return (
                tr(
                    "Nothing is heard from this device. Is it muted, or does the system not let Notula use it? "
                    "Another device can be chosen above."
                ),
                "warning",
            )
        if state.lost_s >= 1:
            return tr(
                "About {seconds} s of sound were lost: the computer is too slow.", seconds=f"{state.lost_s:.0f}"
            ), ("warning")
        if control.device_id and control.device_id != state.device_id:
            return tr("The device that you chose last isn't connected, so the system's default one is used."), "warning"
        return self._where, "muted"

    def _ask_to_discard(self) -> None:
        tr = self._tr
        ask_to_delete_recording(
            tr,
            tr("Delete this recording?"),
            tr("{length} were recorded. It can't be undone.", length=self.time.text()),
            self._control.discard,
            self,
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Gap.SMALL)
        head.addWidget(self._mark)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.time)
        source = QHBoxLayout()
        source.setSpacing(Gap.SMALL)
        source.addWidget(label(self._tr("From"), "muted"))
        source.addWidget(self.device, 1)
        source.addWidget(self.folder)
        buttons = QHBoxLayout()
        buttons.setSpacing(Gap.SMALL)
        for button in (self.stop, self.pause):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.discard)
        column = QVBoxLayout(self)
        column.setContentsMargins(Gap.WIDE, Gap.LARGE, Gap.WIDE, Gap.LARGE)
        column.setSpacing(Gap.MEDIUM)
        column.addLayout(head)
        column.addWidget(self.level)
        column.addLayout(source)
        column.addWidget(self.hint)
        column.addStretch(1)
        column.addLayout(buttons)


class _DeviceMenu(QComboBox):
    """What can be recorded from. It looks anew each time that it is opened."""

    def __init__(self, control: RecordingControl, tr: Translator) -> None:
        super().__init__()
        self._control = control
        self._tr = tr
        self._shown: tuple[CaptureDevice, ...] | None = None
        self.setAccessibleName(tr("Device to record from"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(20)
        self.activated.connect(lambda: control.use(str(self.currentData())))

    def showPopup(self) -> None:
        self._control.list_devices()
        super().showPopup()

    def show_devices(self) -> None:
        """List what is connected, and check what is used."""
        tr, devices = self._tr, self._control.devices
        if devices != self._shown:
            self._shown = devices
            self.clear()
            default = next((harmless(one.name) for one in devices if one.is_default), "")
            self.addItem(
                tr("System's default device ({name})", name=default) if default else tr("System's default device"), ""
            )
            for one in devices:
                name = harmless(one.name)
                self.addItem(tr("What the computer plays: {name}", name=name) if one.is_system_sound else name, one.id)
            has_system_sound = any(one.is_system_sound for one in devices)
            self.setToolTip("" if has_system_sound else without_system_sound(tr))
        self.setCurrentIndex(max(0, self.findData(self._control.state.device_id)))


def without_system_sound(tr: Translator, platform: str = sys.platform) -> str:
    """What a system needs so that what the computer plays can be recorded, where it isn't among the devices."""
    if platform == "darwin":
        return tr("To record what the computer plays, macOS needs a virtual sound device, such as BlackHole.")
    if platform == "win32":
        return tr("To record what the computer plays, connect loudspeakers or headphones.")
    return tr("To record what the computer plays, this system needs PipeWire or PulseAudio.")


def ask_to_delete_recording(
    tr: Translator, asked: str, explained: str, delete: Callable[[], None], parent: QWidget
) -> None:
    """Ask, and call `delete` where the answer is yes."""
    told = Asked(tr("Delete the recording"), asked, explained)
    question = Question(told, tr("Delete"), tr("Keep"), AnswerKind.DESTRUCTIVE, parent)
    question.accepted.connect(lambda: delete())
    question.open()
