"""Many jobs at once: restricted, searched, acted on together, paused."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from core.domain import JobId, JobState, JobView, QueueStatistics, Snapshot, TranscriptId, TranslatableText
from core.domain.errors import ExportFolderMissing, ModelMissing, ProviderKeyMissing, SourceMissing
from core.export import ExportedMany, ExportPlace, ExportPlan
from gui.job_options import DESKTOP
from gui.pages.queue.job_groups import Shown
from gui.pages.queue.job_order import RowOrder
from gui.widgets.export.export_dialog import ExportDialog
from gui.widgets.job_remedies import Remedy, remedy_of
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import MODELS, PROVIDERS
from tests.gui.pages.queue.conftest import CTRL, press, publish
from tests.gui.samples import stored, view

GONE = SourceMissing(name="4.wav").message
MIXED = (
    view(1, JobState.DONE, transcript_id=TranscriptId(1), finished_at=3.0),
    view(2, JobState.RUNNING, worker=1),
    view(3),
    view(4, JobState.FAILED, error=GONE, finished_at=2.0),
    view(5, JobState.FAILED, error=TranslatableText("5.wav is empty."), finished_at=1.0),
)


def listed(driver: DesktopDriver) -> list[str]:
    return [job.id for job in driver.jobs]


def click_button_of(driver: DesktopDriver, job_id: str) -> None:
    """Click the button in the row of this job."""
    table = driver.queue._table
    row = driver.queue._model.row_where(lambda job: job.id == job_id)
    index = driver.queue._model.index(row, 0)
    table.scrollTo(index)
    place = table.visualRect(index)
    button = QPoint(place.right() - 30, place.center().y())
    driver.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=button)


def test_chips_count_the_jobs_and_list_those_of_one_kind(faked: DesktopDriver, core: FakeCoreThread) -> None:
    publish(core, *MIXED)
    chips = faked.queue.chips
    texts = [button.text() for button in chips._buttons.values()]
    assert texts == ["All 5", "Running 1", "Waiting 1", "Failed 2", "Cancelled 0", "Done 1"]
    assert listed(faked) == ["job-2", "job-3", "job-1", "job-4", "job-5"]
    faked.qtbot.mouseClick(chips._buttons[Shown.FAILED], Qt.MouseButton.LeftButton)
    assert listed(faked) == ["job-4", "job-5"]
    publish(core, *MIXED[:4], replace(MIXED[4], state=JobState.QUEUED))
    assert listed(faked) == ["job-4"]
    assert chips._buttons[Shown.FAILED].text() == "Failed 1"


def test_a_search_lists_names_and_says_where_nothing_fits(faked: DesktopDriver, core: FakeCoreThread) -> None:
    publish(core, *MIXED)
    faked.qtbot.keyClicks(faked.queue.search, "3.w")
    assert listed(faked) == ["job-3"]
    faked.qtbot.keyClicks(faked.queue.search, "x")
    assert listed(faked) == []
    assert faked.queue._nothing.isVisible()
    faked.queue.search.clear()
    assert len(listed(faked)) == 5
    assert not faked.queue._nothing.isVisible()


def test_the_list_is_sorted_as_chosen_and_so_at_the_next_start(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, finish: Callable[..., object]
) -> None:
    first = make_driver()
    publish(core, *MIXED)
    listing = first.queue.listing
    assert [listing.sort.itemText(number) for number in range(listing.sort.count())] == [
        "By turn",
        "By name",
        "By length",
        "By time added",
        "By state",
    ]
    listing.sort.setFocus()
    first.qtbot.keyClick(listing.sort, Qt.Key.Key_Down)
    assert listed(first) == ["job-1", "job-2", "job-3", "job-4", "job-5"]
    first.qtbot.mouseClick(listing.direction, Qt.MouseButton.LeftButton)
    assert listing.direction.accessibleName() == "Descending order"
    assert listed(first) == ["job-5", "job-4", "job-3", "job-2", "job-1"]
    first.queue.select(JobId("job-2"))
    publish(core, *MIXED, view(9))
    assert listed(first) == ["job-9", "job-5", "job-4", "job-3", "job-2", "job-1"]
    assert [job.id for job in first.queue.selected()] == ["job-2"]
    finish(first.desktop.close())
    second = make_driver()
    publish(core, *MIXED)
    assert listed(second) == ["job-5", "job-4", "job-3", "job-2", "job-1"]


@pytest.mark.parametrize("language", ["en", "id"])
def test_no_chip_is_cut_off_however_narrow_the_window_is(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, language: str
) -> None:
    driver = make_driver(language=language)
    publish(core, *MIXED)
    for width in (760, 1000, 1600, 760):
        driver.window.resize(width, 700)
        driver.wait(lambda width=width: driver.window.width() == width)
        listing = driver.queue.listing
        for button in listing.chips._buttons.values():
            driver.wait(lambda button=button: button.width() >= button.sizeHint().width())
        driver.wait(lambda listing=listing: listing.search.width() >= 100)


@pytest.mark.parametrize("sort", ["size", 5, None, ["name"], {}])
def test_an_order_that_was_kept_by_somebody_else_is_ignored(
    faked: DesktopDriver, core: FakeCoreThread, sort: object
) -> None:
    faked.queue.restore_state({"sort": sort, "descending": "yes"})
    assert faked.queue.listing.order == RowOrder()


def test_what_is_retried_stays_selected_whatever_is_listed(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    publish(core, *MIXED)
    faked.queue.chips.choose(Shown.FAILED)
    faked.queue._table.selectAll()
    press(faked, Qt.Key.Key_R, CTRL)
    faked.wait(lambda: notula.asked("retry") == [[["job-4", "job-5"]]])
    again = [replace(job, state=JobState.QUEUED, error=None, finished_at=None) for job in MIXED[3:]]
    publish(core, *MIXED[:3], *again)
    assert (listed(faked), faked.queue.selected()) == ([], [])
    publish(core, *MIXED[:4], again[1])
    assert [job.id for job in faked.queue.selected()] == ["job-4"]
    faked.queue.chips.choose(Shown.ALL)
    assert [job.id for job in faked.queue.selected()] == ["job-5", "job-4"]


def test_what_was_selected_since_counts(faked: DesktopDriver, core: FakeCoreThread) -> None:
    publish(core, *MIXED)
    faked.queue.select(JobId("job-5"))
    faked.qtbot.keyClicks(faked.queue.search, "4.w")
    assert faked.queue.selected() == []
    faked.queue.select(JobId("job-4"))
    faked.queue.search.clear()
    assert [job.id for job in faked.queue.selected()] == ["job-4"]


def test_the_end_of_the_last_recording_has_no_time(faked: DesktopDriver, core: FakeCoreThread) -> None:
    publish(core, view(1, JobState.RUNNING, progress=0.99, remaining_s=12.0, elapsed_s=1200.0), workers=1)
    assert faked.queue._batch.sentence == "0 of 1  ·  finishing"


def test_a_new_recording_is_shown_whatever_was_searched_for(faked: DesktopDriver, core: FakeCoreThread) -> None:
    publish(core, *MIXED)
    faked.queue.chips.choose(Shown.FAILED)
    faked.window.add([Path("/talks/job-9")])
    faked.wait(lambda: faked.queue._awaited == "job-9")
    publish(core, *MIXED, view(9))
    assert [job.id for job in faked.queue.selected()] == ["job-9"]


def test_several_selected_are_counted_in_the_readers_place_and_retried_together(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    publish(core, *MIXED)
    faked.queue._table.selectAll()
    panel = faked.queue._selection_panel
    assert panel.isVisible()
    assert not faked.queue.reader.isVisible()
    assert panel._count.text() == "5 recordings selected"
    assert panel.export.isEnabled()
    faked.queue.job_actions.retry_action.trigger()
    faked.wait(lambda: notula.asked("retry"))
    assert notula.asked("retry") == [[["job-4", "job-5"]]]
    faked.queue.select(JobId("job-4"))
    assert faked.queue.reader.isVisible()
    assert not faked.queue.transcript_actions.export_menu.isEnabled()


def test_all_that_failed_is_retried_and_what_is_done_is_cleared_with_an_undo(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    publish(core, MIXED[1])
    assert not faked.queue.controls.retry_failed.isEnabled()
    assert not faked.queue.controls.clear_done.isEnabled()
    publish(core, *MIXED)
    faked.queue.chips.choose(Shown.WAITING)  # What is listed makes no difference.
    faked.queue.controls.retry_failed.trigger()
    faked.wait(lambda: notula.asked("retry"))
    assert notula.asked("retry") == [[["job-4", "job-5"]]]
    faked.queue.controls.clear_done.trigger()
    faked.wait(lambda: faked.message == "1 job removed.")
    assert notula.asked("remove") == [[["job-1"]]]
    faked.desktop.messages.last.action()
    faked.wait(lambda: notula.asked("restore"))


def test_the_queue_is_paused_and_goes_on(faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula) -> None:
    controls = faked.queue.controls
    publish(core, *MIXED)
    assert controls.pause.text() == "Pause"
    faked.qtbot.mouseClick(controls.pause, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.asked("change_settings"))
    core.published.emit(Snapshot(MIXED, QueueStatistics(is_paused=True)))
    assert controls.pause.text() == "Resume"
    assert faked.queue._batch.sentence == "0 of 2  ·  paused"
    controls.pause_action.trigger()
    faked.wait(lambda: len(notula.asked("change_settings")) == 2)
    assert notula.asked("change_settings") == [[{"queue_paused": True}], [{"queue_paused": False}]]


def test_the_whole_batch_is_told_while_there_is_one(faked: DesktopDriver, core: FakeCoreThread) -> None:
    publish(core, view(1, JobState.RUNNING, remaining_s=200.0), workers=1)
    assert faked.queue._batch.isVisible()
    assert faked.queue._batch.sentence == "0 of 1  ·  03:20 left"
    publish(core, view(1, JobState.DONE))
    assert not faked.queue._batch.isVisible()


@pytest.mark.parametrize(
    ("job", "remedy"),
    [
        (view(1), None),
        (view(1, JobState.DONE), None),
        (view(1, JobState.CANCELLED), None),
        (view(1, JobState.DONE, export_error=TranslatableText("full")), Remedy.EXPORT_AGAIN),
        (view(1, JobState.FAILED), Remedy.RETRY),
        (view(1, JobState.FAILED, error=TranslatableText("1.wav is empty.")), Remedy.RETRY),
        (view(1, JobState.FAILED, error=GONE), Remedy.FIND_FILE),
        (view(1, JobState.FAILED, error=ModelMissing(model="base").message), Remedy.CHOOSE_MODEL),
        (view(1, JobState.FAILED, error=ProviderKeyMissing(provider="groq", name="groq").message), Remedy.PROVIDERS),
    ],
)
def test_what_went_wrong_has_the_button_that_mends_it(job: JobView, remedy: Remedy | None) -> None:
    assert remedy_of(job) is remedy


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (ModelMissing(model="base").message, MODELS),
        (ProviderKeyMissing(provider="groq", name="groq").message, PROVIDERS),
    ],
)
def test_the_button_in_a_row_goes_to_the_page_of_the_error(
    faked: DesktopDriver, core: FakeCoreThread, error: TranslatableText, place: str
) -> None:
    publish(core, view(1, JobState.FAILED, error=error))
    click_button_of(faked, "job-1")
    assert (faked.window.open_page, faked.settings_page.section) == tuple(place.split("."))
    assert not faked.queue.selected()


def test_the_button_in_a_row_tries_again_and_exports_again(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    publish(core, *MIXED, view(6, JobState.DONE, export_error=TranslatableText("full"), finished_at=9.0))
    click_button_of(faked, "job-5")
    faked.wait(lambda: notula.asked("retry") == [[["job-5"]]])
    click_button_of(faked, "job-6")
    faked.wait(lambda: notula.asked("export_again") == [[["job-6"]]])


def test_a_file_that_was_moved_is_found_by_its_owner_and_takes_the_jobs_place(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    publish(core, *MIXED)
    click_button_of(faked, "job-4")
    dialog = faked.window.findChild(QFileDialog)
    assert dialog.windowTitle() == "Where is 4.wav now?"
    dialog.fileSelected.emit("/elsewhere/4.wav")
    dialog.reject()
    faked.wait(lambda: notula.asked("remove"))
    assert notula.asked("submit") == [[[Path("/elsewhere/4.wav")], DESKTOP, None]]
    assert notula.asked("remove") == [[["job-4"]]]
    faked.queue.job_actions.remedies.replace_source(JobId("job-4"), Path("/elsewhere/4.docx"))
    faked.wait(lambda: "4.docx" in faked.message)
    assert len(notula.asked("remove")) == 1  # The job stays as long as nothing takes its place.


def test_return_and_a_double_click_open_the_transcript(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, qtbot: object
) -> None:
    notula.stored[TranscriptId(1)] = stored("Ever tried.")
    opened: list[int] = []
    faked.queue.transcript_actions._navigation.transcript_wanted.connect(lambda one, _: opened.append(one))
    publish(core, *MIXED)
    faked.queue.select(JobId("job-4"))
    press(faked, Qt.Key.Key_Return)
    assert opened == []
    faked.queue.select(JobId("job-1"))
    press(faked, Qt.Key.Key_Return)
    assert opened == [1]


def test_the_texts_of_all_that_is_selected_are_copied(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    notula.stored = {TranscriptId(1): stored("Ever tried."), TranscriptId(2): stored("Ever failed.", number=2)}
    publish(core, *MIXED, view(6, JobState.DONE, transcript_id=TranscriptId(2), finished_at=2.5))
    faked.queue._table.selectAll()
    faked.queue.transcript_actions.copy_action.trigger()
    faked.wait(lambda: faked.message == "The texts of 2 recordings are on the clipboard.")
    assert QGuiApplication.clipboard().text() == "Ever tried.\n\nEver failed."


@pytest.mark.parametrize(("place", "target"), [(ExportPlace.FOLDER, "/out"), (ExportPlace.ARCHIVE, "/out/talks.zip")])
def test_all_that_is_selected_is_exported_as_in_the_library_and_what_failed_is_told(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, place: ExportPlace, target: str
) -> None:
    publish(core, *MIXED, view(6, JobState.DONE, transcript_id=TranscriptId(2), finished_at=2.5))
    faked.queue._table.selectAll()
    notula.gates["export_many"] = asyncio.Event()
    faked.qtbot.mouseClick(faked.queue._selection_panel.export, Qt.MouseButton.LeftButton)
    question = faked.window.findChild(ExportDialog)
    for name in ("txt", "srt"):
        question.formats[name].click()
    question.places[place].click()
    faked.qtbot.mouseClick(question.go, Qt.MouseButton.LeftButton)
    dialog = question.findChild(QFileDialog)
    dialog.fileSelected.emit(target)
    dialog.reject()
    bar = faked.queue.transcript_actions.export_bar
    faked.wait(lambda: bar.isVisible() and bar.text.text() == "0 of 2 exported")
    notula.gates["export_many"].set()
    faked.wait(lambda: faked.message == f"2 transcripts were exported, as 2 files, into {target}.")
    faked.wait(lambda: not bar.isVisible())
    assert notula.asked("export_many") == [[[1, 2], ExportPlan(("srt",), place, Path(target))]]
    missing = ExportFolderMissing(name="1.srt", folder="/out")
    notula.exported = ExportedMany(0, 0, None, (missing.message,))
    faked.queue.transcript_actions.export_into([TranscriptId(1)], "srt", Path("/out"))
    faked.wait(lambda: faked.message.startswith("Nothing was exported. "))
    assert str(missing.message) in faked.message
