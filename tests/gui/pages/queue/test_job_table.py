"""The job table follows snapshots and redraws no more than it must."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from core.domain import JobState, TranslatableText
from core.i18n import Translator
from gui.pages.queue.job_table import ELAPSED, LENGTH, NAME, REMAINING, STATE, JobTableModel
from tests.gui.samples import view


@pytest.fixture
def model(qapp: object) -> JobTableModel:
    return JobTableModel(Translator("en"))


snapshots = st.lists(
    st.lists(st.tuples(st.integers(0, 12), st.sampled_from(JobState)), unique_by=lambda job: job[0], max_size=10),
    min_size=1,
    max_size=12,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots, st.booleans())
def test_the_rows_are_the_jobs_whatever_comes(
    qapp: object, sequence: list[list[tuple[int, JobState]]], in_order: bool
) -> None:
    model = JobTableModel(Translator("en"))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for numbers in sequence:
        jobs = [view(number, state) for number, state in (sorted(numbers) if in_order else numbers)]
        model.apply(jobs)
        assert [model.job(row) for row in range(model.rowCount())] == jobs[::-1]
    tester.deleteLater()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(0, 19)))
def test_exactly_the_changed_rows_are_redrawn(qapp: object, changed: set[int]) -> None:
    model = JobTableModel(Translator("en"))
    jobs = [view(number) for number in range(20)]
    model.apply(jobs)
    redrawn: set[int] = set()
    model.dataChanged.connect(lambda first, last: redrawn.update(range(first.row(), last.row() + 1)))
    model.apply([replace(job, state=JobState.RUNNING) if i in changed else job for i, job in enumerate(jobs)])
    assert redrawn == {19 - number for number in changed}


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
        model.apply([*jobs, view(3)])
    assert inserted.args[1:] == [0, 0]
    assert model.job(0).name == "3.wav"


def test_a_job_that_comes_back_takes_its_old_place(model: JobTableModel, qtbot: QtBot) -> None:
    jobs = [view(1), view(2), view(3)]
    model.apply(jobs)
    model.apply([jobs[0], jobs[2]])
    with qtbot.assertNotEmitted(model.modelReset):
        model.apply(jobs)
    assert [model.job(row).name for row in range(3)] == ["3.wav", "2.wav", "1.wav"]


def shown(model: JobTableModel, column: int, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> str:
    return model.data(model.index(0, column), role)


def test_a_running_job_shows_its_numbers(model: JobTableModel) -> None:
    model.apply([view(1, JobState.RUNNING, progress=0.429, elapsed_s=63.0, remaining_s=3661.0, duration_s=125.0)])
    assert [shown(model, column) for column in (NAME, STATE, LENGTH, ELAPSED, REMAINING)] == [
        "1.wav",
        "42 %",
        "02:05",
        "01:03",
        "1:01:01",
    ]


def test_a_failed_job_shows_its_sentence(model: JobTableModel) -> None:
    model.apply([view(1, JobState.FAILED, error=TranslatableText("{name} is empty.", {"name": "1.wav"}))])
    assert shown(model, STATE) == "Failed: 1.wav is empty."
    assert shown(model, STATE, Qt.ItemDataRole.ToolTipRole) == "Failed: 1.wav is empty."
    assert shown(model, STATE, Qt.ItemDataRole.AccessibleTextRole) == "State: Failed: 1.wav is empty."


def test_a_name_that_misleads_the_eye_is_made_harmless(model: JobTableModel) -> None:
    model.apply([replace(view(1), name="talk\u202egpj.exe\nnext", location="/a/<b>talk</b>")])
    assert shown(model, NAME) == "talkgpj.exe next"
    assert shown(model, NAME, Qt.ItemDataRole.ToolTipRole) == "/a/&lt;b&gt;talk&lt;/b&gt;"
