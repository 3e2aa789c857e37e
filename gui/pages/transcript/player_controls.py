"""The row of the player: its buttons, the times, the waveform, and how it plays."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.domain.waveform import WaveformOverview
from gui.actions.tooltips import tell_keys
from gui.page_context import PageContext
from gui.pages.transcript.speed_box import speed_box
from gui.pages.transcript.waveform import STEP_S, Waveform
from gui.theme import icon
from gui.widgets.reader.tool_button import tool_button
from gui.widgets.text import clock, label, named


class PlayerControls(QWidget):
    """Shows where a recording is played, and tells what a person wants of that."""

    play_wanted = Signal()
    """To play, or to pause."""

    skip_wanted = Signal(float)
    """To go so many seconds forward, or backward where it is negative."""

    place_chosen = Signal(float)
    """To go to this place, in seconds."""

    speed_chosen = Signal(float)
    loop_switched = Signal()

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._tr = tr = context.tr
        self._length_s = 0.0
        self._shown: tuple[bool, bool] | None = None
        """Whether it plays, and whether there is anything to play, as it is shown."""
        play, back, forward = self.play_wanted.emit, self._skip(-STEP_S), self._skip(STEP_S)
        self._play = tool_button("play", tr("Play"), play)
        self._back = tool_button("skip-back", tr("3 seconds back"), back)
        self._forward = tool_button("skip-forward", tr("3 seconds forward"), forward)
        self._times = named(label(), "numbers")
        self._times.setAccessibleName(tr("Place in the recording"))
        bind = context.actions.bind
        self._renew_tooltip = tell_keys(self._play, bind("transcript_play", parent, play), self._play.accessibleName)
        for name, button, skip in (
            ("transcript_skip_back", self._back, back),
            ("transcript_skip_forward", self._forward, forward),
        ):
            tell_keys(button, bind(name, parent, skip), button.accessibleName())
        self._waveform = Waveform(tr)
        self._waveform.place_chosen.connect(self.place_chosen)
        self._speed = speed_box(tr)
        self._speed.currentIndexChanged.connect(lambda: self.speed_chosen.emit(self.speed))
        self._loop = tool_button("loop", tr("Repeat this passage"), self.loop_switched.emit)
        self._loop.setCheckable(True)
        self._follow = tool_button("follow", tr("Follow the text while it plays"))
        self._follow.setCheckable(True)
        self._follow.setChecked(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self._back, self._play, self._forward, self._times):
            row.addWidget(widget)
        row.addWidget(self._waveform, 1)
        for control in (self._speed, self._loop, self._follow):
            row.addWidget(control)

    @property
    def position_s(self) -> float:
        """Where in the recording is played, or will be."""
        return self._waveform.position_s

    @property
    def speed(self) -> float:
        """How fast it is to be played; 1 is as it was recorded."""
        return float(self._speed.currentData())

    @property
    def loops(self) -> bool:
        """Whether a passage is to be repeated."""
        return self._loop.isChecked()

    @property
    def follows(self) -> bool:
        """Whether the text is to be followed while it plays."""
        return self._follow.isChecked()

    def show_recording(self, overview: WaveformOverview | None, length_s: float) -> None:
        """Begin with another recording: at its start, without a passage that is repeated."""
        self._loop.setChecked(False)
        self._length_s = length_s
        self._waveform.show_sound(overview, length_s)
        self.show_position(0.0)

    def show_sound(self, overview: WaveformOverview | None, length_s: float) -> None:
        """Show this waveform, of sound of this length."""
        self._waveform.show_sound(overview, length_s)

    def show_position(self, position_s: float) -> None:
        """Show that this place is played. Called thirty times a second: what is the same is left alone."""
        self._waveform.show_position(position_s)
        times = f"{clock(position_s)} / {clock(self._length_s)}"
        if times != self._times.text():
            self._times.setText(times)

    def show_state(self, *, is_playing: bool, is_there: bool) -> None:
        """Show whether it plays, and whether there is anything to play. What is the same is left alone."""
        if (is_playing, is_there) == self._shown:
            return
        self._shown = is_playing, is_there
        self._play.setIcon(icon("pause" if is_playing else "play"))
        self._play.setAccessibleName(self._tr("Pause") if is_playing else self._tr("Play"))
        self._renew_tooltip()
        for widget in (self._play, self._back, self._forward, self._waveform, self._speed, self._loop):
            widget.setEnabled(is_there)

    def take_focus(self) -> None:
        """Put the focus on the button that plays."""
        self._play.setFocus()

    def _skip(self, seconds: float) -> "partial[None]":
        return partial(self.skip_wanted.emit, seconds)
