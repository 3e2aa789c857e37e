"""The options on the first page count for what is added there, and come back at the next start."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTime
from PySide6.QtWidgets import QComboBox

from core.config import Settings
from core.domain import ModelKind, ModelState, ModelStatus, Snapshot, TranscriptionOptions
from gui.job_options import MOST_PRESETS, JobOptions
from gui.pages.transcribe.transcribe_page import TranscribePage
from gui.widgets.dialogs.input_questions import TextQuestion
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver, drop, files_as_mime
from tests.gui.page_names import HISTORY, TRANSCRIBE


def choose(driver: DesktopDriver, box: QComboBox, text: str) -> None:
    """Choose an entry by its text, with the keyboard."""
    box.setFocus()
    row = box.findText(text)
    assert row >= 0, [box.itemText(number) for number in range(box.count())]
    while box.currentIndex() != row:
        key = Qt.Key.Key_Down if box.currentIndex() < row else Qt.Key.Key_Up
        driver.qtbot.keyClick(box, key)


def submitted(driver: DesktopDriver, notula: FakeNotula, file: Path) -> TranscriptionOptions | None:
    before = len(notula.asked("submit"))
    assert drop(files_as_mime(file), driver.window)
    driver.wait(lambda: len(notula.asked("submit")) > before)
    driver.wait(lambda: not driver.desktop.operations._tasks)
    return notula.asked("submit")[-1][2]


def test_untouched_options_leave_all_to_the_settings(
    faked: DesktopDriver, page: TranscribePage, notula: FakeNotula, beckett: Path
) -> None:
    assert submitted(faked, notula, beckett) is None
    assert page.options.model.currentText() == "Automatic"
    assert "tiny.en for English, base for others" in page.options.model.toolTip()
    assert page.options.language.currentText() == "Recognise it"


def test_what_is_chosen_counts_for_what_is_dropped_on_any_page(
    faked: DesktopDriver, page: TranscribePage, notula: FakeNotula, beckett: Path
) -> None:
    options = page.options
    choose(faked, options.model, "base")
    choose(faked, options.language, "Indonesian")
    for box in (options.speakers, options.to_english, options.beside):
        faked.qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    for _ in range(3):
        faked.qtbot.keyClick(options.people, Qt.Key.Key_Up)
    options.formats.actions_["srt"].trigger()
    options.formats.actions_["vtt"].trigger()
    faked.window.show_page(HISTORY)
    asked = submitted(faked, notula, beckett)
    assert asked is not None
    assert (asked.provider, asked.model, asked.language) == ("on-device", "base", "id")
    assert (asked.speakers, asked.people, asked.to_english) == (True, 3, True)
    assert asked.beside == ("txt", "vtt")
    assert not asked.is_part


def test_a_part_is_for_the_next_recordings_alone(
    faked: DesktopDriver, page: TranscribePage, notula: FakeNotula, beckett: Path
) -> None:
    faked.qtbot.mouseClick(page.options.part, Qt.MouseButton.LeftButton)
    page.options.begin.setTime(QTime(0, 1, 30))
    assert page.options.end.text() == "end"
    page.options.end.setTime(QTime(1, 0, 0))
    assert "from_s" not in str(page.saved_state())
    asked = submitted(faked, notula, beckett)
    assert asked is not None
    assert (asked.from_s, asked.until_s) == (90, 3600)
    assert not page.options.part.isChecked()
    assert not page.options.begin.isVisible()
    assert submitted(faked, notula, beckett) is None


def test_a_part_that_ends_before_it_begins_adds_nothing_and_says_so(
    faked: DesktopDriver, page: TranscribePage, notula: FakeNotula, beckett: Path
) -> None:
    faked.qtbot.mouseClick(page.options.part, Qt.MouseButton.LeftButton)
    page.options.begin.setTime(QTime(0, 5, 0))
    page.options.end.setTime(QTime(0, 4, 0))
    assert page.options.problem.isVisible()
    faked.window.show_page(HISTORY)
    drop(files_as_mime(beckett), faked.window)
    assert "Nothing was added" in faked.message
    assert faked.window.open_page == TRANSCRIBE
    assert not notula.asked("submit")
    page.options.end.setTime(QTime(0, 6, 0))
    assert not page.options.problem.isVisible()
    assert submitted(faked, notula, beckett) is not None
    assert "Nothing was added" not in faked.message_bar._text.text() or not faked.message_bar.isVisible()


def test_the_end_of_a_part_is_typed_and_counts_for_what_is_dropped_at_once(
    faked: DesktopDriver, page: TranscribePage, notula: FakeNotula, beckett: Path
) -> None:
    faked.qtbot.mouseClick(page.options.part, Qt.MouseButton.LeftButton)
    end = page.options.end
    assert end.text() == "end"
    end.setFocus()
    faked.qtbot.keyClicks(end, "000130")
    options = submitted(faked, notula, beckett)  # The field still has the focus.
    assert (options.from_s, options.until_s) == (0, 90)
    page.options.part.setFocus()
    assert end.text() == "end"  # The next recordings are whole again.


def test_the_invitation_names_the_keys_as_they_are_now(
    faked: DesktopDriver, page: TranscribePage, core: FakeCoreThread, notula: FakeNotula
) -> None:
    hint = page.drop_card.hint
    assert hint.text() == "Audio or video. Ctrl+O opens files. Ctrl+V pastes."
    chosen = notula.settings.model_copy(update={"shortcuts": {"transcribe_add": ["F6"], "window_paste": []}})
    core.published.emit(Snapshot(settings=chosen))
    faked.wait(lambda: hint.text() == "Audio or video. F6 opens files.")
    assert page.drop_card.choose.toolTip() == "Choose files to transcribe (F6)"


def test_the_settings_show_through_where_nothing_is_chosen(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, notula: FakeNotula, beckett: Path
) -> None:
    settings = Settings(model="base", language="id", speakers=True, people=2)
    driver = make_driver(settings, page=TRANSCRIBE)
    core.published.emit(Snapshot())
    options = driver.window.page(TranscribePage).options
    driver.wait(lambda: options.model.count() > 1)
    assert (options.model.currentText(), options.language.currentText()) == ("base", "Indonesian")
    assert (options.speakers.isChecked(), options.people.value()) == (True, 2)
    choose(driver, options.language, "Recognise it")
    driver.qtbot.mouseClick(options.speakers, Qt.MouseButton.LeftButton)
    asked = submitted(driver, notula, beckett)
    assert asked is not None
    assert (asked.language, asked.speakers, asked.people) == (None, False, None)


def test_presets_are_saved_chosen_and_deleted(faked: DesktopDriver, page: TranscribePage) -> None:
    options, menu = page.options, page.options.presets
    faked.qtbot.mouseClick(options.speakers, Qt.MouseButton.LeftButton)
    action(menu, "Save these options …").trigger()
    dialog = faked.window.findChild(TextQuestion)
    assert not dialog.answers.yes.isEnabled()
    faked.qtbot.keyClicks(dialog.line, "Interviews & talks")
    faked.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert menu.text() == "Interviews && talks"
    action(menu, "Back to the settings").trigger()
    assert not options.speakers.isChecked()
    assert menu.text() == "Presets"
    action(menu, "Interviews && talks").trigger()
    assert options.speakers.isChecked()
    delete = next(one.menu() for one in menu.menu().actions() if one.text() == "Delete a preset")
    delete.actions()[0].trigger()
    assert menu.text() == "Presets"
    assert options.speakers.isChecked()
    assert page.saved_state()["presets"] == {}
    faked.desktop.messages.last.action()
    assert list(page.saved_state()["presets"]) == ["Interviews & talks"]


def test_a_preset_is_replaced_by_that_word_alone_and_one_too_many_is_refused_before_it_would_be_lost(
    faked: DesktopDriver, page: TranscribePage
) -> None:
    page._chosen.save_preset("Talks")
    page.options.presets.ask_for_name()
    dialog = next(each for each in faked.window.findChildren(TextQuestion) if each.isVisible())
    faked.qtbot.keyClicks(dialog.line, "Talks")
    assert (dialog.answers.yes.text(), dialog.answers.yes.isEnabled()) == ("Replace", True)
    assert dialog.verdict.text() == "There is a preset Talks already. It gets these options."
    for number in range(MOST_PRESETS - 1):
        page._chosen.save_preset(f"Preset {number}")
    faked.qtbot.keyClicks(dialog.line, " of today")
    assert (dialog.answers.yes.text(), dialog.answers.yes.isEnabled()) == ("Save", False)
    assert "the most that can be" in dialog.line.accessibleDescription()
    faked.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert (dialog.isVisible(), dialog.line.text()) == (True, "Talks of today")


def action(button, text: str):
    return next(one for one in button.menu().actions() if one.text() == text)


def test_options_and_presets_come_back_at_the_next_start(faked: DesktopDriver, page: TranscribePage) -> None:
    choose(faked, page.options.language, "Indonesian")
    page._chosen.save_preset("Village")
    faked.qtbot.mouseClick(page.options.beside, Qt.MouseButton.LeftButton)
    saved = page.saved_state()
    page.restore_state({})
    assert page.options.language.currentText() == "Recognise it"
    page.restore_state(saved)
    assert page.options.language.currentText() == "Indonesian"
    assert page.options.beside.isChecked()
    assert page._chosen.presets == {"Village": JobOptions(language="id")}


def test_damaged_options_are_those_of_the_first_start() -> None:
    for damaged in (None, 3, [], {"people": -1, "language": ["id"], "formats": "txt", "speakers": "yes"}):
        assert JobOptions.of_saved(damaged) == JobOptions()
    assert JobOptions.of_saved({"provider": "on-device"}) == JobOptions()
    assert JobOptions.of_saved({"language": "Bahasa Indonesia", "formats": ["vtt", "exe"]}) == JobOptions(
        language="id", formats=("vtt",)
    )


def test_a_chosen_model_that_is_gone_is_said(faked: DesktopDriver, page: TranscribePage, notula: FakeNotula) -> None:
    choose(faked, page.options.model, "base")
    notula.model_list = notula.model_list[:1]
    page.on_shown()
    faked.wait(lambda: page.options.model.currentText() == "base (not here any more)")


def test_a_model_that_speakers_need_is_fetched_before_anything_is_transcribed(
    faked: DesktopDriver, page: TranscribePage, notula: FakeNotula
) -> None:
    voices = ModelStatus("voices", False, 34_000_000, ModelState.MISSING, ModelKind.VOICES)
    notula.model_list = [*notula.model_list, voices]
    page.on_shown()
    faked.wait(lambda: page.options.voices._models.known.of_voices is not None)
    hint = page.options.voices
    assert not hint.isVisible()
    faked.qtbot.mouseClick(page.options.speakers, Qt.MouseButton.LeftButton)
    assert hint.isVisible()
    assert hint.get.text() == "Download (34.0 MB)"
    notula.gates["download_model"] = asyncio.Event()
    faked.qtbot.mouseClick(hint.get, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.asked("download_model"))
    assert hint.get.text() == "Cancel"
    notula.model_list = [*notula.model_list[:-1], replace(voices, state=ModelState.DOWNLOADED)]
    notula.gates["download_model"].set()
    faked.wait(lambda: not hint.isVisible())
