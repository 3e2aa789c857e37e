import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Segment
from core.domain.errors import ExportFailed, ExportFolderMissing
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


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_what_a_link_leads_to_is_replaced_and_not_the_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "notes.txt", tmp_path / "talk.txt"
    target.write_text("before")
    link.symlink_to(target)
    write(ONE, "txt", link)
    assert link.is_symlink()
    assert target.read_bytes() == b"Ever tried.\n"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_to_a_drive_that_is_gone_makes_no_folder_in_its_place(tmp_path: Path) -> None:
    link = tmp_path / "talk.txt"
    link.symlink_to(tmp_path / "drive" / "talk.txt")
    with pytest.raises(ExportFolderMissing):
        write(ONE, "txt", link)
    assert [path.name for path in tmp_path.iterdir()] == ["talk.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permissions of this kind")
@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_a_file_that_is_replaced_keeps_who_may_read_it(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "talk.txt"
    file.touch()
    file.chmod(mode)
    write(ONE, "txt", file)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_plain_file_is_never_replaced(tmp_path: Path) -> None:
    """As root, a pipe, or a device as /dev/null, would be gone for all programs."""
    pipe = tmp_path / "talk.txt"
    os.mkfifo(pipe)
    with pytest.raises(ExportFailed):
        write(ONE, "txt", pipe)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


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
