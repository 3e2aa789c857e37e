"""What a person is told where a file can't be written, and finding that out before."""

import errno
import os
import sys
from pathlib import Path

import pytest

from core.domain.errors import (
    ExportDenied,
    ExportDiskFull,
    ExportDriveFailing,
    ExportFailed,
    ExportFolderMissing,
    ExportNotFolder,
    ExportReadOnly,
)
from core.export import probe_folder
from core.export.files import write_to_folder
from tests.unit.export.test_no_speech import SPOKEN

CODES = [
    (errno.ENOSPC, ExportDiskFull),
    (errno.EDQUOT, ExportDiskFull),
    (errno.EROFS, ExportReadOnly),
    (errno.EACCES, ExportDenied),
    (errno.EPERM, ExportDenied),
    (errno.ENOENT, ExportFolderMissing),
    (errno.ENOTDIR, ExportNotFolder),
    (errno.EEXIST, ExportNotFolder),
    (errno.ELOOP, ExportNotFolder),
    (errno.EIO, ExportDriveFailing),
    (errno.ESTALE, ExportDriveFailing),
    (errno.EMFILE, ExportFailed),
]


@pytest.mark.parametrize(("code", "expected"), CODES, ids=lambda value: errno.errorcode.get(value, ""))
def test_each_reason_has_its_sentence_with_the_folder(
    code: int, expected: type[ExportFailed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "open", fail)
    for act in (lambda: write_to_folder(SPOKEN, "txt", tmp_path), lambda: probe_folder(tmp_path)):
        with pytest.raises(ExportFailed) as caught:
            act()
        assert type(caught.value) is expected
        assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("folder", ["/proc/nope/here", "/dev/null/here", "bad\0name", "~no_such_user_here/out"])
def test_a_folder_that_cant_be_is_told(folder: str) -> None:
    with pytest.raises(ExportFailed) as caught:
        probe_folder(Path(folder))
    assert folder.partition("\0")[0] in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there, and a path through a file isn't found")
@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("file", ExportNotFolder),
        ("file/x", ExportNotFolder),
        ("file/x/y", ExportNotFolder),
        ("loop", ExportNotFolder),
        ("loop/x", ExportNotFolder),
        (os.devnull, ExportNotFolder),
        ("unplugged", ExportFolderMissing),
        ("unplugged/x", ExportFolderMissing),
    ],
)
def test_what_is_no_folder_is_told_from_a_drive_that_was_taken_out(
    folder: str, expected: type[ExportFailed], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "unplugged").symlink_to(tmp_path / "drive" / "out")
    place = tmp_path / folder
    for act in (lambda: write_to_folder(SPOKEN, "txt", place), lambda: probe_folder(place)):
        with pytest.raises(ExportFailed) as caught:
            act()
        assert type(caught.value) is expected
        assert str(place) in str(caught.value)


def test_a_probe_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    probe_folder(tmp_path / "there")
    probe_folder(tmp_path / "new" / "deep")
    assert [one.name for one in tmp_path.rglob("*")] == ["there"]
