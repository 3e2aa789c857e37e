"""The computer's sound device, as miniaudio behaves where there is none, or it fails."""

import subprocess
import sys

import _miniaudio
import miniaudio
import pytest

from core.domain.errors import NoSoundDevice
from core.playback.sound_device import MiniaudioDevice

NULL = [miniaudio.Backend.NULL]


def test_a_device_that_could_not_be_started_can_be_later(monkeypatch: pytest.MonkeyPatch) -> None:
    device = MiniaudioDevice(NULL)
    start = device._device.start

    def fail(samples: object) -> None:
        device._device.callback_generator = samples  # As miniaudio does before it asks the system.
        raise miniaudio.MiniaudioError("failed to start audio device", -1)

    monkeypatch.setattr(device._device, "start", fail)
    with pytest.raises(NoSoundDevice):
        device.start(lambda _: b"")
    monkeypatch.setattr(device._device, "start", start)
    device.start(lambda _: b"")
    device.stop()
    device.close()


def test_a_device_that_is_gone_can_be_stopped_and_closed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    device = MiniaudioDevice(NULL)
    device.start(lambda _: b"")

    def fail() -> None:
        raise miniaudio.MiniaudioError("failed to stop audio device", -1)

    with monkeypatch.context() as unplugged:
        unplugged.setattr(device._device, "stop", fail)
        device.stop()
    device.close()
    device.close()


def test_the_connection_to_the_sound_system_is_closed_with_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[object] = []
    device = MiniaudioDevice(NULL)
    end_context = device._end_context
    monkeypatch.setattr(device, "_end_context", lambda context: ended.append(end_context(context)))
    device.close()
    assert ended == [0]  # MA_SUCCESS


def test_where_the_system_has_nothing_that_plays_it_is_told_and_the_connection_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Miniaudio falls back to a device that plays to nobody, in real time."""
    ended: list[object] = []
    make_context, end_context = miniaudio.PlaybackDevice._make_context, _miniaudio.lib.ma_context_uninit

    class Library:
        @staticmethod
        def ma_context_uninit(context: object) -> None:
            ended.append(end_context(context))

    monkeypatch.setattr(
        miniaudio.PlaybackDevice, "_make_context", lambda device, _, *rest: make_context(device, NULL, *rest)
    )
    monkeypatch.setattr(_miniaudio, "lib", Library)
    with pytest.raises(NoSoundDevice):
        MiniaudioDevice()
    assert ended == [0]


def test_a_computer_without_sound_writes_nothing_to_the_terminal() -> None:
    """ALSA would write twenty lines by itself."""
    program = """
from core.domain.errors import NoSoundDevice
from core.playback.sound_device import MiniaudioDevice
try:
    MiniaudioDevice().close()
except NoSoundDevice:
    pass
"""
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert finished.stderr == ""
    assert finished.stdout == ""
