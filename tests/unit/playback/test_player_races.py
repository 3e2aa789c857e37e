"""A person presses keys faster than a device starts and stops, and devices and files fail meanwhile."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from core.domain.errors import NotMedia, PlaybackFailed, SoundDeviceLost
from core.playback.decoded_sound import DecodedSound
from core.playback.player import Player
from core.playback.ready_sound import LOST_S
from tests.fakes.sound_device import FakeSoundDevice
from tests.unit.playback.hearing import hear, until


class SlowDevice(FakeSoundDevice):
    """Starts and stops only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = threading.Event()
        self.is_waiting = threading.Event()

    def _wait(self) -> None:
        self.is_waiting.set()
        self.may_go_on.wait()

    def start(self, pull: Callable[[int], bytes]) -> None:
        self._wait()
        super().start(pull)

    def stop(self) -> None:
        self._wait()
        super().stop()


@pytest.fixture
def device() -> SlowDevice:
    return SlowDevice()


async def is_waiting(device: SlowDevice) -> None:
    await asyncio.to_thread(device.is_waiting.wait)


async def test_play_that_is_pressed_twice_starts_the_device_once(player: Player, device: SlowDevice) -> None:
    device.may_go_on.set()
    await asyncio.gather(player.play(), player.play())
    assert device.starts == 1
    assert await hear(player, device, 1.5) == [1, 2]


async def test_closing_while_it_starts_gives_the_device_back(player: Player, device: SlowDevice) -> None:
    playing = asyncio.create_task(player.play())
    await is_waiting(device)
    closing = asyncio.create_task(player.close())
    await asyncio.sleep(0)
    device.may_go_on.set()
    await asyncio.gather(playing, closing)
    assert device.is_closed
    assert not player.is_playing
    with pytest.raises(PlaybackFailed):
        await player.play()


async def test_a_start_that_is_cancelled_leaves_nothing_half_started(player: Player, device: SlowDevice) -> None:
    playing = asyncio.create_task(player.play())
    await is_waiting(device)
    playing.cancel()
    device.may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert player.is_playing
    await player.pause()
    assert device.pull is None


async def test_a_jump_while_it_is_being_paused_counts(player: Player, device: SlowDevice) -> None:
    device.may_go_on.set()
    await player.play()
    await hear(player, device, 1.0)
    device.may_go_on.clear()
    device.is_waiting.clear()
    pausing = asyncio.create_task(player.pause())
    await is_waiting(device)
    await player.seek(12.0)
    device.may_go_on.set()
    await pausing
    assert player.position_s == 12.0


async def test_a_device_that_is_unplugged_is_told_and_another_one_is_taken(sound: DecodedSound) -> None:
    devices = [FakeSoundDevice(), FakeSoundDevice()]
    waiting = iter(devices)
    player = Player(sound, lambda: next(waiting), clock=lambda: devices[0].now_s + devices[1].now_s)
    await player.play()
    await hear(player, devices[0], 2.5)
    devices[0].now_s += LOST_S + 0.1  # It asks for nothing any more.
    await until(lambda: not player.is_playing)
    assert isinstance(player.problem, SoundDeviceLost)
    assert devices[0].is_closed
    assert player.position_s == pytest.approx(2.5)
    await player.play()
    assert player.problem is None
    assert await hear(player, devices[1], 1.0) == [3, 4]
    await player.close()


async def test_a_temporary_file_that_cannot_be_read_is_told(
    player: Player, device: SlowDevice, sound: DecodedSound, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(first: int, count: int) -> bytes:
        raise OSError(5, "Input/output error")

    device.may_go_on.set()
    monkeypatch.setattr(sound, "read", fail)
    await player.play()
    await until(lambda: not player.is_playing)
    assert isinstance(player.problem, PlaybackFailed)
    assert device.pull is None


async def test_why_nothing_more_comes_stays_known_when_it_is_played(
    player: Player, device: SlowDevice, sound: DecodedSound
) -> None:
    device.may_go_on.set()
    sound.problem = NotMedia(name="talk.mp3")
    await player.play()
    assert player.problem is sound.problem
