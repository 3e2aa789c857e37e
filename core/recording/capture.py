"""The device that is recorded from, which delivers samples in a thread of its own."""

import importlib
import logging
from collections.abc import Callable, Generator
from typing import Any, Protocol

from core.domain.errors import CaptureDeviceUnusable, CaptureRefused, NoCaptureDevice, RecordingFailed
from core.recording.capture_devices import is_loopback, native_id
from core.recording.wave_file import SAMPLE_RATE_HZ
from core.system.alsa_messages import silence_alsa

logger = logging.getLogger(__name__)

PERIOD_MS = 40
"""How much the device delivers at a time."""

Put = Callable[[bytes], None]
"""Takes samples: mono, 16-bit, little-endian, 48 kHz. Called in the device's real-time thread; returns at once."""


class Capture(Protocol):
    """What a recording needs. Its methods block for some milliseconds."""

    def start(self, put: Put) -> None:
        """Begin to deliver samples. Raises `RecordingFailed`'s children."""

    def stop(self) -> None:
        """Deliver none any more."""

    def close(self) -> None:
        """Give the device back."""


class MiniaudioCapture:
    """A device of the computer, by way of miniaudio (https://github.com/irmen/pyminiaudio)."""

    def __init__(self, device_id: str = "", backends: list[Any] | None = None) -> None:
        """`device_id` is a `CaptureDevice`'s, or empty for the default device; `backends` are miniaudio's.

        Raises `NoCaptureDevice`, `CaptureDeviceUnusable`, `CaptureRefused` and `RecordingFailed`.
        """
        try:
            import miniaudio  # Here: it takes 30 ms, and most runs record nothing.
        except (ImportError, OSError) as error:  # A server has none of the desktop's libraries.
            raise RecordingFailed from error
        silence_alsa()
        native = importlib.import_module("_miniaudio")
        self._lib = native.lib
        self._is_default = not device_id
        self._error: type[Exception] = miniaudio.MiniaudioError
        kind: Callable[..., Any] = miniaudio.CaptureDevice
        if is_loopback(device_id):
            from core.recording.loopback import loopback_device

            kind = loopback_device
        # Kept as long as the device: miniaudio has its address.
        self._native_id = native_id(device_id, native.ffi)
        try:
            self._device = kind(
                nchannels=1,
                sample_rate=SAMPLE_RATE_HZ,
                buffersize_msec=PERIOD_MS,
                device_id=self._native_id,
                backends=backends,
                app_name="Notula",
            )
        except self._error as error:
            raise self._failure(error) from error
        self._context: Any = self._device._context
        if self._device.backend == "Null" and backends is None:  # Silence for ever, where the system has nothing.
            self.close()
            raise NoCaptureDevice

    def start(self, put: Put) -> None:
        """Begin to deliver samples. Raises as making it does."""
        samples = _samples(put)
        next(samples)
        try:
            self._device.start(samples)
        except self._error as error:
            self.stop()  # Else miniaudio takes it for started, and never starts it again.
            raise self._failure(error) from error

    def stop(self) -> None:
        """Deliver none any more."""
        try:
            self._device.stop()
        except self._error as error:  # One that was unplugged can't be stopped, and delivers nothing.
            logger.info("the device can't be stopped: %r", error)

    def close(self) -> None:
        """Give the device back. It can't be started again."""
        self._device.close()
        if self._context is not None:
            # With some backends it has a connection and a thread, and pyminiaudio keeps it.
            context, self._context = self._context, None
            self._lib.ma_context_uninit(context)

    def _failure(self, error: Exception) -> RecordingFailed:
        logger.info("the device can't be recorded from: %r", error)
        if self._lib.MA_ACCESS_DENIED in error.args:
            return CaptureRefused()
        return NoCaptureDevice() if self._is_default else CaptureDeviceUnusable()


def _samples(put: Put) -> Generator[bytes, bytearray, None]:
    pcm = yield b""
    while True:
        put(bytes(pcm))
        pcm = yield b""
