"""Speakers in the reader: told apart by name and colour, and renamed once for all of a transcript."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QUrl
from pytestqt.qtbot import QtBot

from core.domain import StoredTranscript, TranscriptId
from gui.widgets.reader.reader import Reader
from gui.widgets.reader.speakers_dialog import SpeakersDialog
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.samples import stored


def spoken(*said: tuple[str | None, str], number: int = 7) -> StoredTranscript:
    """A transcript of these speakers and texts."""
    plain = stored(*(text for _, text in said), number=number)
    segments = zip(plain.transcript.segments, said, strict=True)
    named = tuple(replace(segment, speaker=speaker) for segment, (speaker, _) in segments)
    return replace(plain, transcript=replace(plain.transcript, segments=named))


TALK = spoken(("Speaker 1", "Good morning."), ("Speaker 1", "Well?"), ("Speaker 2", "Good night."), (None, "Noise."))


@pytest.fixture
def reading(faked: DesktopDriver, notula: FakeNotula) -> DesktopDriver:
    """The queue's reader shows a transcript."""
    notula.stored[TranscriptId(7)] = TALK
    faked.queue.reader.show_stored(TALK)
    return faked


def text_of(reader: Reader) -> list[str]:
    return reader._text.toPlainText().splitlines()


def dialog_of(driver: DesktopDriver) -> SpeakersDialog:
    (dialog,) = [one for one in driver.desktop.window.findChildren(SpeakersDialog) if one.isVisible()]
    return dialog


def rename(dialog: SpeakersDialog, qtbot: QtBot, **names: str) -> None:
    for line, name in zip(dialog.names.values(), names.values(), strict=False):
        line.setText(name)
    qtbot.mouseClick(dialog._buttons.yes, Qt.MouseButton.LeftButton)


def test_a_speaker_is_named_where_they_begin_to_speak(reader: Reader) -> None:
    reader.show_stored(TALK)
    assert text_of(reader) == ["Speaker 1: Good morning.", "Well?", "Speaker 2: Good night.", "Noise."]


def test_a_name_is_text_and_no_markup(reader: Reader) -> None:
    reader.show_stored(spoken(("<b>Ana</b>\u202e", "Good morning.")))
    assert text_of(reader) == ["<b>Ana</b>: Good morning."]


def test_a_name_is_given_once_for_the_whole_transcript_and_can_be_taken_back(
    reading: DesktopDriver, notula: FakeNotula, qtbot: QtBot
) -> None:
    reader = reading.queue.reader
    reader._speakers.click()
    dialog = dialog_of(reading)
    assert [line.text() for line in dialog.names.values()] == ["Speaker 1", "Speaker 2"]
    rename(dialog, qtbot, first=" Ana Putri ")
    qtbot.waitUntil(lambda: text_of(reader)[0] == "Ana Putri: Good morning.")
    assert notula.asked("name_speakers") == [[TranscriptId(7), {"Speaker 1": " Ana Putri "}]]
    assert reading.message == "Speaker 1 is called Ana Putri now."
    with qtbot.waitSignal(reader.export_wanted) as wanted:
        reader._export.menu().actions()[0].trigger()
    assert wanted.args[0].transcript.segments[0].speaker == "Ana Putri"
    reading.desktop.messages.last.action()
    qtbot.waitUntil(lambda: text_of(reader)[0] == "Speaker 1: Good morning.")


def test_a_click_on_a_name_asks_for_that_speaker(reading: DesktopDriver, qtbot: QtBot) -> None:
    reading.queue.reader._text.anchorClicked.emit(QUrl("speaker:2"))
    dialog = dialog_of(reading)
    qtbot.waitUntil(lambda: dialog.names["Speaker 2"].selectedText() == "Speaker 2")
    dialog.reject()


def test_names_are_asked_for_by_keyboard(reader: Reader, qtbot: QtBot) -> None:
    reader.show_stored(TALK)
    reader._text.setFocus()
    with qtbot.waitSignal(reader.speakers_wanted) as wanted:
        qtbot.keyClick(reader._text, Qt.Key.Key_F2)
    assert wanted.args == [TALK, ""]


def test_names_are_given_by_keyboard(reading: DesktopDriver, qtbot: QtBot) -> None:
    reading.queue.reader._speakers.click()
    dialog = dialog_of(reading)
    line = dialog.names["Speaker 1"]
    line.selectAll()
    qtbot.keyClicks(line, "Ana")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: text_of(reading.queue.reader)[0] == "Ana: Good morning.")


def test_a_speaker_without_a_name_is_not_accepted(reading: DesktopDriver) -> None:
    reading.queue.reader._speakers.click()
    dialog = dialog_of(reading)
    dialog.names["Speaker 1"].setText(" \u200b ")
    assert not dialog._buttons.yes.isEnabled()
    assert dialog.problem.text() == "Each speaker needs a name."
    dialog.reject()


def test_without_speakers_there_is_nothing_to_name(reading: DesktopDriver, qtbot: QtBot) -> None:
    reader = reading.queue.reader
    assert reader._speakers.isVisibleTo(reader)
    reader.show_stored(stored("Good morning.", number=8))
    assert not reader._speakers.isVisibleTo(reader)
    with qtbot.assertNotEmitted(reader.speakers_wanted):
        reader._name_speakers()


def test_a_translation_that_is_read_has_the_names_and_a_summary_makes_way(
    reading: DesktopDriver, notula: FakeNotula, qtbot: QtBot
) -> None:
    reader = reading.queue.reader
    translation = replace(TALK, transcript=replace(TALK.transcript, language="id"))
    reader.show_version(TALK, translation, "Indonesian")
    reader._speakers.click()
    rename(dialog_of(reading), qtbot, first="Ana", second="Budi")
    qtbot.waitUntil(lambda: text_of(reader)[2] == "Budi: Good night.")
    assert "Indonesian" in reader._facts.text()
    summary = spoken((None, "They greet."))
    reader.show_version(notula.stored[TranscriptId(7)], summary, "Summary")
    reader._speakers.click()
    rename(dialog_of(reading), qtbot, first="Cici")
    qtbot.waitUntil(lambda: text_of(reader)[0] == "Cici: Good morning.")


def test_the_place_that_is_read_stays(reader: Reader, qtbot: QtBot) -> None:
    said = [("Speaker 1" if place % 2 else "Speaker 2", f"{place} words " * 20) for place in range(600)]
    talk = spoken(*said)
    reader.resize(500, 300)
    reader.show()
    reader.show_stored(talk)
    qtbot.waitUntil(lambda: reader._text.is_whole)
    bar = reader._text.verticalScrollBar()
    bar.setValue(bar.maximum() - 500)
    place = bar.value()
    named = spoken(*((f"Speaker {int(str(speaker)[-1]) + 2}", text) for speaker, text in said))
    reader.show_revised(named)
    qtbot.waitUntil(lambda: reader._text.is_whole)
    assert bar.value() == place
    assert reader._text.toPlainText().startswith("Speaker 4: ")
