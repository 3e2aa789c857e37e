"""How urgent a request is."""

from core.domain import Priority, Requester

MOST_INTERACTIVE = 10
"""Who drops more than this at once doesn't wait in front of the window for each."""

_SHORT_S = 120.0
_SHORT_BYTES = 2_000_000


def priority_of(
    requester: Requester, *, together: int, duration_s: float | None = None, size_bytes: int | None = None
) -> Priority:
    """The priority of one of `together` recordings that somebody asked for in one go.

    The owner's own few come first, then others' short notes, then long ones, and whole folders last.
    """
    if together > MOST_INTERACTIVE:
        return Priority.BACKGROUND
    if requester.is_owner:
        return Priority.INTERACTIVE
    is_short = duration_s < _SHORT_S if duration_s is not None else size_bytes is not None and size_bytes < _SHORT_BYTES
    return Priority.SHORT if is_short else Priority.LONG
