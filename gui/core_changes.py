"""Finds what the core has changed by comparing its snapshots: a job's end, a setting that the bot has changed, ..."""

from collections.abc import Mapping

from PySide6.QtCore import QObject

from core.domain import JobId, JobState, JobView, Snapshot
from gui.changes import ChangeEvents, Changes
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
        self._jobs: Mapping[JobId, JobView] | None = None
        self._history_revision: int | None = None
        core.published.connect(self._compare)

    def _compare(self, snapshot: Snapshot) -> None:
        names = self._settings.update(snapshot)
        jobs = {job.id: job for job in snapshot.jobs}
        before = jobs if self._jobs is None else self._jobs  # What earlier sessions have left has not just changed.
        self._jobs = jobs
        history_differs = self._history_revision not in (None, snapshot.history_revision)
        self._history_revision = snapshot.history_revision
        self._changes.publish(
            Changes(
                history=history_differs,
                jobs=_states(before) != _states(jobs),
                providers=bool(names & PROVIDER_SETTINGS),
                settings=names,
            )
        )


def _states(jobs: Mapping[JobId, JobView]) -> dict[JobId, JobState]:
    return {job_id: job.state for job_id, job in jobs.items()}
