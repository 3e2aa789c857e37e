"""The priority of a job, by its requester, its length, and how many were submitted together."""

from core.domain import Priority, Requester

MOST_INTERACTIVE = 10
"""More recordings than this at once are background work: none of them is watched."""

SHORT_S = 120.0
SHORT_BYTES = 2_000_000
"""A voice note at most: twenty minutes of speech, or a minute of music."""

LONG_S = 1200.0
LONG_BYTES = 100_000_000
"""From here on short jobs go first, even before the owner's: so long a job is not watched."""


def priority_of(
    requester: Requester, *, together: int, duration_s: float | None = None, size_bytes: int | None = None
) -> Priority:
    """The priority of one of `together` recordings that were submitted in one request.

    The owner's own few come first, then other people's short recordings, then long ones, then whole folders. A
    recording's length decides where it is known, else its size; where neither is known, the owner's recording counts as
    short and other people's as long.
    """
    if together > MOST_INTERACTIVE:
        return Priority.BACKGROUND
    if requester.is_owner:
        return Priority.LONG if _exceeds(duration_s, LONG_S, size_bytes, LONG_BYTES) else Priority.INTERACTIVE
    return Priority.LONG if _exceeds(duration_s, SHORT_S, size_bytes, SHORT_BYTES) is not False else Priority.SHORT


def _exceeds(duration_s: float | None, most_s: float, size_bytes: int | None, most_bytes: int) -> bool | None:
    """Whether a recording is at least so long; None where neither length nor size is known."""
    if duration_s is not None:
        return duration_s >= most_s
    return size_bytes >= most_bytes if size_bytes is not None else None
