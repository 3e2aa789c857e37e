"""Messages, and the notices of the core, in the bar at the bottom of the window."""

import re
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QToolButton

from core.domain import NotulaError, Snapshot, TranscriptId, TranslatableText
from core.domain.errors import StoreError
from gui.pages.transcript.transcript_page import TranscriptPage
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import HISTORY
from tests.gui.samples import stored
from tests.gui.window.test_page_links import all_kinds


def test_errors_wait_for_each_other_and_informations_for_them(faked: DesktopDriver) -> None:
    messages, bar = faked.desktop.messages, faked.message_bar
    close = bar.findChild(QToolButton)
    messages.information("first")
    assert bar._text.text() == "first"
    messages.error(TranslatableText("disk full"))
    messages.error(TranslatableText("disk on fire"))
    messages.information("saved")
    seen = []
    while bar.isVisible() and len(seen) < 9:
        seen.append((bar._text.text(), bar._more.text() if bar._more.isVisible() else ""))
        close.click()
    assert seen == [("disk full", "2 more messages"), ("disk on fire", "1 more message"), ("saved", "")]


def test_an_information_goes_away_by_itself_and_an_error_stays(faked: DesktopDriver) -> None:
    bar = faked.message_bar
    bar._timer.setInterval(1)
    faked.desktop.messages.information("saved")
    faked.wait(lambda: not bar.isVisible())
    faked.desktop.messages.error(TranslatableText("disk full"))
    assert not bar._timer.isActive()
    assert bar.isVisible()


def test_a_message_goes_away_with_what_it_tells_of(faked: DesktopDriver) -> None:
    messages, bar = faked.desktop.messages, faked.message_bar
    messages.error(TranslatableText("no microphone"), about="recording")
    messages.error(TranslatableText("no loudspeaker"), about="playing")
    messages.error(TranslatableText("disk full"))
    messages.over("playing")
    assert (bar._text.text(), bar._more.text()) == ("no microphone", "1 more message")
    messages.over("recording")
    assert bar._text.text() == "disk full"
    messages.over("recording")
    messages.over("")
    assert bar._text.text() == "disk full"
    bar.dismiss()
    assert not bar.isVisible()


def test_of_several_messages_about_the_same_the_last_one_is_shown(faked: DesktopDriver) -> None:
    messages, bar = faked.desktop.messages, faked.message_bar
    messages.error(TranslatableText("disk full"), about="saving")
    messages.error(TranslatableText("not there"), about="dashboard")
    messages.error(TranslatableText("not readable"), about="dashboard")
    messages.error(TranslatableText("disk on fire"), about="saving")
    seen = []
    while bar.isVisible() and len(seen) < 9:
        seen.append(bar._text.text())
        bar.dismiss()
    assert seen == ["disk on fire", "not readable"]


def test_a_notice_that_the_core_takes_back_is_no_longer_shown_nor_read(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    lost, asleep = TranslatableText("A transcript is lost."), TranslatableText("The engine doesn't start.")
    core.published.emit(Snapshot(notices=(asleep, lost)))
    core.published.emit(Snapshot(notices=(lost,)))
    assert faked.message_bar._text.text() == "A transcript is lost."
    assert not notula.asked("notices_told")
    faked.message_bar.dismiss()
    faked.wait(lambda: notula.asked("notices_told"))
    core.published.emit(Snapshot(notices=(asleep,)))  # It is so again.
    assert faked.message_bar._text.text() == "The engine doesn't start."


def test_markup_in_a_message_is_shown_as_it_is(faked: DesktopDriver) -> None:
    faked.desktop.messages.error(TranslatableText("{name} is empty", {"name": "<img src=x>"}))
    assert faked.message_bar._text.text() == "<img src=x> is empty"
    assert faked.message_bar._text.textFormat() is Qt.TextFormat.PlainText


def test_a_notice_of_the_core_is_told_once(faked: DesktopDriver, core: FakeCoreThread) -> None:
    said: list[str] = []
    faked.desktop.messages.said.connect(lambda notice: said.append(notice.text))
    for _ in range(3):
        core.published.emit(Snapshot(notices=(TranslatableText("The database was damaged."),)))
    assert said == ["The database was damaged."]


def test_what_was_lost_counts_as_told_once_a_person_has_closed_all_of_it(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    core.published.emit(
        Snapshot(notices=(TranslatableText("The database was damaged."), TranslatableText("A transcript is lost.")))
    )
    close = faked.message_bar.findChild(QToolButton)
    close.click()
    faked.wait(lambda: faked.message_bar._text.text() == "A transcript is lost.")
    assert not notula.asked("notices_told")
    notula.failures["notices_told"] = StoreError()
    close.click()
    faked.wait(lambda: len(notula.asked("notices_told")) == 1)
    assert not faked.message_bar.isVisible()


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("width", [760, 1400])
def test_it_is_as_high_as_its_text_whatever_was_said_before(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, language: str, width: int
) -> None:
    driver = make_driver(language=language)
    driver.window.resize(width, 560)
    bar, page = driver.message_bar, driver.window.pages.geometry()
    close = bar.findChild(QToolButton)
    for kind in sorted(all_kinds(NotulaError), key=lambda kind: hash(kind.sentence) % 97):
        values = dict.fromkeys(re.findall(r"{(\w+)}", kind.sentence), "a name.wav")
        driver.desktop.messages.error(TranslatableText(kind.sentence, values))
        text = bar._text
        beside = [one.height() for one in (bar._action, close) if one.isVisible()]
        needed = text.heightForWidth(text.width())
        assert text.height() >= needed
        assert bar.height() <= max(needed, *beside) + 18, text.text()
        assert bar.contentsRect().contains(text.geometry())
        close.click()
    driver.desktop.messages.information("Saved.")
    assert bar.height() <= close.height() + 18
    assert driver.window.pages.geometry() == page


def test_it_stands_above_the_player_of_a_transcript(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula.stored[TranscriptId(1)] = stored("Ever tried.")
    faked.desktop.messages.error(TranslatableText("disk full"))
    bar = faked.message_bar
    lowest = bar.geometry().bottom()
    faked.window.show_transcript(1)
    player = faked.window.page(TranscriptPage).player
    faked.wait(lambda: player.isVisible() and bar.geometry().bottom() < lowest)
    place = QRect(player.mapTo(bar.parentWidget(), QPoint(0, 0)), player.size())
    assert not place.intersects(bar.geometry())
    faked.window.show_page(HISTORY)
    faked.wait(lambda: bar.geometry().bottom() == lowest)
