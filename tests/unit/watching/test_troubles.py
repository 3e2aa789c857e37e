"""Folders that are gone, files that can't be read, drives that hang, a full queue, and crashes at any point."""

import asyncio
import itertools
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import core.watching.folder_watch
from core.domain.errors import StoreError
from core.domain.watching import WatchCondition, WatchFolder
from core.store.sqlite.watched_files import KEPT_S
from core.watching.folder_scan import scan_folder
from core.watching.folder_watch import FILES_AT_ONCE
from tests.patience import PATIENCE_S
from tests.unit.watching.driver import WatchedFolderDriver


async def test_a_folder_that_is_gone_is_told_once_and_goes_on_when_it_is_back(calls: WatchedFolderDriver) -> None:
    (calls.path / "new.wav").write_bytes(b"hello")
    await calls.settle()
    unplugged = calls.path.with_name("unplugged")
    calls.path.rename(unplugged)
    await calls.look()
    changes = calls.changes
    assert calls.watch.state.condition is WatchCondition.MISSING
    for _ in range(10):
        await calls.look()
    assert calls.changes == changes
    (unplugged / "newer.wav").write_bytes(b"hello again")
    unplugged.rename(calls.path)
    assert await calls.settle() == ["newer.wav"]
    assert calls.watch.state.condition is WatchCondition.WATCHING


async def test_a_file_in_the_place_of_the_folder_is_told_as_a_folder_that_is_gone(calls: WatchedFolderDriver) -> None:
    calls.path.rename(calls.path.with_name("elsewhere"))
    calls.path.write_bytes(b"a file")
    await calls.look()
    assert calls.watch.state.condition is WatchCondition.MISSING


async def test_a_folder_that_may_not_be_read_is_told(
    calls: WatchedFolderDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", refuse)
        await calls.look()
    assert calls.watch.state.condition is WatchCondition.CLOSED
    await calls.look()
    assert calls.watch.state.condition is WatchCondition.WATCHING


async def test_a_file_that_cannot_be_opened_is_tried_less_and_less_often(
    calls: WatchedFolderDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[float] = []
    real = Path.open

    def refuse(self: Path, *arguments: Any, **values: Any) -> Any:
        if self.name == "locked.wav":
            tried.append(calls.now)
            raise PermissionError(13, "Permission denied")
        return real(self, *arguments, **values)

    (calls.path / "locked.wav").write_bytes(b"locked")
    (calls.path / "open.wav").write_bytes(b"open")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refuse)
        for _ in range(600):
            await calls.look()
        assert calls.names == ["open.wav"]
        assert (calls.watch.state.unreadable, calls.watch.state.unreadable_name) == (1, "locked.wav")
    pauses = [after - before for before, after in itertools.pairwise(tried)]
    assert pauses == sorted(pauses)
    assert len(tried) < 15
    for _ in range(200):
        await calls.look()
    assert calls.names == ["open.wav", "locked.wav"]
    assert calls.watch.state.unreadable == 0


async def test_a_file_that_vanishes_before_it_is_read_is_no_trouble(calls: WatchedFolderDriver) -> None:
    (calls.path / "brief.wav").write_bytes(b"brief")
    await calls.look()
    (calls.path / "brief.wav").unlink()
    assert await calls.settle() == []
    assert calls.watch.state.unreadable == 0


async def test_thousands_of_files_come_into_the_queue_as_it_has_room(calls: WatchedFolderDriver) -> None:
    for number in range(300):
        (calls.path / f"{number:03}.wav").write_bytes(f"number {number}".encode())
    calls.room = 0
    await calls.look()
    await calls.look()
    assert calls.names == []
    assert calls.watch.state.waiting == 300
    batches: list[int] = []

    def count() -> None:
        batches.append(1)
        calls.room -= FILES_AT_ONCE

    calls.submitting = count
    calls.room = 2 * FILES_AT_ONCE
    await calls.look()
    assert len(calls.names) == 2 * FILES_AT_ONCE
    assert len(batches) == 2
    calls.room = 1000
    await calls.look()
    assert sorted(calls.names) == [f"{number:03}.wav" for number in range(300)]


async def test_a_provider_that_is_not_in_use_is_waited_for(calls: WatchedFolderDriver) -> None:
    """Nobody else gets the recordings instead."""
    calls.options = WatchFolder(provider="grok", model="whisper")
    calls.started()
    (calls.path / "new.wav").write_bytes(b"hello")
    assert await calls.settle() == []
    assert calls.watch.state.condition is WatchCondition.NO_PROVIDER
    calls.in_use = ("grok",)
    assert await calls.settle() == ["new.wav"]


class Crash(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize("moment", ["before note", "after note", "after submit", "after submitted"])
async def test_a_crash_at_any_moment_neither_doubles_nor_loses_a_recording(
    calls: WatchedFolderDriver, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    when, step = moment.split()
    names = [f"{number}.wav" for number in range(5)]
    for name in names:
        (calls.path / name).write_bytes(name.encode())
    tools = calls.watch._tools
    target, attribute = (calls.watch, "_tools") if step == "submit" else (tools.store, step)
    if step == "submit":
        submit = tools.submit

        async def crash_after(*arguments: Any) -> None:
            await submit(*arguments)
            raise Crash

        monkeypatch.setattr(target, attribute, replace(tools, submit=crash_after))
    else:
        real: Callable[..., Any] = getattr(tools.store, step)

        async def crash(*arguments: Any) -> None:
            if when == "after":
                await real(*arguments)
            raise Crash

        monkeypatch.setattr(target, attribute, crash)
    await calls.look()
    with pytest.raises(Crash):
        await calls.look()
    (calls.path / "1.wav").rename(calls.path / "moved.wav")  # Before the next start.
    calls.started()
    await calls.settle()
    assert len(calls.jobs) == 5
    assert {job.file.name for job in calls.jobs.values()} <= {*names, "moved.wav"}


async def test_a_database_that_cannot_be_written_loses_nothing(
    calls: WatchedFolderDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    (calls.path / "new.wav").write_bytes(b"hello")

    async def refuse(*_: Any) -> None:
        raise StoreError

    with monkeypatch.context() as patched:
        patched.setattr(calls.watch._tools.store, "note", refuse)
        await calls.look()
        with pytest.raises(StoreError):
            await calls.look()
    assert await calls.settle() == ["new.wav"]


async def test_a_recording_that_waits_and_is_removed_is_not_submitted_until_it_is_back(
    calls: WatchedFolderDriver,
) -> None:
    (calls.path / "new.wav").write_bytes(b"hello")

    def crash() -> None:
        raise Crash

    calls.submitting = crash
    await calls.look()
    with pytest.raises(Crash):
        await calls.look()
    calls.submitting = lambda: None
    (calls.path / "new.wav").unlink()
    assert await calls.settle() == []
    (calls.path / "back.wav").write_bytes(b"hello")
    assert await calls.settle() == ["back.wav"]


async def test_a_drive_that_hangs_is_told_and_keeps_nothing_from_ending(
    calls: WatchedFolderDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = threading.Event()
    calls.hanging_after_s = 0.05
    calls.started()
    calls.changed.clear()

    def hang(*arguments: Any, **values: Any) -> Any:
        hangs.wait(PATIENCE_S)
        return scan_folder(*arguments, **values)

    with monkeypatch.context() as patched:
        patched.setattr(core.watching.folder_watch, "scan_folder", hang)
        looking = asyncio.create_task(calls.watch.look())
        async with asyncio.timeout(PATIENCE_S):
            await calls.changed.wait()
        assert calls.watch.state.condition is WatchCondition.HANGING
        looking.cancel()
        await asyncio.wait([looking])
        assert looking.cancelled()
        threads = [thread for thread in threading.enumerate() if thread.name == f"watch {calls.path}"]
        assert all(thread.daemon for thread in threads)
        hangs.set()
        for thread in threads:
            await asyncio.to_thread(thread.join)
    await calls.look()
    assert calls.watch.state.condition is WatchCondition.WATCHING


async def test_what_is_known_of_a_folder_is_forgotten_some_months_after_its_watching_has_ended(
    calls: WatchedFolderDriver,
) -> None:
    (calls.path / "new.wav").write_bytes(b"hello")
    await calls.settle()
    await calls.store.watch_only([])
    calls.day += KEPT_S + 1
    await calls.store.watch_only([])
    for table in ("watched_folders", "watched_files", "watched_contents"):
        query = f"SELECT count(*) FROM {table}"
        assert await calls.database.read(lambda reader, query=query: reader.execute(query).fetchone()[0]) == 0


async def test_looks_at_many_known_files_open_none_and_ask_for_no_size(
    calls: WatchedFolderDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand files every ten seconds must cost next to nothing."""
    for number in range(50):
        (calls.path / f"{number}.wav").write_bytes(f"{number}".encode())
    await calls.settle()
    calls.look_work_s = 0.1
    await calls.look(after_s=700.0)  # At all files, for the next time in a minute.
    asked: list[object] = []
    monkeypatch.setattr("core.watching.folder_scan._stamp", lambda entry: asked.append(entry))
    await calls.look(after_s=10.0)
    assert asked == []
    assert calls.watch.state.condition is WatchCondition.WATCHING
