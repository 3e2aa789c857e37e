"""What the core has changed by itself is found in its snapshots and told once, and views refresh themselves."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from core.config import Settings
from core.domain import JobState, ModelState, ModelStatus, Snapshot, TranscriptId
from gui.changes import ChangeEvents, Changes
from gui.core_changes import CoreChanges
from gui.pages.history.history_page import PAGE_SIZE
from gui.shown_settings import ShownSettings
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import HISTORY, MODELS, PROVIDERS, QUEUE
from tests.gui.samples import entry, view


@pytest.fixture
def told(core: FakeCoreThread, qtbot: QtBot) -> list[tuple[Changes, object]]:
    found: list[tuple[Changes, object]] = []
    events = ChangeEvents()
    events.happened.connect(lambda changes, initiator: found.append((changes, initiator)))
    core.watched = (events, CoreChanges(core, ShownSettings(Settings()), events, core))
    return found


def test_the_first_snapshot_and_equal_ones_tell_nothing(core: FakeCoreThread, told: list) -> None:
    for _ in range(3):
        core.published.emit(Snapshot((view(1, JobState.DONE, transcript_id=TranscriptId(1)),), history_revision=7))
    assert told == []


def test_a_job_that_goes_on_is_no_change_and_its_end_is_one(core: FakeCoreThread, told: list) -> None:
    core.published.emit(Snapshot((view(1, JobState.RUNNING, progress=0.1),)))
    core.published.emit(Snapshot((view(1, JobState.RUNNING, progress=0.2),)))
    assert told == []
    core.published.emit(Snapshot((view(1, JobState.DONE, transcript_id=TranscriptId(1)),), history_revision=1))
    assert told == [(Changes(history=True, jobs=True), None)]


def test_a_transcript_that_was_deleted_elsewhere_changes_the_history(core: FakeCoreThread, told: list) -> None:
    core.published.emit(Snapshot((view(1, JobState.DONE, transcript_id=TranscriptId(1)),), history_revision=1))
    core.published.emit(Snapshot(history_revision=2))
    core.published.emit(Snapshot(history_revision=3))  # One without a job.
    assert told == [(Changes(history=True, jobs=True), None), (Changes(history=True), None)]


def test_new_and_removed_jobs_are_a_change(core: FakeCoreThread, told: list) -> None:
    core.published.emit(Snapshot())
    core.published.emit(Snapshot((view(1),)))
    core.published.emit(Snapshot())
    assert told == [(Changes(jobs=True), None)] * 2


def test_settings_are_told_by_name_and_those_of_providers_as_such(core: FakeCoreThread, told: list) -> None:
    core.published.emit(Snapshot(settings=Settings(workers=3)))
    core.published.emit(Snapshot(settings=Settings(workers=3)))
    core.published.emit(Snapshot(settings=Settings(workers=3, theme="dark", profile="work")))
    assert told == [
        (Changes(settings=frozenset({"workers"})), None),
        (Changes(settings=frozenset({"theme", "profile"}), providers=True), None),
    ]


# --- views


@pytest.fixture
def settled(faked: DesktopDriver) -> Callable[[], None]:
    return lambda: faked.wait(lambda: not faked.desktop.operations._tasks)


def pages_of_history(notula: FakeNotula) -> int:
    """How often the library has asked; the page with the recent transcripts asks for fewer."""
    return sum(limit == PAGE_SIZE for _, limit, *_ in notula.asked("history"))


def test_the_open_history_shows_what_others_change_and_ignores_its_own(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, settled: Callable[[], None]
) -> None:
    faked.window.show_page(HISTORY)
    settled()
    notula.entries = [entry(1)]
    before = pages_of_history(notula)
    faked.desktop.changes.publish(Changes(history=True), faked.history_page)
    faked.desktop.changes.publish(Changes(jobs=True, models=True, providers=True))
    settled()
    assert pages_of_history(notula) == before
    faked.desktop.changes.publish(Changes(history=True), faked.queue)
    settled()
    assert faked.history_page._model.rowCount() == 1
    faked.window.show_page(QUEUE)
    faked.desktop.changes.publish(Changes(history=True))
    settled()
    assert pages_of_history(notula) == before + 1  # It is refreshed when it is shown.


def test_a_job_that_ends_appears_in_the_open_history(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, settled: Callable[[], None]
) -> None:
    faked.window.show_page(HISTORY)
    core.published.emit(Snapshot((view(1, JobState.RUNNING),)))
    settled()
    notula.entries = [entry(1)]
    core.published.emit(Snapshot((view(1, JobState.DONE, transcript_id=TranscriptId(1)),), history_revision=1))
    faked.wait(lambda: faked.history_page._model.rowCount() == 1)


def test_the_providers_follow_keys_that_are_added_below_them(
    faked: DesktopDriver, notula: FakeNotula, settled: Callable[[], None]
) -> None:
    page = faked.providers_box
    faked.window.show_page(PROVIDERS)
    settled()
    before = len(notula.asked("ready"))
    faked.desktop.changes.publish(Changes(providers=True), page)
    settled()
    others = len(notula.asked("ready")) - before  # The page on which recordings are added asks, too.
    faked.desktop.changes.publish(Changes(providers=True), page._details.keys)
    settled()
    assert len(notula.asked("ready")) == before + 2 * others + 1


def test_the_models_follow_what_is_downloaded_elsewhere(
    faked: DesktopDriver, notula: FakeNotula, settled: Callable[[], None]
) -> None:
    faked.window.show_page(MODELS)
    settled()
    notula.model_list = [ModelStatus("base", False, 145_000_000, ModelState.DOWNLOADED)]
    faked.desktop.changes.publish(Changes(models=True), faked.settings_page._models)
    settled()
    assert not faked.settings_page._models._rows
    faked.desktop.changes.publish(Changes(models=True))
    settled()
    assert list(faked.settings_page._models._rows) == ["base"]
