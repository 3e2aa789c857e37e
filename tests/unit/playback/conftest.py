"""A player of twenty seconds on a device that the test drives."""

import array
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.domain.speech import SAMPLE_RATE_HZ
from core.media import DecodedBlock
from core.playback.decoded_sound import DecodedSound
from core.playback.player import Player
from tests.fakes.sound_device import FakeSoundDevice


@pytest.fixture
def sound(tmp_path: Path) -> Iterator[DecodedSound]:
    """20 s in which each second is a sample value of its own."""
    made = DecodedSound(tmp_path / "playback")
    for second in range(20):
        pcm = array.array("h", [second + 1] * SAMPLE_RATE_HZ).tobytes()
        made.add(DecodedBlock(pcm, bytes([20]) * 50))
    made.is_whole = True
    yield made
    made.close()


@pytest.fixture
def device() -> FakeSoundDevice:
    return FakeSoundDevice()


@pytest.fixture
async def player(sound: DecodedSound, device: FakeSoundDevice) -> AsyncIterator[Player]:
    made = Player(sound, lambda: device, clock=device.clock)
    yield made
    await made.close()
    assert device.pull is None
