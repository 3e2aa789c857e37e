"""A Notula that records and is killed by itself, for a test of what is left of it then.

    python -m tests.acceptance.mortal_recording SECONDS

Its device delivers samples as fast as a microphone does, and kills the process once it has delivered so much.
"""

import asyncio
import os
import signal
import sys
import threading

from core.app.notula import Notula
from core.app.recorder import Recorder, SoundSystem
from core.config import Folders, load_settings
from core.domain.capture import CaptureDevice
from core.recording.capture import PERIOD_MS, Put
from core.recording.wave_file import SAMPLE_BYTES, SAMPLE_RATE_HZ
from tests.fakes.capture_device import MICROPHONE, samples


class MortalDevice:
    """Delivers `sound` in real time, and dies at its end."""

    def __init__(self, sound: bytes) -> None:
        self._sound = sound
        self._stopped = threading.Event()

    def start(self, put: Put) -> None:
        threading.Thread(target=self._deliver, args=[put], daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def close(self) -> None:
        self._stopped.set()

    def _deliver(self, put: Put) -> None:
        period_bytes = PERIOD_MS * SAMPLE_RATE_HZ // 1000 * SAMPLE_BYTES
        for place in range(0, len(self._sound), period_bytes):
            if self._stopped.wait(PERIOD_MS / 1000):
                return
            put(self._sound[place : place + period_bytes])
        os.kill(os.getpid(), signal.SIGKILL)


def devices() -> tuple[CaptureDevice, ...]:
    return (MICROPHONE,)


async def main(seconds: float) -> None:
    folders = Folders.of_this_user()
    notula = Notula(load_settings(folders.settings_file).settings, folders)
    await notula.start()
    own = notula.recorder
    sound = SoundSystem(devices, lambda _: MortalDevice(samples(seconds)))
    notula.recorder = Recorder(own._files, own._submit, own._running, sound=sound)
    await notula.recorder.start("Recording", MICROPHONE.id)
    print("recording", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
