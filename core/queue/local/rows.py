"""The rows of the job table, of which only those of jobs that have changed are made anew."""

from collections import Counter
from collections.abc import Iterable

from core.domain import JobId, JobState, JobView
from core.queue.local.entry import JobEntry


class JobRows:
    """Asked for ten times a second, with up to ten thousand jobs of which a handful runs.

    `entries` are all that there are, in the order of submission; they are looked through only after `rearrange`.
    """

    def __init__(self) -> None:
        self._views: list[JobView] = []
        self._given: tuple[JobView, ...] = ()
        self._places: dict[JobId, int] = {}
        self._counts: dict[int, int] = {}
        """By the identity of the state: the hash of a state is slow."""
        self._changed: set[JobEntry] = set()
        """What has changed since the last look, and what runs: there the time alone makes another row."""
        self._is_rearranged = True

    def follow(self, entry: JobEntry) -> None:
        """Something about this job has changed."""
        self._changed.add(entry)

    def rearrange(self) -> None:
        """Rows have come or gone."""
        self._is_rearranged = True

    def views(self, entries: Iterable[JobEntry]) -> tuple[JobView, ...]:
        """The rows; the same object as the last time where none differs."""
        self._bring_up_to_date(entries)
        return self._given

    def count_by_state(self, entries: Iterable[JobEntry]) -> Counter[JobState]:
        """How many rows there are in each state."""
        self._bring_up_to_date(entries)
        return Counter({state: self._counts.get(id(state), 0) for state in JobState})

    def _bring_up_to_date(self, entries: Iterable[JobEntry]) -> None:
        if self._is_rearranged:
            self._make(entries)
        elif self._changed:
            shown = [entry for entry in self._changed if entry.job.id in self._places]
            for entry in shown:
                self._replace(self._places[entry.job.id], entry.view)
            self._given = tuple(self._views)
            self._keep_running(shown)

    def _make(self, entries: Iterable[JobEntry]) -> None:
        shown = [entry for entry in entries if not entry.removed]
        self._views = [entry.kept_view or entry.view for entry in shown]
        self._given = tuple(self._views)
        self._places = {view.id: place for place, view in enumerate(self._views)}
        self._counts = dict(Counter([id(view.state) for view in self._views]))
        self._keep_running(shown)
        self._is_rearranged = False

    def _replace(self, place: int, view: JobView) -> None:
        before, self._views[place] = self._views[place], view
        if view.state is not before.state:
            self._counts[id(before.state)] -= 1
            self._counts[id(view.state)] = self._counts.get(id(view.state), 0) + 1

    def _keep_running(self, entries: Iterable[JobEntry]) -> None:
        self._changed = {entry for entry in entries if entry.kept_view is None}
