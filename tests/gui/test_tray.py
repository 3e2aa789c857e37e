"""The tray: its menu, closing the window to it, and its notifications."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from core.config import Settings
from core.domain import JobState, QueueStatistics, Snapshot, TranscriptId, TranslatableText
from core.domain.bot import BotCondition, BotState
from gui.pages.transcript.transcript_page import TranscriptPage
from gui.theme import application_icon
from gui.tray.tray import Tray
from gui.window.main_window import MainWindow
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver, pages_made
from tests.gui.dashboard_samples import readings
from tests.gui.page_names import DASHBOARD, SETTINGS
from tests.gui.samples import entry, stored, view


@pytest.fixture
def made_first() -> Callable[[MainWindow], object]:
    return pages_made("transcript")


def test_the_tray_follows_the_queue(faked: DesktopDriver, core: FakeCoreThread) -> None:
    tray = faked.desktop.tray
    assert tray.tooltip == "Notula: Nothing to do"
    core.published.emit(Snapshot((view(1),), QueueStatistics(running=1, queued=2, retrying=1)))
    assert tray.state.text() == "1 running, 3 waiting"
    assert tray.tooltip == "Notula: 1 running, 3 waiting"
    core.published.emit(Snapshot((view(1, JobState.DONE),), QueueStatistics(done=1)))
    assert tray.state.text() == "Nothing to do"


def test_the_trays_menu_opens_adds_and_quits(faked: DesktopDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    actions = {action.text(): action for action in faked.desktop.tray.menu.actions() if action.text()}
    faked.window.hide()
    actions["Open Notula"].trigger()
    assert faked.window.isVisible()
    chosen = []
    monkeypatch.setattr(faked.queue, "choose_files", lambda: chosen.append(True))
    faked.window.hide()
    actions["Add recordings …"].trigger()
    assert chosen
    assert faked.window.isVisible()
    actions["Quit"].trigger()
    assert faked.stop.is_set()


def test_a_click_on_the_tray_opens_the_window(faked: DesktopDriver) -> None:
    faked.window.hide()
    faked.desktop.tray._icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert faked.window.isVisible()


def test_closing_hides_to_the_tray_where_there_is_one(with_tray: None, faked: DesktopDriver) -> None:
    faked.window.close()
    assert not faked.window.isVisible()
    assert not faked.stop.is_set()


def test_closing_ends_where_there_is_no_tray(faked: DesktopDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tray, "is_there", False)
    faked.window.close()
    assert faked.stop.is_set()


def test_closing_ends_where_the_settings_say_so(
    with_tray: None, make_driver: Callable[..., DesktopDriver], core: FakeCoreThread
) -> None:
    driver = make_driver(Settings(close_to_tray=False))
    QApplication.sendEvent(driver.window, QCloseEvent())
    assert driver.stop.is_set()


def test_the_quit_shortcut_ends(with_tray: None, faked: DesktopDriver) -> None:
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert faked.stop.is_set()


@pytest.fixture
def announced(faked: DesktopDriver, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    shown: list[tuple[str, str]] = []
    monkeypatch.setattr(
        QSystemTrayIcon, "showMessage", lambda _self, title, text, *_: shown.append((title, text)), raising=True
    )
    return shown


def end_two_jobs(core: FakeCoreThread) -> None:
    core.published.emit(Snapshot((view(1, JobState.RUNNING), view(2, JobState.RUNNING))))
    failed = view(2, JobState.FAILED, error=TranslatableText("2.wav is empty."))
    core.published.emit(Snapshot((view(1, JobState.DONE, transcript_id=TranscriptId(5)), failed)))


def test_what_ends_behind_other_windows_is_announced_once(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, announced: list
) -> None:
    faked.window.hide()
    faked.wait(lambda: not faked.window.isActiveWindow())
    end_two_jobs(core)
    end_two_jobs(core)
    assert announced == [("Transcribed", "1 recording is done. 1 recording failed.")] * 2


def test_a_batch_is_announced_once_at_its_end(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, announced: list
) -> None:
    faked.window.hide()
    faked.wait(lambda: not faked.window.isActiveWindow())
    for done in range(6):
        states = [JobState.DONE if number < done else JobState.RUNNING for number in range(5)]
        core.published.emit(Snapshot(tuple(view(number, state) for number, state in enumerate(states))))
    core.published.emit(Snapshot(tuple(view(number, JobState.DONE) for number in range(5))))
    assert announced == [("Transcribed", "5 recordings are done.")]
    core.published.emit(Snapshot((view(7, JobState.RUNNING),)))
    core.published.emit(Snapshot((view(7, JobState.FAILED, error=TranslatableText("7.wav is empty.")),)))
    assert announced[1:] == [("Could not be transcribed", "7.wav is empty.")]


def test_the_first_closing_to_the_tray_is_told_and_no_other(
    with_tray: None,
    faked: DesktopDriver,
    announced: list,
    make_driver: Callable[..., DesktopDriver],
    finish: Callable[..., object],
) -> None:
    for _ in range(2):
        faked.window.show()
        faked.window.close()
        assert not faked.window.isVisible()
    assert [title for title, _ in announced] == ["Notula goes on here"]
    assert "Quit" in announced[0][1]
    faked.wait(lambda: not faked.desktop.operations._tasks)
    again = make_driver()
    again.window.close()
    assert len(announced) == 1


def test_nothing_is_announced_while_the_window_is_in_front(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, announced: list
) -> None:
    assert faked.window.isActiveWindow()
    end_two_jobs(core)
    assert announced == []


def test_what_earlier_sessions_finished_is_not_announced(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, announced: list
) -> None:
    faked.window.hide()
    core.published.emit(Snapshot((view(1, JobState.DONE),)))
    assert announced == []


def test_notifications_can_be_turned_off(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, announced: list
) -> None:
    faked.settings_page._editors["notifications"]._box.click()
    faked.wait(lambda: not faked.desktop.settings.current.notifications)
    faked.window.hide()
    end_two_jobs(core)
    assert announced == []


def test_a_click_on_a_notification_opens_its_transcript(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, announced: list
) -> None:
    notula.stored[TranscriptId(5)] = stored("It was the best of times.", number=5)
    faked.window.show_page(SETTINGS)
    faked.window.hide()
    core.published.emit(Snapshot((view(1, JobState.RUNNING),)))
    core.published.emit(Snapshot((view(1, JobState.DONE, transcript_id=TranscriptId(5)),)))
    faked.desktop.tray._icon.messageClicked.emit()
    assert faked.window.isVisible()
    assert faked.window.open_page == "transcript"
    editor = faked.window.page(TranscriptPage).editor
    faked.wait(lambda: editor.toPlainText() == "It was the best of times.")


@pytest.fixture
def with_tray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tray, "is_there", True)


def test_the_tray_says_what_is_out_of_its_target_as_the_dashboard_does(
    faked: DesktopDriver, core: FakeCoreThread
) -> None:
    tray = faked.desktop.tray
    plain = tray._icon.icon().cacheKey()
    assert not tray.alert.isVisible()
    core.published.emit(Snapshot(readings=readings(memory=0.86)))
    assert tray.tooltip == "Notula: Nothing to do\nMemory in use: 86 % (Target: at most 80 %)"
    assert tray.alert.isVisible()
    assert not tray.has_alarm
    assert tray._icon.icon().cacheKey() == plain
    core.published.emit(Snapshot(readings=readings(memory=0.86, errors=0.2)))
    assert tray.tooltip.splitlines()[1:] == [
        "Requests that fail: 20 % (Target: at most 5 %)",
        "Memory in use: 86 % (Target: at most 80 %)",
    ]
    assert tray.has_alarm
    assert tray._icon.icon().cacheKey() != plain
    core.published.emit(Snapshot(readings=readings()))
    assert tray.tooltip == "Notula: Nothing to do"
    assert not tray.has_alarm
    assert not tray.alert.isVisible()


def test_the_trays_alert_opens_the_dashboard(faked: DesktopDriver, core: FakeCoreThread) -> None:
    core.published.emit(Snapshot(readings=readings(errors=0.2)))
    faked.window.hide()
    faked.desktop.tray.alert.trigger()
    assert faked.window.isVisible()
    assert faked.window.open_page == DASHBOARD


def test_the_mark_of_an_alarm_is_drawn_over_the_icon(qapp: QApplication) -> None:
    images = [application_icon(alarm=alarm).pixmap(QSize(32, 32)).toImage() for alarm in (False, True)]
    plain, marked = (image.pixelColor(image.width() * 17 // 32, image.height() * 9 // 32) for image in images)
    assert plain.red() < 100
    assert marked.red() > 150


def test_a_ring_around_the_icon_fills_as_work_is_done(faked: DesktopDriver, core: FakeCoreThread) -> None:
    icon = faked.desktop.tray._icon
    plain = icon.icon().cacheKey()

    def work(progress: float, **numbers: int) -> int:
        core.published.emit(Snapshot((view(1, JobState.RUNNING, progress=progress),), QueueStatistics(**numbers)))
        return icon.icon().cacheKey()

    begun = work(0.10, running=1)
    assert begun != plain
    assert work(0.12, running=1) == begun  # Too little to be seen: nothing is sent to the tray.
    further = work(0.5, running=1)
    assert further not in (plain, begun)
    assert work(0.5, running=1, is_paused=True) != further
    assert faked.desktop.tray.tooltip == "Notula: 1 running, 0 waiting · paused"
    core.published.emit(Snapshot((view(1, JobState.DONE),), QueueStatistics(done=1)))
    assert faked.desktop.tray._look == (False, None, False, False)


@pytest.mark.parametrize("progress", [0.0, 0.25, 0.5, 1.0])
def test_the_ring_is_filled_clockwise_from_its_top(qapp: QApplication, progress: float) -> None:
    image = application_icon(progress=progress).pixmap(QSize(64, 64)).toImage()
    side, scale = image.width(), image.width() / 64
    filled = []
    for x, y in ((52, 12), (52, 52), (12, 52), (12, 12)):  # The middles of the quarters, clockwise from the top.
        colour = image.pixelColor(round(x * scale), round(y * scale))
        filled.append(colour.alpha() > 200 and colour.blue() > colour.red() + 60)
    assert filled == [number < 4 * progress for number in range(4)]
    assert image.pixelColor(side // 2, side // 2).blue() > 150


def test_the_tray_pauses_the_queue_and_lets_it_go_on(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    tray = faked.desktop.tray
    assert tray.pause.text() == "Pause"
    tray.pause.trigger()
    faked.wait(lambda: notula.asked("change_settings"))
    core.published.emit(Snapshot((), QueueStatistics(is_paused=True)))
    assert tray.pause.text() == "Resume"
    tray.pause.trigger()
    faked.wait(lambda: len(notula.asked("change_settings")) == 2)
    assert notula.asked("change_settings") == [[{"queue_paused": True}], [{"queue_paused": False}]]


def test_the_trays_menu_has_the_last_transcripts(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    tray = faked.desktop.tray
    assert not tray.recent.menuAction().isVisible()
    notula.entries = [entry(number, f"talk {number} & more.wav") for number in range(1, 8)]
    core.published.emit(Snapshot())
    faked.wait(lambda: tray.recent.menuAction().isVisible())
    assert [action.text() for action in tray.recent.actions()] == [f"talk {n} && more.wav" for n in range(1, 6)]
    notula.entries = notula.entries[3:5]
    core.published.emit(Snapshot(history_revision=1))
    faked.wait(lambda: len(tray.recent.actions()) == 2)
    notula.stored[TranscriptId(5)] = stored("It was the best of times.", number=5)
    faked.window.hide()
    tray.recent.actions()[1].trigger()
    assert faked.window.isVisible()
    editor = faked.window.page(TranscriptPage).editor
    faked.wait(lambda: editor.toPlainText() == "It was the best of times.")
    notula.entries = []
    core.published.emit(Snapshot(history_revision=2))
    faked.wait(lambda: not tray.recent.menuAction().isVisible())


def test_the_tray_starts_and_stops_a_bot_that_is_set_up(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, notula: FakeNotula
) -> None:
    none = make_driver()
    core.published.emit(Snapshot())
    assert not none.desktop.tray.bot.isVisible()
    driver = make_driver(Settings(bot_owner=4711))
    tray = driver.desktop.tray
    core.published.emit(Snapshot())
    assert (tray.bot.isVisible(), tray.bot.text()) == (True, "Start the bot")
    tray.bot.trigger()
    driver.wait(lambda: notula.asked("change_settings"))
    core.published.emit(Snapshot(bot=BotState(BotCondition.RUNNING, username="notula_bot")))
    assert tray.bot.text() == "Stop the bot"
    tray.bot.trigger()
    driver.wait(lambda: len(notula.asked("change_settings")) == 2)
    assert notula.asked("change_settings") == [[{"bot_enabled": True}], [{"bot_enabled": False}]]


def test_another_languages_tray_shows_the_work_too(
    with_tray: None, faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    notula.entries = [entry(1)]
    core.published.emit(Snapshot((view(1, JobState.RUNNING, progress=0.5),), QueueStatistics(running=1)))
    before = faked.desktop.tray
    faked.wait(lambda: before.recent.menuAction().isVisible())
    notula._use(interface_language="id")
    faked.wait(lambda: faked.desktop.tray is not before)
    tray = faked.desktop.tray
    assert tray._look == before._look == (False, 10, False, False)
    assert tray.pause.text() == "Jeda"
    faked.wait(lambda: tray.recent.menuAction().isVisible())
