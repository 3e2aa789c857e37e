"""Folders are opened in other programs, or a message is shown."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
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
