"""Recordings, addresses and folders are opened in other programs, or a message is shown."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices

from core.domain import JobId, JobState, Segment, Snapshot, TranscriptId
from gui.messages import Level
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.samples import stored, view


class System:
    """Stands for the desktop: notes what it is asked to open."""

    def __init__(self) -> None:
        self.opened: list[QUrl] = []
        self.knows_programs = True

    def open(self, url: QUrl) -> bool:
        self.opened.append(url)
        return self.knows_programs


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    made = System()
    monkeypatch.setattr(QDesktopServices, "openUrl", made.open)
    return made


def read(driver: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, location: str) -> None:
    notula.stored[TranscriptId(1)] = stored("text", location=location)
    core.published.emit(Snapshot((view(1, JobState.DONE, transcript_id=TranscriptId(1)),)))
    driver.queue.select(JobId("job-1"))
    driver.wait(lambda: driver.queue.reader.transcript_id == 1)


def test_a_recording_opens_in_the_systems_player(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, system: System, tmp_path: Path
) -> None:
    file = tmp_path / "a b#c.wav"
    file.write_bytes(b"")
    read(faked, core, notula, str(file))
    faked.queue.reader._play.click()
    faked.wait(lambda: system.opened)
    assert system.opened[0].toLocalFile() == str(file)
    assert faked.message == ""


def test_a_recording_of_the_web_opens_at_its_address(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, system: System
) -> None:
    read(faked, core, notula, "https://example.org/talk.mp3")
    faked.queue.reader._play.click()
    faked.wait(lambda: system.opened)
    assert system.opened[0].toString() == "https://example.org/talk.mp3"


def test_no_player_and_no_file_are_told(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, system: System, tmp_path: Path
) -> None:
    file = tmp_path / "talk.wav"
    file.write_bytes(b"")
    read(faked, core, notula, str(file))
    system.knows_programs = False
    faked.queue.reader._play.click()
    faked.wait(lambda: "No program on this computer plays talk.wav" in faked.message)
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_Escape)
    file.unlink()
    system.opened.clear()
    faked.queue.reader._play.click()
    faked.wait(
        lambda: faked.message == f"talk.wav isn't in {tmp_path} any more. Put it back, or press Edit, then Find it …"
    )
    assert not system.opened
    faked.wait(lambda: faked.message_bar._action.text() == "Edit")
    faked.message_bar._action.click()
    assert faked.window.open_page == "transcript"
    faked.wait(lambda: not faked.desktop.operations._tasks)


def test_a_recording_in_a_chat_has_nothing_to_play(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    read(faked, core, notula, "AgADBAADZ4")
    assert not faked.queue.reader._play.isEnabled()
    assert faked.queue.reader._copy.isEnabled()


def test_subtitles_that_can_not_keep_the_rules_say_so_until_that_is_closed(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, tmp_path: Path
) -> None:
    read(faked, core, notula, "/talks/talk.wav")
    fast = Segment(0.0, 1.0, "This is said in one second, which is far too fast to be read. " * 6)
    original = faked.queue.reader.original
    talk = replace(original, transcript=replace(original.transcript, segments=(fast,)))
    faked.queue.reader_actions.exporting.export(talk, "srt", tmp_path / "talk.srt")
    faked.wait(lambda: faked.message.startswith(f"Saved as talk.srt in {tmp_path}. These subtitles come up to "))
    notice = faked.desktop.messages.last
    assert (notice.level, notice.action_label) == (Level.WARNING, "Show")
    faked.queue.reader_actions.exporting.export(talk, "txt", tmp_path / "talk.txt")
    faked.wait(lambda: faked.message == f"Saved as talk.txt in {tmp_path}.")
    assert faked.desktop.messages.last.level == Level.INFORMATION


def test_an_export_says_where_it_went_and_shows_it(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, system: System, tmp_path: Path
) -> None:
    read(faked, core, notula, "/talks/talk.wav")
    faked.queue.reader_actions.exporting.export(faked.queue.reader.original, "md", tmp_path / "talk.md")
    faked.wait(lambda: faked.message == f"Saved as talk.md in {tmp_path}.")
    notice = faked.desktop.messages.last
    assert notice.action_label == "Show"
    notice.action()
    assert system.opened[0].toLocalFile() == str(tmp_path)
    system.knows_programs = False
    notice.action()
    assert str(tmp_path) in faked.message
