"""Recording in the window, as a person does it: by button, key and tray, with a pause, another device, and an end."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from core.app.recorder import Recorder, SoundSystem
from core.config import Folders
from core.domain import JobId, Requester, Snapshot, TranscriptionOptions
from core.domain.errors import CaptureRefused, NoCaptureDevice, StoreError
from core.i18n import Translator
from core.recording.recording import DEVICE_LOST_S
from core.recording.recording_files import RecordingFiles
from gui.job_options import JobOptions
from gui.pages.transcribe.recording_card import without_system_sound
from gui.pages.transcribe.transcribe_page import TranscribePage
from gui.tray.tray import Tray
from gui.widgets.dialogs.question import Question
from tests.fakes.capture_device import HEADSET, LOUDSPEAKERS, FakeSoundSystem, samples
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import LISTED, QUEUE, TRANSCRIBE

LEFT = Qt.MouseButton.LeftButton
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@dataclass
class Studio:
    """The computer with its devices, and the jobs that recordings have become."""

    files: RecordingFiles
    system: FakeSoundSystem = field(default_factory=FakeSoundSystem)
    jobs: list[tuple[list[Path], TranscriptionOptions | None]] = field(default_factory=list)
    failure: Exception | None = None
    running: list[bool] = field(default_factory=list)

    async def submit(
        self, paths: Sequence[Path], requester: Requester, options: TranscriptionOptions | None
    ) -> tuple[JobId, ...]:
        assert requester == Requester("desktop")
        if self.failure is not None:
            raise self.failure
        self.jobs.append((list(paths), options))
        return tuple(JobId(path.name) for path in paths)


@pytest.fixture
def studio(notula: FakeNotula, folders: Folders, finish: Callable[..., object]) -> Iterator[Studio]:
    made = Studio(RecordingFiles(folders.recordings, "this", lambda other: other == "another"))
    notula.recorder = Recorder(
        made.files,
        made.submit,
        made.running.append,
        sound=SoundSystem(made.system.devices, made.system.open, made.system.clock),
    )
    yield made
    finish(notula.recorder.close())


@pytest.fixture
def sheet(studio: Studio, page: TranscribePage, core: FakeCoreThread) -> TranscribePage:
    return page


def click(driver: DesktopDriver, button: QPushButton) -> None:
    assert button.isVisible()
    driver.qtbot.mouseClick(button, LEFT)


def record(driver: DesktopDriver, page: TranscribePage) -> None:
    click(driver, page.drop_card.record)
    driver.wait(lambda: page.recording.isVisible() and page.recording.stop.isEnabled())


def answer(driver: DesktopDriver, text: str) -> None:
    driver.wait(lambda: driver.window.findChildren(Question))
    [question] = driver.window.findChildren(Question)
    [button] = [one for one in question.answers.buttons() if one.text() == text]
    driver.qtbot.mouseClick(button, LEFT)


def test_a_recording_is_made_and_put_in_the_queue(
    faked: DesktopDriver, sheet: TranscribePage, studio: Studio, folders: Folders
) -> None:
    assert not sheet.recording.isVisible()
    record(faked, sheet)
    assert not sheet.drop_card.isVisible()
    studio.system.hear(samples(1.5))
    faked.wait(lambda: sheet.recording.time.text() == "0:01")
    assert sheet.recording.level.filled > 0.5
    click(faked, sheet.recording.stop)
    faked.wait(lambda: studio.jobs)
    faked.wait(lambda: sheet.drop_card.isVisible())
    [([file], options)] = studio.jobs
    assert options is None
    assert file.parent == folders.recordings
    assert file.name.startswith("Recording 20")
    assert file.stat().st_size == 44 + 96_000 * 1.5
    assert faked.message == "The recording is saved and in the queue."
    assert studio.running == [True, False]
    assert list(folders.recordings.iterdir()) == [file]


def test_the_key_begins_and_ends_it(faked: DesktopDriver, sheet: TranscribePage, studio: Studio) -> None:
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_R, CONTROL_SHIFT)
    faked.wait(lambda: sheet.recording.isVisible() and sheet.recording.stop.isEnabled())
    studio.system.hear(samples(0.2))
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_R, CONTROL_SHIFT)
    faked.wait(lambda: studio.jobs)


def test_it_is_transcribed_with_the_options_of_the_page_but_as_a_whole(
    faked: DesktopDriver, sheet: TranscribePage, studio: Studio
) -> None:
    sheet._chosen.choose(JobOptions(language="id", from_s=60))
    record(faked, sheet)
    studio.system.hear(samples(0.2))
    click(faked, sheet.recording.stop)
    faked.wait(lambda: studio.jobs)
    [(_, options)] = studio.jobs
    assert options is not None
    assert (options.language, options.from_s) == ("id", None)


def test_a_pause_takes_nothing_in(faked: DesktopDriver, sheet: TranscribePage, studio: Studio) -> None:
    record(faked, sheet)
    card = sheet.recording
    studio.system.hear(samples(0.2))
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_P, CONTROL_SHIFT)
    faked.wait(lambda: card.pause.text() == "Go on" and card.pause.isEnabled())
    assert studio.system.capture.put is None
    assert faked.window.sidebar.recording.toolTip() == "Paused 0:00"
    click(faked, card.pause)
    faked.wait(lambda: card.pause.text() == "Pause" and card.pause.isEnabled())
    studio.system.hear(samples(0.2))
    click(faked, card.stop)
    faked.wait(lambda: studio.jobs)
    [([file], _)] = studio.jobs
    assert file.stat().st_size == 44 + 96_000 * 0.4


def choose(driver: DesktopDriver, page: TranscribePage, device_id: str) -> None:
    """By the keyboard, as the list of a combo box opens in a window of its own."""
    menu = page.recording.device
    menu.setFocus()
    while menu.currentData() != device_id:
        before = menu.currentIndex()
        driver.qtbot.keyClick(menu, Qt.Key.Key_Down)
        driver.wait(lambda: menu.isEnabled() and menu.currentIndex() == before + 1)  # noqa: B023
        menu.setFocus()


def test_another_device_goes_on_with_it_and_is_used_the_next_time(
    faked: DesktopDriver, sheet: TranscribePage, studio: Studio, make_driver: Callable[..., DesktopDriver]
) -> None:
    record(faked, sheet)
    menu = sheet.recording.device
    assert [menu.itemText(number) for number in range(menu.count())] == [
        "System's default device (Desk microphone)",
        "Desk microphone",
        "Headset",
        "What the computer plays: Monitor of Speakers",
    ]
    assert studio.system.capture.device_id == ""
    choose(faked, sheet, LOUDSPEAKERS.id)
    assert studio.system.capture.device_id == LOUDSPEAKERS.id
    click(faked, sheet.recording.stop)
    faked.wait(lambda: sheet.drop_card.isVisible())
    assert faked.message == "Nothing was recorded."
    assert not studio.jobs
    assert sheet.saved_state()["record_from"] == LOUDSPEAKERS.id
    record(faked, sheet)
    assert studio.system.capture.device_id == LOUDSPEAKERS.id
    assert sheet.recording.device.currentData() == LOUDSPEAKERS.id


def test_a_remembered_device_that_is_not_connected_is_told(
    faked: DesktopDriver, sheet: TranscribePage, studio: Studio
) -> None:
    sheet.restore_state({"record_from": "capture:77"})
    record(faked, sheet)
    assert studio.system.capture.device_id == ""
    assert "isn't connected" in sheet.recording.hint.text()
    assert sheet.saved_state()["record_from"] == "capture:77", "it may be back the next time"


@pytest.mark.parametrize("failure", [NoCaptureDevice(), CaptureRefused()])
def test_what_can_not_be_recorded_from_is_told(
    failure: NoCaptureDevice | CaptureRefused, faked: DesktopDriver, sheet: TranscribePage, studio: Studio
) -> None:
    studio.system.failure = failure
    click(faked, sheet.drop_card.record)
    faked.wait(lambda: faked.message == str(failure.message))
    assert sheet.drop_card.isVisible()
    assert not list(studio.files.folder.iterdir())
    studio.system.failure = None
    record(faked, sheet)


def test_a_lost_device_is_told_and_another_one_goes_on(
    faked: DesktopDriver, sheet: TranscribePage, studio: Studio
) -> None:
    record(faked, sheet)
    studio.system.hear(samples(0.2))
    faked.wait(lambda: faked.desktop.recording.state.length_s)
    studio.system.now_s += DEVICE_LOST_S + 1
    faked.wait(lambda: "doesn't answer any more" in sheet.recording.hint.text())
    choose(faked, sheet, HEADSET.id)
    faked.wait(lambda: "doesn't answer any more" not in sheet.recording.hint.text())
    studio.system.hear(samples(0.2))
    click(faked, sheet.recording.stop)
    faked.wait(lambda: studio.jobs)
    assert studio.jobs[0][0][0].stat().st_size == 44 + 96_000 * 0.4


def test_a_long_silence_is_told(faked: DesktopDriver, sheet: TranscribePage, studio: Studio) -> None:
    record(faked, sheet)
    studio.system.hear(bytes(96_000 * 11))
    faked.wait(lambda: "Nothing is heard" in sheet.recording.hint.text())


def test_a_recording_can_be_thrown_away(faked: DesktopDriver, sheet: TranscribePage, studio: Studio) -> None:
    record(faked, sheet)
    studio.system.hear(samples(0.2))
    click(faked, sheet.recording.discard)
    answer(faked, "Keep")
    faked.wait(lambda: not faked.window.findChildren(Question))
    assert sheet.recording.isVisible()
    click(faked, sheet.recording.discard)
    answer(faked, "Delete")
    faked.wait(lambda: sheet.drop_card.isVisible())
    assert not studio.jobs
    assert not list(studio.files.folder.iterdir())


def test_every_page_shows_that_it_goes_on(faked: DesktopDriver, sheet: TranscribePage, studio: Studio) -> None:
    sign = faked.window.sidebar.recording
    assert not sign.isVisible()
    record(faked, sheet)
    faked.window.show_page(QUEUE)
    studio.system.hear(samples(2.1))
    faked.wait(lambda: sign.toolTip() == "Recording 0:02")
    assert sign.text().strip() == "0:02"
    faked.qtbot.mouseClick(sign, LEFT)
    assert faked.window.open_page == TRANSCRIBE


def test_nothing_moves_when_a_recording_begins(faked: DesktopDriver, sheet: TranscribePage, studio: Studio) -> None:
    sidebar = faked.window.sidebar
    before = [sidebar.button(name).geometry() for name in LISTED]
    record(faked, sheet)
    studio.system.hear(samples(11.5))
    faked.wait(lambda: sidebar.recording.text().strip() == "0:11")
    assert [sidebar.button(name).geometry() for name in LISTED] == before


def test_the_tray_records_and_says_so(faked: DesktopDriver, sheet: TranscribePage, studio: Studio) -> None:
    faked.desktop.tray.record.trigger()
    faked.wait(lambda: sheet.recording.isVisible() and sheet.recording.stop.isEnabled())
    studio.system.hear(samples(3.0))
    faked.wait(lambda: faked.desktop.tray.record.text() == "Stop recording 0:03")
    assert "Recording 0:03" in faked.desktop.tray.tooltip
    assert faked.desktop.tray.pause.text() == "Pause the queue", "not the recording"
    faked.desktop.tray.record.trigger()
    faked.wait(lambda: studio.jobs)
    faked.wait(lambda: faked.desktop.tray.record.text() == "Record")  # Told a little after the job is there.
    assert faked.desktop.tray.pause.text() == "Pause"
    assert "Recording" not in faked.desktop.tray.tooltip


def test_a_hidden_window_is_shown_where_it_can_not_record(
    faked: DesktopDriver, sheet: TranscribePage, studio: Studio
) -> None:
    faked.window.hide()
    studio.system.failure = NoCaptureDevice()
    faked.desktop.tray.record.trigger()
    faked.wait(faked.window.isVisible)


def test_quitting_asks_and_keeps_what_was_recorded(faked: DesktopDriver, sheet: TranscribePage, studio: Studio) -> None:
    record(faked, sheet)
    studio.system.hear(samples(0.2))
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    answer(faked, "Keep open")
    faked.wait(lambda: not faked.window.findChildren(Question))
    assert not faked.stop.is_set()
    assert sheet.recording.isVisible()
    [leave] = [one for one in faked.desktop.tray.menu.actions() if one.text() == "Quit"]
    leave.trigger()
    answer(faked, "Stop and keep it")
    faked.wait(faked.stop.is_set)
    assert studio.jobs


def test_closing_the_window_asks_and_can_go_on_in_the_tray(
    faked: DesktopDriver, sheet: TranscribePage, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tray, "is_there", True)
    record(faked, sheet)
    studio.system.hear(samples(0.2))
    faked.window.close()
    answer(faked, "Go on in the tray")
    faked.wait(lambda: not faked.window.isVisible())
    assert not studio.jobs
    faked.desktop.tray.record.trigger()
    faked.wait(lambda: studio.jobs)


def test_without_any_device_nothing_is_recorded(faked: DesktopDriver, sheet: TranscribePage, studio: Studio) -> None:
    """A system's default device may be one that gives silence for ever."""
    studio.system.connected = ()
    click(faked, sheet.drop_card.record)
    faked.wait(lambda: faked.message == str(NoCaptureDevice().message))
    assert not studio.system.opened
    assert sheet.drop_card.isVisible()


def test_that_there_is_no_device_is_said_once_and_until_something_is_recorded(
    faked: DesktopDriver, sheet: TranscribePage, studio: Studio
) -> None:
    connected, studio.system.connected = studio.system.connected, ()
    bar = faked.message_bar
    for _ in range(3):
        click(faked, sheet.drop_card.record)
        faked.wait(lambda: bar.isVisible() and not faked.desktop.recording.is_busy)
    assert not bar._waiting
    studio.system.connected = connected
    click(faked, sheet.drop_card.record)
    faked.wait(lambda: sheet.recording.isVisible())
    assert not bar.isVisible()


def test_the_keyboard_stays_at_the_button_that_was_pressed(
    faked: DesktopDriver, sheet: TranscribePage, studio: Studio
) -> None:
    record(faked, sheet)
    sheet.recording.pause.setFocus()
    for text in ("Go on", "Pause"):
        faked.qtbot.keyClick(sheet.recording.pause, Qt.Key.Key_Space)
        faked.wait(lambda text=text: sheet.recording.pause.text() == text and sheet.recording.pause.isEnabled())
        assert faked.window.focusWidget() is sheet.recording.pause


def test_a_window_in_another_language_goes_on_with_it(
    faked: DesktopDriver, sheet: TranscribePage, studio: Studio, notula: FakeNotula, core: FakeCoreThread
) -> None:
    record(faked, sheet)
    studio.system.hear(samples(1.2))
    click(faked, sheet.recording.pause)
    faked.wait(lambda: sheet.recording.pause.text() == "Go on" and sheet.recording.pause.isEnabled())
    before = faked.window
    notula._use(interface_language="id")
    faked.wait(lambda: faked.window is not before)
    faked.window.show_page(TRANSCRIBE)
    card = faked.window.page(TranscribePage).recording
    faked.wait(card.isVisible)
    assert card.pause.text() == "Lanjutkan"
    assert card.device.count() == 4
    assert card.time.text() == "0:01"
    click(faked, card.pause)
    faked.wait(lambda: card.pause.text() == "Jeda" and card.pause.isEnabled())
    studio.system.hear(samples(1.0))
    click(faked, card.stop)
    faked.wait(lambda: studio.jobs)
    [([file], _)] = studio.jobs
    assert file.stat().st_size == 44 + 211_200


def test_pressed_twice_within_a_moment_nothing_is_left(
    faked: DesktopDriver, sheet: TranscribePage, studio: Studio, folders: Folders
) -> None:
    record(faked, sheet)
    click(faked, sheet.recording.stop)
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_R, CONTROL_SHIFT)  # While it ends: it does nothing.
    faked.wait(lambda: sheet.drop_card.isVisible())
    assert faked.message == "Nothing was recorded."
    assert not studio.jobs
    assert not list(folders.recordings.iterdir())


def test_an_end_that_nobody_was_asked_about_keeps_it_for_the_next_start(
    faked: DesktopDriver, sheet: TranscribePage, studio: Studio, notula: FakeNotula, finish: Callable[..., object]
) -> None:
    record(faked, sheet)
    studio.system.hear(samples(0.2))
    finish(notula.recorder.close())
    [saved] = studio.files.saved(())
    assert saved.length_s == pytest.approx(0.2)


def test_a_recording_that_can_not_be_queued_is_offered(
    faked: DesktopDriver, sheet: TranscribePage, studio: Studio
) -> None:
    record(faked, sheet)
    studio.system.hear(samples(2.5))
    studio.failure = StoreError()
    click(faked, sheet.recording.stop)
    faked.wait(lambda: sheet.saved.isVisible())
    assert faked.message == str(StoreError().message)
    assert sheet.drop_card.isVisible()
    studio.failure = None
    [button] = [one for one in sheet.saved.findChildren(QPushButton) if one.text() == "Transcribe"]
    click(faked, button)
    faked.wait(lambda: studio.jobs)
    faked.wait(lambda: not sheet.saved.isVisible())


def cut_off(folder: Path, instance: str, seconds: float) -> Path:
    """What a crash leaves of a recording of that instance."""
    files = RecordingFiles(folder, instance, lambda _: True)
    files.check_room()
    file = files.begin("Recording", 1_700_000_000.0)
    file.add(samples(seconds))
    file.close()
    return file.path


@pytest.fixture
def left_by_a_crash(studio: Studio, folders: Folders) -> Path:
    cut_off(folders.recordings, "another", 3.0)
    return cut_off(folders.recordings, "dead", 75.0)


def test_what_a_crash_has_left_is_offered_and_transcribed(
    left_by_a_crash: Path, faked: DesktopDriver, page: TranscribePage, studio: Studio
) -> None:
    faked.wait(lambda: page.saved.isVisible())
    buttons = {one.text(): one for one in page.saved.findChildren(QPushButton)}
    assert sorted(buttons) == ["Delete …", "Transcribe"], "that of another Notula is its own"
    assert buttons["Transcribe"].accessibleName() == "Transcribe the recording of 1:15"
    click(faked, buttons["Transcribe"])
    click(faked, buttons["Transcribe"])  # Twice, before its row is gone.
    faked.wait(lambda: studio.jobs)
    faked.wait(lambda: not page.saved.isVisible())
    assert studio.jobs == [([left_by_a_crash], None)]
    assert not faked.message_bar.isVisible()
    assert not studio.files.saved(())


def test_what_a_crash_has_left_is_deleted_once_that_was_confirmed(
    left_by_a_crash: Path, faked: DesktopDriver, page: TranscribePage, studio: Studio
) -> None:
    faked.wait(lambda: page.saved.isVisible())
    [delete] = [one for one in page.saved.findChildren(QPushButton) if one.text() == "Delete …"]
    click(faked, delete)
    answer(faked, "Delete")
    faked.wait(lambda: not page.saved.isVisible())
    assert not left_by_a_crash.exists()
    assert not studio.jobs


def test_on_another_page_the_message_bar_tells_of_it(
    left_by_a_crash: Path, faked: DesktopDriver, core: FakeCoreThread
) -> None:
    core.published.emit(Snapshot())
    faked.wait(lambda: faked.message == "A recording of 1:15 was saved when Notula ended.")
    action = faked.desktop.messages.last
    assert action is not None
    assert action.action is not None
    action.action()
    assert faked.window.open_page == TRANSCRIBE


@pytest.mark.parametrize(
    ("platform", "word"), [("darwin", "BlackHole"), ("linux", "PipeWire"), ("win32", "headphones")]
)
def test_it_is_said_what_system_sound_needs(platform: str, word: str) -> None:
    assert word in without_system_sound(Translator("en"), platform)
