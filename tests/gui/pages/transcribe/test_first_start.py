"""The first start: three steps on the page, each answered or skipped."""

import asyncio

import pytest
from PySide6.QtCore import Qt

from core.domain import JobState, Snapshot
from core.domain.errors import EngineCrashed
from core.domain.model import MeasuredSpeed
from gui.pages.transcribe.first_start import SAMPLE
from gui.pages.transcribe.transcribe_page import TranscribePage
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.transcribe.conftest import NO_BASE, TINY
from tests.gui.samples import entry, view

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def new(faked: DesktopDriver, core: FakeCoreThread, page: TranscribePage) -> TranscribePage:
    faked.wait(page.first_start.isVisible)
    return page


def test_the_steps_lead_to_the_sample(faked: DesktopDriver, notula: FakeNotula, new: TranscribePage) -> None:
    before = faked.window
    faked.qtbot.mouseClick(new.first_start.window_language.buttons["id"], LEFT)
    faked.wait(lambda: faked.window is not before)  # It is made anew in the other language.
    steps = faked.window.page(TranscribePage).first_start
    faked.wait(steps.next.isVisible)
    faked.qtbot.mouseClick(steps.next, LEFT)
    spoken = steps.spoken
    spoken.language.setFocus()
    while spoken.language.currentText() != "Indonesia":
        faked.qtbot.keyClick(spoken.language, Qt.Key.Key_Down)
    faked.wait(lambda: notula.settings.language == "id")
    faked.wait(lambda: spoken.state.text() == "Modelnya sudah ada")
    assert not spoken.get.isVisible()
    faked.qtbot.mouseClick(steps.next, LEFT)
    assert not steps.next.isVisible()
    assert steps.skip.text() == "Tutup"
    faked.qtbot.mouseClick(steps.first_recording.sample, LEFT)
    faked.wait(lambda: notula.asked("submit"))
    assert notula.asked("submit")[0][0] == [SAMPLE]
    assert SAMPLE.is_file()


def test_a_language_that_no_model_here_knows_offers_one(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, new: TranscribePage
) -> None:
    notula.model_list = [TINY, NO_BASE]
    notula.gates["download_model"] = asyncio.Event()
    new.on_shown()
    new.first_start.show_step(1)
    spoken = new.first_start.spoken
    faked.wait(spoken.get.isVisible)
    assert spoken.get.text() == "Get the model base (148.0 MB)"
    spoken.language.setFocus()
    while spoken.language.currentText() != "English":
        faked.qtbot.keyClick(spoken.language, Qt.Key.Key_Down)
    faked.wait(lambda: spoken.state.text() == "Its model is here")
    faked.qtbot.keyClick(spoken.language, Qt.Key.Key_Down)
    faked.wait(spoken.get.isVisible)
    faked.qtbot.mouseClick(spoken.get, LEFT)
    faked.wait(lambda: spoken.get.text() == "Cancel" and notula.asked("download_model"))
    notula.gates["download_model"].set()
    faked.wait(lambda: spoken.state.text() == "Its model is here")
    assert not spoken.get.isVisible()


def test_it_says_how_long_an_hour_of_speech_takes_here(
    faked: DesktopDriver, notula: FakeNotula, new: TranscribePage
) -> None:
    notula.measured_speed = MeasuredSpeed("base", 9.5)
    notula.gates["measure"] = asyncio.Event()
    new.on_shown()
    assert not notula.asked("measure")
    new.first_start.show_step(1)
    speed = new.first_start.spoken.speed
    faked.wait(lambda: speed.text() == "Measuring how fast this computer is …" and notula.asked("measure"))
    notula.gates["measure"].set()
    faked.wait(lambda: speed.text() == "An hour of speech takes this computer about 7 minutes, with the model base.")
    new.first_start.show_step(0)
    new.first_start.show_step(1)
    assert notula.asked("measure") == [[SAMPLE, False]]


@pytest.mark.parametrize("is_broken", [True, False])
def test_no_speed_is_told_where_none_can_be_measured(
    faked: DesktopDriver, notula: FakeNotula, new: TranscribePage, *, is_broken: bool
) -> None:
    if is_broken:
        notula.failures["measure"] = EngineCrashed()
    else:
        notula.model_list = [TINY, NO_BASE]
    new.on_shown()
    new.first_start.show_step(1)
    spoken = new.first_start.spoken
    faked.wait(lambda: notula.asked("measure") if is_broken else spoken.get.isVisible())
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert not spoken.speed.isVisible()
    assert faked.message == ""


def test_it_can_be_skipped_for_good(faked: DesktopDriver, core: FakeCoreThread, new: TranscribePage) -> None:
    faked.qtbot.mouseClick(new.first_start.skip, LEFT)
    assert not new.first_start.isVisible()
    saved = new.saved_state()
    new.restore_state(saved)
    core.published.emit(Snapshot())
    assert not new.first_start.isVisible()


def test_it_goes_on_at_the_step_where_it_was_left(faked: DesktopDriver, new: TranscribePage) -> None:
    faked.qtbot.mouseClick(new.first_start.next, LEFT)
    saved = new.saved_state()
    faked.qtbot.mouseClick(new.first_start.back, LEFT)
    assert new.first_start.step == 0
    new.restore_state(saved)
    assert new.first_start.step == 1


def test_where_something_was_transcribed_it_does_not_appear(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, new: TranscribePage
) -> None:
    core.published.emit(Snapshot(jobs=(view(1, JobState.RUNNING),)))
    assert not new.first_start.isVisible()
    notula.entries = [entry(1)]
    new.on_shown()
    faked.wait(lambda: new._transcripts == 1)
    core.published.emit(Snapshot())
    assert not new.first_start.isVisible()


def test_the_focus_stays_in_the_card_at_the_last_step(faked: DesktopDriver, new: TranscribePage) -> None:
    steps = new.first_start
    steps.show_step(1)
    steps.next.setFocus()
    faked.qtbot.keyClick(steps.next, Qt.Key.Key_Space)
    assert steps.first_recording.sample.hasFocus()
