"""The keys of the page are those of the registry, wherever the focus is on it, and tooltips name them as they are."""

from PySide6.QtCore import Qt

from tests.fakes.core import FakeNotula
from tests.gui.page_names import QUEUE
from tests.gui.pages.transcript.conftest import Writer

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


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
    assert page.player._play.toolTip() == "Play (Ctrl+Space)"
    notula._use(shortcuts={"transcript_play": ("F13",), "transcript_find": ()})
    writer.driver.wait(lambda: page.player._play.toolTip() == "Play (F13)")
    assert page._finding.toolTip() == "Find and replace"
    assert page.player._play.accessibleName() == "Play"


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
