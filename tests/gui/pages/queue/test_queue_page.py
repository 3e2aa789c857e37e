"""The queue's page: what is done to jobs by keyboard, and what is shown of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication

from core.domain import JobId, JobState, Segment, Snapshot, TranslatableText
from core.domain.provider_state import CircuitState, ProviderState
from core.export import FORMATS
from core.i18n import INTERFACE_LANGUAGES
from gui.job_options import DESKTOP
from gui.pages.queue.job_delegate import ROW_HEIGHT
from gui.pages.queue.job_table import SECOND_LINE_ROLE
from gui.widgets.dialogs.input_questions import NumberQuestion
from gui.window.main_window import SMALLEST
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.queue.conftest import CTRL, press, publish
from tests.gui.samples import view
from tests.media_samples import wav_header


def test_an_empty_queue_invites_and_a_full_one_lists(faked: DesktopDriver, core: FakeCoreThread) -> None:
    invitation, table = faked.queue._invitation, faked.queue._table
    assert not invitation.isVisible()  # Nobody knows yet whether there is anything.
    assert not table.isVisible()
    publish(core, view(1))
    assert table.isVisible()
    publish(core)
    assert invitation.isVisible()
    assert not table.isVisible()


def test_a_drop_leaves_the_text_that_is_read_and_offers_what_was_added(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    publish(core, view(1, JobState.RUNNING, segments=(Segment(0, 1, "live"),)))
    faked.queue.select(JobId("job-1"))
    faked.window.add([Path("/talks/job-2")])
    faked.wait(lambda: faked.message == "1 recording was added.")
    publish(core, view(1, JobState.RUNNING, segments=(Segment(0, 1, "live"),)), view(2))
    assert [job.id for job in faked.queue.selected()] == ["job-1"]
    assert faked.read == "live" or "live" in faked.read
    faked.desktop.messages.last.action()
    assert [job.id for job in faked.queue.selected()] == ["job-2"]


def test_what_is_left_out_of_a_folder_is_told_with_what_was_added(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    left_out = "1 file was left out, as it doesn't look like a recording, or is hidden: notes.docx."
    faked.window.add([Path("/talks/notes.docx")])
    faked.wait(lambda: faked.message.startswith(f"There are no recordings in that folder. {left_out}"))
    faked.window.add([Path("/talks/notes.docx"), Path("/talks/more/notes.docx")])
    faked.wait(lambda: faked.message.startswith("There are no recordings in those folders."))
    publish(core, view(1, JobState.DONE))
    faked.queue.select(JobId("job-1"))
    faked.window.add([Path("/talks/job-2"), Path("/talks/notes.docx")])
    faked.wait(lambda: faked.message.startswith(f"1 recording was added. {left_out}"))
    publish(core, view(1, JobState.DONE), view(2))
    faked.desktop.messages.last.action()
    assert [job.id for job in faked.queue.selected()] == ["job-2"]


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
def test_what_has_ended_can_be_transcribed_again_as_a_new_job(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, state: JobState
) -> None:
    publish(core, view(1, state))
    faked.queue.select(JobId("job-1"))
    press(faked, Qt.Key.Key_R, CTRL | Qt.KeyboardModifier.ShiftModifier)
    faked.wait(lambda: notula.asked("transcribe_again"))
    assert notula.asked("transcribe_again")[0][0] == ["job-1"]
    faked.wait(lambda: faked.queue._awaited == "job-1-again")


def test_another_track_of_sound_can_be_chosen_for_a_recording(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    publish(core, view(1, JobState.RUNNING))
    faked.queue.select(JobId("job-1"))
    assert not faked.queue.job_actions.track_action.isEnabled()
    publish(core, view(1, JobState.DONE))
    faked.queue.job_actions.track_action.trigger()
    dialog = faked.queue.findChild(NumberQuestion)
    dialog.number.setValue(3)
    dialog.accept()
    faked.wait(lambda: notula.asked("transcribe_again"))
    assert notula.asked("transcribe_again") == [[["job-1"], DESKTOP, 3]]


def test_the_reason_of_a_failure_stands_in_its_row(faked: DesktopDriver, core: FakeCoreThread) -> None:
    publish(core, view(1, JobState.FAILED, error=TranslatableText("1.wav is empty.")), view(2, JobState.CANCELLED))
    texts = [faked.queue._model.index(row, 0).data(SECOND_LINE_ROLE) for row in range(2)]
    assert texts == ["Cancelled", "1.wav is empty."]


def test_several_that_were_cancelled_run_again_after_undo(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    core.published.emit(Snapshot((view(1), view(2))))
    faked.queue._table.selectAll()
    faked.qtbot.keyClick(faked.queue._table, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    faked.wait(lambda: faked.message == "2 recordings cancelled.")
    faked.message_bar._action.click()
    faked.wait(lambda: notula.asked("retry"))
    assert {*notula.asked("retry")[0][0]} == {"job-1", "job-2"}


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.RETRYING])
def test_an_unfinished_job_is_cancelled_by_keyboard(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, state: JobState
) -> None:
    publish(core, view(1, state))
    faked.queue.select(JobId("job-1"))
    press(faked, Qt.Key.Key_Period, CTRL)
    faked.wait(lambda: notula.asked("cancel"))
    assert notula.asked("cancel") == [[["job-1"]]]
    press(faked, Qt.Key.Key_Delete)
    assert not notula.asked("remove")


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
def test_a_job_that_did_not_succeed_is_retried_by_keyboard(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, state: JobState
) -> None:
    publish(core, view(1, state))
    faked.queue.select(JobId("job-1"))
    press(faked, Qt.Key.Key_R, CTRL)
    faked.wait(lambda: notula.asked("retry"))
    assert notula.asked("retry") == [[["job-1"]]]


def test_a_removed_job_comes_back_with_undo(faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula) -> None:
    publish(core, view(1, JobState.FAILED), view(2, JobState.DONE), view(3, JobState.RUNNING))
    faked.queue._table.selectAll()
    press(faked, Qt.Key.Key_Delete)
    faked.wait(lambda: faked.message)
    assert sorted(notula.asked("remove")[0][0]) == ["job-1", "job-2"]
    assert faked.message == "2 jobs removed."
    bar = faked.window.findChild(type(faked.window.centralWidget()), "messagebar")
    assert bar.isVisible()
    assert bar._action.text() == "Undo"
    faked.qtbot.mouseClick(bar._action, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.asked("restore"))
    assert sorted(notula.asked("restore")[0][0]) == ["job-1", "job-2"]


def test_delete_in_a_text_field_deletes_a_letter_and_no_job(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    publish(core, view(1, JobState.FAILED, error=TranslatableText("broken")))
    faked.queue.select(JobId("job-1"))
    field = faked.queue.search
    field.setFocus()
    field.setText("ab")
    field.setCursorPosition(0)
    faked.qtbot.keyClick(field, Qt.Key.Key_Delete)
    assert field.text() == "b"
    assert not notula.asked("remove")


def test_buttons_are_enabled_where_they_can_do_something(faked: DesktopDriver, core: FakeCoreThread) -> None:
    actions = (
        faked.queue.job_actions.cancel_action,
        faked.queue.job_actions.retry_action,
        faked.queue.job_actions.remove_action,
    )
    publish(core, view(1))
    assert [action.isEnabled() for action in actions] == [False, False, False]
    faked.queue.select(JobId("job-1"))
    assert [action.isEnabled() for action in actions] == [True, False, False]
    publish(core, view(1, JobState.FAILED))
    assert [action.isEnabled() for action in actions] == [False, True, True]
    publish(core, view(1, JobState.DONE))
    assert [action.isEnabled() for action in actions] == [False, False, True]


def test_a_real_job_fails_with_its_sentence_and_can_be_retried(driver: DesktopDriver, tmp_path: Path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_text("this is no recording")
    driver.window.add([broken])
    driver.wait(lambda: driver.jobs and driver.jobs[0].state is JobState.FAILED)
    driver.wait(lambda: "broken.wav is not a recording" in driver.read)
    broken.unlink()
    press(driver, Qt.Key.Key_R, CTRL)
    driver.wait(lambda: "isn't there any more" in driver.read)
    press(driver, Qt.Key.Key_Delete)
    driver.wait(lambda: not driver.jobs)


def test_a_real_job_is_cancelled(driver: DesktopDriver, two_cities: Path, tmp_path: Path) -> None:
    sound, recording = two_cities.read_bytes()[44:], tmp_path / "long.wav"  # Not done before the key is pressed.
    recording.write_bytes(wav_header(20 * len(sound), rate_hz=48_000) + 20 * sound)
    driver.window.add([recording])
    driver.wait(lambda: [job.state for job in driver.queue.selected()] == [JobState.RUNNING])
    press(driver, Qt.Key.Key_Period, CTRL)
    driver.wait(lambda: driver.jobs[0].state is JobState.CANCELLED)
    assert "appears here as it is" not in driver.read


def test_the_export_writes_every_format(driver: DesktopDriver, beckett: Path, tmp_path: Path) -> None:
    driver.window.add([beckett])
    driver.wait(lambda: driver.queue.reader.transcript_id is not None)
    for format_name in FORMATS:
        file = tmp_path / f"out.{format_name}"
        driver.queue.reader_actions.exporting.export(driver.queue.reader.original, format_name, file)
        driver.wait(lambda file=file: driver.message == f"Saved as {file.name} in {tmp_path}.")
        if FORMATS[format_name].is_text:
            assert "tried" in file.read_text(encoding="utf-8").lower()
        else:
            assert file.stat().st_size > 0
    driver.queue.reader_actions.exporting.export(driver.queue.reader.original, "txt", tmp_path / "out.txt" / "out.txt")
    driver.wait(lambda: "could not be written" in driver.message)


def test_a_recording_without_speech_is_one_sentence_and_no_file(driver: DesktopDriver, tmp_path: Path) -> None:
    recording, sound = tmp_path / "quiet.wav", bytes(16_000 * 2 * 3)
    recording.write_bytes(wav_header(len(sound), rate_hz=16_000) + sound)
    driver.window.add([recording])
    driver.wait(lambda: driver.jobs and driver.jobs[0].state is JobState.DONE)
    driver.wait(lambda: driver.queue.reader.transcript_id is not None)
    assert [str(note) for note in driver.jobs[0].notes] == ["No speech was heard: the recording is silent."]
    assert driver.read == "Nobody speaks in this recording."
    for format_name in ("txt", "srt", "vtt"):
        file = tmp_path / f"quiet.{format_name}"
        driver.queue.reader_actions.exporting.export(driver.queue.reader.original, format_name, file)
        driver.wait(lambda: driver.message == "There is nothing to write: nobody speaks in quiet.wav.")
        assert not file.exists()
        driver.desktop.messages.information("")


def test_the_line_below_the_list_is_for_what_is_wrong(faked: DesktopDriver, core: FakeCoreThread) -> None:
    publish(core, view(1), running=2, workers=3, queued=4, retrying=1, done=5, failed=6, cache_hits=1, cache_misses=2)
    assert faked.queue._status.text() == ""
    assert faked.window.windowTitle() == "Notula (7 to do)"
    broken = ProviderState("groq", "Groq " + 20 * "long name ", "turbo", CircuitState.OPEN, 27.6, keys=1, usable_keys=1)
    core.published.emit(Snapshot((view(1),), providers=(broken,)))
    faked.window.resize(SMALLEST)
    assert faked.queue._status.text().startswith("Groq")
    assert faked.queue._status.toolTip().endswith("paused after failures, tried again in 28 s")
    assert faked.window.width() == SMALLEST.width()


@pytest.mark.parametrize("size", [SMALLEST, QSize(1024, 700)], ids=["smallest", "small screen"])
@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_at_least_five_rows_are_in_sight(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, size: QSize, language: str
) -> None:
    driver = make_driver(language=language)
    driver.window.resize(size)
    publish(core, *[view(number) for number in range(20)], running=0, workers=2)
    driver.queue.select(JobId("job-1"))
    QApplication.processEvents()
    assert driver.queue._batch.isVisible()
    assert driver.queue._table.viewport().height() >= 5 * ROW_HEIGHT


def test_a_low_window_has_rows_or_the_text_as_one_wants(
    faked: DesktopDriver, core: FakeCoreThread, make_driver: Callable[..., DesktopDriver], finish: Callable[..., object]
) -> None:
    live = view(1, JobState.RUNNING, segments=(Segment(0, 1, "live"),))
    publish(core, live, view(2))
    queue = faked.queue
    queue.select(JobId("job-1"))
    faked.window.resize(1080, 760)
    assert queue.reader._text.isVisible()
    queue._working.moveSplitter(queue._working.sizes()[0] - 40, 1)
    chosen = queue._working.sizes()
    faked.window.resize(SMALLEST)
    QApplication.processEvents()
    assert not queue.reader._text.isVisible()
    queue._table.selectAll()
    assert all(button.isVisible() for button in queue._for_one)  # The panel that has them otherwise isn't there.
    queue.select(JobId("job-1"))
    press(faked, Qt.Key.Key_F4)
    assert queue.reader._text.isVisible()
    press(faked, Qt.Key.Key_F4)
    assert not queue.reader._text.isVisible()
    queue.reader._finding[0].trigger()  # By the palette, as there is no text to press keys in.
    assert queue.reader._search.line.hasFocus()
    queue.text_part.toggle()
    kept = faked.window.state()
    assert kept.splitters["queue"] == tuple(chosen)
    faked.window.resize(1080, 760)
    assert queue.reader._text.isVisible()
    press(faked, Qt.Key.Key_F4)
    finish(faked.desktop.close())
    again = make_driver()
    publish(core, live)
    again.window.resize(1080, 760)
    assert not again.queue.text_part.is_shown


def test_a_file_that_is_added_is_selected_when_its_row_comes(faked: DesktopDriver, core: FakeCoreThread) -> None:
    publish(core, view(1))
    faked.window.add([Path("/talks/job-2")])
    faked.wait(lambda: faked.queue._awaited == "job-2")
    publish(core, view(1), view(2))
    assert [job.id for job in faked.queue.selected()] == ["job-2"]


def test_the_selection_stays_with_its_job_when_others_come(faked: DesktopDriver, core: FakeCoreThread) -> None:
    jobs = [view(1), view(2)]
    publish(core, *jobs)
    faked.queue.select(JobId("job-1"))
    publish(core, *jobs, view(3))
    assert [job.id for job in faked.queue.selected()] == ["job-1"]


def test_every_state_is_drawn(faked: DesktopDriver, core: FakeCoreThread) -> None:
    publish(core, *[view(i, state, progress=0.5) for i, state in enumerate(JobState)])
    faked.queue._table.selectRow(0)
    assert not faked.window.grab().isNull()
