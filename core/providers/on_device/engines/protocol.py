"""Checks the frames that an engine sends. All functions raise `ProtocolError` for what the protocol doesn't allow."""

from core.domain.device import GRAPHICS_CARD, PROCESSOR, Device
from core.providers.on_device.voices.protocol import read_decided, read_heard
from core.system.frames import Fields, Frame, ProtocolError, number_in, text_in

_FURTHEST_S = 1e7
_LONGEST_TEXT = 20_000
_MOST_WORDS = 5_000
_LONGEST_WORD = 1_000
_LONGEST_CODE = 20
_MOST_THREADS = 10_000
_MOST_LANGUAGES = 200

_ANSWERS = {
    "transcribe": ("done", "other-language", "failed"),
    "identify": ("language", "other-language", "failed"),
    "hear": ("heard", "failed"),
    "decide": ("decided", "failed"),
}
"""Which frames may end a request of which kind."""


def read_device(fields: Fields) -> Device:
    """What the engine says that it computes with."""
    device = Device(
        fields.identifier("name"), fields.identifier("compute_type"), fields.whole("threads", 0, _MOST_THREADS)
    )
    if device.name not in (GRAPHICS_CARD, PROCESSOR):
        raise ProtocolError("an unknown device")
    return device


def check_segment(frame: Frame, request: int) -> None:
    """Check a segment: `start`, `end`, `text`, and `words`, each with start, end, text and probability."""
    fields = frame.fields
    _check_request(fields, request)
    fields.number("start", -_FURTHEST_S, _FURTHEST_S)
    fields.number("end", -_FURTHEST_S, _FURTHEST_S)
    fields.text("text", _LONGEST_TEXT)
    for word in fields.items("words", _MOST_WORDS):
        if type(word) is not list or len(word) != 4:
            raise ProtocolError("a word of another shape")
        start, end, text, probability = word
        number_in(start, "start", -_FURTHEST_S, _FURTHEST_S)
        number_in(end, "end", -_FURTHEST_S, _FURTHEST_S)
        text_in(text, "word", _LONGEST_WORD)
        number_in(probability, "probability", -_FURTHEST_S, _FURTHEST_S)


def check_answer(frame: Frame, request: int, kind: str, *, is_cancelled: bool = False) -> None:
    """Check the last frame for a request of this kind."""
    fields = frame.fields
    if frame.kind not in _ANSWERS[kind] and not (is_cancelled and frame.kind == "cancelled"):
        raise ProtocolError("no answer to this request")
    _check_request(fields, request)
    if frame.kind == "done":
        fields.identifier("language", _LONGEST_CODE)
        for name in ("unwritten", "other_language", "noisy"):
            _check_spans(fields, name)
    elif frame.kind == "heard":
        read_heard(frame)
    elif frame.kind == "decided":
        read_decided(frame)
    elif frame.kind == "language":
        fields.text_or_none("code", _LONGEST_CODE)
        fields.number("probability", 0, 1)
        for likely in fields.items("likely", _MOST_LANGUAGES):
            if type(likely) is not list or len(likely) != 2:
                raise ProtocolError("a language of another shape")
            text_in(likely[0], "language", _LONGEST_CODE)
            number_in(likely[1], "probability", 0, 1)
        for other in fields.items("others", _MOST_LANGUAGES):
            text_in(other, "language", _LONGEST_CODE)


def _check_spans(fields: Fields, name: str) -> None:
    for span in fields.items(name, _MOST_WORDS):
        if type(span) is not list or len(span) != 2:
            raise ProtocolError("a stretch of speech of another shape")
        for at in span:
            number_in(at, name, -_FURTHEST_S, _FURTHEST_S)


def _check_request(fields: Fields, request: int) -> None:
    if fields.whole("id", 0, 2**53) != request:
        raise ProtocolError("an answer to another request")
