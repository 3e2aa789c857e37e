from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Segment
from core.domain.errors import ExportFailed
from core.export import file_name, write, write_to_folder
from tests.unit.export.test_formats import stored

ONE = stored(Segment(0, 1, "Ever tried."))
OTHER = stored(Segment(0, 1, "Ever failed."))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("beckett.wav", "beckett.txt"),
        ("notes.final.MP3", "notes.final.txt"),
        ("Meeting v1.5", "Meeting v1.5.txt"),
        ("../../etc/passwd", "_.._etc_passwd.txt"),
        ("C:\\talk.m4a", "C__talk.txt"),
        ("con.wav", "_con.txt"),
        ("LPT1.old.wav", "_LPT1.old.txt"),
        ("evil\u202egpj.wav", "evilgpj.txt"),
        ("a\x00b\nc.wav", "a b c.txt"),
        (".hidden.wav", "hidden.txt"),
        ("...", "transcript.txt"),
        ("", "transcript.txt"),
        ("Gespräch 議事録.ogg", "Gespräch 議事録.txt"),
    ],
)
def test_a_name_becomes_a_file_name(name: str, expected: str) -> None:
    assert file_name(name, "txt") == expected


@given(st.text(st.characters(), max_size=400))
def test_any_name_becomes_a_file_name(name: str) -> None:
    made = file_name(name, "json")
    assert Path(made).name == made
    assert made.endswith(".json")
    assert len(made.encode()) <= 200
    assert made == made.strip(". ")


def test_a_file_is_replaced_as_a_whole_and_folders_are_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "talk.txt"
    write(ONE, "txt", file)
    write(OTHER, "txt", file)
    assert file.read_bytes() == b"Ever failed.\n"
    assert list(file.parent.iterdir()) == [file]


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "talk.txt").mkdir()
    for file in (tmp_path / "file" / "talk.txt", tmp_path / "talk.txt"):
        with pytest.raises(ExportFailed, match=r"talk\.txt"):
            write(ONE, "txt", file)
    with pytest.raises(ExportFailed):
        write_to_folder(ONE, "txt", tmp_path / "file")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "talk.txt"]


def test_the_same_again_makes_no_second_file(tmp_path: Path) -> None:
    assert write_to_folder(ONE, "txt", tmp_path) == write_to_folder(ONE, "txt", tmp_path) == tmp_path / "talk.txt"


def test_another_file_of_that_name_is_never_overwritten(tmp_path: Path) -> None:
    names = [write_to_folder(each, "txt", tmp_path).name for each in (ONE, OTHER, ONE, OTHER)]
    assert names == ["talk.txt", "talk (2).txt", "talk.txt", "talk (2).txt"]
    assert (tmp_path / "talk.txt").read_bytes() == b"Ever tried.\n"


def test_a_drive_without_hard_links_works_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    names = [write_to_folder(each, "txt", tmp_path).name for each in (ONE, OTHER)]
    assert names == ["talk.txt", "talk (2).txt"]
    assert len(list(tmp_path.iterdir())) == 2
