"""The clock of a container: how much is missing before a frame, by the time that the container states for it.

Only the decoder's child imports this.
"""

from collections.abc import Callable
from dataclasses import dataclass

from av.audio.frame import AudioFrame

from core.media.child.sound.speech_writer import SpeechWriter

_AT_START_S = 0.02
"""At the start a smaller gap is rounding."""

_PLAY_IN_S = 0.15
"""The first frame comes up to so much behind the first packet: a codec plays itself in with that."""

_MAX_BACK_S = 0.5
"""A time that is further behind what was decoded is of a clock that was reset; a smaller one is jitter."""

_LONG_GAP_S = 600.0
_MAX_BEYOND_SHARE = 0.02
_MAX_BEYOND_S = 10.0
"""A long gap that ends so far behind the stated end of the recording is of a clock that was reset."""

_UNTIL_CONFIRMED_S = 1.0
"""A gap from this length on has to be confirmed by the next frame."""


@dataclass(frozen=True, slots=True)
class ClockRules:
    """What the times of a container can be taken for.

    `least_s`: differences up to this size are jitter. They don't add up, because each frame is compared with all that
    was decoded before. `is_reset`: it is a transmission's, so that a long gap is a reset of the clock. The start is
    always believed; with `start_only` nothing else.
    """

    least_s: float = 0.1
    is_reset: bool = False
    start_only: bool = False


_RULES = (
    ("matroska", ClockRules()),
    ("mov", ClockRules(least_s=0.05)),
    ("asf", ClockRules()),
    ("nut", ClockRules()),
    ("flv", ClockRules(is_reset=True)),
    ("mpeg", ClockRules(is_reset=True)),  # Transport and program streams.
    *((name, ClockRules(start_only=True)) for name in ("mxf", "rm", "wtv")),
    ("avi", ClockRules(start_only=True)),  # It counts its frames, and counts MP3 of a changing bit rate wrongly.
)


def rules_of(container: str) -> ClockRules | None:
    """The rules for this container, by libav's name; None for one that keeps no time beside its sound."""
    return next((rules for name, rules in _RULES if container.startswith(name)), None)


class RecordingClock:
    """Compares the times of frames with what was decoded.

    `origin_s` is where the recording begins on the container's clock, None where the first frame does, and
    `starts_late_s` how much later its sound starts. `duration_s` is what the container states, `longest_s` the longest
    recording that is decoded.
    """

    def __init__(
        self,
        rules: ClockRules,
        origin_s: float | None,
        starts_late_s: float,
        duration_s: float | None,
        longest_s: float,
    ) -> None:
        self._rules = rules
        self._origin_s = origin_s
        self._starts_late_s = starts_late_s
        self._duration_s = duration_s
        self._longest_s = longest_s
        self._decoded_s = 0.0
        self._has_begun = False
        self._back_s = 0.0
        """How far the last frame was behind, where that was far."""

    def gap_before(self, time_s: float | None, is_new_clock: Callable[[], bool] = lambda: False) -> float:
        """How much is missing before the frame with this time, in seconds; 0 where nothing is.

        `is_new_clock` tells of what seems to be a gap whether the container says that its clock was set anew.
        """
        if time_s is None:
            return 0.0
        if self._origin_s is None:
            self._origin_s = time_s
        gap_s = time_s - self._origin_s - self._decoded_s
        is_start, self._has_begun = not self._has_begun, True
        if is_start and self._starts_late_s < _AT_START_S and abs(gap_s) < _PLAY_IN_S:
            self._origin_s += gap_s
            gap_s = 0.0
        if gap_s > (_AT_START_S if is_start else self._rules.least_s) and (is_start or not self._rules.start_only):
            if self._is_believed(gap_s, is_start=is_start) and (is_start or not is_new_clock()):
                self._back_s = 0.0
                return gap_s
            self._origin_s += gap_s
        elif gap_s < -_MAX_BACK_S and abs(gap_s - self._back_s) < _MAX_BACK_S:  # One damaged time resets no clock.
            self._origin_s += gap_s
            gap_s = 0.0
        self._back_s = min(gap_s, 0.0)
        return 0.0

    def advance(self, seconds: float) -> None:
        """So much has been decoded, or is missing."""
        self._decoded_s += seconds

    def _is_believed(self, gap_s: float, *, is_start: bool) -> bool:
        if gap_s <= _LONG_GAP_S:
            return True
        ends_s = self._decoded_s + gap_s
        if ends_s > self._longest_s or (self._rules.is_reset and not is_start):
            return False
        return (
            is_start or self._duration_s is None or ends_s <= self._duration_s * (1 + _MAX_BEYOND_SHARE) + _MAX_BEYOND_S
        )


class TimedWriter:
    """Writes frames at the times that their container states; without a clock one after another."""

    def __init__(
        self,
        writer: SpeechWriter,
        clock: RecordingClock | None,
        is_new_clock: Callable[[], bool] = lambda: False,
    ) -> None:
        self._is_new_clock = is_new_clock
        self._writer = writer
        self._clock = clock
        self._held: AudioFrame | None = None
        """A frame behind a long gap, which the next one confirms: one damaged time isn't a gap."""
        self._held_gap_s = 0.0
        self.sound_s = 0.0
        """How much sound has been written."""
        self.gaps_s = 0.0
        """How much was missing between."""

    def add(self, frame: AudioFrame) -> None:
        """Take the next frame. Raises libav's errors and ValueError."""
        if self._held is not None:
            is_back = frame.time is not None and frame.time < (self._held.time or 0.0) - _MAX_BACK_S
            self._write_held(0.0 if is_back else self._held_gap_s)
        gap_s = self._clock.gap_before(frame.time, self._is_new_clock) if self._clock is not None else 0.0
        if gap_s >= _UNTIL_CONFIRMED_S:
            self._held, self._held_gap_s = frame, gap_s
        else:
            self._write(frame, gap_s)

    def finish(self) -> None:
        """Write what waits for a next frame. Raises libav's errors and ValueError."""
        if self._held is not None:
            self._write_held(self._held_gap_s)

    def _write_held(self, gap_s: float) -> None:
        frame, self._held = self._held, None
        assert frame is not None
        self._write(frame, gap_s)

    def _write(self, frame: AudioFrame, gap_s: float) -> None:
        if gap_s:
            self._writer.add_gap(gap_s)
            self.gaps_s += gap_s
        frame_s = frame.samples / max(frame.sample_rate, 1)
        if self._clock is not None:
            self._clock.advance(gap_s + frame_s)
        self._writer.add(frame)
        self.sound_s += frame_s
