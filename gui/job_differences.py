"""What differs between the jobs of two snapshots, found without a look at each: most of ten thousand are the same."""

from collections.abc import Sequence

from core.domain import JobView


def changed_pairs(before: Sequence[JobView], after: Sequence[JobView]) -> list[tuple[JobView, JobView]] | None:
    """Each job that is another object now, as it was and as it is. None where jobs have come, gone or moved."""
    if len(before) != len(after):
        return None
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if old is not new]
    return pairs if all(old.id == new.id for old, new in pairs) else None


def has_other_states(pairs: Sequence[tuple[JobView, JobView]]) -> bool:
    """Whether one of these is in another state than before."""
    return any(old.state is not new.state for old, new in pairs)
