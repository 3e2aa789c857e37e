"""Which jobs are listed, in which order, and how far the batch is that they are of."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import JobState, JobView
from core.domain.window_page import WindowPage
from gui.pages.queue.batch_progress import BatchProgress, Progress
from gui.pages.queue.job_groups import Groups, Shown
from gui.pages.queue.job_order import Arrangement, RowOrder, SortBy, found
from gui.widgets.job_remedies import _OF_PAGES
from tests.gui.samples import view
from tests.property_examples import share_of_examples

DONE, FAILED, QUEUED, RUNNING = JobState.DONE, JobState.FAILED, JobState.QUEUED, JobState.RUNNING


def names(jobs: object) -> list[str]:
    return [job.name.removesuffix(".wav") for job in jobs]


def test_what_runs_is_first_then_what_waits_by_turn_then_what_has_ended_last() -> None:
    jobs = [
        view(1, DONE, finished_at=20.0),
        view(2, FAILED, finished_at=30.0),
        view(3),
        view(4, RUNNING, worker=2),
        view(5, JobState.RETRYING),
        view(6),
        view(7, RUNNING, worker=1),
        view(8, JobState.CANCELLED),
    ]
    turns = {jobs[2].id: 2, jobs[5].id: 1}
    assert names(Groups.of(jobs).by_turn(turns)) == ["7", "4", "6", "3", "5", "2", "1", "8"]


@settings(max_examples=share_of_examples(0.5))
@given(st.lists(st.tuples(st.integers(0, 99), st.sampled_from(JobState)), unique_by=lambda one: one[0]))
def test_no_job_is_lost_or_doubled_by_its_order_and_each_is_counted(described: list[tuple[int, JobState]]) -> None:
    jobs = [view(number, state) for number, state in described]
    assert sorted(job.id for job in Groups.of(jobs).by_turn({})) == sorted(job.id for job in jobs)
    groups = Groups.of(jobs)
    for shown in Shown:
        assert len(groups.chosen(shown).by_turn({})) == groups.counts[shown]
    kinds = [count for shown, count in groups.counts.items() if shown is not Shown.ALL]
    assert sum(kinds) == groups.counts[Shown.ALL]


MIXED = [
    view(10, DONE, duration_s=5.0, finished_at=1.0),
    view(9, FAILED, duration_s=60.0, finished_at=2.0),
    view(2),
    view(1, RUNNING, worker=1, duration_s=9.0),
    view(11, JobState.CANCELLED, finished_at=3.0),
    view(3),
]
TURNS = {MIXED[2].id: 2, MIXED[5].id: 1}


@pytest.mark.parametrize(
    ("by", "ascending", "descending"),
    [
        (SortBy.TURN, "1 3 2 11 9 10", "10 9 11 2 3 1"),
        (SortBy.NAME, "1 2 3 9 10 11", "11 10 9 3 2 1"),
        (SortBy.LENGTH, "10 1 9 2 11 3", "9 1 10 2 11 3"),
        (SortBy.ADDED, "1 2 3 9 10 11", "11 10 9 3 2 1"),
        (SortBy.STATE, "1 3 2 9 11 10", "10 11 9 2 3 1"),
    ],
)
def test_the_list_is_sorted_both_ways(by: SortBy, ascending: str, descending: str) -> None:
    arrangement = Arrangement()
    for is_descending, order in ((False, ascending), (True, descending), (False, ascending)):
        arranged = arrangement.arranged(Groups.of(MIXED), TURNS, RowOrder(by, is_descending=is_descending))
        assert names(arranged) == order.split()


@settings(max_examples=share_of_examples(0.5))
@given(
    st.lists(
        st.tuples(
            st.lists(
                st.tuples(st.integers(0, 30), st.sampled_from(JobState), st.floats(0, 9) | st.none()),
                unique_by=lambda one: one[0],
            ),
            st.sampled_from(SortBy),
            st.booleans(),
            st.sampled_from(Shown),
        ),
        max_size=6,
    )
)
def test_whatever_was_listed_before_the_order_is_that_of_a_new_list(
    steps: list[tuple[list, SortBy, bool, Shown]],
) -> None:
    arrangement = Arrangement()
    for described, by, is_descending, shown in steps:
        jobs = [view(number, state, duration_s=length_s) for number, state, length_s in described]
        groups, order = Groups.of(jobs).chosen(shown), RowOrder(by, is_descending=is_descending)
        arranged = arrangement.arranged(groups, {}, order)
        assert arranged == Arrangement().arranged(groups, {}, order)
        assert sorted(job.id for job in arranged) == sorted(job.id for job in groups.jobs)


def test_a_search_wants_every_word_of_it_in_the_name_whatever_its_capitals() -> None:
    jobs = [view(1), view(2), view(12)]
    assert names(found(jobs, "WAV 2")) == ["2", "12"]
    assert names(found(jobs, " ")) == ["1", "2", "12"]
    assert names(found(jobs, "2 3")) == []


FOLLOWS = {QUEUED: (RUNNING, JobState.CANCELLED), RUNNING: (RUNNING, DONE, FAILED, QUEUED), FAILED: (QUEUED, FAILED)}


@settings(max_examples=share_of_examples(0.5))
@given(st.lists(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(0, 3)), max_size=4), max_size=8))
def test_groups_that_are_brought_up_to_date_are_those_of_a_new_look(steps: list[list[tuple[int, int, int]]]) -> None:
    jobs = [view(number) for number in range(8)]
    groups = Groups.of(jobs)
    for step in steps:
        before, jobs = jobs, list(jobs)
        for number, which, finished_at in step:
            states = FOLLOWS.get(before[number].state, (before[number].state,))
            state = states[which % len(states)]
            is_same = state is before[number].state
            ended = before[number].finished_at if is_same else float(finished_at) if state.is_final else None
            jobs[number] = view(number, state, worker=number, finished_at=ended, elapsed_s=float(which))
        pairs = [(old, new) for old, new in zip(before, jobs, strict=True) if old is not new]
        groups, anew = groups.changed(pairs, jobs), Groups.of(jobs)
        assert list(groups.by_turn({})) == list(anew.by_turn({}))
        assert groups.counts == anew.counts
        for shown in Shown:
            assert list(groups.chosen(shown).jobs) == list(anew.chosen(shown).jobs)


def worked(number: int, elapsed_s: float, **values: object) -> JobView:
    return view(number, DONE, elapsed_s=elapsed_s, **values)


@pytest.mark.parametrize(
    ("jobs", "workers", "progress"),
    [
        ([view(1), view(2)], 2, Progress(0, 2, None)),
        ([view(1, RUNNING, remaining_s=8.0)], 2, Progress(0, 1, 8.0)),
        ([view(1, RUNNING, remaining_s=8.0), view(2)], 2, Progress(0, 2, None)),
    ],
)
def test_the_time_left_is_told_where_it_can_be_estimated(jobs: list[JobView], workers: int, progress: Progress) -> None:
    assert BatchProgress().follow(Groups.of(jobs), workers) == progress


def test_the_time_left_is_that_of_the_jobs_before_shared_among_the_workers() -> None:
    batch = BatchProgress()
    batch.follow(Groups.of([view(number) for number in range(6)]), 2)
    jobs = [
        worked(0, 10.0),
        worked(1, 0.1, from_cache=True),
        view(2, RUNNING, remaining_s=4.0),
        view(3, RUNNING, elapsed_s=2.0),
        view(4),
        view(5),
    ]
    assert batch.follow(Groups.of(jobs), 2) == Progress(2, 6, (4.0 + 8.0 + 10.0 + 10.0) / 2)


def test_the_time_left_follows_the_progress_of_what_runs() -> None:
    batch = BatchProgress()
    batch.follow(Groups.of([view(1, RUNNING, remaining_s=8.0)]), 2)
    assert batch.progress([view(1, RUNNING, remaining_s=5.0)], 2) == Progress(0, 1, 5.0)


def test_a_batch_begins_when_the_queue_was_empty_and_knows_only_its_own_jobs() -> None:
    batch = BatchProgress()
    old = [worked(number, 5.0) for number in range(3)]
    assert batch.follow(Groups.of(old), 2) is None
    assert batch.follow(Groups.of([*old, view(3), view(4)]), 2) == Progress(0, 2, None)
    assert batch.follow(Groups.of([*old, worked(3, 5.0), view(4)]), 2) == Progress(1, 2, 5.0)
    assert batch.follow(Groups.of([*old, view(4)]), 2) == Progress(0, 1, None)  # The other was removed.
    assert batch.follow(Groups.of([*old, worked(4, 5.0)]), 2) is None
    assert batch.follow(Groups.of([*old, worked(4, 5.0), view(5)]), 2) == Progress(0, 1, None)


def test_a_button_leads_to_every_page_that_an_error_names() -> None:
    assert set(_OF_PAGES) == set(WindowPage)
