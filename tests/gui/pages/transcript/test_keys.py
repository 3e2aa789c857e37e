"""The keys of the page are those of the registry, wherever the focus is on it, and tooltips name them as they are."""

import pytest
from PySide6.QtCore import Qt

from gui.pages.transcript.text_modes import CARDS, LINES
from tests.fakes.core import FakeNotula
from tests.gui.page_names import QUEUE
from tests.gui.pages.transcript.conftest import Writer

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_alt_left_goes_back(writer: Writer) -> None:
    writer.press(Qt.Key.Key_Left, ALT)
    writer.driver.wait(lambda: writer.driver.window.open_page == QUEUE)


def test_keys_work_from_the_sidebar_too(writer: Writer) -> None:
    writer.driver.window.sidebar.button(QUEUE).setFocus()
    writer.press(Qt.Key.Key_F, CONTROL)
    writer.driver.wait(writer.page.find_bar.isVisible)


def test_tooltips_name_the_keys_as_they_are_now(writer: Writer, notula: FakeNotula) -> None:
    page = writer.page
    assert page._finding.toolTip() == "Find and replace (Ctrl+F, Ctrl+H)"
    assert page.player.controls._play.toolTip() == "Play (Ctrl+Space)"
    notula._use(shortcuts={"transcript_play": ("F13",), "transcript_find": ()})
    writer.driver.wait(lambda: page.player.controls._play.toolTip() == "Play (F13)")
    assert page._finding.toolTip() == "Find and replace"
    assert page.player.controls._play.accessibleName() == "Play"


def test_undo_means_the_text_while_a_message_offers_an_undo(writer: Writer) -> None:
    undone: list[str] = []
    writer.type("Well, ")
    assert writer.lines[0].startswith("Well, ")
    writer.driver.desktop.messages.information("Removed.", "Undo", lambda: undone.append("message"), is_undo=True)
    writer.press(Qt.Key.Key_Z, CONTROL)
    writer.driver.wait(lambda: not writer.lines[0].startswith("Well, "))
    assert undone == []
    writer.driver.window.show_page(QUEUE)
    writer.press(Qt.Key.Key_Z, CONTROL)
    writer.driver.wait(lambda: undone == ["message"])


@pytest.mark.parametrize("mode", [LINES, CARDS])
def test_other_keys_undo_and_redo_in_the_text_and_the_earlier_ones_do_not(
    writer: Writer, notula: FakeNotula, mode: str
) -> None:
    page = writer.page
    page.text_modes.choose(mode)
    writer.driver.wait(page.text_modes.edit.hasFocus)
    keys = {"transcript_undo": ("Ctrl+U",), "transcript_redo": ("Ctrl+E",), "transcript_find": ("Ctrl+Z",)}
    notula._use(shortcuts=keys)
    writer.driver.wait(lambda: page._finding.toolTip() == "Find and replace (Ctrl+Z)")

    def text() -> str:
        return writer.session.document.segments[0].segment.text

    writer.type("Well, ")
    for key, modifiers in ((Qt.Key.Key_Z, CONTROL | SHIFT), (Qt.Key.Key_Y, CONTROL)):
        writer.press(key, modifiers)
        assert text() == "Well, The wood cutters sing."
    writer.press(Qt.Key.Key_U, CONTROL)
    assert text() == "The wood cutters sing.", "undone, and nothing deleted of the line"
    writer.press(Qt.Key.Key_E, CONTROL)
    assert text() == "Well, The wood cutters sing."
    writer.press(Qt.Key.Key_Z, CONTROL)
    writer.driver.wait(page.find_bar.isVisible)
    assert text() == "Well, The wood cutters sing."
