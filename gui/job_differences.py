"""What differs between the jobs of two snapshots, found without a look at each: most of ten thousand are the same."""

from collections.abc import Sequence
from itertools import compress
from operator import is_not

from core.domain import JobView

Pairs = list[tuple[JobView, JobView]]


class _Last:
    """The last answer: several views ask the same of each snapshot, one after the other in the window's thread."""

    before: Sequence[JobView] = ()
    after: Sequence[JobView] = ()
    pairs: Pairs | None = None


def changed_pairs(before: Sequence[JobView], after: Sequence[JobView]) -> Pairs | None:
    """Each job that is another object now, as it was and as it is. None where jobs have come, gone or moved.

    The sequences are those of snapshots, which never change. What is returned isn't to be changed, either.
    """
    if before is not _Last.before or after is not _Last.after:
        _Last.before, _Last.after, _Last.pairs = before, after, _compare(before, after)
    return _Last.pairs


def _compare(before: Sequence[JobView], after: Sequence[JobView]) -> Pairs | None:
    if before is after:
        return []
    if len(before) != len(after):
        return None
    pairs = [(before[row], after[row]) for row in compress(range(len(after)), map(is_not, before, after))]
    return pairs if all(old.id == new.id for old, new in pairs) else None


def has_other_states(pairs: Sequence[tuple[JobView, JobView]]) -> bool:
    """Whether one of these is in another state than before."""
    return any(old.state is not new.state for old, new in pairs)
