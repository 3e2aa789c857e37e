"""Recordings come in by dropping and pasting, and their text appears."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QToolButton

from core.domain import JobState
from gui.window.mime_recordings import recordings_in
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver, drop, files_as_mime
from tests.gui.page_names import ALL, QUEUE, TRANSCRIBE

ADDRESS = "https://example.org/talks/My%20talk.mp3?sign=a%2Bb"


def test_a_dropped_file_becomes_a_job_and_its_text_appears(driver: DesktopDriver, beckett: Path) -> None:
    assert drop(files_as_mime(beckett), driver.window)
    driver.wait(lambda: driver.jobs)
    assert driver.jobs[0].name == "beckett.wav"
    driver.wait(lambda: driver.jobs[0].state is JobState.DONE)
    driver.wait(lambda: "ever tried" in driver.read.lower())
    driver.wait(lambda: driver.queue.reader.transcript_id == driver.jobs[0].transcript_id)
    assert driver.queue.chips.findChildren(QToolButton)[-1].text() == "Done 1"


def test_text_appears_while_a_recording_is_still_being_transcribed(driver: DesktopDriver, two_cities: Path) -> None:
    drop(files_as_mime(two_cities), driver.window)
    driver.wait(lambda: "best of times" in driver.read)
    assert driver.jobs[0].state is JobState.RUNNING
    assert driver.queue.reader.transcript_id is None
    assert not driver.queue.reader._export.isEnabled()


def test_a_dropped_folder_brings_all_its_recordings(faked: DesktopDriver, notula: FakeNotula, tmp_path: Path) -> None:
    assert drop(files_as_mime(tmp_path), faked.window)
    faked.wait(lambda: notula.asked("submit"))
    assert notula.asked("submit")[0][0] == [tmp_path]


def test_a_real_folder_is_searched_for_recordings(driver: DesktopDriver, beckett: Path, tmp_path: Path) -> None:
    folder = tmp_path / "talks" / "deep"
    folder.mkdir(parents=True)
    for name in ("one.wav", "two.wav"):
        shutil.copy(beckett, folder / name)
    (folder / "notes.txt").write_text("no recording")
    drop(files_as_mime(tmp_path / "talks"), driver.window)
    driver.wait(lambda: len(driver.jobs) == 2)
    assert {job.name for job in driver.jobs} == {"one.wav", "two.wav"}
    driver.wait(lambda: all(job.state is JobState.DONE for job in driver.jobs))


def test_a_folder_without_recordings_is_told(driver: DesktopDriver, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    drop(files_as_mime(tmp_path / "empty"), driver.window)
    driver.wait(lambda: "no recordings" in driver.message)


def test_a_drop_is_taken_on_every_page_and_shows_what_becomes_of_it(
    faked: DesktopDriver, notula: FakeNotula, beckett: Path
) -> None:
    for number, page in enumerate(ALL, 1):
        faked.window.show_page(page)
        assert drop(files_as_mime(beckett), faked.window.pages.currentWidget()), page
        assert faked.window.open_page == (TRANSCRIBE if page == TRANSCRIBE else QUEUE), page
        faked.wait(lambda number=number: len(notula.asked("submit")) == number)


def test_a_drop_over_a_text_field_is_for_the_queue_too(faked: DesktopDriver, notula: FakeNotula, beckett: Path) -> None:
    faked.make_all()
    fields = faked.window.findChildren(QLineEdit)
    assert len(fields) > 40
    for number, field in enumerate(fields, 1):
        data = files_as_mime(beckett)
        data.setText(str(beckett))  # File managers say it in words too, which a text field likes to take.
        assert drop(data, field)
        faked.wait(lambda number=number: len(notula.asked("submit")) == number)
        assert "beckett" not in field.text()


@pytest.mark.parametrize("as_text", [True, False])
def test_a_web_address_is_taken_as_it_is(faked: DesktopDriver, notula: FakeNotula, *, as_text: bool) -> None:
    data = QMimeData()
    if as_text:
        data.setText(f" {ADDRESS}\n")
    else:
        data.setUrls([QUrl(ADDRESS)])
    assert drop(data, faked.window)
    faked.wait(lambda: notula.asked("submit"))
    assert notula.asked("submit")[0][0] == [ADDRESS]


@pytest.mark.parametrize("kind", ["other address", "words", "picture", "nothing"])
def test_what_is_no_file_is_refused(faked: DesktopDriver, notula: FakeNotula, kind: str) -> None:
    data = QMimeData()
    if kind == "other address":
        data.setUrls([QUrl("mailto:somebody@example.org")])
    elif kind == "words":
        data.setText("hello\nthere")
    elif kind == "picture":
        data.setData("image/png", b"\x89PNG")
    assert not drop(data, faked.window)
    assert recordings_in(data) == []
    assert not notula.asked("submit")


@pytest.mark.skipif(sys.platform == "win32", reason="names are no bytes on Windows")
def test_a_file_whose_name_is_no_utf8_is_dropped() -> None:
    data = QMimeData()
    data.setData("text/uri-list", b"file:///talks/latin1-%E9%20100%25.wav\r\nfile:///talks/gr%C3%BCn.wav\r\n")
    assert recordings_in(data) == [Path(os.fsdecode(b"/talks/latin1-\xe9 100%.wav")), Path("/talks/grün.wav")]


def test_copied_files_are_pasted(faked: DesktopDriver, notula: FakeNotula, beckett: Path, two_cities: Path) -> None:
    QGuiApplication.clipboard().setMimeData(files_as_mime(beckett, two_cities))
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    faked.wait(lambda: notula.asked("submit"))
    assert notula.asked("submit")[0][0] == [beckett, two_cities]


def test_copied_paths_are_pasted(faked: DesktopDriver, notula: FakeNotula, beckett: Path, two_cities: Path) -> None:
    QGuiApplication.clipboard().setText(f"{beckett}\n  {two_cities}\n\n")
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    faked.wait(lambda: notula.asked("submit"))
    assert notula.asked("submit")[0][0] == [beckett, two_cities]


def test_pasting_something_else_says_that_it_is_no_file(faked: DesktopDriver, notula: FakeNotula) -> None:
    QGuiApplication.clipboard().setText("talks/relative.wav")
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert faked.message == "There is no file on the clipboard."
    assert not notula.asked("submit")


def test_pasting_where_nobody_has_copied_anything_is_told(faked: DesktopDriver) -> None:
    QGuiApplication.clipboard().clear()
    assert QGuiApplication.clipboard().mimeData() is None  # As where the program that it came from was closed.
    faked.qtbot.keyClick(faked.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert faked.message == "There is no file on the clipboard."


def test_pasting_into_a_text_field_pastes_text_there(faked: DesktopDriver, notula: FakeNotula, beckett: Path) -> None:
    faked.window.show_page("settings.export")
    field = faked.settings_page._editors["export_folder"]._line
    field.setFocus()
    QGuiApplication.clipboard().setText(str(beckett))
    faked.qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == str(beckett)
    assert not notula.asked("submit")


def test_the_open_shortcut_works_right_after_the_start(faked: DesktopDriver) -> None:
    wanted = []
    faked.queue.open_action.triggered.disconnect()
    faked.queue.open_action.triggered.connect(lambda: wanted.append(True))
    faked.qtbot.keyClick(faked.window.focusWidget() or faked.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert wanted
