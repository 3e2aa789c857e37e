"""The job table follows snapshots and redraws no more than it must."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from core.domain import JobState, JobView, Requester, TranslatableText
from core.i18n import Translator
from gui.pages.queue.job_table import ORIGIN_ROLE, SECOND_LINE_ROLE, JobTableModel
from gui.pages.queue.job_texts import origin_icon
from tests.gui.own_process import run_without_screen
from tests.gui.samples import view
from tests.property_examples import share_of_examples


@pytest.fixture
def model(qapp: object) -> JobTableModel:
    return JobTableModel(Translator("en"))


snapshots = st.lists(
    st.lists(st.tuples(st.integers(0, 12), st.sampled_from(JobState)), unique_by=lambda job: job[0], max_size=10),
    min_size=1,
    max_size=12,
)


@settings(max_examples=share_of_examples(0.8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots, st.booleans())
def test_the_rows_are_the_jobs_whatever_comes(
    qapp: object, sequence: list[list[tuple[int, JobState]]], in_order: bool
) -> None:
    model = JobTableModel(Translator("en"))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for numbers in sequence:
        jobs = [view(number, state) for number, state in (sorted(numbers) if in_order else numbers)]
        model.apply(jobs)
        assert [model.job(row) for row in range(model.rowCount())] == jobs
    tester.deleteLater()


@settings(max_examples=share_of_examples(0.6), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(12)), st.sets(st.integers(0, 11)))
def test_whatever_is_guessed_to_have_moved_the_order_is_the_wanted_one(
    qapp: object, order: list[int], guessed: set[int]
) -> None:
    model = JobTableModel(Translator("en"))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    jobs = [view(number) for number in range(12)]
    model.apply(jobs)
    kept = [(QPersistentModelIndex(model.index(row, 0)), jobs[row].id) for row in range(12)]
    others = iter(number for number in range(12) if number not in guessed)
    for wanted in (order, [number if number in guessed else next(others) for number in order]):
        model.apply([jobs[number] for number in wanted], begun_or_ended={jobs[number].id for number in guessed})
        assert [model.job(row) for row in range(12)] == [jobs[number] for number in wanted]
        assert all(model.job(index.row()).id == job_id for index, job_id in kept)
    tester.deleteLater()


@settings(max_examples=share_of_examples(0.6), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 7), unique=True), st.lists(st.integers(0, 7), unique=True), st.sets(st.integers(0, 7)))
@example([1], [2], {1, 2})
def test_whatever_is_guessed_where_jobs_come_and_go_the_wanted_ones_are_listed(
    qapp: object, before: list[int], after: list[int], guessed: set[int]
) -> None:
    """As where only failed jobs are listed: one is tried again, and another one fails."""
    model = JobTableModel(Translator("en"))
    for wanted in (before, after):
        model.apply([view(number) for number in wanted], begun_or_ended={view(number).id for number in guessed})
    assert [model.job(row).id for row in range(model.rowCount())] == [view(number).id for number in after]


def test_when_five_jobs_end_and_five_begin_only_their_rows_move(model: JobTableModel) -> None:
    jobs = [view(number) for number in range(2000)]
    model.apply(jobs)
    moves, layouts = [], []
    model.rowsMoved.connect(lambda *_: moves.append(1))
    model.layoutChanged.connect(lambda *_: layouts.append(1))
    wanted = [*jobs[5:], *reversed(jobs[:5])]
    model.apply(wanted, begun_or_ended={job.id for job in jobs[:10]})
    assert [model.job(row) for row in range(2000)] == wanted
    assert 0 < len(moves) <= 10
    assert not layouts


@settings(max_examples=share_of_examples(0.6), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.permutations(range(12)), min_size=1, max_size=5), st.integers(0, 12))
def test_whatever_moves_every_index_stays_with_its_job(qapp: object, orders: list[list[int]], moved: int) -> None:
    model = JobTableModel(Translator("en"))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    jobs = [view(number) for number in range(12)]
    model.apply(jobs)
    kept = [(QPersistentModelIndex(model.index(row, 0)), jobs[row].id) for row in range(12)]
    for order in orders:
        few = [*order[:moved], *(number for number in range(12) if number not in order[:moved])]  # Few or many move.
        model.apply([jobs[number] for number in few])
        assert [model.job(row).id for row in range(12)] == [jobs[number].id for number in few]
        assert [model.job(index.row()).id for index, _ in kept] == [job_id for _, job_id in kept]
        model.update([replace(jobs[few[3]], progress=0.5)])
        assert model.job(3).progress == 0.5
    tester.deleteLater()


@settings(max_examples=share_of_examples(0.6), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(0, 19)))
def test_exactly_the_changed_rows_are_redrawn(qapp: object, changed: set[int]) -> None:
    model = JobTableModel(Translator("en"))
    jobs = [view(number) for number in range(20)]
    model.apply(jobs)
    redrawn: set[int] = set()
    model.dataChanged.connect(lambda first, last: redrawn.update(range(first.row(), last.row() + 1)))
    model.apply([replace(job, state=JobState.RUNNING) if i in changed else job for i, job in enumerate(jobs)])
    assert redrawn == changed


@settings(max_examples=share_of_examples(0.4), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(0, 25)))
def test_progress_alone_redraws_the_rows_of_its_jobs(qapp: object, changed: set[int]) -> None:
    model = JobTableModel(Translator("en"))
    jobs = [view(number, JobState.RUNNING) for number in range(20)]
    model.apply(jobs[::-1])
    redrawn: set[int] = set()
    model.dataChanged.connect(lambda first, last: redrawn.update(range(first.row(), last.row() + 1)))
    model.update([view(number, JobState.RUNNING, progress=0.5) for number in changed])  # Some are in no row.
    shown_now = {19 - number for number in changed if number < 20}
    assert redrawn == shown_now
    assert {row for row in range(20) if model.job(row).progress == 0.5} == shown_now
    model.apply(jobs)  # In another order.
    model.update([view(3, JobState.RUNNING, progress=0.7)])
    assert model.job(3).progress == 0.7


def test_the_same_objects_cause_no_redrawing(model: JobTableModel, qtbot: QtBot) -> None:
    jobs = [view(1), view(2)]
    model.apply(jobs)
    with (
        qtbot.assertNotEmitted(model.dataChanged),
        qtbot.assertNotEmitted(model.rowsInserted),
        qtbot.assertNotEmitted(model.rowsRemoved),
        qtbot.assertNotEmitted(model.modelReset),
    ):
        model.apply(tuple(jobs))


def test_a_new_job_comes_first_and_moves_no_other(model: JobTableModel, qtbot: QtBot) -> None:
    jobs = [view(1), view(2)]
    model.apply(jobs)
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsInserted) as inserted:
        model.apply([view(3), *jobs])
    assert inserted.args[1:] == [0, 0]
    assert model.job(0).name == "3.wav"


def test_a_job_that_comes_back_takes_its_old_place(model: JobTableModel, qtbot: QtBot) -> None:
    jobs = [view(1), view(2), view(3)]
    model.apply(jobs)
    model.apply([jobs[0], jobs[2]])
    with qtbot.assertNotEmitted(model.modelReset):
        model.apply(jobs)
    assert [model.job(row).name for row in range(3)] == ["1.wav", "2.wav", "3.wav"]


@settings(max_examples=share_of_examples(0.6), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(8)), st.sets(st.integers(0, 7)))
def test_what_is_selected_stays_selected_wherever_it_moves_to(
    qapp: object, order: list[int], selected: set[int]
) -> None:
    model = JobTableModel(Translator("en"))
    jobs = [view(number) for number in range(8)]
    model.apply(jobs)
    selection = QItemSelectionModel(model)
    for row in selected:
        selection.select(model.index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    model.apply([jobs[number] for number in order])
    assert {model.job(index.row()).id for index in selection.selectedRows()} == {jobs[row].id for row in selected}
    selection.deleteLater()


def test_a_row_is_redrawn_when_its_turn_is_another_one(model: JobTableModel, qtbot: QtBot) -> None:
    jobs = [view(1), view(2), view(3)]
    model.apply(jobs, {jobs[0].id: 1, jobs[1].id: 2, jobs[2].id: 3})
    with qtbot.waitSignal(model.dataChanged) as changed:
        model.apply(jobs, {jobs[0].id: 1, jobs[1].id: 3, jobs[2].id: 2})
    first, last = (index.row() for index in changed.args[:2])
    assert first <= 1
    assert last >= 2
    assert shown(model, SECOND_LINE_ROLE, 1) == "Waiting  ·  number 3"


def shown(model: JobTableModel, role: int = Qt.ItemDataRole.DisplayRole, row: int = 0) -> str:
    return model.data(model.index(row, 0), role)


TELEGRAM = Requester("telegram", "4711")


@pytest.mark.parametrize(
    ("job", "line"),
    [
        (view(1), "Waiting"),
        (view(1, JobState.RUNNING, worker=2), "Reading"),
        (
            view(1, JobState.RUNNING, progress=0.429, worker=1, remaining_s=3661.0),
            "42 %  ·  Transcribing  ·  1:01:01 left",
        ),
        (view(1, JobState.RUNNING, progress=0.992, worker=1, remaining_s=0.4), "99 %  ·  Finishing"),
        (view(1, JobState.RUNNING, progress=0.995, worker=1, remaining_s=31.0), "99 %  ·  Finishing"),
        (view(1, JobState.RUNNING, progress=0.8, worker=1, remaining_s=0.4), "80 %  ·  Transcribing"),
        (view(1, JobState.RUNNING, progress=1.0, worker=1), "100 %  ·  Finishing"),
        (view(1, JobState.DONE, duration_s=44.0, provider="groq", elapsed_s=3.2), "Done  ·  00:44  ·  groq  ·  3 s"),
        (
            view(1, JobState.DONE, duration_s=44.0, provider="groq", elapsed_s=3.2, from_cache=True),
            "Done  ·  00:44  ·  transcribed before",
        ),
        (
            view(1, JobState.DONE, notes=(TranslatableText("It was silent."),), elapsed_s=61.0),
            "Done, with a note  ·  01:01",
        ),
        (
            view(1, JobState.DONE, export_error=TranslatableText("The folder is full.")),
            "Done, but not exported  ·  The folder is full.",
        ),
        (view(1, JobState.CANCELLED, done_share=0.3), "Cancelled  ·  30 % done"),
        (view(1, JobState.RETRYING, error=TranslatableText("It broke\noff.")), "Trying again soon  ·  It broke off."),
        (view(1, JobState.FAILED), "Failed"),
    ],
)
def test_the_second_line_tells_what_becomes_of_a_job(model: JobTableModel, job: JobView, line: str) -> None:
    model.apply([job])
    assert shown(model, SECOND_LINE_ROLE) == line


@pytest.mark.parametrize(
    ("job", "origin", "icon_name"),
    [
        (view(1), "", "window"),
        (view(1, source_kind="http"), "Web", "web"),
        (view(1, requester=Requester("cli")), "Terminal", "terminal"),
        (view(1, requester=Requester("watch")), "Watched folder", "watch"),
        (view(1, requester=Requester("telegram")), "Bot", "bot"),
        (view(1, requester=TELEGRAM), "Telegram user 4711", "bot"),
    ],
)
def test_a_row_tells_where_its_job_comes_from(model: JobTableModel, job: JobView, origin: str, icon_name: str) -> None:
    model.apply([job])
    assert shown(model, ORIGIN_ROLE) == origin
    assert origin_icon(job) == icon_name
    assert shown(model, Qt.ItemDataRole.AccessibleTextRole) == ". ".join(filter(None, ["1.wav", "Waiting", origin]))


def test_a_failed_job_shows_its_sentence(model: JobTableModel) -> None:
    model.apply([view(1, JobState.FAILED, error=TranslatableText("{name} is empty.", {"name": "1.wav"}))])
    assert shown(model, SECOND_LINE_ROLE) == "1.wav is empty."
    assert shown(model, Qt.ItemDataRole.ToolTipRole) == "/talks/1.wav\nFailed: 1.wav is empty."
    assert shown(model, Qt.ItemDataRole.AccessibleTextRole) == "1.wav. Failed: 1.wav is empty."


def test_a_name_that_misleads_the_eye_is_made_harmless(model: JobTableModel) -> None:
    model.apply([replace(view(1), name="talk\u202egpj.exe\nnext", location="/a/<b>talk</b>")])
    assert shown(model) == "talkgpj.exe next"
    assert shown(model, Qt.ItemDataRole.ToolTipRole) == "/a/&lt;b&gt;talk&lt;/b&gt;\nWaiting"


SIZE_OF_AN_ICON = """
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QWidget
from core.i18n import Translator
from gui.pages.queue.job_delegate import ROW_HEIGHT, JobDelegate
from gui.pages.queue.job_table import JobTableModel
from tests.gui.samples import view
application = QApplication([])
model, delegate, option = JobTableModel(Translator("en")), JobDelegate(Translator("en")), QStyleOptionViewItem()
model.apply([view(1)])
option.rect = QRect(0, 0, 400, ROW_HEIGHT)
canvas = QWidget().grab(QRect(0, 0, 400, ROW_HEIGHT))
with QPainter(canvas) as painter:
    delegate.paint(painter, option, model.index(0, 0))
(icon,) = delegate._icons.values()
print(icon.deviceIndependentSize().width(), icon.width())
"""


def test_the_icon_of_a_row_is_as_large_on_a_screen_that_is_scaled() -> None:
    """In a process of its own, as the scale belongs to the application."""
    told = run_without_screen(SIZE_OF_AN_ICON, QT_SCALE_FACTOR="2")
    assert told.returncode == 0, told.stderr
    assert told.stdout.split() == ["20.0", "40"]
