"""The computer's sound device, which asks for samples in a thread of its own."""

import importlib
import logging
from collections.abc import Callable, Generator
from typing import Any, Protocol

from core.domain.errors import NoSoundDevice
from core.domain.speech import SAMPLE_RATE_HZ
from core.system.alsa_messages import silence_alsa

logger = logging.getLogger(__name__)

PERIOD_MS = 40
"""How much the device asks for at a time. It holds up to three times as much."""

_NULL_BACKEND = "Null"
"""What miniaudio takes where the system has no sound library: it plays in real time, to nobody."""

Pull = Callable[[int], bytes]
"""Gives up to so many samples, at once; fewer are made up by silence. Called in the device's thread."""


class SoundDevice(Protocol):
    """What the player needs. Its methods block for some milliseconds."""

    latency_s: float
    """From a sample's being asked for to its being heard, about."""

    def start(self, pull: Pull) -> None:
        """Begin to ask for samples. Raises `NoSoundDevice`."""

    def stop(self) -> None:
        """Ask for none any more."""

    def close(self) -> None:
        """Give the device back."""


class MiniaudioDevice:
    """The default device, by way of miniaudio (https://github.com/irmen/pyminiaudio)."""

    latency_s = 2 * PERIOD_MS / 1000

    def __init__(self, backends: list[Any] | None = None) -> None:
        """`backends` are miniaudio's; by default those of the system. Raises `NoSoundDevice`."""
        try:
            import miniaudio  # Here: it takes 30 ms, and most runs play nothing.
        except (ImportError, OSError) as error:  # A server has none of the desktop's libraries.
            raise NoSoundDevice from error
        silence_alsa()
        self._error: type[Exception] = miniaudio.MiniaudioError
        self._end_context: Callable[[Any], object] = importlib.import_module("_miniaudio").lib.ma_context_uninit
        try:
            self._device = miniaudio.PlaybackDevice(
                nchannels=1,
                sample_rate=SAMPLE_RATE_HZ,
                buffersize_msec=PERIOD_MS,
                backends=backends,
                app_name="Notula",
            )
        except self._error as error:
            logger.info("no sound device: %r", error)
            raise NoSoundDevice from error
        self._context: Any = self._device._context
        if self._device.backend == _NULL_BACKEND and backends is None:  # Nobody would hear it, and it would go on.
            self.close()
            raise NoSoundDevice

    def start(self, pull: Pull) -> None:
        """Begin to ask for samples. Raises `NoSoundDevice`."""
        samples = _samples(pull)
        next(samples)
        try:
            self._device.start(samples)
        except self._error as error:
            self.stop()  # Else miniaudio takes it for started, and never starts it again.
            raise NoSoundDevice from error

    def stop(self) -> None:
        """Ask for none any more."""
        try:
            self._device.stop()
        except self._error as error:  # One that was unplugged can't be stopped, and puts nothing out.
            logger.info("the sound device can't be stopped: %r", error)

    def close(self) -> None:
        """Give the device back. It can't be started again."""
        self._device.close()
        if self._context is not None:
            # With some backends it has a connection and a thread, and pyminiaudio keeps it.
            context, self._context = self._context, None
            self._end_context(context)


def _samples(pull: Pull) -> Generator[bytes, int, None]:
    wanted = yield b""
    while True:
        wanted = yield pull(wanted)
