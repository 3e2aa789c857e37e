"""How waiting jobs are moved within their queue."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from core.domain.identity import JobId


class Move(Enum):
    """A step past one other job, or past all of them."""

    UP = auto()
    DOWN = auto()
    FRONT = auto()
    BACK = auto()


@dataclass(frozen=True, slots=True)
class MoveBefore:
    """To the place before this job, which may be somebody else's."""

    job_id: JobId


def moved(order: Sequence[JobId], chosen: Collection[JobId], to: Move) -> list[JobId]:
    """The order after a move of the chosen jobs, which keep their own order. With a step each passes one other."""
    chosen = frozenset(chosen)
    if to is Move.UP:
        return _stepped_up(order, chosen)
    if to is Move.DOWN:
        return _stepped_up(order[::-1], chosen)[::-1]
    return moved_to(order, chosen, 0 if to is Move.FRONT else len(order))


def moved_to(order: Sequence[JobId], chosen: Collection[JobId], place: int) -> list[JobId]:
    """The order after the chosen jobs have gone, together, to where the job at this place is, or to the end."""
    chosen = frozenset(chosen)
    before = [job_id for job_id in order[:place] if job_id not in chosen]
    after = [job_id for job_id in order[place:] if job_id not in chosen]
    return [*before, *(job_id for job_id in order if job_id in chosen), *after]


def _stepped_up(order: Sequence[JobId], chosen: frozenset[JobId]) -> list[JobId]:
    """Each chosen job before the one before it, unless that is a chosen one, too, which had no way to go."""
    after = list(order)
    for place in range(1, len(after)):
        if after[place] in chosen and after[place - 1] not in chosen:
            after[place - 1], after[place] = after[place], after[place - 1]
    return after
