"""Keeps how loud a recording is while it is decoded, in a bounded number of levels, whatever its length."""

from core.domain.waveform import WaveformOverview
from core.media.decoded import LOUDNESS_FRAME_S, SILENCE_DB

MOST_LEVELS = 2048
"""As many lines as a wide screen has room for; half of it at least is used for all but the shortest recordings."""


class WaveformMeter:
    """Takes the loudness frames of `DecodedBlock`, and keeps the loudest of every few; used for one recording."""

    def __init__(self) -> None:
        self._frames_of_level = 1
        self._levels = bytearray()
        self._started: bytes = b""
        """The frames of the level that isn't complete yet."""

    @property
    def overview(self) -> WaveformOverview | None:
        """What was heard so far; None where nothing was."""
        levels = bytes(self._levels) + (bytes([min(self._started)]) if self._started else b"")
        return WaveformOverview(LOUDNESS_FRAME_S * self._frames_of_level, levels) if levels else None

    def add(self, loudness: bytes) -> None:
        """Add the next frames."""
        frames, step = self._started + loudness, self._frames_of_level
        whole = len(frames) - len(frames) % step
        self._levels += bytes(min(frames[begin : begin + step]) for begin in range(0, whole, step))
        self._started = frames[whole:]
        while len(self._levels) >= MOST_LEVELS:
            self._halve()

    def add_silence(self, frames: int) -> None:
        """Add so many frames of silence, which may be a day of them."""
        while frames > 0:
            now = min(frames, MOST_LEVELS * self._frames_of_level)  # Each level soon stands for many.
            self.add(bytes([SILENCE_DB]) * now)
            frames -= now

    def _halve(self) -> None:
        """Let each level stand for twice as much."""
        if len(self._levels) % 2:
            # The last one gets its other half with the next frames; the loudest of it stands for all of its frames.
            self._started = bytes([self._levels.pop()]) * self._frames_of_level + self._started
        self._levels = bytearray(map(min, self._levels[::2], self._levels[1::2]))
        self._frames_of_level *= 2
