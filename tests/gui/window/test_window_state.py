"""The window comes back as it was, on the screen that is there now."""

import asyncio
import json
import stat
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter

from core.config import Folders
from core.domain import Snapshot
from gui.window.screen_fit import fitted
from gui.window.window_state import MOST_BYTES, WindowState, WindowStateFile, load_state, save_state
from tests.fakes.core import FakeCoreThread
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import HELP, HISTORY, QUEUE, TRANSCRIBE
from tests.gui.samples import view

SCREEN = QRect(0, 28, 1024, 672)

QUEUE_STATE = {
    "last_folder": "/talks",
    "sort": "turn",
    "descending": False,
    "text_in_low_window": False,
    "text_in_high_window": True,
    "export": {
        "formats": ["txt"],
        "place": "folder",
        "existing": "number",
        "pattern": "{name}.{language}.{extension}",
    },
}
FULL = WindowState((10, 20, 800, 600), True, "settings", {"history": (300, 500)}, {"queue": QUEUE_STATE}, True)


@pytest.mark.parametrize(
    "wanted",
    [
        QRect(-50, 0, 1080, 760),
        QRect(3000, 2000, 800, 600),  # on a screen that is gone
        QRect(-4000, -4000, 400, 300),
        QRect(700, 500, 760, 520),
        QRect(0, 28, 5000, 20),
    ],
)
def test_no_part_of_a_window_is_outside_of_the_screen(wanted: QRect) -> None:
    assert SCREEN.contains(fitted(wanted, SCREEN))


def test_a_window_that_fits_stays_as_it_is() -> None:
    assert fitted(QRect(20, 40, 760, 520), SCREEN) == QRect(20, 40, 760, 520)


def test_the_state_is_kept_for_this_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "config" / "window.json"
    save_state(WindowState(), file)
    save_state(FULL, file)
    assert load_state(file) == FULL
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["window.json"]


async def test_of_states_that_are_saved_at_once_the_last_one_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "config" / "window.json"
    kept = WindowStateFile(file)
    await asyncio.gather(*(kept.save(replace(FULL, page=f"page {number}")) for number in range(100)))
    assert load_state(file) == replace(FULL, page="page 99")
    assert not caplog.records


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"\xff\xfe\x00",
        b"[1, 2]",
        b"null",
        b"[" * 100_000,
        b"{" + b" " * MOST_BYTES + b"}",
    ],
)
def test_a_damaged_state_is_as_at_the_first_start(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "window.json"
    file.write_bytes(content)
    assert load_state(file) == WindowState()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("place", [1, 2, 3]),
        ("place", [1, 2, 0, 5]),
        ("place", [1, 2, 1e300, 5]),
        ("place", [1, 2, 10**30, 5]),
        ("place", "here"),
        ("is_maximized", "yes"),
        ("page", -1),
        ("page", 5),
        ("page", True),
        ("page", ["history"]),
        ("splitters", [3]),
        ("splitters", {"history": [1, "x"]}),
        ("splitters", {"history": {"a": 1}}),
        ("pages", {"queue": [1, 2]}),
        ("told_of_tray", 1),
    ],
)
def test_a_damaged_value_costs_that_value_alone(tmp_path: Path, name: str, value: object) -> None:
    file = tmp_path / "window.json"
    file.write_text(json.dumps(asdict(FULL) | {name: value}))
    expected = asdict(FULL) | {name: asdict(WindowState())[name]}
    assert asdict(load_state(file)) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("last_folder", None),
        ("last_folder", 7),
        ("last_folder", "a\0b"),
        ("text_in_low_window", 1),
        ("text_in_high_window", None),
    ],
)
def test_a_damaged_value_of_the_queue_costs_that_value_alone(faked: DesktopDriver, name: str, value: object) -> None:
    first = dict(faked.queue.saved_state())
    faked.queue.restore_state(QUEUE_STATE)
    assert faked.queue.saved_state() == QUEUE_STATE
    faked.queue.restore_state(QUEUE_STATE | {name: value})
    assert faked.queue.saved_state() == QUEUE_STATE | {name: first[name]}


def test_a_state_of_a_version_that_numbered_the_pages_is_taken_over(tmp_path: Path) -> None:
    file = tmp_path / "window.json"
    folder = {"last_folder": "/talks"}
    old = asdict(FULL) | {"page": 3} | folder
    del old["pages"]
    file.write_text(json.dumps(old))
    assert load_state(file) == replace(FULL, pages={"queue": folder})


def test_a_state_of_a_version_that_named_pages_otherwise_is_taken_over(tmp_path: Path) -> None:
    file = tmp_path / "window.json"
    old = asdict(FULL) | {"page": "about", "splitters": {"about": [3, 4]}, "pages": {"about": {"part": "keys"}}}
    file.write_text(json.dumps(old))
    taken_over = load_state(file)
    assert taken_over == replace(FULL, page=HELP, splitters={HELP: (3, 4)}, pages={HELP: {"part": "keys"}})
    file.write_text(json.dumps(old | {"page": 4}))
    assert load_state(file).page == HELP


def test_a_window_begins_on_the_page_whose_name_was_another_one(
    folders: Folders, make_driver: Callable[..., DesktopDriver], core: FakeCoreThread
) -> None:
    folders.config.mkdir(parents=True, exist_ok=True)
    (folders.config / "window.json").write_text(json.dumps(asdict(FULL) | {"page": "about"}))
    assert make_driver().window.open_page == HELP


def test_a_state_that_cant_be_read_or_kept_is_no_trouble(tmp_path: Path) -> None:
    folder = tmp_path / "window.json"
    folder.mkdir()
    assert load_state(folder) == WindowState()
    save_state(FULL, folder)
    assert [one.name for one in tmp_path.iterdir()] == ["window.json"]


@pytest.fixture
def keep(folders: Folders) -> Callable[[WindowState], None]:
    return lambda state: save_state(state, folders.config / "window.json")


def test_the_window_comes_back_as_it_was(
    keep: Callable[[WindowState], None],
    make_driver: Callable[..., DesktopDriver],
    core: FakeCoreThread,
    folders: Folders,
    finish: Callable[..., object],
) -> None:
    keep(
        WindowState(
            (5, 6, 780, 600),
            False,
            HISTORY,
            {"history": (250, 262)},
            {"queue": {"last_folder": "/talks"}},
            True,
        )
    )
    driver = make_driver()
    window = driver.window
    assert window.open_page == HISTORY
    assert (window.width(), window.height()) == (780, 600)
    core.published.emit(Snapshot((view(1),)))
    splitter = driver.history_page.findChild(QSplitter)
    sizes = splitter.sizes()
    window.show_page(QUEUE)
    assert driver.queue.chooser.folder == "/talks"
    finish(driver.desktop.close())
    kept = load_state(folders.config / "window.json")
    assert kept.page == QUEUE
    assert kept.place is not None
    assert kept.place[2:] == (780, 600)
    assert list(kept.splitters["history"]) == sizes
    assert kept.pages["queue"] == QUEUE_STATE
    assert kept.pages["history"]["order"] == "automatic"
    assert kept.pages["settings"] == {"section": "general"}
    assert kept.told_of_tray


@pytest.mark.parametrize("place", [(9000, 9000, 1080, 760), (-9000, 5, 90_000, 90_000), (790, 790, 700, 600)])
def test_a_place_on_a_screen_that_is_gone_is_not_used(
    keep: Callable[[WindowState], None],
    make_driver: Callable[..., DesktopDriver],
    core: FakeCoreThread,
    place: tuple[int, int, int, int],
) -> None:
    keep(
        WindowState(
            place,
            page="gone",
            splitters={"history": (1, 2, 3), "queue": (0, 0)},
            pages={"queue": {"state_column": 50_000}},  # As earlier versions have saved it.
        )
    )
    driver = make_driver()
    available = QGuiApplication.primaryScreen().availableGeometry()
    assert available.contains(driver.window.frameGeometry())
    assert driver.window.open_page == TRANSCRIBE
    driver.window.show_page(QUEUE)
    core.published.emit(Snapshot((view(1),)))
    assert driver.queue._table.isVisible()


def test_the_first_window_lies_within_the_screen(faked: DesktopDriver) -> None:
    available = QGuiApplication.primaryScreen().availableGeometry()
    assert available.contains(faked.window.frameGeometry())


def test_a_window_outside_of_all_screens_comes_back_when_one_goes(faked: DesktopDriver, qapp: QGuiApplication) -> None:
    faked.window.move(5000, 5000)
    qapp.screenRemoved.emit(qapp.primaryScreen())
    faked.wait(lambda: qapp.primaryScreen().availableGeometry().contains(faked.window.frameGeometry()))
