"""Which files of a folder are recordings, and that the others are named."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from core.domain.left_out import LeftOut
from core.domain.media_formats import MEDIA_SUFFIXES
from core.media.discovery import find_recordings
from tests.media_samples import wav_header

NAMED = [
    "MTS",
    "m2ts",
    "vob",
    "3ga",
    "3g2",
    "w64",
    "rf64",
    "au",
    "ac3",
    "m4r",
    "mpga",
    "qt",
    "m2t",
    "f4v",
    "aifc",
    "WAVE",
    "Opus",
    "dts",
    "wv",
    "tta",
    "ape",
    "mpc",
    "dsf",
    "voc",
    "rm",
    "spx",
    "m4b",
    "mka",
    "oga",
    "ogv",
    "wma",
    "WMV",
    "amr",
    "caf",
    "mxf",
]


def found(folder: Path) -> list[str]:
    return [recording.source.name for recording in find_recordings([folder]).recordings]


def test_recordings_are_found_by_every_ending_in_capitals_too(tmp_path: Path) -> None:
    names = sorted({f"a.{one}" for one in NAMED} | {f"b{suffix.upper()}" for suffix in MEDIA_SUFFIXES})
    for name in names:
        (tmp_path / name).write_bytes(b"")
    assert found(tmp_path) == names
    assert not find_recordings([tmp_path]).left_out.files


def test_what_is_left_out_is_named(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    for name in ("a.txt", "b.docx", "c.jpg", "d", "inside/e.pdf", ".hidden", "talk.mp3"):
        (tmp_path / name).write_bytes(b"I feel free to write")
    assert found(tmp_path) == ["talk.mp3"]
    left_out = find_recordings([tmp_path, "https://example.org/x", tmp_path / "a.txt"]).left_out
    assert left_out == LeftOut(("a.txt", "b.docx", "c.jpg", "d", "e.pdf"))


def test_a_hidden_recording_is_named_and_other_hidden_files_are_not(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in (".Memo.M4A", "._talk.mp3", ".DS_Store", ".git/x.wav", "talk.mp3"):
        (tmp_path / name).write_bytes(b"")
    assert found(tmp_path) == ["talk.mp3"]
    assert find_recordings([tmp_path]).left_out == LeftOut((".Memo.M4A",))


def test_a_folder_that_is_a_link_is_named(tmp_path: Path) -> None:
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "talk.mp3").write_bytes(b"")
    for name, target in (("loop", tmp_path), ("again", tmp_path / "recordings")):
        (tmp_path / name).symlink_to(target)
    assert found(tmp_path) == ["talk.mp3"]
    assert find_recordings([tmp_path]).left_out == LeftOut(folders=("again", "loop"))


def test_a_folder_is_walked_through_once_and_a_file_looked_into_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "voice").write_bytes(wav_header(100, rate_hz=8000) + bytes(100))
    (inside / "notes").write_bytes(b"I feel free to write")
    looked_at: list[str] = []

    def noting(original: Callable[..., object]) -> Callable[..., object]:
        def noted(path: str | Path, *arguments: object) -> object:
            looked_at.append(Path(path).name)
            return original(path, *arguments)

        return noted

    monkeypatch.setattr(os, "scandir", noting(os.scandir))
    monkeypatch.setattr(Path, "open", noting(Path.open))
    found_there = find_recordings([tmp_path])
    assert [recording.source.name for recording in found_there.recordings] == ["voice"]
    assert found_there.left_out == LeftOut(("notes",))
    assert sorted(looked_at) == sorted([tmp_path.name, "inside", "notes", "voice"])


def test_a_folder_that_cannot_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("locked", "open"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "talk.mp3").write_bytes(b"")
    list_folder = os.scandir

    def scandir(path: str) -> object:
        if Path(path).name == "locked":  # Root, who may run this, may open all.
            raise PermissionError(13, "Permission denied", path)
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert found(tmp_path) == ["talk.mp3"]
    assert find_recordings([tmp_path]).left_out == LeftOut(folders=("locked",))


def test_a_recording_without_its_ending_is_found_by_its_first_bytes(tmp_path: Path) -> None:
    sound = wav_header(100, rate_hz=8000) + bytes(100)
    for name in ("voice", "voice.dat", "voice.bin", "voice.backup"):
        (tmp_path / name).write_bytes(sound)
    for name in ("voice.part", "voice.crdownload", "voice.txt"):
        (tmp_path / name).write_bytes(sound)
    assert found(tmp_path) == ["voice", "voice.backup", "voice.bin", "voice.dat"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_pipe_in_a_folder_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert found(tmp_path) == []
