"""Nothing that a voices process sends is believed without a look."""

from array import array

import pytest

from core.providers.on_device.voices.protocol import read_decided, read_heard
from core.providers.on_device.voices.wire import spans_as_bytes
from core.system.frames import Frame, ProtocolError

PRINT = array("f", [0.6, 0.8]).tobytes()
HEARD = {"kind": "heard", "regions": 1, "windows": 1, "dimension": 2, "narrow": True}
DECIDED = {"kind": "decided", "speakers": 1, "dimension": 2, "turns": [0]}


def test_what_was_heard_is_read() -> None:
    frame = Frame(HEARD, spans_as_bytes([(0.5, 2.0), (0.5, 1.9)]) + PRINT)

    assert read_heard(frame) == (((0.5, 2.0),), ((0.5, 1.9),), PRINT, True)


def test_a_decision_is_read() -> None:
    assert read_decided(Frame(DECIDED, spans_as_bytes([(0.5, 2.0)]) + PRINT)) == ([(0.5, 2.0, 0)], [PRINT])


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (HEARD, b""),
        (HEARD, spans_as_bytes([(0.5, 2.0), (0.5, 1.9)]) + PRINT[:-1]),
        (HEARD | {"narrow": 2}, spans_as_bytes([(0.5, 2.0), (0.5, 1.9)]) + PRINT),
        (HEARD | {"windows": -1}, spans_as_bytes([(0.5, 2.0)])),
        (HEARD | {"dimension": 10**9}, spans_as_bytes([(0.5, 2.0), (0.5, 1.9)]) + PRINT),
        (HEARD, spans_as_bytes([(2.0, 0.5), (0.5, 1.9)]) + PRINT),
        (HEARD, spans_as_bytes([(0.5, float("nan")), (0.5, 1.9)]) + PRINT),
        (HEARD, spans_as_bytes([(0.5, float("inf")), (0.5, 1.9)]) + PRINT),
    ],
)
def test_what_cannot_have_been_heard_is_refused(header: dict[str, object], body: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_heard(Frame(header, body))


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (DECIDED | {"turns": [1]}, spans_as_bytes([(0.5, 2.0)]) + PRINT),
        (DECIDED | {"turns": [True]}, spans_as_bytes([(0.5, 2.0)]) + PRINT),
        (DECIDED | {"turns": "0"}, spans_as_bytes([(0.5, 2.0)]) + PRINT),
        (DECIDED | {"speakers": 2}, spans_as_bytes([(0.5, 2.0)]) + PRINT),
        (DECIDED, spans_as_bytes([(-1.0, 2.0)]) + PRINT),
        (DECIDED, spans_as_bytes([(0.5, 2.0)]) + array("f", [0.6, float("nan")]).tobytes()),
        (DECIDED, spans_as_bytes([(0.5, 2.0)]) + array("f", [6.0, 8.0]).tobytes()),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(header: dict[str, object], body: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_decided(Frame(header, body))
