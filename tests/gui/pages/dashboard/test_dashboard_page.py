"""The dashboard as an owner uses it: look, see what is wrong, go where it can be mended."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from core.app.notula import Notula
from core.domain import JobState, QueueStatistics, Snapshot
from core.domain.errors import StoreError
from core.domain.indicators import DashboardCharts, Indicator, IndicatorLevel, judged
from core.domain.metrics import SeriesWindow
from core.i18n import Translator
from gui.pages.dashboard.dashboard_page import DashboardPage
from gui.pages.dashboard.dashboard_rows import provider_rows, worker_rows
from gui.pages.dashboard.text_table import TextTable
from gui.widgets.indicator_texts import number_text, percent_text, seconds_text
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.dashboard_samples import ALARMING, charts, readings, snapshot
from tests.gui.page_names import DASHBOARD, PROVIDERS, QUEUE, SETTINGS
from tests.gui.samples import view

ENGLISH = Translator("en")


def asked(notula: FakeNotula) -> list[SeriesWindow]:
    return [window for (window,) in notula.asked("charts")]


def texts(page: DashboardPage) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())


def rows(table: TextTable) -> list[tuple[str, ...]]:
    model = table.model()
    return [
        tuple(model.index(row, column).data() for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


@pytest.fixture
def page(faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula) -> DashboardPage:
    """The page after a busy day."""
    notula.dashboard = {span: charts(span) for span in SeriesWindow}
    notula.readings = readings()
    notula.costs = {"groq": 0.1234, "deepgram": 0.004}
    core.published.emit(snapshot())
    faked.window.show_page(DASHBOARD)
    shown = faked.window.page(DashboardPage)
    faked.wait(lambda: shown.tiles[Indicator.QUEUE].isVisible())
    return shown


def alarm(core: FakeCoreThread, notula: FakeNotula) -> None:
    """Let four indicators go out of their targets."""
    wrong = {indicator.value: value for indicator, value in ALARMING.items()}
    notula.readings = readings(**wrong)
    core.published.emit(snapshot(**wrong))


def test_before_the_first_recording_the_page_says_so(faked: DesktopDriver, notula: FakeNotula) -> None:
    faked.window.show_page(DASHBOARD)
    page = faked.window.page(DashboardPage)
    faked.wait(lambda: "Numbers come with the first recording." in texts(page))
    assert not page.throughput.isVisible()


def test_the_first_recording_brings_numbers_by_itself(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    faked.window.show_page(DASHBOARD)
    page = faked.window.page(DashboardPage)
    core.published.emit(Snapshot())
    faked.wait(lambda: "Numbers come" in texts(page))
    notula.dashboard = {SeriesWindow.QUARTER_HOUR: DashboardCharts(has_numbers=True)}
    core.published.emit(Snapshot((view(1, JobState.RUNNING),), QueueStatistics(running=1)))
    faked.wait(page.throughput.isVisible)


def test_a_recording_through_the_real_core_is_in_the_numbers(driver: DesktopDriver, beckett: Path) -> None:
    driver.window.add([beckett])
    driver.window.show_page(DASHBOARD)
    page = driver.window.page(DashboardPage)
    driver.wait(lambda: any(row[0] == beckett.name for row in rows(page.workers)))
    driver.wait(lambda: any(job.state is JobState.DONE for job in driver.jobs))

    async def sample(notula: Notula) -> None:
        notula._series.sample()
        notula.indicators.update()

    driver.desktop.operations.start(driver.desktop.core.call(sample), done=lambda _: page.refresh())
    driver.wait(lambda: page.throughput.lines and sum(point.value for point in page.throughput.lines[0].points) == 1)
    driver.wait(lambda: any(point.value for point in page.latency.lines[1].points))
    assert [row[0] for row in rows(page.providers)] == ["This computer"]
    assert "Memory in use" in texts(page)


def test_tiles_show_value_target_and_the_last_hour(page: DashboardPage) -> None:
    said = {indicator: tile.in_words for indicator, tile in page.tiles.items()}
    assert said == {
        Indicator.WORKERS: "Capacity in use: 72 %. Target: 60 % to 80 %. ✓ Within its target.",
        Indicator.QUEUE: "Recordings waiting: 12. Target: at most 50. ✓ Within its target.",
        Indicator.CACHE: "Transcribed before: 41 %. Target: at least 35 %. ✓ Within its target.",
        Indicator.ERRORS: "Requests that fail: 1.2 %. Target: at most 5 %. ✓ Within its target.",
        Indicator.LATENCY: "95 of 100 take at most: 8.4 s. Target: at most 20 s. ✓ Within its target.",
        Indicator.MEMORY: "Memory in use: 63 %. Target: at most 80 %. ✓ Within its target.",
    }
    for indicator, tile in page.tiles.items():
        assert tile.accessibleName() == tile.in_words
        assert tile.chart.lines[0].points == charts().hour[indicator]
        assert tile.property("level") == "good"
        assert not [one for one in tile.findChildren(QPushButton) if one.isVisible()]


def test_an_indicator_out_of_its_target_says_so_in_words_and_goes_where_it_can_be_mended(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: DashboardPage
) -> None:
    alarm(core, notula)
    errors, memory = page.tiles[Indicator.ERRORS], page.tiles[Indicator.MEMORY]
    faked.wait(lambda: errors.property("level") == "alarm")
    assert errors.in_words == (
        "Requests that fail: 14 %. Target: at most 5 %. ✗ Far over its target. "
        "Look under Settings which one fails, and why. The next in the order takes over."
    )
    assert memory.property("level") == "warning"
    assert "! Over its target" in memory.in_words
    assert "! Under its target" in page.tiles[Indicator.CACHE].in_words
    for tile, place in ((errors, PROVIDERS), (memory, SETTINGS)):
        (button,) = [one for one in tile.findChildren(QPushButton) if one.isVisibleTo(tile)]
        faked.window.show_page(DASHBOARD)
        faked.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        page, _, section = place.partition(".")
    assert faked.window.open_page == page
    assert not section or faked.settings_page.section == section
    notula.readings = readings()
    faked.window.show_page(DASHBOARD)
    faked.wait(lambda: errors.property("level") == "good")
    assert "Look under" not in errors.in_words


def test_charts_show_what_was_done_and_how_long_it_took(page: DashboardPage) -> None:
    expected = charts(SeriesWindow.QUARTER_HOUR)
    assert page.throughput.lines[0].points == expected.done
    assert [line.points for line in page.latency.lines] == [expected.p50_s, expected.p95_s]
    assert "Recordings done, every 10 seconds" in texts(page)


@pytest.mark.parametrize(
    ("button", "span", "title"),
    [("1 hour", SeriesWindow.HOUR, "every minute"), ("24 hours", SeriesWindow.DAY, "every 10 minutes")],
)
def test_another_time_is_chosen_by_a_click(
    faked: DesktopDriver, page: DashboardPage, button: str, span: SeriesWindow, title: str
) -> None:
    (found,) = [one for one in page.spans.findChildren(QPushButton) if one.text() == button]
    assert not found.isChecked()
    faked.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)
    faked.wait(lambda: page.throughput.lines[0].points == charts(span).done)
    assert title in texts(page)
    assert page.saved_state() == {"span": span.name}


def test_the_arrow_keys_choose_another_time(faked: DesktopDriver, notula: FakeNotula, page: DashboardPage) -> None:
    first = page.spans.findChildren(QPushButton)[0]
    first.setFocus()
    faked.qtbot.keyClick(first, Qt.Key.Key_Right)
    faked.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    faked.wait(lambda: SeriesWindow.HOUR in asked(notula))


@pytest.mark.parametrize(("saved", "span"), [("DAY", SeriesWindow.DAY), ("a week", SeriesWindow.QUARTER_HOUR)])
def test_the_time_is_remembered(faked: DesktopDriver, saved: str, span: SeriesWindow) -> None:
    page = faked.window.page(DashboardPage)
    page.restore_state({"span": saved})
    assert page.spans.span is span
    page.restore_state({})
    assert page.spans.span is span


def test_tables_follow_the_snapshots(faked: DesktopDriver, core: FakeCoreThread, page: DashboardPage) -> None:
    assert rows(page.workers) == [
        ("1.wav", "34 %, 01:24 left", "00:43"),
        ("2.wav", "begun", "00:04"),
        ("Room for 1 more", "", ""),
    ]
    assert rows(page.providers) == [
        ("Groq", "✓ works", "1 of 3 work", "$0.12"),
        ("Deepgram", "! paused after failures, tried again in 28 s", "1 of 1 work", "under $0.01"),
        ("This computer", "✓ works", "none needed", "$0.00"),
    ]
    page.workers.selectRow(1)
    jobs = (view(2, JobState.RUNNING, elapsed_s=5.0),)
    core.published.emit(Snapshot(jobs, QueueStatistics(running=1, workers=3)))
    assert rows(page.workers) == [("2.wav", "begun", "00:05"), ("Room for 2 more", "", "")]
    assert [index.row() for index in page.workers.selectionModel().selectedRows()] == [1]
    assert rows(page.providers) == []


def test_costs_that_cant_be_read_are_called_unknown(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: DashboardPage
) -> None:
    notula.failures["cost_today"] = StoreError()
    page.refresh()
    faked.wait(lambda: [row[3] for row in rows(page.providers)] == ["unknown"] * 3)
    assert page.tiles[Indicator.QUEUE].in_words.startswith("Recordings waiting: 12")
    assert faked.message == ""


def test_a_name_from_outside_stays_in_its_row() -> None:
    job = view(1, JobState.RUNNING)
    evil = Snapshot((type(job)(job.id, "a\u202egpj.exe\nb", "", JobState.RUNNING, 0.0),), QueueStatistics(running=1))
    ((name, _, _),) = worker_rows(ENGLISH, evil)
    assert "\u202e" not in name
    assert "\n" not in name


def test_of_no_provider_there_is_no_row() -> None:
    assert provider_rows(ENGLISH, Snapshot(), {}) == []
    assert worker_rows(ENGLISH, Snapshot()) == []


def test_nothing_is_asked_while_another_page_is_shown(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: DashboardPage
) -> None:
    assert page.is_refreshing
    faked.wait(lambda: not faked.desktop.operations._tasks)
    faked.window.show_page(QUEUE)
    assert not page.is_refreshing
    before = len(asked(notula))
    alarm(core, notula)
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert len(asked(notula)) == before
    assert rows(page.workers)[2] == ("Room for 1 more", "", "")
    faked.window.show_page(DASHBOARD)
    faked.wait(lambda: len(asked(notula)) > before)
    assert page.is_refreshing
    faked.window.hide()
    assert not page.is_refreshing


def test_many_jobs_that_end_are_not_many_questions(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: DashboardPage
) -> None:
    faked.wait(lambda: not faked.desktop.operations._tasks)
    before = len(asked(notula))
    for done in range(30):
        states = (JobState.DONE if number < done else JobState.RUNNING for number in range(30))
        jobs = tuple(view(number, state) for number, state in enumerate(states))
        core.published.emit(Snapshot(jobs, QueueStatistics(running=30 - done, workers=30)))
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert len(asked(notula)) == before


def test_each_tick_asks_again(faked: DesktopDriver, notula: FakeNotula, page: DashboardPage) -> None:
    faked.wait(lambda: not faked.desktop.operations._tasks)
    before = len(asked(notula))
    page._timer.timeout.emit()
    faked.wait(lambda: len(asked(notula)) == before + 1)


def test_a_slow_answer_does_not_take_the_place_of_a_newer_one(
    faked: DesktopDriver, notula: FakeNotula, page: DashboardPage
) -> None:
    notula.gates["cost_today"] = asyncio.Event()
    page.refresh()
    page.spans.findChildren(QPushButton)[2].click()
    notula.gates["cost_today"].set()
    faked.wait(lambda: page.throughput.lines[0].points == charts(SeriesWindow.DAY).done)
    assert "cost_today" in notula.cancelled or asked(notula)[-1] is SeriesWindow.DAY


@pytest.mark.parametrize(
    ("width", "is_folded", "columns"),
    [(760, False, (2, 1)), (760, True, (3, 1)), (1080, False, (3, 2)), (1900, False, (6, 2))],
)
def test_tiles_and_charts_take_the_columns_that_there_is_room_for(
    faked: DesktopDriver, page: DashboardPage, width: int, is_folded: bool, columns: tuple[int, int]
) -> None:
    faked.window.resize(width, 800)
    if faked.window.sidebar.is_folded != is_folded:
        faked.qtbot.keyClick(faked.window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    faked.wait(lambda: (page.tile_grid.columns, page.chart_grid.columns) == columns)
    bar = page._content.horizontalScrollBar()
    faked.wait(lambda: bar.maximum() == 0)


def test_tab_goes_from_top_to_bottom(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: DashboardPage
) -> None:
    alarm(core, notula)
    errors = page.tiles[Indicator.ERRORS]
    faked.wait(lambda: errors.property("level") == "alarm")
    first = page.spans.findChildren(QPushButton)[0]
    first.setFocus()
    reached: list[QWidget] = [first]
    for _ in range(12):
        faked.qtbot.keyClick(reached[-1], Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
    link = errors.findChild(QPushButton)
    places = [reached.index(one) for one in (link, page.throughput, page.latency, page.workers, page.providers)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("write", "number", "text"),
    [
        (percent_text, 0.0, "0 %"),
        (percent_text, 0.004, "0.4 %"),
        (percent_text, 0.05, "5 %"),
        (percent_text, 0.137, "14 %"),
        (percent_text, 1.0, "100 %"),
        (seconds_text, 0.04, "0 s"),
        (seconds_text, 2.36, "2.4 s"),
        (seconds_text, 59.6, "60 s"),
        (seconds_text, 900.0, "15 min"),
        (number_text, 0.5, "0.5"),
        (number_text, 12_000.0, "12,000"),
    ],
)
def test_numbers_are_written_for_people(write: Callable[[Translator, float], str], number: float, text: str) -> None:
    assert write(ENGLISH, number) == text


def test_numbers_are_written_in_the_windows_language() -> None:
    assert percent_text(Translator("id"), 0.0124) == "1,2 %"


def test_a_figure_of_too_few_is_shown_but_not_judged(
    faked: DesktopDriver, notula: FakeNotula, page: DashboardPage
) -> None:
    notula.readings = (judged(Indicator.ERRORS, 0.5, events=2), judged(Indicator.CACHE, None))
    page.refresh()
    tile = page.tiles[Indicator.ERRORS]
    faked.wait(lambda: "Too few to judge by" in tile.in_words)
    assert "50 %" in tile.in_words
    assert tile.property("level") == IndicatorLevel.UNKNOWN.value
    assert "Not measured" in page.tiles[Indicator.CACHE].in_words
