"""Several cards are selected by mouse and keys, and changed at once: with one undo, and the keys back in a text."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from core.domain import Segment, StoredTranscript
from core.editing import replace_text
from gui.pages.transcript.cards.card_delegate import PADDING
from gui.pages.transcript.shift_question import ShiftQuestion
from tests.gui.pages.transcript.cards.test_cards import ALT, CONTROL, SHIFT, CardWriter, cards_of, with_segments
from tests.gui.pages.transcript.conftest import Writer

PLAIN = Qt.KeyboardModifier.NoModifier


def five() -> StoredTranscript:
    return with_segments(
        Segment(1.0, 3.0, "One is here.", speaker="Ann"),
        Segment(3.0, 5.0, "Two comes.", speaker="Bob"),
        Segment(5.0, 7.0, "Three goes.", speaker="Ann"),
        Segment(9.0, 11.0, "Four stays."),
        Segment(12.0, 14.0, "Five waits.", speaker="Ann"),
    )


@pytest.fixture
def cards(open_writer: Callable[[StoredTranscript], Writer]) -> Iterator[CardWriter]:
    made = cards_of(open_writer(five()))
    yield made
    made.turn_back()


def click(cards: CardWriter, row: int, modifiers: Qt.KeyboardModifier = PLAIN, x: int = PADDING + 2) -> None:
    """On the number of a card, or where `x` is."""
    view = cards.view
    place = QPoint(x, view.rowViewportPosition(row) + PADDING + 2)
    cards.writer.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifiers, place)


def selected(cards: CardWriter) -> list[int]:
    rows = cards.view.selection.rows
    document = cards.writer.session.document
    assert [document.index(one) for one in cards.cards.selected_segments()] == rows
    is_several = len(rows) > 1
    assert cards.cards.selection_bar.isVisible() == is_several
    assert cards.cards.bar.isVisible() != is_several
    assert cards.editor.isVisible() != is_several
    return rows


def in_text(cards: CardWriter, row: int) -> bool:
    """Whether the keys go to the text of this card, which alone is selected."""
    return selected(cards) == [row] and cards.cursor()[0] == row and cards.editor.hasFocus() and cards.agrees()


def spoken(cards: CardWriter) -> list[str | None]:
    return cards.writer.speakers


def starts(cards: CardWriter) -> list[float]:
    return [round(one.segment.start_s, 3) for one in cards.writer.session.document.segments]


def test_shift_and_arrows_select_from_text_to_text_and_escape_goes_back_to_it(cards: CardWriter) -> None:
    press = cards.writer.press
    cards.put_cursor(1, 3)
    press(Qt.Key.Key_Down, SHIFT)
    assert selected(cards) == [1, 2]
    assert cards.view.hasFocus()
    press(Qt.Key.Key_Down, SHIFT)
    assert selected(cards) == [1, 2, 3]
    assert cards.cards.selection_bar.count.text() == "3 cards selected"
    press(Qt.Key.Key_Up, SHIFT)
    assert selected(cards) == [1, 2]
    press(Qt.Key.Key_End, SHIFT)
    assert selected(cards) == [1, 2, 3, 4]
    press(Qt.Key.Key_Home, SHIFT)
    assert selected(cards) == [0, 1]
    press(Qt.Key.Key_Escape)
    assert in_text(cards, 0)
    press(Qt.Key.Key_Up, SHIFT)
    assert in_text(cards, 0), "there is none above it"


def test_shift_and_an_arrow_select_text_while_there_is_a_line(cards: CardWriter) -> None:
    session = cards.writer.session
    long_text = "Long text that goes on. " * 12
    session.do(replace_text(session.document, session.document.segments[0].id, long_text.strip()), "Typing")
    cards.put_cursor(0, 0)
    cards.writer.press(Qt.Key.Key_Down, SHIFT)
    assert in_text(cards, 0)
    assert cards.editor.textCursor().hasSelection()


def test_all_are_selected_only_where_the_keys_are_no_text_s(cards: CardWriter) -> None:
    press = cards.writer.press
    press(Qt.Key.Key_A, CONTROL)
    assert in_text(cards, 0)
    assert cards.editor.textCursor().selectedText() == "One is here."
    press(Qt.Key.Key_Down, SHIFT)
    press(Qt.Key.Key_A, CONTROL)
    assert selected(cards) == [0, 1, 2, 3, 4]
    assert cards.view.hasFocus()
    press(Qt.Key.Key_Return)
    assert in_text(cards, 1)


def test_clicks_with_shift_and_ctrl_select_and_a_plain_one_writes(cards: CardWriter) -> None:
    click(cards, 1, x=cards.view.width() // 2)
    assert in_text(cards, 1)
    click(cards, 3, SHIFT)
    assert selected(cards) == [1, 2, 3]
    click(cards, 0, SHIFT)
    assert selected(cards) == [0, 1], "it begins where it began"
    click(cards, 4, CONTROL)
    assert selected(cards) == [0, 1, 4]
    click(cards, 1, CONTROL)
    assert selected(cards) == [0, 4]
    click(cards, 4, CONTROL)
    assert in_text(cards, 0), "the one that is left"
    cards.put_cursor(2, 0)
    click(cards, 3, SHIFT)
    assert selected(cards) == [2, 3], "from where the text was written"
    click(cards, 2, x=cards.view.width() // 2)
    assert in_text(cards, 2)


def test_cards_apart_are_selected_by_keys_alone(cards: CardWriter) -> None:
    press = cards.writer.press
    press(Qt.Key.Key_Down, SHIFT)
    press(Qt.Key.Key_Down, CONTROL)
    press(Qt.Key.Key_Down, CONTROL)
    press(Qt.Key.Key_Space)
    assert selected(cards) == [0, 1, 3]
    press(Qt.Key.Key_Down)
    assert in_text(cards, 4)


def test_nothing_that_is_typed_while_several_are_selected_gets_lost_in_a_text(cards: CardWriter) -> None:
    press = cards.writer.press
    press(Qt.Key.Key_Down, SHIFT)
    cards.writer.type("x")
    assert selected(cards) == [0, 1]
    assert cards.rows == [one.text for one in five().transcript.segments]


def test_several_are_joined_at_once_and_undone_at_once(cards: CardWriter) -> None:
    writer = cards.writer
    cards.put_cursor(1, 0)
    writer.press(Qt.Key.Key_Down, SHIFT)
    writer.press(Qt.Key.Key_Down, SHIFT)
    writer.press(Qt.Key.Key_M, CONTROL)
    assert cards.rows == ["One is here.", "Two comes. Three goes. Four stays.", "Five waits."]
    assert in_text(cards, 1)
    writer.press(Qt.Key.Key_Z, CONTROL)
    assert writer.session.transcript == five().transcript
    assert cards.agrees()


def test_cards_apart_are_not_joined_and_stay_selected(cards: CardWriter, qtbot: QtBot) -> None:
    click(cards, 0)
    click(cards, 2, CONTROL)
    qtbot.mouseClick(cards.cards.selection_bar.merge, Qt.MouseButton.LeftButton)
    assert cards.rows == [one.text for one in five().transcript.segments]
    assert selected(cards) == [0, 2]
    assert cards.writer.driver.message


@pytest.mark.parametrize("way", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace, None])
def test_several_are_deleted_at_once_and_come_back_at_once(cards: CardWriter, qtbot: QtBot, way: Qt.Key | None) -> None:
    click(cards, 0)
    click(cards, 2, CONTROL)
    click(cards, 3, CONTROL)
    if way is None:
        qtbot.mouseClick(cards.cards.selection_bar.delete, Qt.MouseButton.LeftButton)
    else:
        cards.writer.press(way)
    assert cards.rows == ["Two comes.", "Five waits."]
    assert len(selected(cards)) == 1
    assert cards.editor.hasFocus()
    assert cards.agrees()
    cards.writer.press(Qt.Key.Key_Z, CONTROL)
    assert cards.writer.session.transcript == five().transcript
    assert cards.agrees()


def test_all_are_deleted_at_once(cards: CardWriter) -> None:
    press = cards.writer.press
    press(Qt.Key.Key_Down, SHIFT)
    press(Qt.Key.Key_A, CONTROL)
    press(Qt.Key.Key_Delete)
    assert cards.rows == []
    press(Qt.Key.Key_Z, CONTROL)
    assert cards.rows == [one.text for one in five().transcript.segments]
    assert cards.agrees()


def test_several_are_moved_in_time_as_far_as_there_is_room_and_stay_selected(cards: CardWriter) -> None:
    press = cards.writer.press
    cards.put_cursor(0, 0)
    press(Qt.Key.Key_Down, SHIFT)
    press(Qt.Key.Key_Down, SHIFT)
    press(Qt.Key.Key_PageDown, ALT | SHIFT)
    assert starts(cards) == [1.1, 3.1, 5.1, 9.0, 12.0]
    assert selected(cards) == [0, 1, 2]
    press(Qt.Key.Key_Left, ALT | SHIFT)
    press(Qt.Key.Key_PageUp, ALT | SHIFT)
    assert starts(cards) == [0.9, 2.9, 4.9, 9.0, 12.0]
    for _ in range(12):
        press(Qt.Key.Key_PageUp, ALT | SHIFT)
    assert starts(cards) == [0.0, 2.0, 4.0, 9.0, 12.0]
    assert cards.writer.driver.message == "There is no room: another passage begins or ends there."
    press(Qt.Key.Key_Z, CONTROL)
    assert selected(cards) == [0, 1, 2]
    assert starts(cards)[3:] == [9.0, 12.0]


def test_one_card_is_moved_whole_by_the_same_keys(cards: CardWriter) -> None:
    cards.put_cursor(3, 2)
    cards.writer.press(Qt.Key.Key_PageDown, ALT | SHIFT)
    assert starts(cards) == [1.0, 3.0, 5.0, 9.1, 12.0]
    assert cards.cursor() == (3, 2)
    assert cards.editor.hasFocus()


def test_a_question_moves_them_by_any_number(cards: CardWriter, qtbot: QtBot) -> None:
    click(cards, 3)
    click(cards, 4, SHIFT)
    qtbot.mouseClick(cards.cards.selection_bar.shift, Qt.MouseButton.LeftButton)
    (question,) = cards.writer.driver.window.findChildren(ShiftQuestion)
    assert question.asked.sentence == "How many seconds later do 2 passages begin?"
    assert question.number.minimum() == -2.0
    question.number.setValue(1.25)
    qtbot.mouseClick(question.answers.yes, Qt.MouseButton.LeftButton)
    assert starts(cards) == [1.0, 3.0, 5.0, 10.25, 13.25]
    assert selected(cards) == [3, 4]
    cards.writer.session.stack.undo()
    assert cards.writer.session.transcript == five().transcript


@pytest.mark.qt_log_ignore(
    r"This plugin does not support (grabbing the keyboard|propagateSizeHints\(\)|raise\(\))", extend=True
)
def test_a_speaker_is_chosen_for_all_at_once(cards: CardWriter, qtbot: QtBot) -> None:
    click(cards, 2)
    click(cards, 3, SHIFT)
    cards.writer.press(Qt.Key.Key_F2)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    names = {one.text(): one for one in menu.actions()}
    assert not any(one.isChecked() for one in menu.actions()), "they have several"
    names["Bob"].trigger()
    menu.close()
    assert spoken(cards) == ["Ann", "Bob", "Bob", "Bob", "Ann"]
    assert selected(cards) == [2, 3]
    cards.writer.session.stack.undo()
    assert spoken(cards) == ["Ann", "Bob", "Ann", None, "Ann"]
    qtbot.mouseClick(cards.cards.selection_bar.speaker, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    nobody = next(one for one in menu.actions() if one.text() == "Nobody who is known")
    assert nobody.isEnabled()
    nobody.trigger()
    menu.close()
    assert spoken(cards) == ["Ann", "Bob", None, None, "Ann"]


def test_a_screen_reader_is_told_what_is_selected(cards: CardWriter) -> None:
    def told(row: int) -> str:
        return cards.cards.model.data(cards.cards.model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole)

    assert "selected" not in told(0)
    click(cards, 0)
    click(cards, 1, SHIFT)
    assert told(0).startswith("Number 1, selected. Ann. One is here.")
    assert told(1).startswith("Number 2, selected.")
    assert "selected" not in told(2)
    bar = cards.cards.selection_bar
    for button in (bar.merge, bar.speaker, bar.shift, bar.delete, bar.leave):
        assert button.accessibleName() or button.text()
        assert button.accessibleDescription()


def test_what_is_played_and_copied_is_what_is_selected(cards: CardWriter) -> None:
    passages = []
    cards.writer.page.player.set_passage = passages.append
    cards.put_cursor(1, 0)
    cards.writer.press(Qt.Key.Key_Down, SHIFT)
    assert passages[-1] == (3.0, 7.0)
    cards.writer.press(Qt.Key.Key_C, CONTROL | SHIFT)
    assert QApplication.clipboard().text().count("\n") == 1


def test_nothing_is_changed_where_the_text_cannot_be(cards: CardWriter) -> None:
    cards.writer.page.text_modes.set_read_only(True)
    click(cards, 0)
    click(cards, 1, SHIFT)
    bar = cards.cards.selection_bar
    assert not any(one.isEnabled() for one in (bar.merge, bar.speaker, bar.shift, bar.delete))
    for key, modifiers in (
        (Qt.Key.Key_Delete, PLAIN),
        (Qt.Key.Key_M, CONTROL),
        (Qt.Key.Key_PageDown, ALT | SHIFT),
        (Qt.Key.Key_Left, ALT | SHIFT),
    ):
        cards.writer.press(key, modifiers)
    assert cards.writer.session.transcript == five().transcript
    cards.writer.page.text_modes.set_read_only(False)


def test_another_transcript_begins_with_one_card(cards: CardWriter) -> None:
    cards.writer.press(Qt.Key.Key_Down, SHIFT)
    cards.writer.press(Qt.Key.Key_A, CONTROL)
    cards.writer.session.open(five())
    assert len(selected(cards)) == 1
    assert cards.agrees()


def test_a_place_that_is_gone_to_is_in_one_card(cards: CardWriter) -> None:
    cards.writer.press(Qt.Key.Key_Down, SHIFT)
    cards.writer.press(Qt.Key.Key_F4)
    cards.writer.press(Qt.Key.Key_F4)
    cards.writer.driver.wait(cards.editor.hasFocus)
    assert in_text(cards, 1)
