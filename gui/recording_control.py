"""Recording as the window, its pages and the tray see it: what they ask of the core, and what they follow."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from core.domain import TranslatableText, mark
from core.domain.capture import CaptureDevice, RecordingState, SavedRecording
from core.domain.errors import NoCaptureDevice
from core.i18n import Translator
from gui.changes import Changes
from gui.job_options import DESKTOP, ChosenOptions
from gui.messages import Messages
from gui.operations import NOTHING, Operations
from gui.runtime.core_thread import CoreThread
from gui.shown_settings import ShownSettings

if TYPE_CHECKING:
    from core.app.notula import Notula
    from core.recording.recording import Recording

TICK_MS = 100
"""How often the recording is looked at: as often as it is written."""

LOST = mark(
    "About {seconds} s of sound were lost, because the computer or the device was too slow. The text may lack words."
)


_ABOUT = "recording"
"""What messages tell of that are over once something is recorded."""


class RecordingControl(QObject):
    """One a desktop. The recording itself is the core's, so a window in another language goes on with it."""

    changed = Signal()
    """A recording has begun or ended, is paused or goes on, or there are other devices."""

    ticked = Signal()
    """There is another `state` to show."""

    failed = Signal()
    """A message says that something could not be done, or of what is missing in a recording."""

    saved_changed = Signal()
    """`saved` has others."""

    def __init__(
        self,
        core: CoreThread,
        operations: Operations,
        messages: Messages,
        settings: ShownSettings,
        tr: Translator,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._core = core
        self._operations = operations
        self._messages = messages
        self._settings = settings
        self._tr = tr
        self._options = ChosenOptions(self)
        self._recording: Recording | None = None
        self._is_closed = False
        self._decided: set[str] = set()
        """Files of `saved` that the core is asked to transcribe or delete, which takes a moment."""
        self._is_busy = False
        """Whether the core is asked to begin, change or end it, which takes a moment."""
        self.state = RecordingState()
        self.devices: tuple[CaptureDevice, ...] = ()
        self.device_id = ""
        """What the next recording is made from; empty for the system's default device."""
        self.saved: tuple[SavedRecording, ...] = ()
        """What an end of Notula has cut off, and nobody has decided on."""
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        core.published.connect(self._core_is_there)

    def serve(self, tr: Translator) -> ChosenOptions:
        """The options of a new window, which jobs get from now on, with files that are called in its language."""
        self._options.deleteLater()
        self._options = ChosenOptions(self)
        self._tr = tr
        return self._options

    @property
    def is_running(self) -> bool:
        """Whether there is a recording, paused or not."""
        return self._recording is not None

    @property
    def is_busy(self) -> bool:
        """Whether it is about to begin, change or end."""
        return self._is_busy

    def close(self) -> None:
        """Follow it no more: Notula ends, and the core keeps what was recorded."""
        self._timer.stop()
        self._is_closed = True

    def toggle(self) -> None:
        """Begin to record, or end that and transcribe it."""
        if self.is_running:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """Record from the chosen device; where it isn't connected, from the default one."""
        if self.is_running:
            return
        title = self._tr("Recording")

        async def begin(notula: "Notula") -> tuple["Recording", tuple[CaptureDevice, ...]]:
            devices = await notula.recorder.devices()
            if not devices:  # A system's default device may be one that gives silence for ever.
                raise NoCaptureDevice
            wanted = self.device_id if any(one.id == self.device_id for one in devices) else ""
            return await notula.recorder.start(title, wanted), devices

        self._ask(begin, self._started)

    def pause(self) -> None:
        """Pause, or go on."""
        if self.is_running:
            is_paused = self.state.is_paused
            self._ask(lambda notula: notula.recorder.resume() if is_paused else notula.recorder.pause())

    def use(self, device_id: str) -> None:
        """Record from another device, now and the next time."""
        self.device_id = device_id
        if self.is_running and device_id != self.state.device_id:
            self._ask(lambda notula: notula.recorder.use(device_id))

    def stop(self, then: Callable[[], None] | None = None) -> None:
        """End it, transcribe it, and call `then`."""
        if not self.is_running:
            return
        options = self._options.current.without_part.of_jobs(self._settings.current)

        def stopped(state: RecordingState) -> None:
            self._stopped(state)
            if then is not None:
                then()

        self._ask(lambda notula: notula.recorder.stop(DESKTOP, options), stopped, changes=Changes(jobs=True))

    def discard(self) -> None:
        """End it and delete it."""
        if self.is_running:
            self._ask(lambda notula: notula.recorder.discard(), lambda _: self._ended())

    def list_devices(self) -> None:
        """Look which devices are connected now."""
        ask = self._core.call(lambda notula: notula.recorder.devices())
        self._operations.start(ask, done=self._show_devices, kind="capture-devices")

    def look_for_saved(self) -> None:
        """Look for recordings that were cut off."""
        ask = self._core.call(lambda notula: notula.recorder.saved())
        self._operations.start(ask, done=self._show_saved, kind="saved-recordings")

    def transcribe_saved(self, file: str) -> None:
        """Put one of `saved` in the queue."""
        options = self._options.current.without_part.of_jobs(self._settings.current)
        self._decide(file, lambda notula: notula.recorder.transcribe(file, DESKTOP, options), Changes(jobs=True))

    def delete_saved(self, file: str) -> None:
        """Delete one of `saved`."""
        self._decide(file, lambda notula: notula.recorder.delete(file), NOTHING)

    def _core_is_there(self) -> None:
        """The first snapshot: from now on the core can be asked."""
        self._core.published.disconnect(self._core_is_there)
        self.look_for_saved()

    def _decide(self, file: str, ask: Callable[["Notula"], Coroutine[Any, Any, None]], changes: Changes) -> None:
        """Once for each: a button may be pressed twice before its row is gone."""
        if file in self._decided:
            return
        self._decided.add(file)

        def done(_: None) -> None:
            self._decided.discard(file)
            self.look_for_saved()

        def failed(message: TranslatableText) -> None:
            self._messages.error(message)
            done(None)

        self._operations.start(self._core.call(ask), done=done, failed=failed, changes=changes)

    def _ask(
        self,
        ask: Callable[["Notula"], Coroutine[Any, Any, Any]],
        done: Callable[[Any], None] | None = None,
        changes: Changes = NOTHING,
    ) -> None:
        """One thing after another: what is pressed while the last one isn't done does nothing."""
        if self._is_busy:
            return
        self._is_busy = True
        self._operations.start(
            self._core.call(ask), done=partial(self._done, done), failed=self._failed, changes=changes
        )
        self.changed.emit()

    def _done(self, done: Callable[[Any], None] | None, result: Any) -> None:
        self._is_busy = False
        if done is not None:
            done(result)
        self._look()
        self.changed.emit()

    def _failed(self, message: TranslatableText) -> None:
        self._is_busy = False
        self._messages.error(message, about=_ABOUT)
        self.failed.emit()
        self._look()
        if self.state.is_ended:  # It is ended, and couldn't be put in the queue.
            self._ended()
        self.changed.emit()

    def _started(self, begun: tuple["Recording", tuple[CaptureDevice, ...]]) -> None:
        self._recording, self.devices = begun
        self._messages.over(_ABOUT)
        if not self._is_closed:
            self._timer.start()

    def _stopped(self, state: RecordingState) -> None:
        tr = self._tr
        self._ended()
        notices = [TranslatableText(LOST, {"seconds": f"{state.lost_s:.0f}"})] if state.lost_s >= 1 else []
        if state.problem is not None:
            notices.insert(0, state.problem)
        if state.length_s:
            self._messages.result(tr("The recording is saved and in the queue."), notices)
        else:
            self._messages.result(tr("Nothing was recorded."), notices)
        if notices:
            self.failed.emit()

    def _ended(self) -> None:
        self._recording = None
        self._timer.stop()
        self.state = RecordingState()
        if not self._is_closed:
            self.look_for_saved()

    def _tick(self) -> None:
        was = self.state
        self._look()
        self.ticked.emit()
        if (was.is_paused, was.problem, was.device_id) != (
            self.state.is_paused,
            self.state.problem,
            self.state.device_id,
        ):
            self.changed.emit()
        if self.state.is_ended:  # The disk is full: what there is of it is transcribed.
            self.stop()

    def _look(self) -> None:
        if self._recording is not None:
            self.state = self._recording.state

    def _show_devices(self, devices: tuple[CaptureDevice, ...]) -> None:
        if devices != self.devices:
            self.devices = devices
            self.changed.emit()

    def _show_saved(self, saved: tuple[SavedRecording, ...]) -> None:
        if saved != self.saved:
            self.saved = saved
            self.saved_changed.emit()


def elapsed(seconds: float) -> str:
    """How long it is, as `0:12` or `1:02:03`."""
    minutes, left = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
