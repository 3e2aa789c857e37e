"""Exponential backoff between attempts to reach Telegram or the database."""

_INITIAL_S = 1.0
_MAX_S = 30.0


def backoff_s(failures: int) -> float:
    """Seconds to wait after `failures` failures in a row, counted from 1: 1, 2, 4 and so on, up to 30."""
    return min(_INITIAL_S * 2.0 ** min(failures - 1, 10), _MAX_S)
