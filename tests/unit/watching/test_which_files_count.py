"""Which files of a watched folder are transcribed, and when."""

import os
import sys
from pathlib import Path

import pytest

from core.domain.watching import WatchFolder
from core.store.sqlite import Database
from tests.unit.watching.driver import WatchedFolderDriver


async def test_what_was_there_before_does_not_count(calls: WatchedFolderDriver) -> None:
    assert await calls.settle() == []


async def test_a_file_that_comes_counts_once(calls: WatchedFolderDriver) -> None:
    (calls.path / "new.wav").write_bytes(b"hello")
    assert await calls.settle() == ["new.wav"]
    assert await calls.settle() == []


async def test_what_was_there_before_counts_where_that_is_wanted(tmp_path: Path, database: Database) -> None:
    (tmp_path / "old.wav").write_bytes(b"from before")
    folder = WatchedFolderDriver(tmp_path, database, WatchFolder(existing=True))
    await folder.look()
    assert await folder.settle() == ["old.wav"]
    folder.started()
    assert await folder.settle() == []


async def test_what_was_there_before_counts_once_that_is_wanted(calls: WatchedFolderDriver) -> None:
    (calls.path / "new.wav").write_bytes(b"hello")
    await calls.settle()
    calls.options = WatchFolder(existing=True)
    calls.started()
    assert await calls.settle() == ["old.wav"]


async def test_a_file_counts_once_it_stands_still(calls: WatchedFolderDriver) -> None:
    new = calls.path / "new.wav"
    for number in range(5):
        with new.open("ab") as opened:
            opened.write(b"more" * (number + 1))
        await calls.look(after_s=4.0)
        assert calls.names == []
    await calls.look(after_s=4.0)
    assert calls.names == []
    await calls.look(after_s=5.0)
    assert calls.names == ["new.wav"]


async def test_a_recorder_that_writes_in_bursts_is_waited_for_after_the_first(calls: WatchedFolderDriver) -> None:
    new = calls.path / "meeting.wav"
    new.write_bytes(b"burst")
    for _ in range(20):  # A burst every 30 s, a look every 6 s.
        for _ in range(5):
            await calls.look()
        with new.open("ab") as opened:
            opened.write(b"burst")
    assert len(calls.names) == 1
    for _ in range(12):
        await calls.look()
    assert calls.names == ["meeting.wav", "meeting.wav"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes a file")
async def test_a_recorder_that_pauses_with_its_file_open_is_waited_for(calls: WatchedFolderDriver) -> None:
    with (calls.path / "meeting.wav").open("wb") as recorder:
        recorder.write(b"until the break")
        recorder.flush()
        for _ in range(3):
            await calls.look(after_s=60.0)
        assert calls.names == []
        assert calls.watch.state.waiting == 1
        recorder.write(b" and after it")
    assert await calls.settle() == ["meeting.wav"]


async def test_the_clock_of_another_computer_does_not_matter(calls: WatchedFolderDriver) -> None:
    for name, day in (("future.wav", 4_000_000_000), ("past.wav", 0)):
        (calls.path / name).write_bytes(name.encode())
        os.utime(calls.path / name, (day, day))
    assert sorted(await calls.settle()) == ["future.wav", "past.wav"]


async def test_hidden_unfinished_empty_and_other_files_do_not_count(calls: WatchedFolderDriver) -> None:
    for name in (
        ".hidden.wav",
        "._fork.wav",
        "half.wav.part",
        "half.mp3.crdownload",
        "half.wav.tmp",
        "half.m4a.filepart",
        "text.txt",
        "text.srt",
        "text.vtt",
        "text.json",
        "text.md",
        "text.docx",
        "picture.jpg",
        "unknown.xyz",
    ):
        (calls.path / name).write_bytes(b"something")
    (calls.path / "empty.wav").touch()
    (calls.path / "folder.wav").mkdir()
    (calls.path / ".hidden").mkdir()
    (calls.path / ".hidden" / "inner.wav").write_bytes(b"hidden, too")
    assert await calls.settle() == []


async def test_a_download_counts_once_it_has_its_name(calls: WatchedFolderDriver) -> None:
    part = calls.path / "talk.mp3.part"
    part.write_bytes(b"talk")
    assert await calls.settle() == []
    part.rename(calls.path / "talk.mp3")
    assert await calls.settle() == ["talk.mp3"]


async def test_a_recording_without_a_known_ending_is_known_by_its_first_bytes(calls: WatchedFolderDriver) -> None:
    (calls.path / "voice").write_bytes(b"OggS" + bytes(100))
    assert await calls.settle() == ["voice"]


async def test_subfolders_count_where_that_is_wanted(calls: WatchedFolderDriver) -> None:
    (calls.path / "monday").mkdir()
    (calls.path / "monday" / "a.wav").write_bytes(b"a")
    assert await calls.settle() == ["monday/a.wav"]
    calls.options = WatchFolder(subfolders=False)
    calls.started()
    (calls.path / "monday" / "b.wav").write_bytes(b"b")
    assert await calls.settle() == []


async def test_a_subfolder_that_is_watched_by_itself_is_left_to_that(calls: WatchedFolderDriver) -> None:
    own = calls.path / "private"
    own.mkdir()
    calls.others = frozenset({os.path.normcase(own)})
    calls.started()
    (own / "secret.wav").write_bytes(b"secret")
    assert await calls.settle() == []


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
async def test_links_to_folders_are_not_followed_and_loops_end(calls: WatchedFolderDriver, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "far.wav").write_bytes(b"far")
    (calls.path / "link").symlink_to(elsewhere)
    (calls.path / "loop").symlink_to(calls.path)
    (calls.path / "nowhere.wav").symlink_to(tmp_path / "missing")
    (calls.path / "file.wav").symlink_to(elsewhere / "far.wav")
    assert await calls.settle() == ["file.wav"]


async def test_a_moved_a_renamed_and_a_touched_file_do_not_count_again(calls: WatchedFolderDriver) -> None:
    for name in ("a.wav", "b.wav"):
        (calls.path / name).write_bytes(name.encode())
    await calls.settle()
    (calls.path / "done").mkdir()
    (calls.path / "a.wav").rename(calls.path / "done" / "a.wav")
    (calls.path / "old.wav").rename(calls.path / "done" / "older.wav")
    os.utime(calls.path / "b.wav", (5, 5))
    assert await calls.settle() == []
    calls.started()
    assert await calls.settle() == []


async def test_two_files_that_change_their_names_do_not_count_again(calls: WatchedFolderDriver) -> None:
    for name in ("a.wav", "b.wav"):
        (calls.path / name).write_bytes(name.encode())
    (calls.path / "old2.wav").write_bytes(b"another from before")
    await calls.settle()
    known = len(calls.jobs)
    for one, other in (("a.wav", "b.wav"), ("old.wav", "old2.wav")):
        (calls.path / one).rename(calls.path / "between")
        (calls.path / other).rename(calls.path / one)
        (calls.path / "between").rename(calls.path / other)
    await calls.settle()
    assert len(calls.jobs) == known


async def test_a_file_with_other_content_counts_again(calls: WatchedFolderDriver) -> None:
    for name in ("new.wav", "old.wav"):
        (calls.path / name).write_bytes(b"one thing")
        os.utime(calls.path / name, (100, 100))
    assert len(await calls.settle()) == 1  # They are the same.
    (calls.path / "new.wav").write_bytes(b"some else")
    os.utime(calls.path / "new.wav", (101, 101))  # As long as the one before.
    assert await calls.settle() == ["new.wav"]
    (calls.path / "old.wav").write_bytes(b"other stuff")
    assert await calls.settle() == ["old.wav"]


@pytest.mark.parametrize("shift_s", [3600, -3600, 5400, 3601.5])
async def test_a_drive_whose_clock_was_changed_is_not_transcribed_as_a_whole(
    calls: WatchedFolderDriver, shift_s: float
) -> None:
    """FAT keeps local time."""
    old = calls.path / "old.wav"
    changed_ns = old.stat().st_mtime_ns + round(shift_s * 10**9)
    os.utime(old, ns=(changed_ns, changed_ns))
    assert await calls.settle() == []


async def test_the_same_content_under_another_name_is_the_same_recording(calls: WatchedFolderDriver) -> None:
    (calls.path / "a.wav").write_bytes(b"hello")
    await calls.settle()
    (calls.path / "copy.wav").write_bytes(b"hello")
    assert await calls.settle() == []


async def test_what_comes_while_notula_is_closed_counts_at_the_next_start(calls: WatchedFolderDriver) -> None:
    (calls.path / "new.wav").write_bytes(b"hello")
    calls.started()
    assert await calls.settle() == ["new.wav"]


async def test_a_folder_that_is_watched_again_begins_anew(calls: WatchedFolderDriver) -> None:
    (calls.path / "done.wav").write_bytes(b"done")
    await calls.settle()
    await calls.store.watch_only([])
    calls.day += 3600
    (calls.path / "meanwhile.wav").write_bytes(b"meanwhile")
    calls.started()
    await calls.look()
    assert await calls.settle() == []
    calls.options = WatchFolder(existing=True)
    calls.started()
    assert sorted(await calls.settle()) == ["meanwhile.wav", "old.wav"]  # Not what was transcribed already.


async def test_a_folder_whose_removal_is_undone_goes_on(calls: WatchedFolderDriver) -> None:
    await calls.store.watch_only([])
    (calls.path / "meanwhile.wav").write_bytes(b"meanwhile")
    calls.day += 20
    await calls.store.watch_only([str(calls.path)])
    calls.started()
    assert await calls.settle() == ["meanwhile.wav"]


async def test_what_comes_during_a_pause_counts_after_it(tmp_path: Path, database: Database) -> None:
    folder = WatchedFolderDriver(tmp_path / "late", database)
    folder.path.mkdir()
    await folder.watch.look(is_paused=True)
    (folder.path / "new.wav").write_bytes(b"hello")
    folder.now += 100
    await folder.watch.look(is_paused=True)
    assert folder.names == []
    assert await folder.settle() == ["new.wav"]


async def test_an_empty_place_of_a_drive_is_no_beginning(
    calls: WatchedFolderDriver, tmp_path: Path, database: Database
) -> None:
    """Where a drive wasn't there yet, its place is an empty folder on another one."""
    await database.write(lambda opened: opened.execute("DELETE FROM watched_files"))
    await database.write(lambda opened: opened.execute("UPDATE watched_folders SET device = 'another'"))
    calls.started()
    await calls.look()
    assert await calls.settle() == []


async def test_names_that_are_no_text_count_once(calls: WatchedFolderDriver) -> None:
    try:
        (calls.path / os.fsdecode(b"caf\xe9.wav")).write_bytes(b"cafe")
    except OSError:
        pytest.skip("this file system has no such names")
    assert len(await calls.settle()) == 1
    calls.started()
    assert await calls.settle() == []


async def test_subfolders_that_are_watched_later_begin_then(calls: WatchedFolderDriver) -> None:
    (calls.path / "archive").mkdir()
    calls.options = WatchFolder(subfolders=False)
    calls.started()
    await calls.look()
    (calls.path / "archive" / "older.wav").write_bytes(b"older")
    assert await calls.settle() == []
    calls.options = WatchFolder()
    calls.started()
    await calls.look()
    assert await calls.settle() == []
    (calls.path / "archive" / "newer.wav").write_bytes(b"newer")
    assert await calls.settle() == ["archive/newer.wav"]


async def test_what_a_folder_within_had_for_itself_is_not_taken_by_the_one_around_it(
    calls: WatchedFolderDriver,
) -> None:
    """It may be watched no more because its recordings are to stay where they are."""
    own = calls.path / "private"
    own.mkdir()
    calls.others = frozenset({os.path.normcase(own)})
    calls.started()
    await calls.look()
    (own / "secret.wav").write_bytes(b"secret")
    await calls.settle()
    calls.others = frozenset()
    calls.started()
    await calls.look()
    assert await calls.settle() == []
