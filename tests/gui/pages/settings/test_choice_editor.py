"""A choice shows all of its label, also of one that comes after the window is shown."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.i18n import Translator
from gui.pages.settings.setting_editors import ChoiceEditor


def test_a_label_that_comes_later_is_shown_whole(qtbot: QtBot) -> None:
    editor = ChoiceEditor("model", "Model", Translator("en"), {"auto": "Automatic"})
    qtbot.addWidget(editor)
    editor.resize(900, editor.sizeHint().height())
    with qtbot.waitExposed(editor):
        editor.show()
    QApplication.processEvents()
    label = "Automatic (tiny.en for English, base for other languages)"
    editor.set_labels({"auto": label})
    QApplication.processEvents()
    assert editor.box.width() > editor.box.fontMetrics().horizontalAdvance(label)
