"""Nobody else may read or change what Notula keeps, and what somebody else could have put there isn't used."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.system.folders import Folders
from core.system.private_files import (
    NotPrivate,
    close_to_others,
    create_for_owner,
    is_foreign_file,
    make_folder,
    open_for_owner,
    open_to_others,
    refuse_planted,
    refuse_planted_settings,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps profiles private itself")
NOBODY = 65534


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o277])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that any account may enter, so that only what is below it is tried."""
    tmp_path.chmod(0o755)
    return tmp_path


def given(path: Path, permissions: int, owner: int | None = None) -> Path:
    path.chmod(permissions)
    if owner is not None:
        os.chown(path, owner, owner)
    return path


def test_folders_and_files_are_made_for_their_owner_whatever_the_umask(place: Path, umask: None) -> None:
    folder = place / "share" / "notula"
    make_folder(folder)
    create_for_owner(folder / "notula.db")
    with open(folder / "notula.log", "w", encoding="utf-8", opener=open_for_owner) as log:
        log.write("a line")
    assert [mode(path) for path in (place / "share", folder)] == [0o700] * 2
    assert [mode(path) for path in folder.iterdir()] == [0o600] * 2


def test_what_is_there_is_closed(place: Path) -> None:
    folder = place / "data"
    (folder / "instances").mkdir(parents=True)
    for name in ("notula.db", "notula.db-wal", "notula.db.broken-20260101-000000", "instances/a.lock"):
        (folder / name).touch()
        given(folder / name, 0o666)
    given(folder, 0o777)
    given(folder / "instances", 0o777)
    assert folder in open_to_others([folder])
    close_to_others([folder, place / "missing"])
    found = [folder, *folder.rglob("*")]
    assert {path.name: mode(path) for path in found} == {path.name: 0o700 if path.is_dir() else 0o600 for path in found}
    assert open_to_others([folder]) == []


KEPT = [
    path
    for name, value in vars(Folders).items()
    if isinstance(value, property)
    and isinstance(path := getattr(Folders(*map(Path, ("config", "data", "cache", "log"))), name), Path)
]
"""All that Notula keeps, each in its folder."""


@pytest.mark.parametrize("kept", KEPT, ids=str)
def test_all_that_is_kept_is_closed_and_makes_no_folder_one_of_other_things(place: Path, kept: Path) -> None:
    folder = place / "drive" / kept.parent.name
    folder.mkdir(parents=True)
    (folder / kept.name).touch(0o666)
    given(folder / kept.name, 0o666)
    close_to_others([folder])
    assert mode(folder / kept.name) == 0o600
    given(folder.rename(place / "another"), 0o755)
    make_folder(place / "another")
    assert mode(place / "another") == 0o700


def test_a_file_that_was_open_is_closed_as_soon_as_it_is_written(place: Path) -> None:
    log = place / "notula.log"
    log.touch()
    given(log, 0o666)
    with open(log, "a", encoding="utf-8", opener=open_for_owner):
        assert mode(log) == 0o600


def test_links_that_were_planted_are_not_followed(place: Path) -> None:
    outside = place / "outside"
    outside.mkdir(0o755)
    (outside / "page.html").touch(0o644)
    folder = place / "notula"
    folder.mkdir(0o777)
    (folder / "instances").symlink_to(outside)
    (folder / "notula.log").symlink_to(outside / "page.html")
    (folder / "notula.log.1").hardlink_to(outside / "page.html")
    close_to_others([folder])
    assert (mode(folder), mode(outside), mode(outside / "page.html")) == (0o700, 0o755, 0o644)
    with pytest.raises(OSError, match="symbolic links"):
        open_for_owner(str(folder / "notula.log"), os.O_WRONLY)
    with pytest.raises(NotPrivate):
        open_for_owner(str(folder / "notula.log.1"), os.O_WRONLY)
    assert is_foreign_file(folder / "notula.log")
    assert is_foreign_file(folder / "notula.log.1")
    with pytest.raises(NotPrivate):
        refuse_planted(folder / "notula.log.1")


def test_a_folder_with_other_things_in_it_is_left_as_it_is_and_not_used(place: Path) -> None:
    folder = place / "documents"
    folder.mkdir(0o755)
    (folder / "letter.odt").touch()
    with pytest.raises(NotPrivate, match="holds other things"):
        make_folder(folder)
    assert mode(folder) == 0o755
    folder.chmod(0o700)
    make_folder(folder)


def test_a_folder_whose_other_things_are_hidden_or_the_file_systems_is_closed(place: Path) -> None:
    folder = place / "drive"
    folder.mkdir(0o755)
    folder.chmod(0o755)
    for name in (".Trash-1000", "lost+found", "models"):
        (folder / name).mkdir()
    (folder / ".DS_Store").touch()
    make_folder(folder)
    assert mode(folder) == 0o700


@pytest.mark.parametrize("folder", [Path("/"), Path("/tmp")])
def test_the_systems_folders_are_never_touched(folder: Path) -> None:
    before = mode(folder)
    with pytest.raises(NotPrivate):
        make_folder(folder)
    assert mode(folder) == before


def test_a_home_is_never_closed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = place / "notula"
    home.mkdir(0o755)
    monkeypatch.setenv("HOME", str(home))
    with pytest.raises(NotPrivate):
        make_folder(home)
    assert mode(home) == 0o755


def test_a_folder_that_everybody_writes_to_is_never_closed(place: Path) -> None:
    folder = place / "notula"
    folder.mkdir()
    folder.chmod(0o1777)
    with pytest.raises(NotPrivate):
        make_folder(folder)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_another_accounts_folder_and_files_are_not_used(place: Path) -> None:
    folder = place / "notula"
    folder.mkdir(0o777)
    (folder / "notula.db").touch()
    (folder / "elsewhere").touch()
    os.chown(folder / "notula.db", NOBODY, NOBODY)
    (folder / "notula.log").symlink_to(folder / "elsewhere")
    os.lchown(folder / "notula.log", NOBODY, NOBODY)
    make_folder(folder)
    assert is_foreign_file(folder / "notula.db")
    for name in ("notula.db", "notula.log"):
        with pytest.raises(NotPrivate):
            refuse_planted(folder / name)
    assert folder / "notula.db" in open_to_others([folder])
    given(folder, 0o755, NOBODY)
    with pytest.raises(NotPrivate, match="belongs to another account"):
        make_folder(folder)
    assert mode(folder) == 0o755


def test_settings_that_another_process_replaces_while_they_are_read_are_no_link(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("workers = 1")
    (tmp_path / "new").write_text("workers = 2")
    with file.open("rb") as opened:
        (tmp_path / "new").replace(file)
        refuse_planted_settings(file, opened.fileno())
    os.link(file, tmp_path / "second name")
    with file.open("rb") as opened, pytest.raises(NotPrivate):
        refuse_planted_settings(file, opened.fileno())
