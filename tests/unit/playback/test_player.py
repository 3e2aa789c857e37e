"""Playing: what is heard, and where in the recording that is."""

import array
import asyncio
import math
from itertools import pairwise
from pathlib import Path

import miniaudio
import pytest

from core.domain.errors import NoSoundDevice
from core.domain.speech import SAMPLE_RATE_HZ
from core.domain.waveform import WaveformOverview
from core.media import DecodedBlock
from core.playback.decoded_sound import DecodedSound
from core.playback.player import Player
from core.playback.sound_device import MiniaudioDevice
from tests.fakes.sound_device import FakeSoundDevice
from tests.unit.playback.hearing import hear, hear_out, until


async def test_it_plays_from_the_beginning_and_goes_on_where_it_was_paused(
    player: Player, device: FakeSoundDevice
) -> None:
    await player.play()
    assert await hear(player, device, 2.5) == [1, 2, 3]
    assert player.position_s == pytest.approx(2.5, abs=0.001)
    await player.pause()
    assert not player.is_playing
    assert player.position_s == pytest.approx(2.5, abs=0.001)
    await player.play()
    assert await hear(player, device, 1.0) == [3, 4]


async def test_a_jump_is_heard_at_once(player: Player, device: FakeSoundDevice) -> None:
    await player.play()
    await hear(player, device, 1.0)
    await player.seek(10.5)
    assert player.position_s == 10.5
    assert await hear(player, device, 1.0) == [11, 12]
    await player.seek(-3.0)
    assert player.position_s == 0.0
    await player.seek(99.0)
    assert player.position_s == 20.0


async def test_a_passage_is_repeated(player: Player, device: FakeSoundDevice) -> None:
    await player.play()
    await player.repeat((4.5, 6.0))
    assert player.position_s == 4.5
    assert await hear(player, device, 4.0) == [5, 6, 5, 6, 5, 6]
    await player.repeat(None)
    assert (await hear(player, device, 2.0))[-1] == 8


@pytest.mark.parametrize(("span_s", "values"), [((19.0, 25.0), {20}), ((4.0, 4.0), {5}), ((30.0, 31.0), set())])
async def test_a_passage_that_has_no_time_or_ends_after_the_recording_is_repeated_too(
    player: Player, device: FakeSoundDevice, span_s: tuple[float, float], values: set[int]
) -> None:
    await player.repeat(span_s)
    await player.play()
    assert set(await hear(player, device, 3.0)) >= values
    assert player.is_playing
    assert player.position_s <= max(span_s[0] + 0.5, 20.0)


@pytest.mark.parametrize("speed", [0.5, 1.5, 2.0])
async def test_another_speed_passes_as_much_more_of_the_recording(
    player: Player, device: FakeSoundDevice, speed: float
) -> None:
    await player.set_speed(speed)
    await player.play()
    await hear(player, device, 4.0)
    assert player.position_s == pytest.approx(4.0 * speed, abs=0.08)
    # What is heard then is what is there in the recording.
    assert array.array("h", device.heard[-2:])[0] == pytest.approx(int(4.0 * speed) + 1, abs=1)


async def test_the_pitch_stays_at_another_speed(tmp_path: Path, device: FakeSoundDevice) -> None:
    """A tone of 440 Hz has 440 periods a second at every speed."""
    sound = DecodedSound(tmp_path)
    tone = array.array("h", [round(8000 * math.sin(2 * math.pi * 440 * n / SAMPLE_RATE_HZ)) for n in range(64_000)])
    sound.add(DecodedBlock(tone.tobytes(), bytes(200)))
    sound.is_whole = True
    player = Player(sound, lambda: device, clock=device.clock)
    await player.set_speed(1.5)
    await player.play()
    await hear(player, device, 2.0)
    await player.close()
    sound.close()
    heard = array.array("h", bytes(device.heard[16_000:48_000]))
    crossings = sum(before < 0 <= after for before, after in pairwise(heard))
    assert crossings == pytest.approx(440, abs=5)


@pytest.mark.parametrize("speed", [0.5, 1.0, 1.5, 2.0])
async def test_it_stops_at_the_end_and_begins_anew(player: Player, device: FakeSoundDevice, speed: float) -> None:
    await player.set_speed(speed)
    await player.seek(19.5)
    await player.play()
    await hear_out(player, device)
    samples = array.array("h", bytes(device.heard))
    assert sum(value > 10 for value in samples) / SAMPLE_RATE_HZ * speed == pytest.approx(0.5, abs=0.06)
    assert player.position_s == pytest.approx(20.0, abs=0.01)
    await player.play()
    assert player.position_s == 0.0
    assert player.is_playing


async def test_what_is_not_decoded_yet_is_waited_for(tmp_path: Path, device: FakeSoundDevice) -> None:
    sound = DecodedSound(tmp_path)
    player = Player(sound, lambda: device, clock=device.clock)
    await player.seek(1.0)
    await player.play()
    assert device.hear(0.1) == b""
    assert player.position_s == 1.0
    sound.add(DecodedBlock(array.array("h", [7] * 2 * SAMPLE_RATE_HZ).tobytes(), bytes(100)))
    assert await hear(player, device, 0.5) == [7]
    await player.close()
    sound.close()


async def test_a_missing_device_is_told_and_tried_again(player: Player, device: FakeSoundDevice) -> None:
    device.is_missing = True
    with pytest.raises(NoSoundDevice):
        await player.play()
    assert not player.is_playing
    device.is_missing = False
    await player.play()
    assert await hear(player, device, 0.5) == [1]


async def test_the_position_of_a_real_device_follows_the_clock(sound: DecodedSound) -> None:
    """Miniaudio's null device asks for samples as fast as a real one plays them."""
    player = Player(sound, lambda: MiniaudioDevice([miniaudio.Backend.NULL]))
    loop = asyncio.get_running_loop()
    await player.play()
    await until(lambda: player.position_s > 0.0)
    begun_s, at_s = loop.time(), player.position_s
    await until(lambda: player.position_s >= at_s + 1.0)
    passed_s = loop.time() - begun_s
    await player.close()
    assert passed_s >= 0.8  # It can be later on a busy computer, never earlier.


def test_a_computer_without_a_device_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise miniaudio.MiniaudioError("failed to init device", -401)

    monkeypatch.setattr(miniaudio, "PlaybackDevice", fail)
    with pytest.raises(NoSoundDevice):
        MiniaudioDevice()


def test_the_sound_is_deleted_with_its_object(tmp_path: Path) -> None:
    sound = DecodedSound(tmp_path)
    sound.add(DecodedBlock(b"\1\0" * 320, b"\x10"))
    assert list(tmp_path.iterdir()) == []
    assert sound.read(319, 5) == b"\1\0"
    assert sound.overview == WaveformOverview(0.02, b"\x10")
    sound.close()
    assert sound.read(0, 5) == b""
