"""The search in the text that is read."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.domain import (
    Segment,
)
from gui.widgets.reader.reader import Reader
from gui.widgets.reader.segment_blocks import SLICE
from tests.gui.samples import stored

CTRL = Qt.KeyboardModifier.ControlModifier


def type_search(qtbot: QtBot, reader: Reader, text: str) -> None:
    qtbot.keyClick(reader._text, Qt.Key.Key_F, CTRL)
    reader._search.line.clear()
    qtbot.keyClicks(reader._search.line, text)


def highlighted(reader: Reader) -> list[str]:
    return [selection.cursor.selectedText() for selection in reader._text.extraSelections()]


def test_a_search_counts_what_it_finds_in_capitals_or_not(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("Try again.", "No matter. TRY again.", "Fail better, try."))
    type_search(qtbot, reader, "try")
    assert reader._search.matches.found.text() == "1 of 3"
    assert highlighted(reader) == ["Try", "TRY", "try"]
    type_search(qtbot, reader, "nobody")
    assert reader._search.matches.found.text() == "Not found"
    assert not reader._search.matches.next.isEnabled()
    reader._search.line.clear()
    assert reader._search.matches.found.text() == ""
    assert highlighted(reader) == []


def test_the_next_place_after_the_last_is_the_first(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("one fish", "two fish", "red fish"))
    type_search(qtbot, reader, "fish")
    shown = []
    for key, shift in ((Qt.Key.Key_F3, False), (Qt.Key.Key_F3, False), (Qt.Key.Key_F3, False), (Qt.Key.Key_F3, True)):
        qtbot.keyClick(
            reader._search.line, key, Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        )
        shown.append(reader._search.matches.found.text())
    assert shown == ["2 of 3", "3 of 3", "1 of 3", "3 of 3"]
    qtbot.keyClick(reader._search.line, Qt.Key.Key_Return)
    assert reader._search.matches.found.text() == "1 of 3"
    reader._search.matches.next.click()
    reader._search.matches.previous.click()
    assert reader._search.matches.found.text() == "1 of 3"


def test_the_current_place_is_scrolled_to(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored(*["filler"] * 100, "needle"))
    assert reader._text.verticalScrollBar().value() == 0
    type_search(qtbot, reader, "needle")
    assert reader._text.verticalScrollBar().value() > 0


def test_the_search_opens_by_its_keys_and_closes_by_escape(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("some text"))
    reader._text.setFocus()
    assert not reader._search.isVisible()
    qtbot.keyClick(reader._text, Qt.Key.Key_F, CTRL)
    assert reader._search.isVisible()
    assert reader._search.line.hasFocus()
    qtbot.keyClicks(reader._search.line, "text")
    assert highlighted(reader) == ["text"]
    qtbot.keyClick(reader._search.line, Qt.Key.Key_Escape)
    assert not reader._search.isVisible()
    assert highlighted(reader) == []
    assert reader._text.hasFocus()


def test_the_key_for_the_next_place_asks_what_to_search_for_where_nothing_is(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("some text"))
    reader._text.setFocus()
    qtbot.keyClick(reader._text, Qt.Key.Key_F3)
    assert reader._search.line.hasFocus()


def test_what_can_only_be_done_with_a_text_is_offered_only_with_one(qtbot: QtBot, reader: Reader) -> None:
    actions = {action.objectName(): action for action in reader.actions()}
    names = {"reader_find", "reader_find_next", "reader_find_previous", "reader_copy_with_times", "reader_edit"}

    def offered() -> set[str]:
        return {name for name, action in actions.items() if action.isEnabled()}

    assert offered() == set()
    reader.show_stored(stored("some text"))
    assert offered() == names
    reader.show_problem("2.wav", "2.wav is empty.")
    assert offered() == set()
    reader.show_live("talk.wav", [Segment(0, 1, "again")])
    assert offered() == names - {"reader_edit"}
    reader.clear()
    assert offered() == set()


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("Straße und Gasse", "strasse", ["Straße"]),
        ("die Straße, die Straße", "straße", ["Straße", "Straße"]),
        ("İstanbul, then İzmir", "izmir", None),
        ("a 😀 smile, a 😀 smile", "smile", ["smile", "smile"]),
        ("a 😀 b", "😀", ["😀"]),
    ],
)
def test_characters_that_change_their_length_find_the_right_place(
    qtbot: QtBot, reader: Reader, text: str, wanted: str, found: list[str] | None
) -> None:
    reader.show_stored(stored(text))
    reader._search.line.setText(wanted)
    if found is None:
        assert all(place.lower().replace("i\u0307", "i") == wanted for place in highlighted(reader))
    else:
        assert highlighted(reader) == found


def test_a_search_finds_no_times(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("Ever tried.", "Ever failed."))
    type_search(qtbot, reader, "00")
    assert reader._search.matches.found.text() == "Not found"


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("the winter of despair", "winter despair", ["winter", "despair"]),
        ("the winter of despair", "winter des", ["winter", "des"]),
        ("a winterly place, despair", "winter despair", []),
        ("despair alone", "winter despair", []),
        ("au Caf\u00e9 noir, au cafe\u0301 noir", "cafe", ["Caf\u00e9", "cafe\u0301"]),
    ],
)
def test_a_search_finds_what_the_history_finds(
    qtbot: QtBot, reader: Reader, text: str, wanted: str, found: list[str]
) -> None:
    reader.show_stored(stored(text))
    reader._search.line.setText(wanted)
    assert highlighted(reader) == found


@pytest.mark.parametrize("filler", [30, 2 * SLICE + 7])
def test_a_hit_of_the_history_is_marked_and_in_sight(qtbot: QtBot, reader: Reader, filler: int) -> None:
    texts = ["despair alone", *["filler"] * filler, "the winter of despair", *["filler"] * 30]
    reader.show_stored(stored(*texts), "winter despair")
    qtbot.waitUntil(lambda: reader._search.matches.found.text() == "2 of 3")
    assert reader._search.isVisible()
    assert reader._search.line.text() == "winter despair"
    place = reader._text.cursorRect()
    assert reader._text.viewport().rect().contains(place)
    assert reader._text.textCursor().blockNumber() == filler + 1


def test_what_was_found_in_a_name_alone_is_not_missed_in_the_text(reader: Reader) -> None:
    reader.show_stored(stored("Ever tried.", name="interview.wav"), "interview")
    assert reader._search.line.text() == ""
    assert reader._search.matches.found.text() == ""
    assert not reader._search.isVisible()


def test_a_search_stays_with_its_recording(qtbot: QtBot, reader: Reader) -> None:
    reader.show_live("one.wav", [Segment(0, 1, "again")], "job-1")
    type_search(qtbot, reader, "again")
    reader.show_stored(stored("again and again"), subject="job-1")
    assert reader._search.matches.found.text() == "1 of 2"
    reader.show_stored(stored("something else", number=2), subject="job-2")
    assert reader._search.line.text() == ""
    assert not reader._search.isVisible()
    assert not reader._search.matches.next.isEnabled()


def test_the_arrows_of_a_search_are_enabled_where_they_lead_somewhere(qtbot: QtBot, reader: Reader) -> None:
    for show in (lambda: None, lambda: reader.show_stored(stored("Ever tried."))):
        show()
        assert not reader._search.matches.previous.isEnabled()
        assert not reader._search.matches.next.isEnabled()
    type_search(qtbot, reader, "tried")
    assert reader._search.matches.next.isEnabled()
    reader._search.line.clear()
    assert not reader._search.matches.next.isEnabled()


def test_a_search_goes_on_in_text_that_comes_later(qtbot: QtBot, reader: Reader) -> None:
    segments = [Segment(float(i), i + 1.0, "again") for i in range(3)]
    reader.show_live("talk.wav", segments[:1])
    type_search(qtbot, reader, "again")
    assert reader._search.matches.found.text() == "1 of 1"
    reader.show_live("talk.wav", segments)
    assert reader._search.matches.found.text() == "1 of 3"


def test_the_count_is_right_once_a_long_text_is_there(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored(*["word"] * (2 * SLICE + 7)))
    reader._search.line.setText("word")
    qtbot.waitUntil(lambda: reader._text._shown == 2 * SLICE + 7)
    assert reader._search.matches.found.text() == f"1 of {2 * SLICE + 7}"
    assert reader._search.matches.next.isEnabled()
