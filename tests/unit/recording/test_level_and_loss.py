"""How loud sound is, and how much of it a device has not delivered."""

import array
import math

import pytest

from core.domain.capture import SoundLevel
from core.recording.level import level_of
from core.recording.lost_sound import LostSound
from core.recording.sound_buffer import SoundBuffer


def test_silence_is_the_lowest_level() -> None:
    assert level_of(b"") == level_of(bytes(200)) == SoundLevel(-96.0, -96.0)


def test_a_full_square_is_full_scale() -> None:
    level = level_of(array.array("h", [32_767, -32_768] * 100).tobytes())
    assert level.rms_db == pytest.approx(0.0, abs=0.01)
    assert level.peak_db == 0.0


def test_a_sine_is_three_decibels_under_its_peak() -> None:
    sine = array.array("h", [round(16_384 * math.sin(number / 10)) for number in range(6_283)])
    level = level_of(sine.tobytes())
    assert level.peak_db == pytest.approx(-6.02, abs=0.01)
    assert level.rms_db == pytest.approx(-9.03, abs=0.01)


def test_a_device_that_delivers_as_time_passes_loses_nothing() -> None:
    lost = LostSound(0.0)
    told = [lost.follow(max(0.0, tick / 10 - 0.3), tick / 10) for tick in range(36_000)]  # It needs 0.3 s to begin.
    assert not any(told)


def test_a_device_whose_clock_is_a_little_slow_loses_nothing() -> None:
    lost = LostSound(0.0)
    assert not any(lost.follow(tick / 10 * 0.9999, tick / 10) for tick in range(1, 360_000))


def test_a_device_that_delivers_late_loses_nothing() -> None:
    lost = LostSound(0.0)
    delivered = [0.1, 0.2, *[0.2] * 15, 1.8, 1.9]  # It hangs for one and a half seconds.
    assert not any(lost.follow(one, (tick + 1) / 10) for tick, one in enumerate(delivered))


def test_what_never_comes_is_lost_once() -> None:
    lost = LostSound(0.0)
    told = [lost.follow(tick / 10 if tick < 100 else tick / 10 - 2.0, tick / 10) for tick in range(1, 400)]
    assert [round(one, 1) for one in told if one] == [2.0]


def test_a_buffer_holds_no_more_than_it_may() -> None:
    buffer = SoundBuffer(longest_s=1.0)
    for _ in range(30):
        buffer.put(bytes(9_600))
    pcm, lost_s = buffer.take()
    assert len(pcm) == 96_000
    assert lost_s == pytest.approx(2.0)
    buffer.put(bytes(9_600))
    assert buffer.take() == (bytes(9_600), 0.0)
