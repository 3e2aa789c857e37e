"""Sanitizes texts and times of providers and file names for text files."""

import math

from core.domain.visible import one_line

__all__ = ["LATEST_S", "milliseconds", "one_line", "seconds"]

LATEST_S = 1e10
"""In seconds, 300 years: readers of subtitles overflow on later times."""


def seconds(value: float) -> float:
    """The time as a number that is finite and not negative."""
    return min(max(value, 0.0), LATEST_S) if math.isfinite(value) else 0.0


def milliseconds(value: float) -> int:
    """The time rounded to a whole millisecond; the only place where subtitle times are rounded."""
    return round(seconds(value) * 1000)
