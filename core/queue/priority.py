"""How urgent a request is."""

from core.domain import Priority, Requester

MOST_INTERACTIVE = 10
"""Who drops more than this at once doesn't wait in front of the window for each."""

SHORT_S = 120.0
SHORT_BYTES = 2_000_000
"""What a voice note has at most; twenty minutes of speech, or a minute of music."""

LONG_S = 1200.0
LONG_BYTES = 100_000_000
"""From here on nobody watches to the end, not even the owner: what came later and is short goes before it."""


def priority_of(
    requester: Requester, *, together: int, duration_s: float | None = None, size_bytes: int | None = None
) -> Priority:
    """The priority of one of `together` recordings that somebody asked for in one go.

    The owner's own few come first, then others' short notes, then long ones, and whole folders last. A recording's
    length decides where it is known, else its size; of others' recordings one of which neither is known is long.
    """
    if together > MOST_INTERACTIVE:
        return Priority.BACKGROUND
    if requester.is_owner:
        return Priority.LONG if _exceeds(duration_s, LONG_S, size_bytes, LONG_BYTES) else Priority.INTERACTIVE
    return Priority.LONG if _exceeds(duration_s, SHORT_S, size_bytes, SHORT_BYTES) is not False else Priority.SHORT


def _exceeds(duration_s: float | None, most_s: float, size_bytes: int | None, most_bytes: int) -> bool | None:
    """Whether a recording is as long as this or longer; None where nobody knows."""
    if duration_s is not None:
        return duration_s >= most_s
    return size_bytes >= most_bytes if size_bytes is not None else None
