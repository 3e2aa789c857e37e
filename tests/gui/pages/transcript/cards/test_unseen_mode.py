"""Only the mode that is seen follows what is typed; the other one shows the same as soon as it is seen."""

import random
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.domain import StoredTranscript
from gui.pages.transcript.text_modes import CARDS, LINES
from tests.gui.pages.transcript.cards.test_cards import CONTROL, FAST, SHIFT, CardWriter, cards_of, hurried
from tests.gui.pages.transcript.conftest import NUMBER, Writer
from tests.gui.samples import stored


def layouts_of(writer: Writer) -> list[str]:
    """What becomes of the lines' document from now on."""
    seen: list[str] = []
    document = writer.editor.document()
    document.contentsChange.connect(lambda *_: seen.append("content"))
    document.documentLayout().update.connect(lambda *_: seen.append("layout"))
    document.documentLayout().documentSizeChanged.connect(lambda *_: seen.append("size"))
    writer.editor.cursorPositionChanged.connect(lambda: seen.append("cursor"))
    return seen


def test_lines_that_are_not_seen_are_laid_out_once_when_they_are_seen_again(writer: Writer) -> None:
    cards = cards_of(writer)
    seen = layouts_of(writer)
    cards.put_cursor(1, 0)
    writer.type("Well, ")
    writer.press(Qt.Key.Key_Return)
    writer.type("Indeed. ")
    writer.press(Qt.Key.Key_Return, CONTROL)
    writer.press(Qt.Key.Key_Z, CONTROL)
    QApplication.processEvents()
    assert seen == []
    writer.press(Qt.Key.Key_F4)
    assert writer.lines == ["The wood cutters sing.", "Well, Do they?", "Indeed. They do."]
    assert writer.agrees()
    assert seen.count("content") == 1
    writer.press(Qt.Key.Key_F4)
    seen.clear()
    writer.press(Qt.Key.Key_F4)
    assert "content" not in seen, "nothing was edited"


def test_cards_that_are_not_seen_are_neither_drawn_nor_checked(
    open_writer: Callable[[StoredTranscript], Writer],
) -> None:
    writer = open_writer(hurried())
    cards = cards_of(writer)
    count = cards.count
    writer.press(Qt.Key.Key_F4)
    told: list[object] = []
    cards.cards.check.checked.connect(lambda *places: told.append(places))
    for signal in (cards.cards.model.dataChanged, cards.cards.model.rowsInserted, cards.cards.model.rowsRemoved):
        signal.connect(lambda *rows: told.append(rows))
    writer.put_cursor(1, 0, 1, len(FAST))
    writer.type("Slow.")
    writer.put_cursor(3, 0)
    writer.press(Qt.Key.Key_Backspace)
    QApplication.processEvents()
    assert told == []
    assert cards.count == count == "1 of 4 breaks a rule"
    writer.press(Qt.Key.Key_F4)
    writer.driver.wait(lambda: cards.count == "0 of 3 break a rule")
    assert cards.agrees()


def test_what_was_edited_on_cards_is_undone_on_lines_and_the_reverse(writer: Writer) -> None:
    original = writer.lines
    cards = cards_of(writer)
    cards.put_cursor(0, 0)
    writer.type("So ")
    writer.press(Qt.Key.Key_F4)
    writer.press(Qt.Key.Key_Z, CONTROL)
    assert writer.lines == original
    writer.press(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert writer.lines[0] == "So The wood cutters sing."
    writer.put_cursor(2, 0)
    writer.press(Qt.Key.Key_Backspace)
    writer.press(Qt.Key.Key_F4)
    assert cards.rows[1:] == ["Do they? They do."]
    for _ in range(2):
        writer.press(Qt.Key.Key_Z, CONTROL)
        assert cards.agrees()
    assert cards.rows == original
    cards.turn_back()


def test_what_is_found_and_heard_is_marked_in_the_mode_that_is_seen(writer: Writer) -> None:
    page = writer.page
    page.open(NUMBER, "they")
    writer.driver.wait(lambda: len(writer.editor.extraSelections()) == 2)
    cards = cards_of(writer)
    assert len(cards.editor.extraSelections()) == 1
    page._show_spoken(1.5)
    assert cards.cards.model.card(0).is_heard
    writer.press(Qt.Key.Key_F4)
    assert len(writer.editor.extraSelections()) == 3, "two that were found, and the word that is heard"


def test_long_texts_are_brought_up_to_date_though_not_all_of_them_was_laid_out(
    open_writer: Callable[[StoredTranscript], Writer],
) -> None:
    writer = open_writer(stored(*(f"Sentence {number}." for number in range(400)), number=NUMBER))
    writer.page.text_modes.choose(CARDS)
    cards = CardWriter(writer)
    for row in (390, 10, 200):
        cards.put_cursor(row, 0)
        writer.type("X")
    writer.page.text_modes.choose(LINES)
    writer.driver.wait(lambda: writer.editor.document().blockCount() == 400)
    assert writer.agrees()


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_edits_and_turns_shows_the_same(writer: Writer, seed: int) -> None:
    chance = random.Random(seed)
    cards = CardWriter(writer)
    modes = writer.page.text_modes

    def put_cursor() -> None:
        count = len(writer.session.document.segments)
        if not count:
            return
        number = chance.randrange(count)
        place = chance.randint(0, len(writer.session.document.segments[number].segment.text))
        if modes.mode == CARDS:
            cards.put_cursor(number, place)
        else:
            writer.put_cursor(number, min(place, len(writer.lines[number])))

    split = CONTROL, Qt.KeyboardModifier.NoModifier
    does: list[Callable[[], object]] = [
        modes.turn,
        put_cursor,
        lambda: writer.type(chance.choice(["x", " ", "a b"])),
        lambda: writer.press(Qt.Key.Key_Return, split[modes.mode == LINES]),
        lambda: writer.press(Qt.Key.Key_Backspace),
        lambda: writer.press(Qt.Key.Key_Delete),
        lambda: writer.press(Qt.Key.Key_Z, CONTROL),
        lambda: writer.press(Qt.Key.Key_Z, CONTROL | SHIFT),
        writer.page._menu.merge,
        writer.page._menu.delete,
    ]
    weights = [4, 4, 4, 2, 2, 2, 3, 2, 1, 1]
    for _ in range(80):
        chance.choices(does, weights)[0]()
        assert cards.agrees() if modes.mode == CARDS else writer.agrees()
    for mode in (CARDS, LINES):
        modes.choose(mode)
        assert cards.agrees() if mode == CARDS else writer.agrees()
        while writer.session.stack.canUndo():
            writer.session.stack.undo()
        assert cards.agrees() if mode == CARDS else writer.agrees()
        while mode == CARDS and writer.session.stack.canRedo():
            writer.session.stack.redo()
