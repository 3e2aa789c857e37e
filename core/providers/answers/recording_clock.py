"""Converts an engine's or service's times, which count from the chunk's start, to times from the recording's start."""

import math


def on_clock(start: float, end: float, offset_s: float, earliest_s: float, latest_s: float) -> tuple[float, float]:
    """Start and end in seconds, moved by `offset_s`, in order and within the limits, whatever they were before."""
    start_s = between(round(offset_s + start, 3), earliest_s, latest_s)
    return start_s, between(round(offset_s + end, 3), start_s, max(start_s, latest_s))


def between(value: float, low: float, high: float) -> float:
    """The value, or the nearer limit; the lower one for what is no number."""
    return low if math.isnan(value) else max(low, min(value, high))
