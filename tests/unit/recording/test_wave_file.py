"""The files of recordings: true while they grow, and mended where a power cut has left them otherwise."""

import wave
from pathlib import Path

import pytest

from core.recording import wave_file
from core.recording.wave_file import WaveFile, length_s, repair
from tests.fakes.capture_device import samples


def frames(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        return file.readframes(file.getnframes())


def test_the_header_is_true_after_each_addition(tmp_path: Path) -> None:
    file = WaveFile(tmp_path / "a.wav")
    assert frames(file.path) == b""
    file.add(samples(0.1))
    assert frames(file.path) == samples(0.1)
    file.add(samples(0.2))
    assert frames(file.path) == samples(0.1) + samples(0.2)
    assert length_s(file.path) == pytest.approx(0.3)
    file.close()


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        WaveFile(tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_bytes() == b"mine"


@pytest.mark.parametrize("kept", [44, 0])
def test_a_header_is_mended_by_the_size_of_the_file(kept: int, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    file = WaveFile(path)
    file.add(samples(0.1))
    file.close()
    content = path.read_bytes()
    old_header = bytes(44) if not kept else WaveFile(tmp_path / "b.wav").path.read_bytes()
    path.write_bytes(old_header + content[44:] + samples(0.1) + b"\1")  # Half a sample was written, too.
    assert length_s(path) == pytest.approx(0.2)
    repair(path)
    assert frames(path) == samples(0.1) * 2


def test_what_is_shorter_than_a_header_plays_for_no_time(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"RI")
    assert length_s(path) == 0
    repair(path)
    assert frames(path) == b""


def test_there_is_room_for_what_32_bits_can_count(tmp_path: Path) -> None:
    file = WaveFile(tmp_path / "a.wav")
    assert file.room_bytes + 36 < 2**32
    assert file.room_bytes == wave_file.LARGEST_BYTES
    file.close()
