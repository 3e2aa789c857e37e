"""A title with its buttons: none of their texts is cut, whatever the width."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from core.i18n import Translator
from gui.widgets.makers import maker_text
from gui.widgets.reader.tool_button import tool_button
from gui.widgets.title_row import TitleRow

STYLE = Qt.ToolButtonStyle


def test_buttons_give_up_their_texts_where_these_have_no_room(qtbot: QtBot) -> None:
    buttons: list[QToolButton] = [tool_button("edit", text, text=text) for text in ("Terjemahkan", "Sunting", "Ekspor")]
    row = TitleRow(QLabel("talk.wav"), [*buttons, tool_button("copy", "Salin")])
    around = QWidget()  # Without a layout, which would not let the row become narrower than its texts.
    qtbot.addWidget(around)
    row.setParent(around)
    around.show()
    for width, style in (
        (700, STYLE.ToolButtonTextBesideIcon),
        (260, STYLE.ToolButtonIconOnly),
        (280, STYLE.ToolButtonIconOnly),
        (700, STYLE.ToolButtonTextBesideIcon),
    ):
        row.resize(width, 80)
        qtbot.waitUntil(lambda style=style: {one.toolButtonStyle() for one in buttons} == {style})
        qtbot.waitUntil(lambda: all(one.width() >= one.sizeHint().width() for one in buttons))


@pytest.mark.parametrize(
    ("provider", "model", "told"),
    [
        ("on-device", "tiny.en", "on this computer, tiny.en"),
        ("on-device", "", "on this computer"),
        ("groq", "whisper-large-v3", "groq whisper-large-v3"),
        ("office", "office", "office"),
    ],
)
def test_who_has_transcribed_is_said_in_words(provider: str, model: str, told: str) -> None:
    assert maker_text(Translator("en"), provider, model) == told
