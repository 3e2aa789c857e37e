"""The chart by itself: what it draws, how a point is read by mouse and keys, and what screen readers are told."""

import time
from functools import partial

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.domain.metrics import SeriesPoint
from core.i18n import Translator
from gui.theme import LIGHT
from gui.widgets.chart import Chart, ChartScaling
from gui.widgets.chart_drawing import ChartLine, ChartStyle
from gui.widgets.chart_scale import ChartScale, steps_up_to
from gui.widgets.indicator_texts import seconds_text
from tests.gui.dashboard_samples import NOON, points

ENGLISH = Translator("en")
RIGHT, LEFT, HOME, END, ESCAPE = (
    Qt.Key.Key_Right,
    Qt.Key.Key_Left,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Escape,
)


def clock(minutes_before_noon: int) -> str:
    return time.strftime("%H:%M", time.localtime(NOON - 60 * minutes_before_noon))


@pytest.fixture
def chart(qtbot: QtBot) -> Chart:
    made = Chart("Latency", ENGLISH, partial(seconds_text, ENGLISH))
    qtbot.addWidget(made)
    made.resize(400, 200)
    with qtbot.waitExposed(made):
        made.show()
    return made


def two_lines(*values: float | None) -> list[ChartLine]:
    half = tuple(SeriesPoint(one.at, None if one.value is None else one.value / 2) for one in points(*values))
    return [ChartLine("half", half, ChartStyle.DASHED), ChartLine("most", points(*values))]


def colours_in(image: QImage, area: QRectF) -> set[str]:
    return {
        image.pixelColor(x, y).name()
        for x in range(int(area.left()), int(area.right()))
        for y in range(int(area.top()), int(area.bottom()))
    }


@pytest.mark.parametrize(
    ("highest", "steps"),
    [
        (0.0, (0, 1)),
        (1.0, (0, 0.5, 1.0)),
        (3.0, (0, 1, 2, 3)),
        (20.0, (0, 5, 10, 15, 20)),
        (17.3, (0, 5, 10, 15, 20)),
        (140.0, (0, 50, 100, 150)),
        (0.07, (0, 0.02, 0.04, 0.06, 0.08)),
    ],
)
def test_the_numbers_beside_a_chart_are_round(highest: float, steps: tuple[float, ...]) -> None:
    assert steps_up_to(highest) == pytest.approx(steps)


def test_a_scale_finds_the_point_that_it_has_drawn() -> None:
    scale = ChartScale.of(QRectF(40, 10, 300, 100), [5.0, 20.0], 90, None)
    assert scale.highest == 20
    assert [scale.place(scale.x(place)) for place in range(90)] == list(range(90))
    assert scale.place(39) is scale.place(341) is None
    assert (scale.y(0), scale.y(20), scale.y(99)) == (110, 10, 10)


def test_pointing_at_a_chart_reads_its_values(chart: Chart, qtbot: QtBot) -> None:
    chart.show_lines(two_lines(2.0, 4.0, None, 12.0))
    scale = chart._scale()
    qtbot.mouseMove(chart, QPointF(scale.x(1), 100).toPoint())
    qtbot.waitUntil(lambda: chart.reading == f"{clock(2)}  ·  half 2 s  ·  most 4 s")
    assert chart.accessibleDescription() == chart.reading
    qtbot.mouseMove(chart, QPointF(scale.x(2), 100).toPoint())
    qtbot.waitUntil(lambda: chart.reading == f"{clock(1)}  ·  no value")
    qtbot.mouseMove(chart, QPoint(2, 100))
    qtbot.waitUntil(lambda: chart.reading == "")


def test_the_keys_read_point_by_point(chart: Chart, qtbot: QtBot) -> None:
    chart.show_lines([ChartLine("done", points(1.0, 2.0, 3.0), ChartStyle.BARS)])
    chart.setFocus()
    for key, expected in (
        (LEFT, f"{clock(0)}  ·  done 3 s"),
        (LEFT, f"{clock(1)}  ·  done 2 s"),
        (HOME, f"{clock(2)}  ·  done 1 s"),
        (LEFT, f"{clock(2)}  ·  done 1 s"),
        (RIGHT, f"{clock(1)}  ·  done 2 s"),
        (END, f"{clock(0)}  ·  done 3 s"),
        (ESCAPE, ""),
    ):
        qtbot.keyClick(chart, key)
        assert chart.reading == expected
    qtbot.keyClick(chart, RIGHT)
    chart.clearFocus()
    assert chart.reading == ""


def test_a_chart_says_in_words_what_it_shows(chart: Chart) -> None:
    assert chart.accessibleName() == "Latency"
    chart.show_lines(two_lines(2.0, 30.0, None, 12.0))
    assert chart.accessibleDescription() == (
        "half: at last 6 s, at least 1 s, at most 15 s. most: at last 12 s, at least 2 s, at most 30 s."
    )
    chart.show_lines([ChartLine("most", points(None, None))])
    assert chart.accessibleDescription() == "most: no values."


def test_a_point_that_is_gone_is_not_read(chart: Chart) -> None:
    chart.show_lines([ChartLine("most", points(1.0, 2.0, 3.0))])
    chart.read(2)
    chart.show_lines([ChartLine("most", points(1.0))])
    assert chart.reading == ""


def test_a_chart_without_anything_answers_no_key_and_draws(chart: Chart, qtbot: QtBot) -> None:
    qtbot.keyClick(chart, END)
    assert chart.reading == ""
    assert not chart.grab().isNull()


@pytest.mark.parametrize("style", ChartStyle)
def test_values_are_drawn_and_a_gap_is_left_empty(chart: Chart, style: ChartStyle) -> None:
    values = [8.0] * 10 + [None] * 10 + [8.0] * 10
    chart.show_lines([ChartLine("most", points(*values), style)])
    scale, image = chart._scale(), chart.grab().toImage()
    area = scale.area
    ink = LIGHT.muted if style is ChartStyle.DASHED else LIGHT.accent
    left = QRectF(scale.x(1), area.top(), scale.x(8) - scale.x(1), area.height() - 2)
    gap = QRectF(scale.x(11), area.top(), scale.x(18) - scale.x(11), area.height() - 2)
    near = [QColor(name) for name in colours_in(image, left)]
    wanted = QColor(ink)
    assert any(abs(one.red() - wanted.red()) + abs(one.blue() - wanted.blue()) < 60 for one in near)
    assert len(colours_in(image, gap)) < len(colours_in(image, left))


def test_a_chart_of_fixed_height_keeps_it(qtbot: QtBot) -> None:
    chart = Chart("Share", ENGLISH, str, ChartScaling((0.6, 0.8), 1.0), compact=True)
    qtbot.addWidget(chart)
    chart.resize(120, 30)
    chart.show_lines([ChartLine("share", points(0.1, 0.2))])
    assert chart._scale().highest == 1.0
    assert chart.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert not chart.grab().isNull()


def test_the_target_is_in_sight_on_a_tile(qtbot: QtBot) -> None:
    chart = Chart("Queue", ENGLISH, str, ChartScaling((50.0,)), compact=True)
    qtbot.addWidget(chart)
    chart.show_lines([ChartLine("queue", points(1.0, 2.0))])
    assert chart._scale().highest >= 50


def test_the_same_values_are_not_drawn_again(chart: Chart, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    chart.show_lines(two_lines(1.0, 2.0))
    updates: list[bool] = []
    monkeypatch.setattr(chart, "update", lambda: updates.append(True))
    chart.show_lines(two_lines(1.0, 2.0))
    assert updates == []
    chart.show_lines(two_lines(1.0, 3.0))
    assert updates == [True]
    QApplication.processEvents()
