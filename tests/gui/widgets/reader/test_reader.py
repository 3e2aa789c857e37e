"""The reading view: search, copy, clickable times; foreign text stays text."""

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.config import Theme
from core.domain import (
    Segment,
)
from core.export import FORMATS
from core.i18n import Translator
from gui.messages import Messages
from gui.theme import DARK, LIGHT, apply_theme
from gui.widgets.reader.reader import Reader
from gui.widgets.reader.transcript_text import SLICE
from tests.gui.samples import stored


@pytest.fixture
def messages() -> Messages:
    return Messages(Translator("en"))


@pytest.fixture
def reader(qtbot: QtBot, messages: Messages) -> Iterator[Reader]:
    made = Reader(Translator("en"), messages)
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    yield made
    made.hide()


def type_search(qtbot: QtBot, reader: Reader, text: str) -> None:
    reader._search.line.setFocus()
    reader._search.line.clear()
    qtbot.keyClicks(reader._search.line, text)


def highlighted(reader: Reader) -> list[str]:
    return [selection.cursor.selectedText() for selection in reader._text.extraSelections()]


def test_a_search_counts_what_it_finds_in_capitals_or_not(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("Try again.", "No matter. TRY again.", "Fail better, try."))
    type_search(qtbot, reader, "try")
    assert reader._search.found.text() == "1 of 3"
    assert highlighted(reader) == ["Try", "TRY", "try"]
    type_search(qtbot, reader, "nobody")
    assert reader._search.found.text() == "Not found"
    assert not reader._search.next.isEnabled()
    reader._search.line.clear()
    assert reader._search.found.text() == ""
    assert highlighted(reader) == []


def test_the_next_place_after_the_last_is_the_first(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("one fish", "two fish", "red fish"))
    type_search(qtbot, reader, "fish")
    shown = []
    for key, shift in ((Qt.Key.Key_F3, False), (Qt.Key.Key_F3, False), (Qt.Key.Key_F3, False), (Qt.Key.Key_F3, True)):
        qtbot.keyClick(
            reader._search.line, key, Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        )
        shown.append(reader._search.found.text())
    assert shown == ["2 of 3", "3 of 3", "1 of 3", "3 of 3"]
    qtbot.keyClick(reader._search.line, Qt.Key.Key_Return)
    assert reader._search.found.text() == "1 of 3"
    reader._search.next.click()
    reader._search.previous.click()
    assert reader._search.found.text() == "1 of 3"


def test_the_current_place_is_scrolled_to(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored(*["filler"] * 100, "needle"))
    assert reader._text.verticalScrollBar().value() == 0
    type_search(qtbot, reader, "needle")
    assert reader._text.verticalScrollBar().value() > 0


def test_find_is_a_shortcut(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("text"))
    reader._text.setFocus()
    qtbot.keyClick(reader._text, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert reader._search.line.hasFocus()


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


def test_the_whole_text_is_copied(reader: Reader, messages: Messages) -> None:
    reader.show_stored(stored("Ever tried.", "Ever failed."))
    reader._copy.click()
    assert QGuiApplication.clipboard().text() == "Ever tried. Ever failed."
    assert messages.last is not None


def click_on_time(qtbot: QtBot, reader: Reader, number: int) -> None:
    cursor = reader._text.textCursor()
    cursor.setPosition(reader._text.document().findBlockByNumber(number).position())
    gutter = reader._text._gutter
    assert gutter.isVisible()
    qtbot.mouseClick(gutter, Qt.MouseButton.LeftButton, pos=QPoint(4, reader._text.cursorRect(cursor).center().y()))


def test_a_click_on_a_time_selects_its_passage_and_leaves_the_clipboard(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("Ever tried.", "Ever failed.", "No matter."))
    QGuiApplication.clipboard().setText("precious")
    click_on_time(qtbot, reader, 1)
    cursor = reader._text.textCursor()
    assert cursor.selectedText() == "Ever failed."
    assert cursor.selectionStart() == reader._text.document().findBlockByNumber(1).position()
    assert QGuiApplication.clipboard().text() == "precious"


def test_a_copied_selection_is_text_alone(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("Ever tried.", "Ever failed."))
    reader._text.setFocus()
    reader._text.selectAll()
    qtbot.keyClick(reader._text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Ever tried.\nEver failed."
    assert reader._text.toPlainText() == "Ever tried.\nEver failed."


def test_a_search_finds_no_times(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("Ever tried.", "Ever failed."))
    type_search(qtbot, reader, "00")
    assert reader._search.found.text() == "Not found"


def test_passages_are_copied_with_their_times_on_demand(qtbot: QtBot, reader: Reader, messages: Messages) -> None:
    reader.show_stored(stored("Ever tried.", "Ever failed.", "No matter."))
    reader._text.setFocus()
    cursor = reader._text.textCursor()
    cursor.setPosition(reader._text.document().findBlockByNumber(1).position() + 3)
    reader._text.setTextCursor(cursor)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(reader._text, Qt.Key.Key_C, keys)
    assert QGuiApplication.clipboard().text() == "[00:05] Ever failed."
    assert "clipboard" in messages.last.text
    qtbot.keyClick(reader._text, Qt.Key.Key_Return)
    assert reader._text.textCursor().selectedText() == "Ever failed."
    reader._text.selectAll()
    qtbot.keyClick(reader._text, Qt.Key.Key_C, keys)
    assert QGuiApplication.clipboard().text().splitlines()[::2] == ["[00:00] Ever tried.", "[00:10] No matter."]


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
    qtbot.waitUntil(lambda: reader._search.found.text() == "2 of 3")
    assert reader._search.line.text() == "winter despair"
    place = reader._text.cursorRect()
    assert reader._text.viewport().rect().contains(place)
    assert reader._text.textCursor().blockNumber() == filler + 1


def test_what_was_found_in_a_name_alone_is_not_missed_in_the_text(reader: Reader) -> None:
    reader.show_stored(stored("Ever tried.", name="interview.wav"), "interview")
    assert reader._search.line.text() == ""
    assert reader._search.found.text() == ""


def test_a_search_stays_with_its_recording(qtbot: QtBot, reader: Reader) -> None:
    reader.show_live("one.wav", [Segment(0, 1, "again")], "job-1")
    type_search(qtbot, reader, "again")
    reader.show_stored(stored("again and again"), subject="job-1")
    assert reader._search.found.text() == "1 of 2"
    reader.show_stored(stored("something else", number=2), subject="job-2")
    assert reader._search.line.text() == ""
    assert reader._search.found.text() == ""
    assert not reader._search.next.isEnabled()


def test_the_arrows_of_a_search_are_enabled_where_they_lead_somewhere(qtbot: QtBot, reader: Reader) -> None:
    for show in (lambda: None, lambda: reader.show_stored(stored("Ever tried."))):
        show()
        assert not reader._search.previous.isEnabled()
        assert not reader._search.next.isEnabled()
    type_search(qtbot, reader, "tried")
    assert reader._search.next.isEnabled()
    reader._search.line.clear()
    assert not reader._search.next.isEnabled()


def test_tab_leaves_a_long_text_at_once(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored(*["words"] * 50))
    reader._text.setFocus()
    qtbot.keyClick(reader._text, Qt.Key.Key_Tab)
    assert not reader._text.hasFocus()


@pytest.mark.parametrize("nasty", ["<img src='file:///etc/passwd'>", "<b>loud</b>", "&lt;i&gt;", "<a href='x:y'>z</a>"])
def test_markup_is_shown_as_it_is(reader: Reader, nasty: str) -> None:
    reader.resize(2000, 400)
    reader.show_stored(stored(nasty, name=f"{nasty}.wav"))
    assert nasty in reader._text.toPlainText()
    assert reader._title.text() == f"{nasty}.wav"
    assert reader._title.textFormat() is Qt.TextFormat.PlainText
    assert nasty not in reader._title.toolTip()
    reader.show_problem(f"{nasty}.wav", f"{nasty} is empty")
    assert reader._text.toPlainText() == f"{nasty} is empty"
    reader.show_live(nasty, [Segment(0, 1, nasty, speaker="<u>Ana</u>")])
    assert f"<u>Ana</u>: {nasty}" in reader._text.toPlainText()


def test_live_text_only_grows(reader: Reader) -> None:
    segments = [Segment(float(i), i + 1.0, f"part {i}") for i in range(4)]
    reader.show_live("talk.wav", segments[:2])
    cleared = []
    reader._text._restart = lambda: cleared.append(True)  # type: ignore[method-assign]
    reader.show_live("talk.wav", segments)
    assert not cleared
    assert [f"part {i}" in reader._text.toPlainText() for i in range(4)] == [True] * 4


def test_another_recordings_live_text_replaces_the_first(reader: Reader) -> None:
    reader.show_live("one.wav", [Segment(0, 1, "first")])
    reader.show_live("two.wav", [Segment(0, 1, "second"), Segment(1, 2, "third")])
    assert "first" not in reader._text.toPlainText()
    assert reader._text.document().blockCount() == 2


def test_a_reader_who_scrolled_up_is_left_there_and_one_at_the_end_follows(qtbot: QtBot, reader: Reader) -> None:
    segments = [Segment(float(i), i + 1.0, f"part {i}") for i in range(120)]
    reader.show_live("talk.wav", segments[:60])
    bar = reader._text.verticalScrollBar()
    bar.setValue(bar.maximum())
    reader.show_live("talk.wav", segments[:90])
    assert bar.value() == bar.maximum()
    bar.setValue(10)
    reader.show_live("talk.wav", segments)
    assert bar.value() == 10


def test_a_search_goes_on_in_text_that_comes_later(qtbot: QtBot, reader: Reader) -> None:
    segments = [Segment(float(i), i + 1.0, "again") for i in range(3)]
    reader.show_live("talk.wav", segments[:1])
    type_search(qtbot, reader, "again")
    assert reader._search.found.text() == "1 of 1"
    reader.show_live("talk.wav", segments)
    assert reader._search.found.text() == "1 of 3"


def test_the_count_is_right_once_a_long_text_is_there(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored(*["word"] * (2 * SLICE + 7)))
    reader._search.line.setText("word")
    qtbot.waitUntil(lambda: reader._text._shown == 2 * SLICE + 7)
    assert reader._search.found.text() == f"1 of {2 * SLICE + 7}"
    assert reader._search.next.isEnabled()


def test_five_thousand_segments_come_in_slices(qtbot: QtBot, reader: Reader) -> None:
    longest, last = 0.0, time.perf_counter()
    blocks: set[int] = set()

    def tick() -> None:
        nonlocal longest, last
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
        blocks.add(reader._text.document().blockCount())

    ticker = QTimer(reader, interval=0)
    ticker.timeout.connect(tick)
    ticker.start()
    reader.show_stored(stored(*[f"Sentence {i}, of which nobody will ever know the end." for i in range(5000)]))
    qtbot.waitUntil(lambda: reader._text._shown == 5000, timeout=20_000)
    ticker.stop()
    print(f"longest turn of the event loop: {1000 * longest:.0f} ms")
    assert reader._text.document().blockCount() == 5000
    assert len(blocks) >= 5000 // SLICE // 2


def test_an_empty_transcript_says_that_nobody_speaks(reader: Reader) -> None:
    reader.show_stored(stored())
    assert reader._text.toPlainText() == "Nobody speaks in this recording."


def colours_of_times(reader: Reader) -> set[str]:
    image = reader._text._gutter.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_change_of_theme_recolours_text_and_times(qtbot: QtBot, qapp: QApplication, reader: Reader) -> None:
    reader.show_stored(stored("text"))
    for theme, colours in ((Theme.DARK, DARK), (Theme.LIGHT, LIGHT)):
        apply_theme(qapp, theme)
        qtbot.waitUntil(lambda colours=colours: colours.accent in colours_of_times(reader))
        cursor = reader._text.textCursor()
        cursor.setPosition(2)
        assert cursor.charFormat().foreground().color().name() == colours.text
        assert reader._text.document().blockCount() == 1


def test_the_export_menu_has_every_format(reader: Reader, qtbot: QtBot) -> None:
    reader.show_stored(stored("text"))
    actions = reader._export.menu().actions()
    assert [action.data() for action in actions] == list(FORMATS)
    for action in actions:
        with qtbot.waitSignal(reader.export_wanted) as wanted:
            action.trigger()
        assert wanted.args == [reader._stored, action.data()]


def test_a_file_of_that_name_is_opened_and_never_a_page(reader: Reader) -> None:
    reader.show_stored(stored("text"))
    reader._text.anchorClicked.emit(QUrl("#99"))
    assert not reader._text.openLinks()
