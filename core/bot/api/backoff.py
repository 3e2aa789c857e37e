"""How long to wait before Telegram, or the database, is asked again."""

_FIRST_S = 1.0
_LONGEST_S = 30.0


def backoff_s(failures: int) -> float:
    """Seconds to wait after so many failures in a row, counted from 1: 1, 2, 4 and so on, up to half a minute."""
    return min(_FIRST_S * 2.0 ** min(failures - 1, 10), _LONGEST_S)
