"""The window's language changes while it is open, and what the window shows stays."""

import asyncio
import gc
from collections import Counter
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTime
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QPushButton, QSplitter
from shiboken6 import isValid

from core.config.sections import SettingsSection
from core.domain import JobId, JobState, ModelState, ModelStatus, Snapshot, TranscriptId
from gui.pages.transcribe.transcribe_page import TranscribePage
from gui.pages.transcript.transcript_page import TranscriptPage
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import HISTORY, PROVIDERS, QUEUE, SETTINGS, TRANSCRIBE
from tests.gui.pages.settings.providers.conftest import choose as choose_provider
from tests.gui.pages.settings.test_models_box import find
from tests.gui.pages.settings.test_settings_page import choose
from tests.gui.samples import entry, stored, view


def switch(driver: DesktopDriver, language: str) -> None:
    """As a person does: on the settings page."""
    before = driver.window
    choose(driver, driver.settings_page._editors["interface_language"], language)
    driver.wait(lambda: driver.window is not before)
    driver.wait(lambda: not driver.desktop.operations._tasks)


def test_the_window_is_made_anew_in_the_other_language_where_it_was(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    jobs = (view(1, JobState.FAILED), view(2, JobState.DONE, transcript_id=TranscriptId(1)))
    notula.stored = {TranscriptId(1): stored("Ever tried.")}
    core.published.emit(Snapshot(jobs, settings=notula.settings))
    faked.queue.select(JobId("job-2"))
    faked.wait(lambda: faked.queue.reader.transcript_id == 1)
    faked.window.show_page(SETTINGS)
    faked.settings_page._search.line.setText("budget")
    before, place = faked.window, faked.window.geometry()
    switch(faked, "id")
    window = faked.window
    assert window.isVisible()
    assert window.geometry() == place
    assert window.open_page == SETTINGS
    assert faked.settings_page.section is SettingsSection.GENERAL
    assert "Pengaturan" in {one.text() for one in faked.settings_page.findChildren(QLabel)}
    assert faked.settings_page._search.line.text() == "budget"
    assert window.sidebar.button(QUEUE).text().strip() == "Antrean"
    assert "Buka Notula" in {action.text() for action in faked.desktop.tray.menu.actions()}
    assert QCoreApplication.translate("Q", "&Open") == "&Buka"
    window.show_page(QUEUE)
    assert {job.id for job in faked.jobs} == {"job-1", "job-2"}
    assert [job.id for job in faked.queue.selected()] == ["job-2"]
    faked.wait(lambda: faked.queue.reader.transcript_id == 1)
    faked.wait(lambda: not isValid(before))
    switch(faked, "en")
    assert faked.window.sidebar.button(QUEUE).text().strip() == "Queue"
    assert QCoreApplication.translate("Q", "&Open") == "&Open"


def test_nothing_of_the_window_before_stays(faked: DesktopDriver) -> None:
    def alive() -> Counter[str]:
        gc.collect()
        kinds = [type(one) for one in gc.get_objects() if isinstance(one, QObject) and isValid(one)]
        return Counter(f"{kind.__module__}.{kind.__qualname__}" for kind in kinds if kind.__module__.startswith("gui."))

    faked.window.show_page(SETTINGS)
    for language in ("id", "en"):
        switch(faked, language)
    first, later = alive(), ("id", "en", "id", "en")
    for language in later:
        window = faked.window
        switch(faked, language)
    faked.wait(lambda: not isValid(window))
    # What the last window's frames still hold goes with the next one.
    assert not {kind: more for kind, more in (alive() - first).items() if more >= len(later) // 2}


def test_rows_of_lists_lie_below_each_other_in_the_other_window(faked: DesktopDriver) -> None:
    faked.window.show_page(SETTINGS)
    switch(faked, "id")
    lists = [one for one in faked.window.findChildren(QListWidget) if one.isVisible() and one.count() > 1]
    assert faked.settings_page._list in lists
    for one in lists:
        places = [one.visualItemRect(one.item(row)) for row in range(one.count())]
        assert not [place for place, following in pairwise(places) if place.bottom() > following.top()]


def test_what_is_typed_and_wrong_stays_through_the_switch(faked: DesktopDriver, notula: FakeNotula) -> None:
    faked.window.show_page(SETTINGS)
    choose(faked, faked.settings_page._editors["profile"], "My keys!")
    choose(faked, faked.settings_page._editors["longest_hours"], 400)
    switch(faked, "id")
    page = faked.settings_page
    assert page._editors["profile"]._line.text() == "My keys!"
    assert page._editors["longest_hours"]._box.number() == 400
    assert page._rows["profile"].has_problem
    assert page._rows["longest_hours"].has_problem
    assert {tuple(values) for (values,) in notula.asked("change_settings")} == {("interface_language",)}


def test_the_focus_stays_on_the_control_that_it_was_on(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    def language_box() -> QComboBox:
        box = faked.settings_page._editors["interface_language"].findChild(QComboBox)
        assert box is not None
        return box

    core.published.emit(Snapshot((view(1),), settings=notula.settings))
    for language, page, control in (
        ("id", SETTINGS, language_box),
        ("en", QUEUE, lambda: faked.queue.search),
        ("id", TRANSCRIBE, lambda: faked.window.page(TranscribePage).options.model),
    ):
        before = faked.window
        before.show_page(page)
        control().setFocus()
        notula.settings = notula.settings.model_copy(update={"interface_language": language})
        core._publish_settings()
        faked.wait(lambda before=before: faked.window is not before)
        faked.wait(lambda control=control: control().hasFocus())


def test_the_history_keeps_its_search(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula.entries = [entry(1), entry(2)]
    faked.window.show_page(HISTORY)
    faked.history_page._search.setText("tried")
    faked.wait(lambda: "tried" in [search for search, *_ in notula.asked("history")])
    switch(faked, "id")
    faked.window.show_page(HISTORY)
    assert faked.history_page._search.text() == "tried"
    faked.wait(lambda: not faked.desktop.operations._tasks)


def test_what_is_typed_and_chosen_on_other_pages_stays_too(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula
) -> None:
    notula.entries = [entry(number) for number in range(250)]
    core.published.emit(Snapshot((view(1, JobState.DONE), view(2), view(3)), settings=notula.settings))
    faked.queue.search.setText("wav")
    faked.queue.chips.choose("waiting")
    faked.queue.select(JobId("job-3"))
    faked.window.show_page(TRANSCRIBE)
    page = faked.window.page(TranscribePage)
    faked.qtbot.mouseClick(page.options.part, Qt.MouseButton.LeftButton)
    page.options.begin.setTime(QTime(0, 1, 30))
    faked.window.show_page(HISTORY)
    history = faked.history_page
    history.filters.dates.setCurrentIndex(3)
    history.filters.lengths.setCurrentIndex(1)
    history.filters.languages.addItem("English", "en")
    history.filters.languages.setCurrentIndex(1)
    faked.wait(lambda: not faked.desktop.operations._tasks and history._model.rowCount() == 100)
    chosen = history.filters.chosen()
    faked.window.show_page(SETTINGS)
    faked.settings_page._own_model._place.setText("owner/name")
    faked.settings_page.keyboard.line.setText("pause")
    switch(faked, "id")
    assert faked.settings_page._own_model._place.text() == "owner/name"
    assert faked.settings_page.keyboard.line.text() == "pause"
    assert faked.queue.search.text() == "wav"
    assert faked.queue.chips.current == "waiting"
    assert [job.id for job in faked.queue.selected()] == ["job-3"]
    assert faked.window.page(TranscribePage).options.begin.time() == QTime(0, 1, 30)
    faked.window.show_page(HISTORY)
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert faked.history_page.filters.chosen() == chosen
    assert faked.history_page._filtering.text() == "Filter (3)"


def test_a_key_that_is_typed_stays(faked: DesktopDriver) -> None:
    faked.window.show_page(PROVIDERS)
    faked.wait(lambda: faked.providers_box._list.count())
    choose_provider(faked.providers_box, "groq")
    faked.providers_box._details.keys.line.setText("gsk_half")
    switch(faked, "id")
    faked.window.show_page(PROVIDERS)
    faked.wait(lambda: faked.providers_box._list.count())
    assert faked.providers_box._chosen_name() == "groq"
    assert faked.providers_box._details.keys.line.text() == "gsk_half"


def test_a_search_in_a_transcript_stays(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula.stored = {TranscriptId(1): stored("Ever tried. Ever failed.")}
    faked.window.show_transcript(1)
    bar = faked.window.page(TranscriptPage).find_bar
    faked.wait(lambda: faked.window.page(TranscriptPage).session.stored)
    bar.open("ever")
    bar.replacement.setText("Always")
    bar.whole_words.setChecked(True)
    switch(faked, "id")
    bar = faked.window.page(TranscriptPage).find_bar
    assert (bar.wanted.text(), bar.replacement.text()) == ("ever", "Always")
    assert (bar.match_case.isChecked(), bar.whole_words.isChecked(), bar.isHidden()) == (False, True, False)
    faked.wait(lambda: "1" in bar.matches.found.text())


def test_the_library_stays_at_what_is_read(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula.entries = [entry(number) for number in range(250)]
    notula.stored = {TranscriptId(n): stored(f"text {n}", number=n) for n in range(250)}
    faked.window.show_page(HISTORY)
    faked.wait(lambda: faked.history_page._model.rowCount() == 100)
    faked.history_page._list.scrollToBottom()
    faked.wait(lambda: faked.history_page._model.rowCount() == 200)
    faked.history_page._list.setCurrentIndex(faked.history_page._model.index(150))
    faked.wait(lambda: faked.history_page.reader.transcript_id == 150)
    choose(faked, faked.settings_page._editors["interface_language"], "id")
    before = faked.window
    faked.wait(lambda: faked.window is not before)
    faked.wait(lambda: faked.history_page.reader.transcript_id == 150)
    assert faked.history_page._list.currentIndex().row() == 150


def test_a_download_is_not_broken_off(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula.model_list = [ModelStatus("base", False, 145_000_000, ModelState.MISSING)]
    notula.gates["download_model"] = asyncio.Event()
    faked.window.show_page("settings.models")
    faked.wait(lambda: faked.settings_page._models.findChildren(QPushButton))
    find(faked.settings_page, "Download: base").click()
    faked.wait(lambda: find(faked.settings_page, "Cancel: base"))
    before = faked.window
    choose(faked, faked.settings_page._editors["interface_language"], "id")
    faked.wait(lambda: "once what is running" in faked.message)
    assert faked.window is before
    notula.gates["download_model"].set()
    faked.wait(lambda: faked.window is not before)
    assert not notula.cancelled
    faked.wait(lambda: not faked.desktop.operations._tasks)


def test_the_window_closes_while_a_switch_waits(faked: DesktopDriver, notula: FakeNotula) -> None:
    notula.model_list = [ModelStatus("base", False, 145_000_000, ModelState.MISSING)]
    notula.gates["download_model"] = asyncio.Event()
    faked.window.show_page("settings.models")
    faked.wait(lambda: find(faked.settings_page, "Download: base"))
    find(faked.settings_page, "Download: base").click()
    choose(faked, faked.settings_page._editors["interface_language"], "id")
    faked.wait(lambda: faked.desktop._switching is not None)
    before = faked.window
    faked.qtbot.waitUntil(lambda: "once what is running" in faked.message)
    assert faked.window is before  # What follows is the end of the test, at which the window is closed.


def test_a_page_that_was_not_shown_before_a_switch_divides_its_room_as_at_the_first_start(
    faked: DesktopDriver, notula: FakeNotula
) -> None:
    notula.entries = [entry(1)]
    faked.window.show_page(SETTINGS)
    switch(faked, "id")
    assert HISTORY not in faked.window.state().splitters
    faked.window.show_page(HISTORY)
    first, second = faked.history_page.findChild(QSplitter).sizes()
    assert 0.25 < first / (first + second) < 0.5
    sizes = (first, second)
    switch(faked, "en")
    assert faked.window.state().splitters[HISTORY] == sizes
    faked.window.show_page(HISTORY)
    assert tuple(faked.history_page.findChild(QSplitter).sizes()) == sizes


def test_the_system_language_that_is_the_same_changes_nothing(
    faked: DesktopDriver, notula: FakeNotula, monkeypatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    before = faked.window
    choose(faked, faked.settings_page._editors["interface_language"], "en")
    faked.wait(lambda: notula.settings.interface_language == "en")
    faked.wait(lambda: faked.desktop._switching is not None and faked.desktop._switching.done())
    assert faked.window is before
