"""The dialogs about quitting while there is work. They are opened without a loop of their own."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialogButtonBox, QPushButton, QWidget

from core.i18n import Translator
from gui.recording_control import RecordingControl
from gui.widgets.dialogs.answer_buttons import AnswerKind
from gui.widgets.dialogs.question import Asked, Question
from gui.widgets.text import named

RECORDING_QUESTION = "recordingquestion"


class QuitDialogs(QObject):
    """Opens them over the window."""

    quit_wanted = Signal()
    """A person has answered that Notula is to quit."""

    def __init__(self, window: QWidget, recording: RecordingControl, tr: Translator) -> None:
        super().__init__(window)
        self._window = window
        self._recording = recording
        self._tr = tr

    def ask(self, unfinished: int) -> None:
        """Ask before quitting with unfinished recordings."""
        question = quit_question(self._window, unfinished, self._tr)
        question.accepted.connect(self.quit_wanted)
        question.open()

    def ask_about_recording(self, then: Callable[[], None], go_on: Callable[[], None] | None = None) -> None:
        """Ask whether to end the recording, and `then` to leave. `go_on` is what to do to record without the window."""
        if self._window.findChild(Question, RECORDING_QUESTION) is None:  # Else it is asked already.
            recording_question(self._window, partial(self._recording.stop, then), go_on, self._tr).open()

    def show_finishing(self, running: int, within_s: float) -> None:
        """Say that Notula ends once the running jobs are done, `within_s` seconds at most, and offer to end it now."""
        dialog = finishing_dialog(self._window, running, within_s, self._tr)
        dialog.accepted.connect(self.quit_wanted)
        if self._window.isVisible():
            dialog.open()


def quit_question(parent: QWidget, unfinished: int, tr: Translator) -> Question:
    """Asks whether to quit with unfinished recordings, of which none is lost."""
    asked = Asked(
        tr("Quit Notula"),
        tr.plural("{count} recording isn't finished yet.", "{count} recordings aren't finished yet.", unfinished),
        tr("Unfinished work goes on when Notula starts again."),
    )
    return Question(asked, tr("Quit"), tr("Keep open"), parent=parent)


def recording_question(
    parent: QWidget, stop: Callable[[], None], go_on: Callable[[], None] | None, tr: Translator
) -> Question:
    """Asks what becomes of a recording that runs, before the window is closed or Notula quits.

    `stop` ends it first; with `go_on` it can go on without the window.
    """
    asked = Asked(
        tr("Recording"),
        tr("Notula is recording."),
        tr("What was recorded is kept, and transcribed once Notula has time for it."),
    )
    kind = AnswerKind.CAREFUL
    question = named(Question(asked, tr("Stop and keep it"), tr("Keep open"), kind, parent), RECORDING_QUESTION)
    question.accepted.connect(lambda: stop())
    if go_on is not None:
        without_window = QPushButton(tr("Go on in the tray"))
        question.answers.addButton(without_window, QDialogButtonBox.ButtonRole.ActionRole)
        without_window.clicked.connect(question.reject)
        without_window.clicked.connect(lambda: go_on())
    return question


def finishing_dialog(parent: QWidget, running: int, within_s: float, tr: Translator) -> Question:
    """Says that Notula ends after the running jobs, `within_s` seconds at most. Accepted where it is to end now."""
    asked = Asked(
        tr("Quit Notula"),
        tr.plural("{count} recording is being finished.", "{count} recordings are being finished.", running),
        tr(
            "Then Notula quits, in {seconds} s at the latest. What isn't done by then goes on at the next start.",
            seconds=f"{within_s:g}",
        ),
    )
    return named(Question(asked, tr("Quit now"), tr("Wait"), AnswerKind.CAREFUL, parent), "finishing")
