"""A sound device that plays as fast as a test asks it to, and keeps what it was given."""

import threading

from core.domain.errors import NoSoundDevice
from core.domain.speech import SAMPLE_RATE_HZ
from core.playback.sound_device import Pull
from tests.patience import PATIENCE_S


class FakeSoundDevice:
    """Asks for samples when `hear` is called. `clock` goes on by as much, so that positions are exact.

    Starts once `is_ready` is set, as it is at first.
    """

    latency_s = 0.0

    def __init__(self) -> None:
        self.pull: Pull | None = None
        self.heard = bytearray()
        self.now_s = 0.0
        self.starts = 0
        self.is_closed = False
        self.is_missing = False
        self.is_ready = threading.Event()
        self.is_ready.set()

    def clock(self) -> float:
        """The time that has been played, silence included."""
        return self.now_s

    def start(self, pull: Pull) -> None:
        if self.is_missing:
            raise NoSoundDevice
        assert self.is_ready.wait(PATIENCE_S), "nobody made it ready"
        assert self.pull is None, "started twice"
        self.pull = pull
        self.starts += 1

    def stop(self) -> None:
        self.pull = None

    def close(self) -> None:
        self.is_closed = True

    def hear(self, seconds: float) -> bytes:
        """Play for so long, with silence where there is nothing, as a device does."""
        assert self.pull is not None, "it is playing"
        samples = round(seconds * SAMPLE_RATE_HZ)
        pcm = self.pull(samples)
        assert len(pcm) <= 2 * samples
        self.heard += pcm
        self.now_s += seconds
        return pcm
