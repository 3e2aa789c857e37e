"""Finds what the core has changed by comparing its snapshots: a job's end, a setting that the bot has changed, ..."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from core.domain import JobId, JobState, JobView, Snapshot
from gui.changes import ChangeEvents, Changes
from gui.job_differences import changed_pairs, has_other_states
from gui.runtime.core_thread import CoreThread
from gui.shown_settings import ShownSettings

PROVIDER_SETTINGS = frozenset({"providers", "services", "profile"})
"""The settings that decide which providers there are, and their order."""


class CoreChanges(QObject):
    """Publishes at most one `Changes` a snapshot.

    Made before the pages, so that `settings` is up to date when a page gets the same snapshot.
    """

    def __init__(
        self, core: CoreThread, settings: ShownSettings, changes: ChangeEvents, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._changes = changes
        self._jobs: Sequence[JobView] | None = None
        self._history_revision: int | None = None
        core.published.connect(self._compare)

    def _compare(self, snapshot: Snapshot) -> None:
        names = self._settings.update(snapshot)
        jobs = snapshot.jobs
        before = jobs if self._jobs is None else self._jobs  # What earlier sessions have left has not just changed.
        self._jobs = jobs
        history_differs = self._history_revision not in (None, snapshot.history_revision)
        self._history_revision = snapshot.history_revision
        self._changes.publish(
            Changes(
                history=history_differs,
                jobs=_differ(before, jobs),
                providers=bool(names & PROVIDER_SETTINGS),
                settings=names,
            )
        )


def _differ(before: Sequence[JobView], jobs: Sequence[JobView]) -> bool:
    """Whether jobs have come or gone, or are in another state; their progress doesn't count, nor does their order."""
    pairs = changed_pairs(before, jobs)
    return _states(before) != _states(jobs) if pairs is None else has_other_states(pairs)


def _states(jobs: Sequence[JobView]) -> dict[JobId, JobState]:
    return {job.id: job.state for job in jobs}
