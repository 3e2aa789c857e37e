"""Watched folders in the whole core, with the real decoder."""

import asyncio
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import core.watching.folder_watch
from core.app.notula import Notula
from core.config import Folders, Settings
from core.domain import JobState, JobView, Snapshot
from core.domain.watching import WATCH, WatchCondition
from core.watching.folder_scan import scan_folder
from tests.integration.test_app import running
from tests.patience import PATIENCE_S


@pytest.fixture(autouse=True)
def _quickly(without_whisper: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for ten seconds in a test; and what a recording says doesn't matter here."""
    monkeypatch.setattr("core.watching.folder_watch.LOOK_S", 0.05)
    monkeypatch.setattr("core.watching.standing_still.STILL_S", 0.1)
    monkeypatch.setattr("core.app.watched_folders.LOCK_S", 0.05)


@pytest.fixture
def calls(tmp_path: Path, two_cities: Path) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "old.wav").write_bytes(b"from before")
    return folder


async def seen(notula: Notula, is_so: Callable[[Snapshot], object]) -> Snapshot:
    async with asyncio.timeout(PATIENCE_S):
        while not is_so(snapshot := notula.snapshot()):
            await notula.wait_for_change()
        return snapshot


def conditions(snapshot: Snapshot) -> list[WatchCondition]:
    return [folder.condition for folder in snapshot.watched_folders]


def is_watching(snapshot: Snapshot) -> bool:
    return set(conditions(snapshot)) == {WatchCondition.WATCHING}


def have_ended(jobs: tuple[JobView, ...]) -> bool:
    return bool(jobs) and all(job.state.is_final for job in jobs)


def watching(*folders: Path, **options: object) -> Settings:
    return Settings(language="en", beam_size=1, watch_folders={str(folder): options for folder in folders})


async def test_what_comes_is_transcribed_once_and_saved_beside(folders: Folders, calls: Path, two_cities: Path) -> None:
    settings = watching(calls, save_beside=("txt",))
    async with running(folders, settings) as notula:
        await seen(notula, is_watching)
        shutil.copy(two_cities, calls / "two cities.wav")
        snapshot = await seen(notula, lambda snapshot: have_ended(snapshot.jobs))
        (job,) = snapshot.jobs
        assert (job.state, job.name, job.requester) == (JobState.DONE, "two cities.wav", WATCH)
        await notula.jobs.exported(job.id)
        assert (calls / "two cities.txt").exists()
    (calls / "two cities.wav").rename(calls / "renamed.wav")
    async with running(folders, settings) as notula:
        shutil.copy(calls / "renamed.wav", calls / "copied.wav")
        with (calls / "longer.wav").open("wb") as longer:
            longer.write(two_cities.read_bytes() + bytes(1000))
        snapshot = await seen(notula, lambda snapshot: len(snapshot.jobs) > 1 and have_ended(snapshot.jobs))
    assert sorted(job.name for job in snapshot.jobs) == ["longer.wav", "two cities.wav"]


async def test_a_command_that_soon_ends_watches_nothing(folders: Folders, calls: Path) -> None:
    async with running(folders, watching(calls), resume=False) as notula:
        assert conditions(notula.snapshot()) == [WatchCondition.STARTING]
        assert not folders.watching_lock.exists()


async def test_of_two_on_one_data_folder_one_watches_and_the_other_takes_over(folders: Folders, calls: Path) -> None:
    first, second = Notula(watching(calls), folders), Notula(watching(calls), folders)
    await first.start()
    try:
        await seen(first, is_watching)
        await second.start()
        await seen(second, lambda snapshot: conditions(snapshot) == [WatchCondition.ELSEWHERE])
        await first.stop()
        await seen(second, is_watching)
    finally:
        await first.stop()
        await second.stop()


async def test_settings_count_at_once(folders: Folders, calls: Path, tmp_path: Path, two_cities: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    async with running(folders, watching(calls)) as notula:
        await seen(notula, is_watching)
        await notula.settings_service.change(watch_paused=True)
        await seen(notula, lambda snapshot: conditions(snapshot) == [WatchCondition.PAUSED])
        await notula.settings_service.change(watch_folders={str(other): {}})
        await seen(notula, lambda snapshot: conditions(snapshot) == [WatchCondition.PAUSED])
        shutil.copy(two_cities, calls / "ignored.wav")
        shutil.copy(two_cities, other / "waits.wav")
        await notula.settings_service.change(watch_paused=False)
        snapshot = await seen(notula, lambda snapshot: have_ended(snapshot.jobs))
        assert [job.name for job in snapshot.jobs] == ["waits.wav"]
        await notula.settings_service.change(watch_folders={})
        await seen(notula, lambda snapshot: not snapshot.watched_folders)


async def test_a_folder_that_is_gone_is_a_notice_until_it_is_back(folders: Folders, calls: Path) -> None:
    async with running(folders, watching(calls)) as notula:
        await seen(notula, is_watching)
        calls.rename(calls.with_name("unplugged"))
        snapshot = await seen(notula, lambda snapshot: snapshot.notices)
        (notice,) = snapshot.notices
        assert str(notice).startswith(f"The watched folder {calls} can't be found. Connect its drive")
        calls.with_name("unplugged").rename(calls)
        snapshot = await seen(notula, lambda snapshot: not snapshot.notices)
        await seen(notula, is_watching)


async def test_a_provider_that_nobody_has_is_never_replaced_by_another(
    folders: Folders, calls: Path, two_cities: Path
) -> None:
    async with running(folders, watching(calls, provider="grok", model="large", existing=True)) as notula:
        snapshot = await seen(notula, lambda snapshot: conditions(snapshot) == [WatchCondition.NO_PROVIDER])
        assert not snapshot.jobs
        assert "grok" in str(snapshot.notices[0])


async def test_one_folder_under_two_names_is_watched_once(
    folders: Folders, calls: Path, tmp_path: Path, two_cities: Path
) -> None:
    (tmp_path / "alias").symlink_to(calls)
    async with running(folders, watching(calls, tmp_path / "alias")) as notula:
        await seen(notula, is_watching)
        shutil.copy(two_cities, calls / "once.wav")
        await seen(notula, lambda snapshot: have_ended(snapshot.jobs))
        shutil.copy(two_cities, calls / "twice.wav")
        with (calls / "twice.wav").open("ab") as opened:
            opened.write(bytes(1000))
        snapshot = await seen(notula, lambda snapshot: len(snapshot.jobs) > 1 and have_ended(snapshot.jobs))
    assert [job.name for job in snapshot.jobs] == ["once.wav", "twice.wav"]


async def test_a_drive_that_hangs_holds_up_neither_other_folders_nor_the_end(
    folders: Folders, calls: Path, tmp_path: Path, two_cities: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    hangs = threading.Event()

    def hang(folder: Path, **values: Any) -> Any:
        if folder == share:
            hangs.wait(PATIENCE_S)
        return scan_folder(folder, **values)

    monkeypatch.setattr(core.watching.folder_watch, "scan_folder", hang)
    async with running(folders, watching(share, calls)) as notula:
        await seen(notula, lambda snapshot: WatchCondition.WATCHING in conditions(snapshot))
        shutil.copy(two_cities, calls / "new.wav")
        await seen(notula, lambda snapshot: have_ended(snapshot.jobs))
    assert not hangs.is_set()
    hangs.set()
    for thread in threading.enumerate():
        if thread.name == f"watch {share}":
            await asyncio.to_thread(thread.join)
