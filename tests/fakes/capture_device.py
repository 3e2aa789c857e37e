"""A device to record from that delivers what a test says, when it says so, through the same callback as a real one."""

import array

from core.domain.capture import CaptureDevice
from core.domain.errors import RecordingFailed
from core.recording.capture import Put
from core.recording.wave_file import SAMPLE_RATE_HZ

MICROPHONE = CaptureDevice("capture:01", "Desk microphone", is_default=True)
HEADSET = CaptureDevice("capture:02", "Headset")
LOUDSPEAKERS = CaptureDevice("capture:03", "Monitor of Speakers", is_system_sound=True)


def samples(seconds: float, first: int = 1_000) -> bytes:
    """A sawtooth that is heard well, of which each second differs from the one before where `first` does."""
    count = round(seconds * SAMPLE_RATE_HZ)
    return array.array("h", [(first + number) % 20_000 for number in range(count)]).tobytes()


class FakeCapture:
    """One that was opened."""

    def __init__(self, system: "FakeSoundSystem", device_id: str) -> None:
        self.device_id = device_id
        self.put: Put | None = None
        self.starts = 0
        self.is_closed = False
        self._system = system

    def start(self, put: Put) -> None:
        if self._system.failure is not None:
            raise self._system.failure
        assert self.put is None, "started twice"
        self.put = put
        self.starts += 1

    def stop(self) -> None:
        self.put = None

    def close(self) -> None:
        self.put = None
        self.is_closed = True


class FakeSoundSystem:
    """The computer with these devices. `failure` is what opening one raises from now on.

    Its clock goes on by what is heard, and where a test says so.
    """

    def __init__(self, *connected: CaptureDevice) -> None:
        self.connected = connected or (MICROPHONE, HEADSET, LOUDSPEAKERS)
        self.opened: list[FakeCapture] = []
        self.failure: RecordingFailed | None = None
        self.now_s = 0.0

    def devices(self) -> tuple[CaptureDevice, ...]:
        return self.connected

    def open(self, device_id: str = "") -> FakeCapture:
        if self.failure is not None:
            raise self.failure
        capture = FakeCapture(self, device_id)
        self.opened.append(capture)
        return capture

    def clock(self) -> float:
        return self.now_s

    @property
    def capture(self) -> FakeCapture:
        """The one that was opened last."""
        return self.opened[-1]

    def hear(self, pcm: bytes) -> None:
        """Deliver this."""
        assert self.capture.put is not None, "it is recording"
        self.now_s += len(pcm) / (2 * SAMPLE_RATE_HZ)
        self.capture.put(pcm)
