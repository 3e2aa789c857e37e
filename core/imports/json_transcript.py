"""Reads JSON: our own (`core.export.json_document`), and what Whisper and programs around it write.

https://github.com/openai/whisper and https://platform.openai.com/docs/api-reference/audio (`segments` with `start`,
`end`, `text`), https://github.com/ggml-org/whisper.cpp (`transcription` with `offsets` in milliseconds), and what
https://github.com/huggingface/transformers gives (`chunks` with `timestamp`).
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from core.domain import Segment, Word
from core.domain.speakers import LONGEST_NAME
from core.domain.visible import one_line
from core.imports.limits import LATEST_S, MOST_SEGMENTS, MOST_WORDS, NotReadableError, TooLargeError

VERSION = 1
"""The newest shape of our own that is understood; a test holds it equal to the one that is written."""


class NewerVersionError(ValueError):
    """A later version of Notula has written it."""


@dataclass(frozen=True, slots=True)
class JsonTranscript:
    """What a file says. What it doesn't say is empty, `duration_s` None."""

    segments: list[Segment]
    language: str = ""
    duration_s: float | None = None
    provider: str = ""
    model: str = ""
    name: str = ""


def read_json(text: str) -> JsonTranscript:
    """Raises `NotReadableError`, `NewerVersionError` and `TooLargeError`."""
    try:
        document = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotReadableError from error
    if not isinstance(document, dict):
        raise NotReadableError
    if "notula" in document:
        return _ours(document)
    result = document.get("result")
    language = _text(document.get("language") or (result.get("language") if isinstance(result, dict) else ""))
    if isinstance(document.get("transcription"), list):
        segments = [_of_whisper_cpp(each) for each in _objects(document["transcription"], MOST_SEGMENTS)]
    elif isinstance(document.get("chunks"), list):
        segments = [_of_chunk(each) for each in _objects(document["chunks"], MOST_SEGMENTS)]
    else:
        segments = [_of_whisper(each) for each in _objects(document.get("segments"), MOST_SEGMENTS)]
    return JsonTranscript(segments, language, _duration(document.get("duration")))


def _ours(document: Mapping[str, object]) -> JsonTranscript:
    version = document["notula"]
    if isinstance(version, bool) or not isinstance(version, int):
        raise NotReadableError
    if version > VERSION:
        raise NewerVersionError
    segments = [
        _segment(
            *_bounds(each.get("start_s"), each.get("end_s")),
            each,
            tuple(
                Word(
                    *_bounds(word.get("start_s"), word.get("end_s")),
                    _text(word.get("text")),
                    min(1.0, _number(word.get("probability"))),
                )
                for word in _objects(each.get("words", []), MOST_WORDS)
            ),
        )
        for each in _objects(document.get("segments"), MOST_SEGMENTS)
    ]
    described = {key: _text(document.get(key, "")) for key in ("language", "provider", "model", "name")}
    return JsonTranscript(segments, duration_s=_duration(document.get("duration_s")), **described)


def _of_whisper(each: Mapping[str, object]) -> Segment:
    return _segment(*_bounds(each.get("start"), each.get("end")), each, _words(each.get("words")))


def _of_whisper_cpp(each: Mapping[str, object]) -> Segment:
    offsets = each.get("offsets")
    if not isinstance(offsets, dict):
        raise NotReadableError
    start_s, end_s = _bounds(offsets.get("from"), offsets.get("to"), 1000.0)
    return _segment(start_s, end_s, each, ())


def _of_chunk(each: Mapping[str, object]) -> Segment:
    times = each.get("timestamp")
    if not isinstance(times, list) or len(times) != 2:
        raise NotReadableError
    start, end = times
    return _segment(*_bounds(start, start if end is None else end), each, ())  # The last one may have no end.


def _words(found: object) -> tuple[Word, ...]:
    """Words where each has its times; aligners leave out those of numbers, and then none are of use."""
    if not isinstance(found, list):
        return ()
    words = _objects(found, MOST_WORDS)
    if any("start" not in word or "end" not in word for word in words):
        return ()
    return tuple(
        Word(
            *_bounds(word["start"], word["end"]),
            _text(word.get("word", word.get("text"))),
            min(1.0, _number(word.get("probability", word.get("score", 1.0)))),
        )
        for word in words
    )


def _segment(start_s: float, end_s: float, each: Mapping[str, object], words: tuple[Word, ...]) -> Segment:
    speaker = each.get("speaker")
    name = None if speaker is None else _text(speaker)[:LONGEST_NAME] or None
    return Segment(start_s, end_s, _text(each.get("text")), words, name)


def _bounds(start: object, end: object, divisor: float = 1.0) -> tuple[float, float]:
    start_s, end_s = _number(start) / divisor, _number(end) / divisor
    if end_s < start_s:
        raise NotReadableError
    return start_s, end_s


def _duration(value: object) -> float | None:
    try:
        return None if value is None else _number(value)
    except NotReadableError:  # A text, with some programs; the last passage tells it then.
        return None


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= LATEST_S * 1000:
        raise NotReadableError
    if not math.isfinite(value):
        raise NotReadableError
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NotReadableError
    return one_line(value)


def _objects(value: object, most: int) -> list[dict[str, object]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise NotReadableError
    if len(value) > most:
        raise TooLargeError
    return value


def _refuse(constant: str) -> NoReturn:
    raise NotReadableError(constant)
