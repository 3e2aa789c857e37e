"""In which order waiting jobs will begin, as it is told and as the owner changes it."""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence

from core.domain import JobId
from core.domain.job_move import Move, MoveBefore, moved, moved_to
from core.queue.local.waiting import WaitingJobs

PLACES_LAST_S = 1.0
"""How old a place may be: everybody who waits asks for it every two seconds, and it costs a sort of all that wait."""


class WaitingOrder:
    """Of the jobs in `waiting`. `monotonic` gives seconds that never go back."""

    def __init__(self, waiting: WaitingJobs, monotonic: Callable[[], float]) -> None:
        self._waiting = waiting
        self._monotonic = monotonic
        self._places: dict[JobId, int] = {}
        self._placed_at = -math.inf

    def places(self) -> Mapping[JobId, int]:
        """Each job's place, from 1; the same object for a second, and where none differs."""
        now = self._monotonic()
        if now - self._placed_at >= PLACES_LAST_S:
            places, self._placed_at = dict(zip(self._waiting.order(), itertools.count(1), strict=False)), now
            if places != self._places:
                self._places = places
        return self._places

    def after(self, job_ids: Sequence[JobId], to: Move | MoveBefore) -> tuple[list[JobId], list[JobId]]:
        """The owner's jobs in their order, as it is and as it is after a move of these."""
        order = self._waiting.order()
        owners = self._waiting.owners_of(order)
        if isinstance(to, Move):
            return owners, moved(owners, job_ids, to)
        if to.job_id not in order:  # It has begun meanwhile.
            return owners, owners
        return owners, moved_to(owners, job_ids, len(self._waiting.owners_of(order[: order.index(to.job_id)])))

    def arrange(self, job_ids: Sequence[JobId]) -> dict[JobId, JobId]:
        """As `WaitingJobs.arrange`; the places that are given next are the new ones."""
        given = self._waiting.arrange(job_ids)
        if given:
            self._placed_at = -math.inf
        return given
