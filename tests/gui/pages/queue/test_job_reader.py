"""The selected job is read: its transcript, its finished part, or why there is none."""

import asyncio
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from core.domain import JobId, JobState, Segment, Snapshot, TranscriptId, TranslatableText
from core.domain.errors import ExportFolderMissing
from core.domain.part import partial_transcript
from gui.pages.queue.job_table import SECOND_LINE_ROLE
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.queue.conftest import publish
from tests.gui.samples import stored, view
from tests.unit.samples import make_job


def test_a_failed_job_shows_its_sentence(faked: DesktopDriver, core: FakeCoreThread) -> None:
    sentence = TranslatableText("{name} is empty. Save or download it again.", {"name": "<b>1</b>.wav"})
    publish(core, view(1, JobState.FAILED, error=sentence))
    faked.queue.select(JobId("job-1"))
    assert faked.read == "<b>1</b>.wav is empty. Save or download it again."


def test_a_text_that_takes_long_to_load_is_asked_for_once(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    notula.stored[TranscriptId(7)] = stored("Ever tried.", number=7)
    notula.gates["transcript"] = asyncio.Event()
    done = view(1, JobState.DONE, transcript_id=TranscriptId(7))
    publish(core, done)
    faked.queue.select(JobId("job-1"))
    faked.wait(lambda: notula.asked("transcript"))
    for number in range(5):
        publish(core, done, view(2, JobState.RUNNING, elapsed_s=float(number)))
        faked.qtbot.wait(1)
    assert len(notula.asked("transcript")) == 1
    assert not notula.cancelled
    notula.gates["transcript"].set()
    faked.wait(lambda: "Ever tried." in faked.read)


def test_a_text_is_shown_after_looking_at_another_job_meanwhile(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    notula.stored[TranscriptId(7)] = stored("Ever tried.", number=7)
    publish(
        core,
        view(1, JobState.DONE, transcript_id=TranscriptId(7)),
        view(2, JobState.RUNNING, segments=(Segment(0, 1, "live"),)),
    )
    faked.queue.select(JobId("job-1"))
    faked.queue.select(JobId("job-2"))
    assert "live" in faked.read
    faked.queue.select(JobId("job-1"))
    faked.wait(lambda: "Ever tried." in faked.read)


def test_a_text_that_was_not_exported_is_read_all_the_same_and_exported_again(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    missing = ExportFolderMissing(name="1.txt", folder="/media/stick/texts").message
    note = TranslatableText("The office is away, so this computer has made this text.")
    job = view(1, JobState.DONE, transcript_id=TranscriptId(1), export_error=missing, notes=(note,))
    core.published.emit(Snapshot((job,)))
    faked.queue.select(JobId("job-1"))
    model = faked.queue._model
    assert model.index(0, 0).data(SECOND_LINE_ROLE).startswith("Done, but not exported")
    assert "/media/stick/texts" in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    shown = faked.queue.reader.findChild(QLabel, "problem")
    assert str(missing) in shown.text()
    assert str(note) in shown.text()
    assert not faked.queue.reader._notes.isHidden()
    faked.queue.job_actions.export_action.trigger()
    faked.wait(lambda: notula.asked("export_again"))
    assert notula.asked("export_again") == [[["job-1"]]]
    core.published.emit(Snapshot((replace(job, export_error=None, notes=()),)))
    assert faked.queue.reader._notes.isHidden()
    assert not faked.queue.job_actions.export_action.isEnabled()


def test_what_is_done_of_a_cancelled_recording_is_read_copied_and_exported(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    notula.partials[JobId("job-1")] = partial_transcript(
        make_job("1.wav", id=JobId("job-1")), [Segment(0.0, 2.0, "It was the best of times,")]
    )
    core.published.emit(Snapshot((view(1, JobState.CANCELLED, done_share=0.3),)))
    faked.queue.select(JobId("job-1"))
    faked.wait(lambda: "best of times" in faked.read)
    shown = faked.queue.reader.findChild(QLabel, "problem")
    assert "Cancelled at 30 %" in shown.text()
    assert faked.queue.reader._copy.isEnabled()
    assert faked.queue.reader._export.isEnabled()
    assert not faked.queue.reader._versions.isEnabled()
    assert len(notula.asked("partial")) == 1
    core.published.emit(Snapshot((view(1, JobState.CANCELLED, done_share=0.3),)))
    assert len(notula.asked("partial")) == 1
    core.published.emit(Snapshot((view(1, JobState.QUEUED),)))
    assert faked.queue.reader._notes.isHidden()
