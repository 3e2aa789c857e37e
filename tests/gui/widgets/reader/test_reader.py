"""The reading view: search, copy, clickable times; foreign text stays text."""

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.config import Theme
from core.domain import Segment, TranslatableText
from core.export import FORMATS
from gui.messages import Messages
from gui.theme import DARK, LIGHT, apply_theme
from gui.widgets.reader.reader import Reader
from gui.widgets.reader.segment_blocks import SLICE
from tests.gui.picture_colours import colours_in
from tests.gui.samples import stored


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


def test_a_paragraph_begins_with_a_gap_also_in_live_text(reader: Reader) -> None:
    segments = [Segment(0, 4, "One."), Segment(4, 8, "Two."), Segment(11, 12, "After a pause."), Segment(12, 13, "On.")]
    segments.append(Segment(13, 14, "Another speaker.", speaker="B"))
    reader.show_live("talk.wav", segments[:2])
    reader.show_live("talk.wav", segments)
    document = reader._text.document()
    gaps = [document.findBlockByNumber(number).blockFormat().topMargin() > 0 for number in range(5)]
    assert gaps == [False, False, True, False, True]


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
    qtbot.waitUntil(lambda: reader._text._shown == 5000)
    ticker.stop()
    print(f"longest turn of the event loop: {1000 * longest:.0f} ms")
    assert reader._text.document().blockCount() == 5000
    assert len(blocks) >= 5000 // SLICE // 2


def test_an_empty_transcript_says_that_nobody_speaks(reader: Reader) -> None:
    reader.show_stored(stored())
    assert reader._text.toPlainText() == "Nobody speaks in this recording."


def test_what_a_transcript_has_to_tell_stands_above_its_text_once(reader: Reader) -> None:
    cut_off = stored("Ever tried.")
    notice = TranslatableText("It breaks off.")
    cut_off = replace(cut_off, transcript=replace(cut_off.transcript, notices=(notice,)))
    reader.show_notes([notice, TranslatableText("Another provider made it.")])
    reader.show_stored(cut_off)
    assert reader._notes.text() == "It breaks off.\nAnother provider made it."

    reader.show_notes([])
    assert reader._notes.text() == "It breaks off."

    reader.show_stored(stored("Ever failed.", number=2))
    assert reader._notes.isHidden()


def colours_of_times(reader: Reader) -> set[str]:
    return colours_in(reader._text._gutter.grab().toImage())


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
    *plain, separator, noted = reader._export.menu().actions()
    assert separator.isSeparator()
    assert noted.text() == "With your notes"
    of_notes = noted.menu().actions()
    assert [action.data() for action in plain] == [*FORMATS, "pdf"]
    assert [action.data() for action in of_notes] == ["txt", "json", "md", "docx", "pdf"]
    for action in (*plain, *of_notes):
        with qtbot.waitSignal(reader.export_wanted) as wanted:
            action.trigger()
        assert wanted.args == [reader._stored, action.data(), action in of_notes]


def test_a_file_of_that_name_is_opened_and_never_a_page(reader: Reader) -> None:
    reader.show_stored(stored("text"))
    reader._text.anchorClicked.emit(QUrl("#99"))
    assert not reader._text.openLinks()
