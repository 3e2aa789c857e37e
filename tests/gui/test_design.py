"""The design system is the only place of colours, lengths and sizes of type, and its colours can be read."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QTime
from PySide6.QtGui import QFont, QImage
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTimeEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.config import Theme
from gui.pages.dashboard.text_table import TextTable
from gui.scale import CONTROL_HEIGHT, Type
from gui.theme import DARK, LIGHT, RESOURCES, Colours, apply_theme, style_sheet
from gui.widgets.menu_button import MenuButton
from gui.widgets.reader.tool_button import tool_button
from tests.conftest import REPOSITORY
from tests.contrast import contrast
from tests.gui.conftest import DesktopDriver

SOURCES = sorted((REPOSITORY / "gui").rglob("*.py"))
SYSTEM = {"gui/theme.py", "gui/scale.py"}
"""Where colours and lengths are."""

LAYOUT = {
    "setContentsMargins",
    "setSpacing",
    "setHorizontalSpacing",
    "setVerticalSpacing",
    "setMargin",
    "addSpacing",
    "setIndent",
}
THEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def module(file: Path) -> str:
    return file.relative_to(REPOSITORY).as_posix()


def calls(source: str) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


@pytest.mark.parametrize("file", SOURCES, ids=module)
def test_gaps_colours_and_type_come_from_the_system(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    if module(file) in SYSTEM:
        return
    for name, call in calls(source):
        numbers = [
            node.value
            for argument in call.args
            for node in ast.walk(argument)
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value
        ]
        where = f"line {call.lineno}: {name}"
        assert not (name in LAYOUT and numbers), where
        assert name not in ("setPixelSize", "setPointSize"), where
        if name == "QColor":
            assert not any(isinstance(argument, ast.Constant) for argument in call.args), where
    assert not re.search(r"#[0-9a-fA-F]{6}\b|font-size|\brgba?\(", source)


def test_the_style_sheet_has_no_colour_and_no_length_of_its_own() -> None:
    sheet = (RESOURCES / "style" / "notula.qss").read_text(encoding="utf-8")
    assert not re.search(r"#[0-9a-fA-F]{6}\b|\brgba?\(", sheet)
    assert {int(length) for length in re.findall(r"(\d+)px", sheet)} <= {1, 2}
    assert re.findall(r"font-(?:size|weight): (?!@|600|700)\S+", sheet) == []


@THEMES
def test_all_that_the_style_sheet_names_is_filled_in(colours: Colours) -> None:
    assert "@" not in style_sheet(colours, 13)


@THEMES
@pytest.mark.parametrize("paper", ["window", "panel", "hover", "selection"])
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "good", "warning", "bad"])
def test_text_stands_out_from_what_is_behind_it(colours: Colours, ink: str, paper: str) -> None:
    assert contrast(getattr(colours, ink), getattr(colours, paper)) >= 4.5


@THEMES
@pytest.mark.parametrize("paper", ["window", "panel", "hover", "selection"])
def test_the_names_of_speakers_can_be_read_and_told_apart(colours: Colours, paper: str) -> None:
    assert len(set(colours.speakers)) == len(colours.speakers) == len(LIGHT.speakers)
    for ink in colours.speakers:
        assert contrast(ink, getattr(colours, paper)) >= 4.5


@THEMES
def test_a_primary_button_can_be_read_in_every_state(colours: Colours) -> None:
    for ground in (colours.accent, colours.accent_hover, colours.accent_pressed):
        assert contrast(colours.on_accent, ground) >= 4.5


@THEMES
def test_what_is_found_by_its_outline_is_seen(colours: Colours) -> None:
    """https://www.w3.org/TR/WCAG22/#non-text-contrast"""
    for paper in (colours.window, colours.panel):
        assert contrast(colours.outline, paper) >= 3
        assert contrast(colours.accent, paper) >= 3
        assert contrast(colours.muted, paper) >= 3
        assert contrast(colours.bad, paper) >= 3
    assert contrast("#ffffff", colours.mark) >= 3


@pytest.mark.parametrize("body_px", [9, 12, 15, 20, 30])
def test_type_grows_with_the_system_s_and_keeps_its_order(body_px: int) -> None:
    order = (Type.SMALL, Type.BODY, Type.SUBTITLE, Type.BRAND, Type.TITLE, Type.FIGURE)
    sizes = [type_.size_px(body_px) for type_ in order]
    assert sizes == sorted(sizes)
    assert Type.BODY.size_px(body_px) == body_px
    assert sizes[0] >= min(body_px, 11)


CONTROLS = {
    "button": lambda: QPushButton("Find"),
    "icon": lambda: tool_button("copy", "Copy"),
    "icon and text": lambda: tool_button("copy", "Copy", text="Copy"),
    "menu": MenuButton,
    "field": lambda: QLineEdit("Find"),
    "choice": QComboBox,
    "number": QSpinBox,
    "decimal": QDoubleSpinBox,
    "time": lambda: QTimeEdit(QTime(0, 0)),
}


@pytest.mark.parametrize("make", CONTROLS.values(), ids=CONTROLS)
def test_buttons_and_fields_of_a_row_are_equally_high(qapp: QApplication, make: Callable[[], QWidget]) -> None:
    apply_theme(qapp, Theme.LIGHT)
    control = make()
    control.ensurePolished()
    assert control.sizeHint().height() == CONTROL_HEIGHT


@pytest.mark.parametrize("column", [0, 1], ids=["left", "right"])
def test_the_head_of_a_column_stands_over_the_text_of_its_cells(qtbot: QtBot, qapp: QApplication, column: int) -> None:
    apply_theme(qapp, Theme.LIGHT)
    table = TextTable("Workers", ("\u2588\u2588", "\u2588\u2588"))
    qtbot.addWidget(table)
    table.table.show_rows([("\u2588\u2588", "\u2588\u2588")])
    table.resize(400, 200)
    table.show()
    head, cells = table.horizontalHeader(), table.viewport()
    left, width = head.sectionViewportPosition(column), head.sectionSize(column)
    edges = []
    for widget, height in ((head, head.height() - 2), (cells, table.rowHeight(0) - 2)):
        picture = widget.grab(QRect(left, 0, width, height)).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        inked = [x for x in range(width) if any(picture.pixelColor(x, y).lightness() < 160 for y in range(height))]
        edges.append(inked[-1] if column else inked[0])
    assert abs(edges[0] - edges[1]) <= 1, edges


def test_all_figures_are_of_one_width(faked: DesktopDriver) -> None:
    tag = QFont.Tag("tnum")
    faked.make_all()
    shown = faked.window.findChildren(QLabel)
    assert len(shown) > 200
    for label in shown:
        label.ensurePolished()
        assert label.font().featureValue(tag) == 1, label.text()


@pytest.mark.parametrize("file", SOURCES, ids=module)
def test_nothing_slides_or_fades(file: Path) -> None:
    assert not re.search(r"Animation\b|setAnimated|QGraphicsOpacityEffect", file.read_text(encoding="utf-8"))
