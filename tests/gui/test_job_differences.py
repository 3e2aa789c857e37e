"""What differs between two snapshots is found whatever comes, goes and changes."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import JobState
from gui.job_differences import changed_pairs, has_other_states
from tests.gui.samples import view
from tests.property_examples import share_of_examples

JOBS = [view(number) for number in range(6)]


@settings(max_examples=share_of_examples(0.4))
@given(st.sets(st.integers(0, 5)), st.sampled_from(JobState))
def test_the_jobs_that_are_other_objects_are_found(changed: set[int], state: JobState) -> None:
    after = [replace(job, state=state) if number in changed else job for number, job in enumerate(JOBS)]
    pairs = changed_pairs(JOBS, after)
    assert pairs == [(JOBS[number], after[number]) for number in sorted(changed)]
    assert has_other_states(pairs) == (bool(changed) and state is not JobState.QUEUED)


def test_jobs_that_have_come_gone_or_moved_are_no_changes_of_jobs() -> None:
    assert changed_pairs(JOBS, JOBS[1:]) is None
    assert changed_pairs(JOBS, [*JOBS[1:], view(9)]) is None
    assert changed_pairs(JOBS, JOBS[::-1]) is None
