"""Reads the frames that a voices process answers with. Raises `ProtocolError` for what the protocol doesn't allow."""

import math

from core.providers.on_device.voices.wire import NUMBER_BYTES, SPAN_BYTES, Span, spans_of, vectors_of
from core.system.frames import Frame, ProtocolError

_MOST_SPANS = 1_000_000
_MOST_SPEAKERS = 10_000
_MOST_TURNS = 50_000
_LARGEST_DIMENSION = 4096
_LONGEST_S = 1e7
_UNIT = 1.0
_INEXACT = 0.01


def read_heard(frame: Frame) -> tuple[tuple[Span, ...], tuple[Span, ...], bytes, bool]:
    """The regions and windows of a chunk in its own seconds, the windows' prints, and whether its band is narrow."""
    fields = frame.fields
    regions, windows = fields.whole("regions", 0, _MOST_SPANS), fields.whole("windows", 0, _MOST_SPANS)
    dimension = fields.whole("dimension", 1, _LARGEST_DIMENSION)
    until_prints = (regions + windows) * SPAN_BYTES
    if len(frame.body) != until_prints + windows * dimension * NUMBER_BYTES:
        raise ProtocolError("times and prints of another length than said")
    spans = spans_of(frame.body[:until_prints])
    _check(spans)
    return spans[:regions], spans[regions:], frame.body[until_prints:], fields.flag("narrow")


def read_decided(frame: Frame) -> tuple[list[tuple[float, float, int]], list[bytes]]:
    """The turns, each with its speaker from 0, and the print of each speaker."""
    fields = frame.fields
    numbers = fields.items("turns", _MOST_TURNS)
    speakers = fields.whole("speakers", 0, _MOST_SPEAKERS)
    dimension = fields.whole("dimension", 1, _LARGEST_DIMENSION)
    until_prints = len(numbers) * SPAN_BYTES
    if len(frame.body) != until_prints + speakers * dimension * NUMBER_BYTES:
        raise ProtocolError("turns and prints of another length than said")
    if not all(type(number) is int and 0 <= number < speakers for number in numbers):
        raise ProtocolError("a turn of nobody")
    spans = spans_of(frame.body[:until_prints])
    _check(spans)
    prints = frame.body[until_prints:]
    for vector in vectors_of(prints, dimension):
        if not abs(math.hypot(*vector) - _UNIT) < _INEXACT:
            raise ProtocolError("a print that is no unit vector")
    size = dimension * NUMBER_BYTES
    return (
        [(*span, number) for span, number in zip(spans, numbers, strict=True)],
        [prints[place : place + size] for place in range(0, len(prints), size)],
    )


def _check(spans: tuple[Span, ...]) -> None:
    if not all(0 <= start <= end <= _LONGEST_S for start, end in spans):
        raise ProtocolError("times that can't be")
