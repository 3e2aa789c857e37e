"""What runs, what has failed and what was made last, on the first page."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton

from core.domain import JobId, JobState, JobView, QueueStatistics, Snapshot, TranslatableText
from core.domain.errors import (
    ModelDownloadFailed,
    ModelMissing,
    MultilingualModelMissing,
    NotMedia,
    OtherLanguage,
    ProviderKeyMissing,
    SourceMissing,
)
from core.i18n import Translator
from gui.job_options import DESKTOP
from gui.pages.transcribe.transcribe_page import TranscribePage
from gui.widgets.ages import age
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import MODELS, PROVIDERS, QUEUE, TRANSCRIBE
from tests.gui.pages.transcribe.conftest import NO_BASE, TINY
from tests.gui.samples import entry, stored, view

RUNNING, QUEUED, FAILED, DONE = JobState.RUNNING, JobState.QUEUED, JobState.FAILED, JobState.DONE
NOT_ENGLISH = MultilingualModelMissing(model="base", megabytes=148, count=99).message
TOO_SMALL = OtherLanguage(model="tiny.en").message


def shown(page: TranscribePage, *texts: str) -> list[QPushButton]:
    return [one for one in page.findChildren(QPushButton) if one.isVisible() and one.text() in texts]


def test_at_most_three_running_are_shown_with_how_many_more(
    faked: DesktopDriver, core: FakeCoreThread, page: TranscribePage
) -> None:
    assert not page.running.isVisible()
    jobs = [view(n, RUNNING, progress=0.25, remaining_s=65.0) for n in range(4)]
    core.published.emit(Snapshot(jobs=(*jobs, view(9), view(8, DONE))))
    assert len(shown(page, "Stop")) == 3
    assert page.running._waiting.text() == "and 2 more"
    assert page.running._running[0]._state.text() == "25 %  ·  01:05 left"
    core.published.emit(Snapshot(jobs=(view(0, RUNNING, progress=0.999, remaining_s=0.1),)))
    assert page.running._running[0]._state.text() == "99 %  ·  finishing"
    faked.qtbot.mouseClick(page.running.to_queue, Qt.MouseButton.LeftButton)
    assert faked.window.open_page == QUEUE
    core.published.emit(Snapshot())
    assert not page.running.isVisibleTo(page)


class CountedId(str):
    """A job's id that counts how often it is compared, which is work in sets and dictionaries, too."""

    __slots__ = ()
    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        CountedId.compared += 1
        return super().__eq__(other)


def with_new_ids(*jobs: JobView) -> tuple[JobView, ...]:
    return tuple(replace(job, id=JobId(CountedId(job.id))) for job in jobs)


def test_of_many_jobs_each_is_looked_at_once_and_for_progress_none(page: TranscribePage) -> None:
    jobs = [view(0, RUNNING, progress=0.25), view(1, DONE), *(view(n) for n in range(2, 200))]
    page.running.apply(Snapshot(jobs=with_new_ids(*jobs)))
    again = with_new_ids(*jobs[:1], view(1, FAILED, error=TOO_SMALL), *jobs[2:])
    CountedId.compared = 0
    page.running.apply(Snapshot(jobs=again))
    assert len(jobs) <= CountedId.compared < 5 * len(jobs)
    assert page.running._waiting.text() == "and 198 more"
    assert page.running._failed[0].isVisibleTo(page)
    CountedId.compared = 0
    page.running.apply(Snapshot(jobs=(replace(again[0], progress=0.5), *again[1:])))
    assert CountedId.compared < 5
    assert page.running._running[0]._state.text() == "50 %"
    assert page.running._waiting.text() == "and 198 more"


def test_a_paused_queue_is_said(faked: DesktopDriver, core: FakeCoreThread, page: TranscribePage) -> None:
    core.published.emit(Snapshot(jobs=(view(1),), statistics=QueueStatistics(is_paused=True)))
    assert page.running.isVisible()
    assert page.running._waiting.text() == "and 1 more  ·  paused"


def test_stop_cancels_that_job(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: TranscribePage
) -> None:
    core.published.emit(Snapshot(jobs=(view(1, RUNNING), view(2, RUNNING))))
    second = shown(page, "Stop")[1]
    assert second.accessibleName() == "Stop 2.wav"
    faked.qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.asked("cancel"))
    assert notula.asked("cancel")[0][0] == ["job-2"]


def test_what_fails_meanwhile_is_told_with_its_reason_until_it_is_hidden(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: TranscribePage
) -> None:
    reason = NotMedia(name="1.wav").message
    core.published.emit(Snapshot(jobs=(view(0, FAILED, error=reason), view(1, RUNNING))))
    core.published.emit(Snapshot(jobs=(view(0, FAILED, error=reason), view(1, FAILED, error=reason))))
    row = page.running._failed[0]
    assert row._reason.text() == str(reason)
    assert len(shown(page, "Try again")) == 1, "that of an earlier session isn't news"
    faked.qtbot.mouseClick(row.help, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.asked("retry"))
    assert notula.asked("retry")[0][0] == ["job-1"]
    faked.qtbot.mouseClick(row.hide_button, Qt.MouseButton.LeftButton)
    assert not page.running.isVisibleTo(page)


@pytest.mark.parametrize(
    ("error", "text", "place"),
    [
        (ModelMissing(model="base").message, "Choose model", MODELS),
        (ProviderKeyMissing(provider="groq", name="groq").message, "Providers", PROVIDERS),
    ],
)
def test_what_another_page_mends_is_one_click_from_there(
    faked: DesktopDriver,
    core: FakeCoreThread,
    notula: FakeNotula,
    page: TranscribePage,
    error: TranslatableText,
    text: str,
    place: str,
) -> None:
    core.published.emit(Snapshot(jobs=(view(1, RUNNING),)))
    core.published.emit(Snapshot(jobs=(view(1, FAILED, error=error),)))
    (button,) = shown(page, text)
    faked.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (faked.window.open_page, faked.settings_page.section) == tuple(place.split("."))
    assert not notula.asked("retry")


def test_a_file_that_was_moved_is_found_here_too(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: TranscribePage
) -> None:
    core.published.emit(Snapshot(jobs=(view(1, RUNNING),)))
    core.published.emit(Snapshot(jobs=(view(1, FAILED, error=SourceMissing(name="1.wav").message),)))
    (button,) = shown(page, "Find file …")
    faked.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = faked.window.findChild(QFileDialog)
    dialog.fileSelected.emit("/elsewhere/1.wav")
    dialog.reject()
    faked.wait(lambda: notula.asked("remove"))
    assert notula.asked("submit") == [[[Path("/elsewhere/1.wav")], DESKTOP, None]]
    assert notula.asked("remove") == [[["job-1"]]]


def test_a_language_that_the_model_lacks_is_one_click_from_one_that_knows_it(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: TranscribePage
) -> None:
    core.published.emit(Snapshot(jobs=(view(1, FAILED, error=TOO_SMALL),)))
    (button,) = shown(page, "Try again with base")
    faked.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    faked.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.asked("transcribe_with") and not faked.desktop.operations._tasks)
    assert len(notula.asked("transcribe_with")) == 1
    ids, _, provider, model = notula.asked("transcribe_with")[0]
    assert (ids, provider, model) == (["job-1"], "on-device", "base")
    assert not notula.asked("download_model")
    again = replace(view(2, RUNNING), location=view(1).location)
    core.published.emit(Snapshot(jobs=(view(1, FAILED, error=TOO_SMALL), again)))
    assert not shown(page, "Try again with base")


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_the_model_is_fetched_first_where_it_is_not_here(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: TranscribePage, *, is_cancelled: bool
) -> None:
    notula.model_list = [TINY, NO_BASE]
    notula.gates["download_model"] = asyncio.Event()
    page.on_shown()
    core.published.emit(Snapshot(jobs=(view(1, FAILED, error=NOT_ENGLISH),)))
    faked.wait(lambda: shown(page, "Get base (148.0 MB) and try again"))
    row = page.running._failed[0]
    faked.qtbot.mouseClick(row.help, Qt.MouseButton.LeftButton)
    faked.wait(lambda: notula.progress is not None)
    assert row.help.text() == "Cancel"
    notula.progress(1, 4)
    faked.wait(lambda: row._bar.value() == 25)
    if is_cancelled:
        faked.qtbot.mouseClick(row.help, Qt.MouseButton.LeftButton)
        faked.wait(lambda: shown(page, "Get base (148.0 MB) and try again"))
        assert notula.cancelled == ["download_model"]
        assert not notula.asked("transcribe_with")
    else:
        notula.gates["download_model"].set()
        faked.wait(lambda: notula.asked("transcribe_with"))
        assert notula.asked("transcribe_with")[0][3] == "base"


def test_a_download_that_fails_is_told_and_can_be_tried_again(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: TranscribePage
) -> None:
    notula.model_list = [TINY, NO_BASE]
    notula.failures["download_model"] = ModelDownloadFailed(model="base")
    page.on_shown()
    core.published.emit(Snapshot(jobs=(view(1, FAILED, error=NOT_ENGLISH),)))
    faked.wait(lambda: shown(page, "Get base (148.0 MB) and try again"))
    faked.qtbot.mouseClick(page.running._failed[0].help, Qt.MouseButton.LeftButton)
    faked.wait(lambda: "could not be downloaded" in faked.message)
    faked.wait(lambda: shown(page, "Get base (148.0 MB) and try again"))
    assert not notula.asked("transcribe_with")


def test_the_last_eight_are_cards_that_open_their_transcript(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, page: TranscribePage
) -> None:
    notula.entries = [entry(number) for number in range(20, 0, -1)]
    one = stored("Hello.", number=20)
    notula.stored[one.entry.id] = one
    core.published.emit(Snapshot(history_revision=1))
    core.published.emit(Snapshot(history_revision=2))
    faked.wait(page.recent.isVisible)
    cards = [card for card in page.recent._cards if card.isVisible()]
    assert [card.entry.id for card in cards] == list(range(20, 12, -1))
    assert cards[0].accessibleName().startswith("talk 20.wav, ")
    assert "01:01" in cards[0].accessibleName()
    assert cards[0].accessibleDescription() == "the best of times"
    cards[0].setFocus()
    faked.qtbot.keyClick(cards[0], Qt.Key.Key_Return)
    faked.wait(lambda: faked.window.open_page == "transcript")
    faked.wait(lambda: notula.asked("transcript"))
    assert notula.asked("transcript")[0][0] == 20
    faked.window.go_back()
    assert page.isVisible()


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(hours=16), "yesterday"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=40), "Oct 20, 2026"),
        (timedelta(seconds=-30), "just now"),
    ],
)
def test_ages_are_said_as_people_do(past: timedelta, said: str) -> None:
    now = datetime(2026, 11, 29, 15, 0).timestamp()
    assert age(Translator("en"), now - past.total_seconds(), now) == said


def test_ages_go_on_while_they_are_in_sight(faked: DesktopDriver, notula: FakeNotula, page: TranscribePage) -> None:
    now = [entry(1).created_at + 5]
    faked.desktop.days._now = lambda: datetime.fromtimestamp(now[0])
    notula.entries = [entry(1)]
    page.recent.refresh()
    faked.wait(page.recent.isVisible)
    card = page.recent._cards[0]
    assert "just now" in card.accessibleName()
    now[0] += 120
    page.recent._ageing.timeout.emit()
    assert "2 minutes ago" in card.accessibleName()
    assert page.recent._ageing.isActive()
    faked.window.show_page(QUEUE)
    assert not page.recent._ageing.isActive()
    now[0] += 3600
    faked.window.show_page(TRANSCRIBE)
    assert "1 hour ago" in card.accessibleName()


def test_a_sentence_of_a_failure_is_text_and_no_markup(
    faked: DesktopDriver, core: FakeCoreThread, page: TranscribePage
) -> None:
    error = TranslatableText(
        "{name} can't be played. It may be damaged; try to save or download it again.", {"name": "<b>x</b>"}
    )
    core.published.emit(Snapshot(jobs=(view(1, RUNNING),)))
    core.published.emit(Snapshot(jobs=(view(1, FAILED, error=error),)))
    assert page.running._failed[0]._reason.text().startswith("<b>x</b>")
    assert page.running._failed[0]._reason.textFormat() is Qt.TextFormat.PlainText


def test_the_focus_stays_on_its_transcript_when_another_is_made(
    faked: DesktopDriver, core: FakeCoreThread, page: TranscribePage, notula: FakeNotula
) -> None:
    notula.entries = [entry(2), entry(1)]
    page.recent.refresh()
    faked.wait(lambda: page.recent._cards[1].isVisible())
    page.recent._cards[0].setFocus()
    notula.entries = [entry(3), entry(2), entry(1)]
    page.recent.refresh()
    faked.wait(lambda: page.recent._cards[2].isVisible())
    assert page.recent._cards[1].hasFocus()
    assert page.recent._cards[1].entry.id == 2
