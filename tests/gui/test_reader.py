"""The reading view: search, copy, clickable times; foreign text stays text."""

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.config import EXPORT_FORMATS, Theme
from core.domain import (
    ContentHash,
    HistoryEntry,
    Segment,
    StoredTranscript,
    Transcript,
    TranscriptId,
)
from core.translate import Translator
from gui.messages import Messages
from gui.reader import Reader
from gui.theme import DARK, LIGHT, apply_theme
from gui.transcript_text import SLICE


def stored(
    *texts: str, number: int = 1, name: str = "talk.wav", language: str = "en", location: str = "/talks/talk.wav"
) -> StoredTranscript:
    segments = tuple(Segment(i * 5.0, i * 5.0 + 4, text) for i, text in enumerate(texts))
    entry = HistoryEntry(
        TranscriptId(number), name, location, 1_700_000_000.0, 5.0 * len(texts), language, "on-device", "tiny.en"
    )
    return StoredTranscript(
        entry,
        ContentHash("0" * 64),
        Transcript(segments, language, 5.0 * len(texts), "on-device", "tiny.en"),
    )


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
    reader._search.setFocus()
    reader._search.clear()
    qtbot.keyClicks(reader._search, text)


def highlighted(reader: Reader) -> list[str]:
    return [selection.cursor.selectedText() for selection in reader._text.extraSelections()]


def test_a_search_counts_what_it_finds_in_capitals_or_not(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("Try again.", "No matter. TRY again.", "Fail better, try."))
    type_search(qtbot, reader, "try")
    assert reader._found.text() == "1 of 3"
    assert highlighted(reader) == ["Try", "TRY", "try"]
    type_search(qtbot, reader, "nobody")
    assert reader._found.text() == "Not found"
    assert not reader._next.isEnabled()
    reader._search.clear()
    assert reader._found.text() == ""
    assert highlighted(reader) == []


def test_the_next_place_after_the_last_is_the_first(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("one fish", "two fish", "red fish"))
    type_search(qtbot, reader, "fish")
    shown = []
    for key, shift in ((Qt.Key.Key_F3, False), (Qt.Key.Key_F3, False), (Qt.Key.Key_F3, False), (Qt.Key.Key_F3, True)):
        qtbot.keyClick(
            reader._search, key, Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        )
        shown.append(reader._found.text())
    assert shown == ["2 of 3", "3 of 3", "1 of 3", "3 of 3"]
    qtbot.keyClick(reader._search, Qt.Key.Key_Return)
    assert reader._found.text() == "1 of 3"
    reader._next.click()
    reader._previous.click()
    assert reader._found.text() == "1 of 3"


def test_the_current_place_is_scrolled_to(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored(*["filler"] * 100, "needle"))
    assert reader._text.verticalScrollBar().value() == 0
    type_search(qtbot, reader, "needle")
    assert reader._text.verticalScrollBar().value() > 0


def test_find_is_a_shortcut(qtbot: QtBot, reader: Reader) -> None:
    reader.show_stored(stored("text"))
    reader._text.setFocus()
    qtbot.keyClick(reader._text, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert reader._search.hasFocus()


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
    reader._search.setText(wanted)
    if found is None:
        assert all(place.lower().replace("i\u0307", "i") == wanted for place in highlighted(reader))
    else:
        assert highlighted(reader) == found


def test_the_whole_text_is_copied(reader: Reader, messages: Messages) -> None:
    reader.show_stored(stored("Ever tried.", "Ever failed."))
    reader._copy.click()
    assert QGuiApplication.clipboard().text() == "Ever tried. Ever failed."
    assert messages.last is not None


def test_a_click_on_a_time_copies_its_passage(qtbot: QtBot, reader: Reader, messages: Messages) -> None:
    reader.show_stored(stored("Ever tried.", "Ever failed."))
    QGuiApplication.clipboard().clear()
    cursor = reader._text.textCursor()
    cursor.setPosition(reader._text.document().findBlockByNumber(1).position() + 1)
    place = reader._text.cursorRect(cursor).center()
    assert reader._text.anchorAt(place) == "#1"
    qtbot.mouseClick(reader._text.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert QGuiApplication.clipboard().text() == "[00:05] Ever failed."
    assert "clipboard" in messages.last.text


def test_a_passage_is_copied_by_keyboard_too(qtbot: QtBot, reader: Reader) -> None:
    QGuiApplication.clipboard().clear()
    reader.show_stored(stored("Ever tried.", "Ever failed.", "No matter."))
    reader._text.setFocus()
    cursor = reader._text.textCursor()
    cursor.setPosition(reader._text.document().findBlockByNumber(1).position() + 10)
    reader._text.setTextCursor(cursor)
    qtbot.keyClick(reader._text, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == "[00:05] Ever failed."


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
    assert reader._found.text() == "1 of 1"
    reader.show_live("talk.wav", segments)
    assert reader._found.text() == "1 of 3"


def test_the_count_is_right_once_a_long_text_is_there(qtbot: QtBot, reader: Reader) -> None:
    reader._search.setText("word")
    reader.show_stored(stored(*["word"] * (2 * SLICE + 7)))
    qtbot.waitUntil(lambda: reader._text._shown == 2 * SLICE + 7)
    assert reader._found.text() == f"1 of {2 * SLICE + 7}"
    assert reader._next.isEnabled()


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


def time_colour(reader: Reader) -> str:
    cursor = reader._text.textCursor()
    cursor.setPosition(2)
    return cursor.charFormat().foreground().color().name()


def test_a_change_of_theme_recolours_the_text(qtbot: QtBot, qapp: QApplication, reader: Reader) -> None:
    reader.show_stored(stored("text"))
    for theme, colours in ((Theme.DARK, DARK), (Theme.LIGHT, LIGHT)):
        apply_theme(qapp, theme)
        qtbot.waitUntil(lambda colours=colours: time_colour(reader) == colours.accent)
        assert reader._text.document().blockCount() == 1


def test_the_export_menu_has_every_format(reader: Reader, qtbot: QtBot) -> None:
    reader.show_stored(stored("text"))
    actions = reader._export.menu().actions()
    assert [action.data() for action in actions] == list(EXPORT_FORMATS)
    for action in actions:
        with qtbot.waitSignal(reader.export_wanted) as wanted:
            action.trigger()
        assert wanted.args == [reader._stored, action.data()]


def test_the_recording_opens_in_the_desktops_player(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr("gui.reader.QDesktopServices.openUrl", opened.append)
    reader.show_stored(stored("text", location="/talks/a b#c.wav"))
    reader._play.click()
    assert opened[0].toLocalFile() == "/talks/a b#c.wav"


def test_a_file_of_that_name_is_opened_and_never_a_page(reader: Reader) -> None:
    reader.show_stored(stored("text"))
    reader._text.anchorClicked.emit(QUrl("#99"))
    assert not reader._text.openLinks()
