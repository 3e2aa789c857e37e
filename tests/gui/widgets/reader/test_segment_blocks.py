"""Segments as blocks of a text edit."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QTextEdit
from pytestqt.qtbot import QtBot

from gui.widgets.reader.segment_blocks import block_at


@pytest.fixture
def edit(qtbot: QtBot) -> QTextEdit:
    made = QTextEdit()
    qtbot.addWidget(made)
    made.setPlainText("\n".join(f"Sentence {number} " * (1 + number % 7) for number in range(200)))
    made.resize(240, 300)
    made.show()
    return made


@pytest.mark.parametrize("near", [0, 3, 100, 199, 5_000])
def test_a_block_is_found_as_qt_finds_it_from_anywhere(edit: QTextEdit, near: int) -> None:
    bar = edit.verticalScrollBar()
    for value in range(0, bar.maximum() + 1, max(1, bar.maximum() // 40)):
        bar.setValue(value)
        for height in (8, 57, 290):  # At 0 Qt finds any, as there is a margin above the first one.
            expected = edit.cursorForPosition(QPoint(0, height)).blockNumber()
            assert block_at(edit, height, near).blockNumber() == expected


def test_below_the_text_is_the_last_block(edit: QTextEdit) -> None:
    edit.setPlainText("one\ntwo")
    assert block_at(edit, 280).blockNumber() == 1
    edit.clear()
    assert block_at(edit, 280).blockNumber() == 0
