"""A file is found again by the text that is kept of its path, whatever bytes its name is made of."""

import os
import sys
from pathlib import Path

import pytest

from core.domain import SourceReference
from core.domain.file_location import folder_of, location_of, path_of, shown_name
from core.media.discovery import find_recordings

posix = pytest.mark.skipif(sys.platform == "win32", reason="names are no bytes on Windows")


@pytest.mark.parametrize(
    "name", ["talk.wav", "ä ö.wav", "100 %.wav", "%41.wav", "file:x.wav", "話.wav", "new\nline.wav"]
)
def test_an_ordinary_path_is_kept_as_it_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert location_of(path) == str(path)
    assert path_of(location_of(path)) == path
    assert shown_name(path) == name


@posix
@pytest.mark.parametrize("name", [b"latin1-\xe9\xff\xfe.wav", b"dossier-\xe9t\xe9/r.wav", b"\x80 100%.wav"])
def test_a_path_that_is_no_utf8_is_kept_with_its_bytes(name: bytes) -> None:
    path = Path(os.fsdecode(b"/recordings/" + name))
    location = location_of(path)
    assert location.encode().isascii()
    assert path_of(location) == path
    assert shown_name(path).encode().decode() == name.split(b"/")[-1].decode(errors="replace")


@pytest.mark.parametrize("location", ["https://example.org/a.wav", "http:/a.wav", "id:BQACAgIAAx", "a.wav", ""])
def test_only_what_is_on_this_computer_has_a_folder(tmp_path: Path, location: str) -> None:
    assert folder_of(location) is None
    assert folder_of(location_of(tmp_path / "100 %.wav")) == tmp_path


def test_a_reference_can_always_be_written() -> None:
    reference = SourceReference("telegram", "id:\ud83d", "voice\udce9.ogg")
    assert (reference.location, reference.name) == ("id:\ufffd", "voice\ufffd.ogg")


@posix
def test_one_that_can_not_be_looked_at_takes_no_other_with_it(tmp_path: Path) -> None:
    good = tmp_path / "good.wav"
    good.touch()
    wanted = [Path("/" + "a" * 300), Path("/nul\0l.wav"), os.fsdecode(b"http://example.org/\xe9.wav"), good]
    assert [item.source.location for item in find_recordings(wanted).recordings] == [
        "/" + "a" * 300,
        "/nul\0l.wav",
        "http://example.org/%E9.wav",
        str(good),
    ]
