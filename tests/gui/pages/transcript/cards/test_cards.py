"""Subtitles are corrected as cards: by the same keys, with the same undo, and what breaks a rule is told at once."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from core.config import Settings
from core.domain import Segment, StoredTranscript
from core.export.subtitles.violations import Broken
from core.i18n import Translator
from gui.changes import Changes
from gui.pages.transcript.cards.card_delegate import PADDING
from gui.pages.transcript.cards.card_texts import Card, CardTexts, exact_clock
from gui.pages.transcript.text_modes import CARDS, LINES
from gui.pages.transcript.transcript_page import TranscriptPage
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.transcript.conftest import NUMBER, Writer, talk
from tests.gui.samples import stored

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
FAST = "This was said so fast that nobody could read all of it in time."


def with_segments(*segments: Segment) -> StoredTranscript:
    plain = stored(*(one.text for one in segments), number=NUMBER)
    return replace(plain, transcript=replace(plain.transcript, segments=segments))


def hurried() -> StoredTranscript:
    """Two that keep the rules, one that is too fast, and one that files mend."""
    return with_segments(
        Segment(0.0, 2.0, "All is well."),
        Segment(2.0, 4.0, FAST),
        Segment(4.0, 6.0, "And then?"),
        Segment(8.0, 8.4, "Yes."),
    )


class CardWriter:
    """A person at the cards."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.cards = writer.page.text_modes.cards
        self.view = self.cards.view
        self.editor = self.view.editor

    @property
    def rows(self) -> list[str]:
        return [self.cards.model.card(row).segment.text for row in range(self.cards.model.rowCount())]

    @property
    def notes(self) -> list[list[str]]:
        texts = self.view._delegate._texts
        return [
            [note.text for note in texts.notes(self.cards.model.card(row))]
            for row in range(self.cards.model.rowCount())
        ]

    @property
    def count(self) -> str:
        return self.cards.bar.count.text()

    def put_cursor(self, row: int, place: int) -> None:
        self.view.go_to_row(row)
        self.editor.select(place, place)

    def cursor(self) -> tuple[int, int]:
        """The row and the place in its text."""
        return self.view.current_row, self.editor.span()[0]

    def chip(self, name: str) -> QToolButton:
        return self.cards.bar.chips._buttons[name]

    def agrees(self) -> bool:
        """Whether the rows and the text field show the document. The lines do once they are seen: `turn_back`."""
        texts = [one.segment.text for one in self.writer.session.document.segments]
        shown = self.rows[self.view.current_row] if texts else ""
        return self.rows == texts and self.editor.segment_text == shown

    def turn_back(self) -> None:
        """Show the lines, which are to show the document then."""
        self.writer.page.text_modes.choose(LINES)
        assert self.writer.agrees()


def cards_of(writer: Writer) -> CardWriter:
    writer.press(Qt.Key.Key_F4)
    card_writer = CardWriter(writer)
    QApplication.processEvents()  # Where the focus is lost, the window moves it elsewhere only then.
    writer.driver.wait(lambda: card_writer.editor.hasFocus() and card_writer.cards.check.counts.is_finished)
    return card_writer


@pytest.fixture
def cards(writer: Writer) -> Iterator[CardWriter]:
    cards = cards_of(writer)
    yield cards
    cards.turn_back()


@pytest.fixture
def fast(open_writer: Callable[[StoredTranscript], Writer]) -> Iterator[CardWriter]:
    cards = cards_of(open_writer(hurried()))
    yield cards
    cards.turn_back()


def test_a_key_turns_to_cards_and_back_with_the_cursor_where_it_was(writer: Writer) -> None:
    writer.put_cursor(1, 3)
    cards = cards_of(writer)
    assert writer.page.text_modes.mode == CARDS
    assert cards.cursor() == (1, 3)
    cards.put_cursor(2, 5)
    writer.press(Qt.Key.Key_F4)
    assert writer.page.text_modes.mode == LINES
    assert writer.editor.hasFocus()
    place = writer.editor.cursor_place()
    assert place is not None
    assert (writer.session.document.index(place.segment_id), place.begin) == (2, 5)


def test_a_button_does_too_and_the_mode_is_remembered(
    cards: CardWriter, make_driver: Callable[..., DesktopDriver], qtbot: QtBot
) -> None:
    page = cards.writer.page
    assert page.saved_state()["mode"] == CARDS
    qtbot.mouseClick(page.text_modes.chips._buttons[LINES], Qt.MouseButton.LeftButton)
    assert page.text_modes.mode == LINES
    page.restore_state({"mode": CARDS})
    assert page.text_modes.mode == CARDS
    page.restore_state({"mode": 7})
    assert page.text_modes.mode == CARDS


def test_a_card_is_corrected_saved_and_undone_like_a_line(cards: CardWriter) -> None:
    writer = cards.writer
    cards.put_cursor(1, 2)
    writer.type(" all of")
    assert cards.rows[1] == "Do all of they?"
    assert cards.agrees()
    writer.press(Qt.Key.Key_Z, CONTROL)
    assert cards.rows[1] == "Do they?"
    assert cards.agrees()
    writer.press(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert cards.agrees()
    writer.wait_until_saved()
    assert writer.kept[1] == "Do all of they?"


def test_return_and_arrows_go_from_card_to_card(cards: CardWriter) -> None:
    press = cards.writer.press
    press(Qt.Key.Key_Return)
    assert cards.cursor() == (1, 0)
    press(Qt.Key.Key_Down)
    assert cards.cursor() == (2, 0)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    assert cards.cursor() == (2, 0), "there is none behind it"
    press(Qt.Key.Key_Return, SHIFT)
    assert cards.cursor() == (1, 0)
    press(Qt.Key.Key_Up, CONTROL)
    assert cards.cursor() == (0, 0)
    press(Qt.Key.Key_End, CONTROL)
    assert cards.cursor() == (2, 0)
    press(Qt.Key.Key_PageUp)
    assert cards.cursor() == (0, 0)
    assert cards.editor.hasFocus()
    assert cards.rows == [one.text for one in talk().transcript.segments], "nothing was typed"


def test_a_card_is_cut_at_the_cursor_and_joined_again(cards: CardWriter) -> None:
    writer = cards.writer
    cards.put_cursor(0, 8)
    writer.press(Qt.Key.Key_Return, CONTROL)
    assert cards.rows == ["The wood", "cutters sing.", "Do they?", "They do."]
    assert cards.cursor() == (1, 0)
    assert cards.agrees()
    writer.press(Qt.Key.Key_Backspace)
    assert cards.rows[0] == "The wood cutters sing."
    assert cards.cursor() == (0, 9)
    cards.put_cursor(0, 22)
    writer.press(Qt.Key.Key_Delete)
    assert cards.rows == ["The wood cutters sing. Do they?", "They do."]
    assert cards.cursor() == (0, 22)
    assert cards.agrees()
    while writer.session.stack.canUndo():
        writer.press(Qt.Key.Key_Z, CONTROL)
        assert cards.agrees()
    assert writer.session.transcript == talk().transcript


def test_nothing_is_cut_or_joined_where_that_makes_no_sense(cards: CardWriter) -> None:
    writer = cards.writer
    cards.put_cursor(0, 0)
    writer.press(Qt.Key.Key_Backspace)
    cards.put_cursor(2, 8)
    writer.press(Qt.Key.Key_Delete)
    assert cards.rows == [one.text for one in talk().transcript.segments]
    writer.press(Qt.Key.Key_Return, CONTROL)
    assert writer.driver.message
    assert not writer.session.stack.canUndo()


def test_keys_move_the_beginning_and_the_end_as_far_as_there_is_room(cards: CardWriter) -> None:
    writer, document = cards.writer, lambda: cards.writer.session.document.segments[1].segment
    cards.put_cursor(1, 0)
    for key, expected in (
        (Qt.Key.Key_Left, (4.9, 9.0)),
        (Qt.Key.Key_Right, (5.0, 9.0)),
        (Qt.Key.Key_Down, (5.0, 9.1)),
        (Qt.Key.Key_Up, (5.0, 9.0)),
    ):
        writer.press(key, ALT | SHIFT)
        assert (document().start_s, document().end_s) == pytest.approx(expected)
    for _ in range(12):
        writer.press(Qt.Key.Key_Left, ALT | SHIFT)
    assert document().start_s == 4.0, "the card before ends there"
    assert writer.driver.message
    assert cards.cursor() == (1, 0)


def test_what_breaks_a_rule_is_told_in_words_and_counted(fast: CardWriter) -> None:
    assert fast.count == "1 of 4 breaks a rule"
    assert fast.notes[0] == []
    assert fast.notes[1][0] == "Too fast: 31 characters a second, at most 25"
    assert fast.notes[3] == ["Too short: 0.4 s, at least 1 s", "When exported: 00:08.000 → 00:09.000"]
    assert fast.chip("to_mend").text() == "To mend 1"
    assert fast.chip("mended").text() == "Mended when exported 1"
    explained = fast.cards.model.data(fast.cards.model.index(1, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert "Too fast" in explained


def test_the_count_follows_what_is_typed(fast: CardWriter) -> None:
    writer = fast.writer
    fast.put_cursor(1, 0)
    writer.press(Qt.Key.Key_End, SHIFT)
    writer.type("Said slowly.")
    writer.driver.wait(lambda: fast.count == "0 of 4 break a rule")
    while writer.session.stack.canUndo():
        writer.press(Qt.Key.Key_Z, CONTROL)
    writer.driver.wait(lambda: fast.count == "1 of 4 breaks a rule")


def test_keys_go_to_the_next_broken_rule_and_round_again(fast: CardWriter) -> None:
    press = fast.writer.press
    press(Qt.Key.Key_F7)
    assert fast.view.current_row == 1
    press(Qt.Key.Key_F7)
    assert fast.view.current_row == 1
    fast.put_cursor(2, 0)
    press(Qt.Key.Key_F7, SHIFT)
    assert fast.view.current_row == 1
    fast.editor.selectAll()
    fast.writer.type("Slow.")
    press(Qt.Key.Key_F7)
    assert fast.view.current_row == 3, "what files mend, where nothing else is left"


def test_only_those_that_break_a_rule_can_be_shown(fast: CardWriter, qtbot: QtBot) -> None:
    qtbot.mouseClick(fast.chip("to_mend"), Qt.MouseButton.LeftButton)
    assert fast.rows == [FAST]
    fast.editor.setFocus()
    fast.editor.selectAll()
    fast.writer.type("Slow.")
    assert fast.rows == ["Slow."], "it doesn't vanish under the cursor"
    fast.put_cursor(0, 2)
    fast.writer.press(Qt.Key.Key_Return, CONTROL)
    assert fast.agrees()
    assert fast.rows[1:3] == ["Sl", "ow."]
    qtbot.mouseClick(fast.chip("mended"), Qt.MouseButton.LeftButton)
    assert "Yes." in fast.rows
    assert "All is well." not in fast.rows
    qtbot.mouseClick(fast.chip("all"), Qt.MouseButton.LeftButton)
    assert fast.agrees()


def test_other_rules_in_the_settings_count_at_once(fast: CardWriter) -> None:
    driver = fast.writer.driver
    fast.writer.page._context.settings.current = Settings(subtitles="custom", subtitle_columns_per_second=60.0)
    driver.desktop.changes.publish(Changes(settings=frozenset({"subtitles"})))
    driver.wait(lambda: fast.cards.check.counts.is_finished)
    assert fast.count == "0 of 4 break a rule"
    assert fast.cards.bar.change.text() == "Rules: 2 lines of 42 characters …"


def test_the_rules_button_goes_to_the_rules_themselves(fast: CardWriter, qtbot: QtBot) -> None:
    driver = fast.writer.driver
    qtbot.mouseClick(fast.cards.bar.change, Qt.MouseButton.LeftButton)
    rules = driver.settings_page._rows["subtitles"]
    driver.wait(lambda: rules.isVisible() and rules.isAncestorOf(QApplication.focusWidget() or fast.cards))


def test_lines_are_shown_as_files_have_them(open_writer: Callable[[StoredTranscript], Writer]) -> None:
    text = (
        "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness."
    )
    cards = cards_of(open_writer(with_segments(Segment(0.0, 7.0, text), Segment(9.0, 11.0, "Next."))))
    checked = cards.cards.model.card(0).checked
    assert checked is not None
    assert [one.broken for one in checked.violations] == [Broken.LONG_TEXT]
    assert len(checked.parts) == 2
    assert " ".join(line for part in checked.parts for line in part) == text
    assert cards.notes[0][-1].endswith("When exported: 2 subtitles")
    breaks = cards.editor.line_ends.breaks
    assert [text[place] for place in breaks] == [" "] * (sum(map(len, checked.parts)) - 1)
    assert cards.view.rowHeight(0) > cards.view.rowHeight(1)


def test_a_click_on_times_plays_and_one_on_a_text_writes(cards: CardWriter, qtbot: QtBot) -> None:
    heard: list[float] = []
    cards.cards.hear_wanted.disconnect()
    cards.cards.hear_wanted.connect(heard.append)
    rect = cards.view.visualRect(cards.cards.model.index(1, 0))
    qtbot.mouseClick(cards.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.topLeft() + QPoint(60, PADDING + 4))
    assert heard == [5.0]
    rect = cards.view.visualRect(cards.cards.model.index(2, 0))
    qtbot.mouseClick(cards.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert cards.view.current_row == 2
    assert cards.editor.hasFocus()
    cards.writer.type("x")
    assert "x" in cards.rows[2]
    assert heard == [5.0]


def test_the_card_that_is_heard_is_marked(cards: CardWriter) -> None:
    model, page = cards.cards.model, cards.writer.page
    page._show_spoken(6.0)
    assert [model.card(row).is_heard for row in range(3)] == [False, True, False]
    page._show_spoken(11.0)
    assert [model.card(row).is_heard for row in range(3)] == [False, False, True]


def test_find_and_replace_go_through_cards_too(cards: CardWriter) -> None:
    page = cards.writer.page
    page.open(NUMBER, "they")
    cards.writer.driver.wait(lambda: page.find_bar.current is not None)
    assert cards.view.current_row == 1
    assert len(cards.editor.extraSelections()) == 1
    page.find_bar.replacement.setText("we")
    page.find_bar.replace_one.click()
    assert cards.rows[1] == "Do we?"
    assert cards.agrees()


def test_pasted_lines_are_one_card_and_a_card_is_copied_with_its_time(cards: CardWriter) -> None:
    QGuiApplication.clipboard().setText("one\n\ntwo\u202e")
    cards.put_cursor(1, 0)
    cards.writer.press(Qt.Key.Key_V, CONTROL)
    assert cards.rows[1] == "one twoDo they?"
    assert cards.agrees()
    cards.writer.press(Qt.Key.Key_C, CONTROL | SHIFT)
    assert QGuiApplication.clipboard().text() == "[00:05] one twoDo they?"


def test_another_transcript_shows_its_cards(cards: CardWriter) -> None:
    driver = cards.writer.driver
    other = stored("Another.", "And more.", number=8)
    cards.writer.notula.stored[other.entry.id] = other
    driver.window.show_transcript(other.entry.id)
    driver.wait(lambda: cards.rows == ["Another.", "And more."])
    assert cards.cursor()[0] == 0
    assert cards.editor.segment_text == "Another."
    assert driver.window.page(TranscriptPage).text_modes.mode == CARDS


def test_an_edit_from_elsewhere_is_shown_on_the_cards(cards: CardWriter) -> None:
    cards.writer.edit_elsewhere("Other text.")
    cards.writer.driver.desktop.changes.publish(Changes(history=True))
    cards.writer.driver.wait(lambda: cards.rows == ["Other text."])
    assert cards.agrees()


def test_everything_can_be_deleted_on_cards(cards: CardWriter) -> None:
    menu = cards.writer.page._menu
    for _ in range(3):
        menu.delete()
        assert cards.agrees()
    assert cards.rows == []
    assert not cards.editor.isVisible()
    cards.writer.session.stack.undo()
    assert cards.agrees()
    assert cards.editor.isVisible()


def test_times_have_milliseconds() -> None:
    assert [exact_clock(time_s) for time_s in (0.0, 62.0456, 3599.9999, 3723.5)] == [
        "00:00.000",
        "01:02.046",
        "1:00:00.000",
        "1:02:03.500",
    ]


@pytest.mark.parametrize(("length_s", "told"), [(4.0, "1 character/s"), (2.0, "2 characters/s")])
def test_one_character_is_not_called_several(length_s: float, told: str) -> None:
    card = Card(0, Segment(0.0, length_s, "Ever"), None)
    assert CardTexts(Translator("en")).measures(card).endswith(f"  ·  {told}")
