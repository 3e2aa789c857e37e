"""Completes and corrects the start and end times of segments and words that a service sends wrongly or not at all."""

from collections.abc import Sequence
from itertools import pairwise

from core.providers.answers.recording_clock import between

TimeSpan = tuple[float | None, float | None]
"""Start and end in seconds, None for what isn't known."""


def told_spans(
    times: Sequence[TimeSpan], weights: Sequence[int], low_s: float, high_s: float
) -> list[tuple[float, float]]:
    """Spans as they were told, within the limits: those of people who speak at once overlap.

    Where a start or an end isn't known, the span is as `fit_spans` makes it.
    """
    spans = fit_spans(times, weights, low_s, high_s)
    for number, (start_s, end_s) in enumerate(times):
        if start_s is not None and end_s is not None:
            begun_s = between(start_s, low_s, high_s)
            spans[number] = begun_s, between(end_s, begun_s, high_s)
    return spans


def fit_spans(
    times: Sequence[TimeSpan], weights: Sequence[int], low_s: float, high_s: float
) -> list[tuple[float, float]]:
    """Spans in order, without overlaps, and within the limits, whatever the times were before.

    Spans without times share the time between their neighbours in proportion to their weights.
    """
    spans: list[tuple[float, float]] = []
    at_s, first = low_s, 0
    while first < len(times):
        last = first
        while last + 1 < len(times) and times[last][1] is None and times[last + 1][0] is None:
            last += 1
        start_s, end_s = times[first][0], times[last][1]
        if end_s is None:
            end_s = times[last + 1][0] if last + 1 < len(times) else high_s
        start_s = between(at_s if start_s is None else start_s, at_s, high_s)
        at_s = between(high_s if end_s is None else end_s, start_s, high_s)
        spans += _shared(weights[first : last + 1], start_s, at_s)
        first = last + 1
    return spans


def _shared(weights: Sequence[int], start_s: float, end_s: float) -> list[tuple[float, float]]:
    """The time from start to end, divided by the weights."""
    if len(weights) == 1:
        return [(start_s, end_s)]
    each_s = (end_s - start_s) / max(1, sum(weights))
    limits_s, passed = [start_s], 0
    for weight in weights:
        passed += weight
        limits_s.append(between(round(start_s + passed * each_s, 3), limits_s[-1], end_s))
    return list(pairwise(limits_s))
