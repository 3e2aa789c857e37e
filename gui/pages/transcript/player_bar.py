"""The player at the bottom of a transcript's page."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSizePolicy, QVBoxLayout, QWidget

from core.domain import StoredTranscript, TranslatableText
from core.domain.errors import EmptyFile, NoRecording, NotHere, SourceError
from core.domain.waveform import WaveformOverview
from gui.page_context import PageContext
from gui.pages.transcript.missing_recording import MissingRecording
from gui.pages.transcript.player_controls import PlayerControls
from gui.scale import Gap

if TYPE_CHECKING:
    from core.playback.decoded_sound import DecodedSound
    from core.playback.player import Player

_TICK_MS = 33
"""How often the position is looked at while it plays: the eye sees no delay, and it costs little."""

_GROWING_TICKS = 8
"""After so many ticks the waveform is drawn anew, while more of the recording is being decoded."""

_KIND = "playback"
"""The kind of its operations, whose messages are over once it plays, or is closed."""


class PlayerBar(QWidget):
    """Plays one recording. It is opened at the first press of play, so that reading alone decodes nothing."""

    moved = Signal(float)
    """Where in the recording is played now, in seconds."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._stored: StoredTranscript | None = None
        self._player: Player | None = None
        self._is_opening = False
        self._ticks = 0
        self._drawn = (0, False)
        """How many decoded samples the waveform shows, and whether these are all."""
        self._told: set[object] = set()
        """What was told of the player, and isn't told again until a person wants it to play again."""
        self.controls = PlayerControls(context, self)
        self.controls.play_wanted.connect(self.toggle)
        self.controls.skip_wanted.connect(self.skip)
        self.controls.place_chosen.connect(self.go_to)
        self.controls.speed_chosen.connect(self._set_speed)
        self.controls.loop_switched.connect(self._set_loop)
        self._passage: tuple[float, float] | None = None
        self.missing = MissingRecording(context, self)
        self.missing.retry_wanted.connect(self.look)
        self.missing.found.connect(self._use)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        column = QVBoxLayout(self)
        column.setContentsMargins(Gap.SMALL, Gap.SMALL, Gap.SMALL, Gap.SMALL)
        column.addWidget(self.missing)
        column.addWidget(self.controls)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._show()

    def set_transcript(self, stored: StoredTranscript | None) -> None:
        """Be the player of this transcript's recording."""
        if stored is not None and self._stored is not None and stored.entry.id == self._stored.entry.id:
            return
        self.close_player()
        self._stored = stored
        self.controls.show_recording(self._overview, self._length_s)
        self._show()
        self._show_problem(None)
        self.look()

    def look(self) -> None:
        """Look whether the recording is where it was, and offer to find it where it isn't."""
        stored = self._stored
        if stored is None or self._player is not None or self._is_opening:
            return
        self._operations.start(
            self._core.call(lambda notula: notula.recordings.problem(stored)),
            done=lambda problem: self._show_problem(problem) if self._stored is stored else None,
            kind="recording-at-hand",
        )

    def set_passage(self, span_s: tuple[float, float] | None) -> None:
        """The passage that is repeated where a person wants that: the one with the cursor."""
        self._passage = span_s
        if self.controls.loops and self._player is not None and not self._player.is_playing:
            self._set_loop()

    @property
    def position_s(self) -> float:
        """Where in the recording is played, or will be."""
        return self.controls.position_s

    @property
    def is_playing(self) -> bool:
        """Whether anything is heard now."""
        return self._player is not None and self._player.is_playing

    def toggle(self) -> None:
        """Play, or pause."""
        self._told.clear()
        self._messages.over(_KIND)
        if self._player is None:
            self._open(play=True)
        elif self._player.is_playing:
            self._ask(lambda player: player.pause())
        else:
            self._ask(lambda player: player.play())

    def play_from(self, position_s: float) -> None:
        """Play from this place on."""
        self.go_to(position_s)
        if not self.is_playing:
            self.toggle()

    def skip(self, seconds: float) -> None:
        """Go so much forward, or backward where it is negative."""
        self.go_to(max(0.0, self.position_s + seconds))

    def go_to(self, position_s: float) -> None:
        """Go to this place of the recording."""
        self.controls.show_position(position_s)
        if self._player is not None:
            self._ask(lambda player: player.seek(position_s))
        self.moved.emit(position_s)

    def close_player(self) -> None:
        """Stop, and give the sound device back."""
        self._timer.stop()
        if self._player is not None or self._is_opening:
            self._player = None
            self._is_opening = False
            # Of the same kind as opening: it cancels that.
            self._operations.start(self._core.call(lambda notula: notula.playback.close()), kind=_KIND)

    async def finish(self) -> None:
        """Stop, and wait until the sound device is given back: Notula ends."""
        self._timer.stop()
        if self._player is not None:
            self._player = None
            await self._core.call(lambda notula: notula.playback.close())

    def _open(self, *, play: bool) -> None:
        stored = self._stored
        if stored is None or self._is_opening or self.missing.is_searching:
            return
        self._is_opening = True

        async def open_player() -> "Player | TranslatableText":
            """The player, or why there is no recording for it."""
            try:
                return await self._core.call(lambda notula: notula.playback.open(stored))
            except (SourceError, EmptyFile, NotHere, NoRecording) as error:
                return await self._core.call(lambda notula: notula.recordings.problem(stored)) or error.message

        self._operations.start(
            open_player(),
            done=lambda opened: self._opened(stored, opened, play=play),
            failed=self._failed,
            kind=_KIND,
        )

    def _opened(self, stored: StoredTranscript, opened: "Player | TranslatableText", *, play: bool) -> None:
        self._is_opening = False
        if self._stored is not stored:
            return
        self._show_problem(opened if isinstance(opened, TranslatableText) else None)
        if isinstance(opened, TranslatableText):
            return
        self._player = opened
        position_s, speed = self.position_s, self.controls.speed

        async def begin(player: "Player") -> None:
            await player.set_speed(speed)
            await player.seek(position_s)
            if play:
                await player.play()

        self._ticks, self._drawn = 0, (0, False)
        self._timer.start()
        self._set_loop()
        self._ask(begin)

    def _ask(self, do: Callable[["Player"], Coroutine[Any, Any, None]]) -> None:
        player = self._player
        if player is None:
            return
        # Started when it is done: opening a device may take longer than a player that is still is looked at.
        self._operations.start(
            self._core.call(lambda _: do(player)), done=lambda _: self._timer.start(), failed=self._failed
        )

    def _show_problem(self, problem: TranslatableText | None) -> None:
        """Say in place of the controls why there is no recording, or show them where there is one."""
        if problem is not None and self._stored is not None:
            self.missing.show_problem(self._stored, problem)
        else:
            self.missing.clear()
        self.controls.setVisible(problem is None)

    def _use(self, found: StoredTranscript) -> None:
        """Play the recording from where it was found, from the next press of play on."""
        had_focus = self.missing.isAncestorOf(QApplication.focusWidget() or self)
        self.close_player()
        self._stored = found
        self.controls.show()
        if had_focus:  # Before what has it is hidden.
            self.controls.take_focus()
        self._show_problem(None)

    def _failed(self, message: TranslatableText) -> None:
        self._is_opening = False
        self._messages.error(message, about=_KIND)
        self._show()

    def _set_speed(self) -> None:
        speed = self.controls.speed
        self._ask(lambda player: player.set_speed(speed))

    def _set_loop(self) -> None:
        span_s = self._passage if self.controls.loops else None
        self._ask(lambda player: player.repeat(span_s))

    def _tick(self) -> None:
        player = self._player
        if player is None:
            self._timer.stop()
            return
        self._ticks += 1
        if self._ticks % _GROWING_TICKS == 0 or player.sound.is_whole:
            self._draw(player.sound)
        position_s = player.position_s
        if position_s != self.position_s:
            self.controls.show_position(position_s)
            self.moved.emit(position_s)
        self._tell(player)
        self._show()
        if player.sound.is_whole and not player.is_playing:
            self._timer.stop()

    def _tell(self, player: "Player") -> None:
        """Tell once why nothing more is heard, or why it may be something else."""
        doubt, problem = player.sound.doubt, player.problem
        if doubt is not None and doubt not in self._told and self._stored is not None:
            self._told.add(doubt)
            self.missing.show_problem(self._stored, doubt.message, is_playing=True)
        if problem is not None and problem not in self._told:
            self._told.add(problem)
            self._messages.error(problem.message, about=_KIND)

    def _draw(self, sound: "DecodedSound") -> None:
        """Draw the waveform anew where more of the recording has been decoded than is known of it."""
        is_whole = sound.is_whole
        if (sound.samples, is_whole) != self._drawn and (is_whole or self._overview is None):
            self._drawn = sound.samples, is_whole
            length_s = sound.duration_s if is_whole else max(sound.duration_s, self._length_s)
            self.controls.show_sound(sound.overview, length_s)

    @property
    def _overview(self) -> WaveformOverview | None:
        """The recording's waveform, as its transcription has heard it."""
        return self._stored.transcript.waveform if self._stored is not None else None

    @property
    def _length_s(self) -> float:
        return self._stored.entry.duration_s if self._stored is not None else 0.0

    def _show(self) -> None:
        self.controls.show_state(is_playing=self.is_playing, is_there=self._stored is not None)
