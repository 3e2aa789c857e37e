"""What parent and voices child send each other beside a frame's header: times and prints as they lie in memory.

A body has the regions, then the windows, then the prints. Times are pairs of 64-bit floats, prints rows of 32-bit
ones; both ends are on one computer. Only the standard library is used, so that the parent may import this.
"""

from array import array
from collections.abc import Iterable, Sequence
from itertools import chain

Span = tuple[float, float]

SPAN_BYTES = 16
NUMBER_BYTES = 4
"""Of a number of a print."""


def spans_as_bytes(spans: Iterable[Span]) -> bytes:
    """Pairs of start and end in seconds."""
    return array("d", chain.from_iterable(spans)).tobytes()


def spans_of(data: bytes) -> tuple[Span, ...]:
    """The pairs that `spans_as_bytes` wrote. Raises ValueError for another number of bytes."""
    numbers: Sequence[float] = _numbers("d", data)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def vectors_of(data: bytes, dimension: int) -> tuple[tuple[float, ...], ...]:
    """The rows of prints. Raises ValueError for another number of bytes."""
    numbers = _numbers("f", data)
    if len(numbers) % dimension:
        raise ValueError("half a print")
    return tuple(tuple(numbers[start : start + dimension]) for start in range(0, len(numbers), dimension))


def _numbers(kind: str, data: bytes) -> Sequence[float]:
    numbers = array(kind)
    numbers.frombytes(data)
    return numbers
