"""Labels of several lines, and names of languages."""

import pytest
from pytestqt.qtbot import QtBot

from core.domain.languages import UNDETERMINED
from core.i18n import Translator
from gui.widgets.language_names import language_name
from gui.widgets.text import paragraph


def test_a_paragraph_is_as_high_as_its_text_also_where_that_gets_shorter(qtbot: QtBot) -> None:
    label = paragraph("short")
    qtbot.addWidget(label)
    label.resize(200, 20)
    label.show()
    low = label.height()
    label.setText("a text of many words that needs several lines in a width of two hundred pixels, as this one")
    high = label.height()
    label.setText("short")
    assert label.height() == low
    label.setText("a text of many words that needs several lines in a width of two hundred pixels, as this one")
    label.resize(2_000, high)
    assert low == label.height() < high


def test_a_paragraph_disturbs_its_layout_only_where_it_changes(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made = paragraph("Waiting …")
    qtbot.addWidget(made)
    made.show()
    set_heights: list[int] = []
    monkeypatch.setattr(type(made), "setFixedHeight", lambda _, height: set_heights.append(height), raising=False)
    for _ in range(3):
        made.setText("Waiting …")
    assert not set_heights
    made.setText("Being transcribed …")
    assert len(set_heights) == 1


def test_a_language_that_nobody_has_told_is_no_code() -> None:
    assert language_name(Translator("en"), UNDETERMINED) == "Unknown language"
    assert language_name(Translator("en"), "id") == "Indonesian"
