"""Reads SubRip and WebVTT (https://www.w3.org/TR/webvtt1/). What isn't part of a subtitle is an error."""

import re
from collections.abc import Iterator

from core.domain import Segment
from core.domain.scripts import join_prose
from core.domain.speakers import LONGEST_NAME
from core.domain.visible import one_line
from core.imports.limits import LATEST_S, MOST_SEGMENTS, TooLargeError

_CLOCK = r"(?:(\d{1,7}):)?([0-5]\d):([0-5]\d)[.,](\d{1,3})"
_TIMES = re.compile(rf"[ \t]*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}(?:[ \t].*)?")
_NUMBER = re.compile(r"[ \t]*\d{1,10}[ \t]*")
_TAG = re.compile(r"<[^<>]*>")
_VOICE = re.compile(r"<v(?:\.[^<>\s]*)?[ \t]+([^<>]*)>")
_ENTITY = re.compile(r"&(amp|lt|gt|nbsp|lrm|rlm);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "nbsp": " ", "lrm": "", "rlm": ""}
_SRT_TAG = re.compile(r"</?(?:b|i|u|s|font)(?:\s[^<>]*)?>|\{\\an?\d{1,2}\}", re.IGNORECASE)
"""Those that players know; anything else in angle brackets is text."""
_LINE_END = re.compile(r"\r\n|\n|\r")
_NO_CUE = ("NOTE", "STYLE", "REGION")
_DASH = "- "


class DamagedLineError(ValueError):
    """A line that isn't what the format says."""

    def __init__(self, line: int) -> None:
        """Lines count from 1."""
        super().__init__(line)
        self.line = line


def read_srt(text: str) -> list[Segment]:
    """The subtitles of SubRip. Raises `DamagedLineError` and `TooLargeError`."""
    lines = _LINE_END.split(text)
    found: list[Segment] = []
    for first, last in _blocks(lines, 0):
        at = first + 1 if last > first + 1 and _NUMBER.fullmatch(lines[first]) else first
        start_s, end_s = _times(lines, at)
        said = (_SRT_TAG.sub("", line) for line in _payload(lines, at + 1, last))
        _add(found, start_s, end_s, join_prose(map(one_line, said)), None)
    return found


def read_vtt(text: str) -> list[Segment]:
    """The cues of WebVTT; spans of voices are passages of their own, with their speaker. Raises as `read_srt` does."""
    lines = _LINE_END.split(text)
    if not re.match(r"WEBVTT(?:[ \t]|$)", lines[0]):
        raise DamagedLineError(1)
    header = next((place for place, line in enumerate(lines) if not line.strip()), len(lines))
    _payload(lines, 1, header)
    found: list[Segment] = []
    for first, last in _blocks(lines, header):
        if lines[first].split(maxsplit=1)[0] in _NO_CUE and not any("-->" in line for line in lines[first:last]):
            continue
        at = first if "-->" in lines[first] or last == first + 1 else first + 1
        start_s, end_s = _times(lines, at)
        for speaker, said in _voices("\n".join(_payload(lines, at + 1, last))):
            _add(found, start_s, end_s, said, speaker)
    return found


def _blocks(lines: list[str], first: int) -> Iterator[tuple[int, int]]:
    """Where each run of lines begins and ends, with empty lines between them."""
    begun: int | None = None
    for place in range(first, len(lines) + 1):
        is_empty = place == len(lines) or not lines[place].strip()
        if not is_empty and begun is None:
            begun = place
        elif is_empty and begun is not None:
            yield begun, place
            begun = None


def _times(lines: list[str], at: int) -> tuple[float, float]:
    found = _TIMES.fullmatch(lines[at])
    if found is None:
        raise DamagedLineError(at + 1)
    start_s, end_s = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
    if not start_s <= end_s <= LATEST_S:
        raise DamagedLineError(at + 1)
    return start_s, end_s


def _seconds(clock: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = clock
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return (whole * 1000 + int((fraction or "").ljust(3, "0"))) / 1000


def _payload(lines: list[str], first: int, last: int) -> list[str]:
    """The text of a subtitle. Times in it are those of a next one, before which an empty line is missing."""
    for place in range(first, last):
        if "-->" in lines[place]:
            raise DamagedLineError(place + 1)
    return lines[first:last]


def _voices(text: str) -> Iterator[tuple[str | None, str]]:
    """Who says what in a cue; text before the first voice, or without one, is nobody's."""
    pieces = _VOICE.split(text)
    spoken = [
        (None if name is None else one_line(_unescaped(name))[:LONGEST_NAME] or None, _plain(piece))
        for name, piece in [(None, pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]
    ]
    several = sum(bool(said) for _, said in spoken) > 1
    for speaker, said in spoken:
        # Of several who speak at once each has a dash before it, which isn't said.
        words = said.removeprefix(_DASH) if several else said
        if words:
            yield speaker, words


def _plain(piece: str) -> str:
    """What is said in a span, without tags."""
    return join_prose(one_line(_unescaped(_TAG.sub("", line))) for line in piece.split("\n"))


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)


def _add(found: list[Segment], start_s: float, end_s: float, text: str, speaker: str | None) -> None:
    if len(found) >= MOST_SEGMENTS:
        raise TooLargeError
    if text:
        found.append(Segment(start_s, end_s, text, (), speaker))
