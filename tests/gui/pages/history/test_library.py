"""The library: filters, days, opening at the hit, and what is done with many transcripts at once."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QDateTime, QPoint, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QStyleOptionViewItem

from core.domain import HistoryOrder, HistorySummary, TranscriptId, TranslatableText
from core.domain.errors import ImportEmpty, ImportFormatUnknown
from core.domain.job import Requester
from core.export import ExistingFile, ExportedMany, ExportPlace, ExportPlan
from core.i18n import Translator
from core.imports import ImportedTranscripts
from gui.pages.history.delete_question import TypedConfirmation
from gui.pages.history.excerpts import fitted_excerpt
from gui.pages.history.history_list import ENTRY_ROLE, HEADING_ROLE, EntryDelegate
from gui.pages.history.history_page import HistoryPage
from gui.pages.transcript.transcript_page import TranscriptPage
from gui.widgets.export import export_many, exporting_many
from gui.widgets.export.export_dialog import ExportDialog
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver, drop, files_as_mime
from tests.gui.page_names import HISTORY
from tests.gui.pages.history.test_history_page import select
from tests.gui.samples import entry, stored

ADA = Requester("telegram", "7")
DAY_S = 24 * 3600.0


@pytest.fixture
def page(faked: DesktopDriver, notula: FakeNotula) -> HistoryPage:
    notula.entries = [
        replace(entry(number), created_at=1_700_000_000.0 - number // 50 * DAY_S) for number in range(250)
    ]
    notula.stored = {TranscriptId(n): stored("filler", f"text {n}", number=n) for n in range(250)}
    notula.history_summary = HistorySummary(250, ("en", "id"), ("groq", "on-device"), (ADA,), 41_000_000, 63_000_000)
    faked.window.show_page(HISTORY)
    faked.wait(lambda: faked.history_page._model.rowCount() == 100)
    faked.wait(lambda: faked.history_page._cached.isVisible())
    return faked.history_page


def click(driver: DesktopDriver, widget: object) -> None:
    driver.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def dialog_of(driver: DesktopDriver, kind: type[QDialog]) -> QDialog:
    driver.wait(lambda: driver.window.findChildren(kind))
    return driver.window.findChildren(kind)[-1]


def test_what_is_chosen_in_the_filters_is_what_is_listed(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    click(faked, page._filtering)
    filters = page.filters
    assert filters.isVisible()
    assert [filters.people.itemText(row) for row in range(filters.people.count())] == [
        "Everybody's",
        "Mine",
        "Telegram user 7",
    ]
    for box, text in (
        (filters.people, "Telegram user 7"),
        (filters.languages, "Indonesian"),
        (filters.providers, "groq"),
        (filters.edits, "Edited"),
        (filters.lengths, "5 to 30 minutes"),
        (filters.dates, "The last 7 days"),
    ):
        box.setCurrentText(text)
    faked.wait(lambda: notula.chosen[-1] == filters.chosen())
    chosen = notula.chosen[-1]
    assert (chosen.requester, chosen.language, chosen.provider) == (ADA, "id", "groq")
    assert (chosen.is_edited, chosen.least_s, chosen.below_s) == (True, 300.0, 1800.0)
    assert QDateTime.fromSecsSinceEpoch(int(chosen.made_from)).date() == QDate.currentDate().addDays(-6)
    assert page._filtering.text() == "Filters (6)"
    click(faked, page._everything)
    faked.wait(lambda: notula.chosen[-1] == filters.chosen())
    assert (filters.active, notula.chosen[-1].language, page._filtering.text()) == (0, None, "Filters")


def test_what_is_chosen_stays_where_there_is_nothing_of_it_left(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    page.filters.languages.setCurrentText("Indonesian")
    notula.history_summary = replace(notula.history_summary, languages=("en",))
    page.refresh()
    faked.wait(lambda: not faked.desktop.operations._tasks)
    assert page.filters.languages.currentData() == "id"
    assert page.filters.languages.currentText() == "Indonesian"


def test_each_day_has_a_heading_where_the_order_is_that_of_days(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    def begun() -> list[int]:
        model = page._model
        return [row for row in range(model.rowCount()) if model.index(row).data(HEADING_ROLE) is not None]

    assert begun() == [0, 50]
    heights = {page._list.sizeHintForRow(row) for row in range(100)}
    assert page._list.sizeHintForRow(0) == max(heights) > min(heights) == page._list.sizeHintForRow(1)
    page.filters.order.setCurrentText("Longest first")
    faked.wait(lambda: not begun())
    assert notula.chosen[-1].order is HistoryOrder.LONGEST
    assert not page._list.grab().isNull()


def test_days_are_called_as_people_do() -> None:
    delegate = EntryDelegate(Translator("en"))
    today = QDate.currentDate()
    assert [delegate.day_text(today), delegate.day_text(today.addDays(-1))] == ["Today", "Yesterday"]
    assert delegate.day_text(QDate(2024, 2, 29)) == "Thursday, February 29, 2024"


@pytest.mark.parametrize("way", ["enter", "double click"])
def test_a_transcript_is_opened_at_the_hit(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage, way: str
) -> None:
    notula.entries = [entry(7, "text.wav")]
    faked.qtbot.keyClicks(page._search, "text")
    faked.wait(lambda: page._model.rowCount() == 1)
    page._list.setCurrentIndex(page._model.index(0))
    page._list.setFocus()
    if way == "enter":
        faked.qtbot.keyClick(page._list, Qt.Key.Key_Return)
    else:
        middle = page._list.visualRect(page._model.index(0)).center()
        faked.qtbot.mouseClick(page._list.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        faked.qtbot.mouseDClick(page._list.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    faked.wait(lambda: faked.window.open_page == "transcript")
    opened = faked.window.page(TranscriptPage)
    faked.wait(lambda: opened.session.stored is not None and opened.session.stored.entry.id == 7)
    faked.wait(lambda: opened.find_bar.matches.found.text() == "1 of 1")


def test_select_all_selects_what_is_not_fetched_too(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    page._list.setFocus()
    faked.qtbot.keyClick(page._list, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    place = page._list.mapTo(page, QPoint(0, 0))
    faked.wait(lambda: page.bar.selected.text() == "250 selected")
    assert page.bar.isVisible()
    assert page._list.mapTo(page, QPoint(0, 0)) == place, "what is pressed next moved away under the pointer"


def test_many_are_exported_with_progress_and_one_sentence(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(export_many, "open_folder", lambda folder, messages: shown.append(folder))
    assert not page.bar.isVisible()
    select(page, 0, 1, 2, 3)
    click(faked, page.bar.export)
    dialog = dialog_of(faked, ExportDialog)
    faked.wait(lambda: dialog.hint.text() == "For example talk.en.txt")
    assert not dialog.no_format.isVisible()
    dialog.formats["txt"].setChecked(False)
    assert (dialog.go.isEnabled(), dialog.no_format.isVisible()) == (False, True)
    dialog.formats["txt"].setChecked(True)
    dialog.formats["docx"].setChecked(True)
    dialog.pattern.setText("{nme}.{extension}")
    assert not dialog.go.isEnabled()
    assert "{nme}" in dialog.problem.text()
    dialog.pattern.setText("{date} {name}.{extension}")
    dialog.existing.setCurrentText("Skip it")
    notula.gates["export_many"] = asyncio.Event()
    click(faked, dialog.go)
    dialog_of(faked, QFileDialog).fileSelected.emit(str(tmp_path))
    faked.wait(lambda: page.bar.exporting.text.text() == "2 of 4 exported")
    assert page.bar.exporting.cancel.isVisible()
    left_out = TranslatableText("Files that were there already were left alone: {count}.", {"count": 1})
    notula.exported = ExportedMany(4, 7, tmp_path, (left_out,))
    notula.gates["export_many"].set()
    faked.wait(lambda: faked.message.startswith("4 transcripts were exported"))
    wanted = ExportPlan(("txt", "docx"), ExportPlace.FOLDER, tmp_path, "{date} {name}.{extension}", ExistingFile.SKIP)
    assert notula.asked("export_many") == [[[0, 1, 2, 3], wanted]]
    assert faked.message == (
        f"4 transcripts were exported, as 7 files, into {tmp_path}. Files that were there already were left alone: 1."
    )
    faked.desktop.messages.last.action()
    assert shown == [tmp_path]
    faked.wait(lambda: page.bar.selected.text() == "4 selected")


def test_notes_are_exported_only_where_that_is_asked_for_each_time(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage, tmp_path: Path
) -> None:
    select(page, 0, 1)
    for asked in (True, False):
        click(faked, page.bar.export)
        dialog = dialog_of(faked, ExportDialog)
        assert not dialog.with_notes.isChecked()
        for name, box in dialog.formats.items():
            box.setChecked(name == "srt")
        assert not dialog.with_notes.isEnabled()
        assert not dialog.plan().with_notes
        dialog.formats["docx"].setChecked(True)
        assert dialog.with_notes.isEnabled()
        if asked:
            dialog.with_notes.click()
        click(faked, dialog.go)
        dialog_of(faked, QFileDialog).fileSelected.emit(str(tmp_path))
        faked.wait(lambda: not page.exporting.is_running)
        _, plan = notula.asked("export_many")[-1]
        assert plan.with_notes is asked


def test_what_is_found_in_notes_says_so_and_is_opened_there(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    notula.notes[TranscriptId(3)] = "First line.\n\nAsk Ann about talk 3."
    notula.entries[3] = replace(notula.entries[3], is_in_notes=True)
    page._search.setText("talk 3")
    faked.wait(lambda: page._model.rowCount() == 11)
    assert isinstance(page._list.itemDelegate(), EntryDelegate)
    facts = [page._list.itemDelegate().facts(page._model.index(row).data(ENTRY_ROLE)) for row in range(2)]
    assert [fact.startswith("found in your notes") for fact in facts] == [True, False]
    described = [page._model.index(row).data(Qt.ItemDataRole.AccessibleDescriptionRole) for row in range(2)]
    assert described == ["found in your notes", None]
    page._list.setCurrentIndex(page._model.index(0))
    faked.wait(lambda: page.reader.transcript_id == TranscriptId(3))
    assert page.reader._search.line.text() == ""  # Nothing of it is in the text.
    faked.qtbot.keyClick(page._list, Qt.Key.Key_Return)
    transcript = faked.window.page(TranscriptPage)
    faked.wait(lambda: transcript.panels.notes.text.extraSelections())
    notes = transcript.panels.notes.text
    assert notes.isVisible()
    assert [mark.cursor.selectedText() for mark in notes.extraSelections()] == ["talk", "3"]
    assert notes.textCursor().blockNumber() == 2
    assert not transcript.find_bar.isVisible()
    faked.qtbot.keyClicks(notes, "x")
    assert not notes.extraSelections()  # What is typed may be anything.
    faked.window.go_back()
    page._list.setCurrentIndex(page._model.index(1))
    faked.wait(lambda: page.reader.transcript_id == TranscriptId(30))
    faked.qtbot.keyClick(page._list, Qt.Key.Key_Return)
    faked.wait(lambda: transcript.session.stored is not None and transcript.session.stored.entry.id == TranscriptId(30))
    faked.wait(lambda: not notes.isReadOnly())
    assert not notes.extraSelections()


def test_an_export_can_be_stopped(faked: DesktopDriver, notula: FakeNotula, page: HistoryPage) -> None:
    notula.gates["export_many"] = asyncio.Event()
    page.exporting.export([TranscriptId(1), TranscriptId(2)], ExportPlan(("txt",), ExportPlace.BESIDE))
    faked.wait(lambda: notula.asked("export_many"))
    click(faked, page.bar.exporting.cancel)
    faked.wait(lambda: notula.cancelled == ["export_many"])
    faked.wait(lambda: not page.bar.isVisible())
    assert faked.message == "The export was stopped. What is written stays."


def test_how_many_were_exported_last_is_offered_again(page: HistoryPage) -> None:
    plan = ExportPlan(("srt", "docx"), ExportPlace.BESIDE, None, "{name}.{extension}", ExistingFile.REPLACE)
    page.exporting.plan = plan
    page.filters.order.setCurrentIndex(3)
    page._filtering.setChecked(True)
    state = page.saved_state()
    page.exporting.plan = exporting_many.FIRST_PLAN
    page.filters.order.setCurrentIndex(0)
    page._filtering.setChecked(False)
    page.restore_state(state)
    assert page.exporting.plan == plan
    assert (page.filters.chosen().order, page.filters.isVisible()) == (HistoryOrder.LONGEST, True)
    page.restore_state({"export": {"formats": ["exe", 7], "place": [], "pattern": "../{name}", "existing": None}})
    assert page.exporting.plan == exporting_many.FIRST_PLAN


def test_more_than_twenty_are_deleted_only_once_their_number_is_typed(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    select(page, *range(21))
    click(faked, page.bar.delete)
    question = dialog_of(faked, TypedConfirmation)
    assert question.names.toPlainText().splitlines() == [f"talk {number}.wav" for number in range(21)]
    assert not question.delete.isEnabled()
    faked.qtbot.keyClicks(question.typed, "2")
    assert not question.delete.isEnabled()
    faked.qtbot.keyClicks(question.typed, "1")
    click(faked, question.delete)
    faked.wait(lambda: page._count.text() == "229 transcripts")
    assert notula.asked("delete_transcripts") == [[list(range(21))]]


def test_the_room_that_is_used_is_said_and_the_cache_can_be_cleared(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    assert page._storage.text() == "41.0 MB used, and a cache of 63.0 MB"
    click(faked, page._cached)
    faked.wait(lambda: page._storage.text() == "41.0 MB used")
    assert notula.asked("clear_cache") == [[]]
    assert not page._cached.isVisible()
    assert faked.message.startswith("The cache is empty.")


@pytest.mark.parametrize("width", [120, 300, 900])
def test_an_excerpt_has_two_lines_with_the_match_on_them(qapp: QApplication, width: int) -> None:
    delegate, option = EntryDelegate(Translator("en")), QStyleOptionViewItem()
    pieces = [("It was the best of times, it was " * 4, False), ("wisdom", True), (", and it went on " * 20, False)]
    bold = QFont(option.font)
    bold.setWeight(QFont.Weight.Bold)
    layouts = [
        delegate._excerpt_layout(fitted_excerpt(pieces, share * 2 * width, QFontMetricsF(bold)), option, width)
        for share in (1.0, 0.9, 0.7, 0.5)
    ]
    fitting = next(layout for layout in layouts if layout is not None)
    assert fitting.lineCount() == 2
    assert "wisdom" in fitting.text()
    assert fitting.text().endswith("…")
    assert all(fitting.lineAt(number).naturalTextWidth() <= width for number in range(2))


def test_transcripts_that_are_dropped_on_the_page_are_imported(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    notula.imported = ImportedTranscripts((TranscriptId(7),), (ImportFormatUnknown(name="b.json").message,))
    assert drop(files_as_mime(Path("/talks/a.SRT"), Path("/talks/b.json")), page)
    faked.wait(lambda: faked.message.startswith("1 transcript was imported. b.json can't be imported"))
    assert notula.asked("import_files") == [[[Path("/talks/a.SRT"), Path("/talks/b.json")]]]
    assert not notula.asked("submit")
    faked.desktop.messages.last.action()
    faked.wait(lambda: faked.window.open_page == "transcript")


def test_recordings_that_are_dropped_on_the_page_are_transcribed(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    both = files_as_mime(Path("/talks/a.srt"), Path("/talks/b.wav"))
    assert drop(both, page)
    faked.wait(lambda: notula.asked("submit"))
    assert not notula.asked("import_files")


def test_transcripts_are_chosen_for_import_and_failures_are_counted(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    notula.imported = ImportedTranscripts((), tuple(ImportEmpty(name=f"{n}.srt").message for n in range(5)))
    click(faked, page._import)
    dialog_of(faked, QFileDialog).filesSelected.emit(["/talks/a.vtt"])
    faked.wait(lambda: faked.message.startswith("Nothing was imported. 2 more files can't be imported. 0.srt can't"))
    assert notula.asked("import_files") == [[[Path("/talks/a.vtt")]]]


def test_an_export_into_one_file_names_that_file(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage, tmp_path: Path
) -> None:
    notula.exported = ExportedMany(2, 2, tmp_path)
    page.exporting.export(
        [TranscriptId(0), TranscriptId(1)], ExportPlan(("srt",), ExportPlace.ARCHIVE, tmp_path / "a.zip")
    )
    faked.wait(lambda: faked.message == f"2 transcripts were exported, as 2 files, into {tmp_path / 'a.zip'}.")
    faked.wait(lambda: not page.exporting.is_running)


def test_where_nothing_is_found_the_reading_view_says_so(
    faked: DesktopDriver, notula: FakeNotula, page: HistoryPage
) -> None:
    assert page.reader._hint.text() == "Choose a recording to read its text here."
    notula.entries = []
    page._search.setText("nothing like that")
    faked.wait(lambda: page.reader._hint.text().startswith("Nothing found."))
    assert page.reader._hint.isVisible()
    page._search.clear()
    faked.wait(lambda: page.reader._hint.text() == "Choose a recording to read its text here.")
