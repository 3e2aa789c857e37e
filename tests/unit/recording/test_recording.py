"""A recording: what a device delivers is in its file, and what is missing is told."""

import errno
import os
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import miniaudio
import pytest

from core.domain.errors import (
    CaptureDeviceLost,
    CaptureDeviceUnusable,
    NoCaptureDevice,
    RecordingDiskFull,
    RecordingNotWritten,
)
from core.recording import recording as recording_module
from core.recording import wave_file
from core.recording.capture import MiniaudioCapture
from core.recording.recording import Recording
from core.recording.wave_file import WaveFile
from tests.fakes.capture_device import HEADSET, MICROPHONE, FakeSoundSystem, samples
from tests.patience import PATIENCE_S

NULL = [miniaudio.Backend.NULL]


def until(condition: Callable[[], object]) -> None:
    """The writer is a thread of its own, which tells nobody what it has done."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


def sound_of(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        assert file.getparams()[:3] == (1, 2, 48_000)
        return file.readframes(file.getnframes())


@pytest.fixture
def system() -> FakeSoundSystem:
    return FakeSoundSystem()


@pytest.fixture
def recording(system: FakeSoundSystem, tmp_path: Path) -> Iterator[Recording]:
    numbers = iter(range(100))
    made = Recording(lambda: WaveFile(tmp_path / f"{next(numbers)}.wav"), system.open, clock=system.clock)
    yield made
    made.finish()


def test_what_the_device_delivers_is_in_the_file(recording: Recording, system: FakeSoundSystem) -> None:
    recording.start(MICROPHONE.id)
    said = [samples(0.04, first) for first in range(0, 5_000, 500)]
    for block in said:
        system.hear(block)
    [file] = recording.finish()
    assert sound_of(file) == b"".join(said)
    assert recording.state.length_s == pytest.approx(0.4)
    assert recording.state.is_ended
    assert system.capture.is_closed


def test_the_file_is_whole_at_every_moment(recording: Recording, system: FakeSoundSystem) -> None:
    recording.start("")
    system.hear(samples(0.5))
    until(lambda: recording.state.length_s)
    assert sound_of(recording.files[0]) == samples(0.5)


def test_others_may_not_read_it(recording: Recording) -> None:
    recording.start("")
    if os.name == "posix":
        assert recording.files[0].stat().st_mode & 0o777 == 0o600


def test_a_pause_stops_the_device_and_takes_nothing_in(recording: Recording, system: FakeSoundSystem) -> None:
    recording.start("")
    system.hear(samples(0.1, 1))
    put = system.capture.put
    recording.pause()
    assert system.capture.put is None
    assert recording.state.is_paused
    assert put is not None
    put(samples(0.1, 2))  # What was on its way when the device was stopped.
    recording.resume()
    assert not recording.state.is_paused
    system.hear(samples(0.1, 3))
    [file] = recording.finish()
    assert sound_of(file) == samples(0.1, 1) + samples(0.1, 3)
    assert len(system.opened) == 1


def test_it_goes_on_from_another_device_in_the_same_file(recording: Recording, system: FakeSoundSystem) -> None:
    recording.start(MICROPHONE.id)
    system.hear(samples(0.1, 1))
    recording.use(HEADSET.id)
    assert system.opened[0].is_closed
    assert recording.state.device_id == HEADSET.id
    system.hear(samples(0.1, 2))
    [file] = recording.finish()
    assert sound_of(file) == samples(0.1, 1) + samples(0.1, 2)


def test_where_another_device_can_not_be_used_the_recording_is_paused(
    recording: Recording, system: FakeSoundSystem
) -> None:
    recording.start(MICROPHONE.id)
    system.hear(samples(0.1, 1))
    system.failure = CaptureDeviceUnusable()
    with pytest.raises(CaptureDeviceUnusable):
        recording.use(HEADSET.id)
    assert recording.state.is_paused
    system.failure = None
    recording.use(MICROPHONE.id)
    assert not recording.state.is_paused
    [file] = recording.finish()
    assert sound_of(file) == samples(0.1, 1)


def test_a_device_that_delivers_nothing_any_more_is_lost_and_all_until_then_kept(
    recording: Recording, system: FakeSoundSystem
) -> None:
    recording.start(MICROPHONE.id)
    system.hear(samples(0.2))
    until(lambda: recording.state.length_s)
    system.now_s += recording_module.DEVICE_LOST_S + 1
    until(lambda: recording.state.problem)
    assert recording.state.problem == CaptureDeviceLost().message
    assert recording.state.is_paused
    assert not recording.state.is_ended
    recording.resume()  # It was plugged in again.
    assert recording.state.problem is None
    assert len(system.opened) == 2
    system.hear(samples(0.1))
    [file] = recording.finish()
    assert sound_of(file) == samples(0.2) + samples(0.1)


def test_a_paused_recording_misses_no_device(recording: Recording, system: FakeSoundSystem) -> None:
    recording.start("")
    recording.pause()
    system.now_s += 3_600
    recording.resume()
    system.hear(samples(0.1))
    until(lambda: recording.state.length_s)
    assert recording.state.problem is None
    assert recording.state.lost_s == 0


def test_silence_is_timed_and_forgotten_at_the_first_sound(recording: Recording, system: FakeSoundSystem) -> None:
    recording.start("")
    system.hear(bytes(9_600))
    until(lambda: recording.state.length_s)
    system.now_s += 2.0
    system.hear(bytes(9_600))
    until(lambda: recording.state.silent_s > 1.5)
    assert recording.state.level.peak_db == -96.0
    system.hear(samples(0.1))
    until(lambda: recording.state.silent_s == 0)
    assert recording.state.level.peak_db > -20.0


def test_sound_that_no_disk_could_take_is_told(
    recording: Recording, system: FakeSoundSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording.start("")
    monkeypatch.setattr(recording._buffer, "_most_bytes", 9_600)
    system.capture.put(bytes(9_600 * 20))  # type: ignore[misc]
    until(lambda: recording.state.lost_s)
    assert recording.state.lost_s == pytest.approx(2.0)


@pytest.mark.parametrize(("code", "told"), [(errno.ENOSPC, RecordingDiskFull), (errno.EIO, RecordingNotWritten)])
def test_a_disk_that_takes_no_more_ends_it_and_what_is_written_stays(
    code: int,
    told: type[Exception],
    recording: Recording,
    system: FakeSoundSystem,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    recording.start("")
    system.hear(samples(0.2))
    until(lambda: recording.state.length_s)
    write = os.write

    def fail(descriptor: int, content: bytes) -> int:
        if len(content) > 1_000:  # Not of the header, whose place is there.
            write(descriptor, content[:501])
            raise OSError(code, "no")
        return write(descriptor, content)

    monkeypatch.setattr(wave_file.os, "write", fail)
    system.hear(samples(0.2))
    until(lambda: recording.state.is_ended)
    monkeypatch.undo()
    assert recording.state.problem.template == told.sentence  # type: ignore[attr-defined,union-attr]
    until(lambda: system.capture.is_closed)
    [file] = recording.finish()
    assert sound_of(file) == samples(0.2) + samples(0.2)[:500]


def test_another_file_is_begun_before_one_is_too_large(
    recording: Recording, system: FakeSoundSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wave_file, "LARGEST_BYTES", 10_000)
    recording.start("")
    system.hear(samples(0.25))
    files = recording.finish()
    assert len(files) == 3
    assert b"".join(map(sound_of, files)) == samples(0.25)


def test_without_a_device_no_file_is_made(system: FakeSoundSystem, tmp_path: Path) -> None:
    system.failure = NoCaptureDevice()
    made = Recording(lambda: WaveFile(tmp_path / "a.wav"), system.open, clock=system.clock)
    with pytest.raises(NoCaptureDevice):
        made.start("")
    assert not made.finish()
    assert not list(tmp_path.iterdir())


def test_without_a_file_the_device_is_given_back(system: FakeSoundSystem) -> None:
    def refuse() -> WaveFile:
        raise PermissionError

    made = Recording(refuse, system.open)
    with pytest.raises(PermissionError):
        made.start("")
    assert system.capture.is_closed
    assert not made.finish()


def test_the_null_device_records_silence_in_real_time(tmp_path: Path) -> None:
    made = Recording(lambda: WaveFile(tmp_path / "a.wav"), lambda device_id: MiniaudioCapture(device_id, NULL))
    made.start("")
    until(lambda: made.state.length_s > 0.5)
    made.pause()
    made.resume()
    length_s = made.state.length_s
    until(lambda: made.state.length_s > length_s)
    [file] = made.finish()
    sound = sound_of(file)
    assert sound == bytes(len(sound))
    assert len(sound) / 96_000 == pytest.approx(made.state.length_s)
