"""The rows of the job table are made anew only where a job has changed."""

from dataclasses import replace

from core.domain import Job, JobId, JobState, Requester, SourceReference, TranscriptionOptions
from core.queue.local.entry import JobEntry
from core.queue.local.rows import JobRows

MANY = 1000


def job(number: int) -> Job:
    source = SourceReference("file", f"/{number}.wav", f"{number}.wav")
    return Job(JobId(f"{number:032x}"), source, TranscriptionOptions(), Requester("desktop"), float(number))


class CountedEntries(list[JobEntry]):
    """Entries that know how often all of them are looked through."""

    looks = 0

    def __iter__(self):
        self.looks += 1
        return super().__iter__()


def many(rows: JobRows) -> CountedEntries:
    return CountedEntries([JobEntry(job(number), number, rows.follow, lambda: 0.0) for number in range(MANY)])


def test_after_a_change_only_the_changed_job_is_looked_at_and_all_is_as_made_anew() -> None:
    rows = JobRows()
    entries = many(rows)
    before = rows.views(entries)
    for number, state in ((3, JobState.RUNNING), (3, JobState.DONE), (7, JobState.FAILED), (7, JobState.QUEUED)):
        entries[number].set_job(replace(entries[number].job, state=state))
        assert rows.views(entries) == JobRows().views(entries)
        assert rows.count_by_state(entries) == JobRows().count_by_state(entries)
    entries.looks = 0
    entries[5].set_job(replace(entries[5].job, state=JobState.RUNNING))
    entries[5].progress(0.5)
    after = rows.views(entries)
    assert after[5].progress == 0.5
    assert rows.count_by_state(entries)[JobState.RUNNING] == 1
    assert entries.looks == 0
    assert sum(old is not new for old, new in zip(before, after, strict=True)) == 3


def test_where_nothing_has_changed_the_rows_are_the_same_object() -> None:
    rows = JobRows()
    entries = many(rows)
    assert rows.views(entries) is rows.views(entries)


def test_a_row_that_is_taken_out_and_put_back_is_counted_like_that() -> None:
    rows = JobRows()
    entries = many(rows)
    entries[0].removed = True
    rows.rearrange()
    assert len(rows.views(entries)) == rows.count_by_state(entries)[JobState.QUEUED] == MANY - 1
    entries[0].removed = False
    rows.rearrange()
    assert len(rows.views(entries)) == MANY
