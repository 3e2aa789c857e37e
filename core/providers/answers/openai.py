"""Reads answers in OpenAI's format into segments and words on the recording's clock.

Services differ: words may stand beside the segments or in them, or be missing; so may everything but the text. See https://platform.openai.com/docs/api-reference/audio/verbose-json-object
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from core.domain import Segment, SpeechChunk, Word
from core.domain.languages import language_code
from core.domain.scripts import join_prose
from core.providers.answers.recording_clock import between
from core.providers.answers.repetition import without_loops
from core.providers.answers.sanitizing import sanitized
from core.providers.answers.sentences import sentences_of
from core.providers.answers.time_spans import TimeSpan, fit_spans, told_spans
from core.providers.answers.word_alignment import align_words
from core.providers.provider import ChunkTranscript


class AnswerFormat(StrEnum):
    """The formats of an answer, with the most information first."""

    VERBOSE_JSON = "verbose_json"
    JSON = "json"
    TEXT = "text"


_LIKELY_SILENCE = 0.6
_LEAST_CONFIDENCE = -1.0
"""Whisper's own rule for text made out of silence: https://github.com/openai/whisper/blob/main/whisper/transcribe.py"""

_NANOSECONDS_FROM = 1000.0
"""LocalAI writes times in nanoseconds (https://github.com/mudler/LocalAI/issues/5327): no segment ends a thousand
times later than its chunk."""


_MOST_CHARACTERS = 20_000
_MOST_CHARACTERS_PER_S = 100.0
"""Five times as fast as anybody speaks; a model in a loop may write the former within seconds of speech."""

_LONGEST_NAME = 100

_WEB_PAGE = re.compile(
    r"\s*<(?:!doctype|!--|\?xml|html|head|body|title|meta|script)\b|</(?:html|head|body|title|form|div|p|h1)>",
    re.IGNORECASE,
)
"""The content type isn't reliable: whisper.cpp's server sends plain text as HTML
(https://github.com/ggml-org/whisper.cpp/blob/master/examples/server/server.cpp)."""


def read_openai(
    body: bytes, answer_format: AnswerFormat, chunk: SpeechChunk, *, language: str | None
) -> ChunkTranscript:
    """The text of a chunk. `language` is the requested one, used where the answer names none.

    Where there are no segments, sentences are given the times that they have if all letters take equally long; so are
    segments and words without times that make sense. Raises ValueError for anything else: a web page, an
    error, more text than can be spoken.
    """
    answer = _parsed(body, answer_format)
    named = answer.get("language")
    spoken = language_code(sanitized(named)) if isinstance(named, str) else ""
    return ChunkTranscript(without_loops(_segments_in(answer, chunk)), spoken or language or "")


def _parsed(body: bytes, answer_format: AnswerFormat) -> Mapping[str, Any]:
    """Plain text, too, is an object with a text. Some servers write JSON in any case, errors above all."""
    text = body.decode("utf-8-sig") if answer_format is AnswerFormat.TEXT else ""
    if answer_format is AnswerFormat.TEXT and not text.lstrip().startswith("{"):
        return {"text": text}
    try:
        answer: Any = json.loads(body)
    except RecursionError as error:
        raise ValueError("too deep") from error
    except ValueError:
        if answer_format is AnswerFormat.TEXT:
            return {"text": text}
        raise
    if not isinstance(answer, dict):
        raise ValueError("no object")
    return answer


def _segments_in(answer: Mapping[str, Any], chunk: SpeechChunk) -> Sequence[Segment]:
    entries, words, text = _entries(answer, "segments"), _entries(answer, "words"), _text(answer, "text")
    if not isinstance(answer.get("text"), str) and not any(map(_is_text, (*entries, *words))):
        raise ValueError("neither text nor segments")
    if answer.get("error") and not text:
        raise ValueError("an error")
    if _WEB_PAGE.search(text):
        raise ValueError("a web page")
    _check_amount(text, entries, words, chunk)
    scale = _scale([*entries, *words], chunk)
    spoken = _words_in(words, chunk, scale, chunk.start_s, chunk.end_s)
    if not _hold_all(entries, text):
        segments = sentences_of(text or join_prose(word.text for word in spoken), chunk)
        return align_words(segments, spoken, fit_times=True)
    segments = _segments_of(entries, chunk, scale)
    if spoken:
        segments = align_words(segments, spoken)
    told = (
        segment
        for segment, entry in zip(segments, entries, strict=True)
        if segment.text and not _is_hallucinated(entry)
    )
    return sorted(told, key=lambda segment: segment.start_s)


def _check_amount(
    text: str, entries: Sequence[Mapping[str, Any]], words: Sequence[Mapping[str, Any]], chunk: SpeechChunk
) -> None:
    """Raises ValueError for more text than can be spoken, which would take hours to process."""
    most = _MOST_CHARACTERS + _MOST_CHARACTERS_PER_S * chunk.duration_s
    own = [word for entry in entries for word in _entries(entry, "words")]
    for pieces in (entries, words, own):
        if len(pieces) + sum(len(_text(piece, "text")) + len(_text(piece, "word")) for piece in pieces) > 2 * most:
            raise ValueError("too many pieces")
    if len(text) > most:
        raise ValueError("too much text")


def _hold_all(entries: Sequence[Mapping[str, Any]], text: str) -> bool:
    """Whether the segments are what counts: not where some are blank and the text says more than the others do."""
    texts = [_text(entry, "text") for entry in entries]
    return bool(entries) and (all(texts) or _letters([text]) <= _letters(texts)) and (any(texts) or not text)


def _segments_of(entries: Sequence[Mapping[str, Any]], chunk: SpeechChunk, scale: float) -> list[Segment]:
    """One for each entry, also where it has no text. Those of people who speak at once overlap."""
    texts = [_text(entry, "text") for entry in entries]
    weights = [len(text) for text in texts]
    spans = told_spans(_times(entries, chunk, scale), weights, chunk.start_s, chunk.end_s)
    if all(start_s == end_s for start_s, end_s in spans):
        spans = fit_spans([(None, None)] * len(spans), weights, chunk.start_s, chunk.end_s)
    return [
        Segment(*span, text, tuple(_words_in(_joined(_entries(entry, "words")), chunk, scale, *span)), _speaker(entry))
        for entry, text, span in zip(entries, texts, spans, strict=True)
    ]


def _words_in(
    entries: Sequence[Mapping[str, Any]], chunk: SpeechChunk, scale: float, start_s: float, end_s: float
) -> list[Word]:
    """The words between start and end; those without text are left out."""
    named = [(entry, _text(entry, "word") or _text(entry, "text")) for entry in entries]
    told = [(entry, text) for entry, text in named if text]
    times = _times([entry for entry, _ in told], chunk, scale)
    spans = fit_spans(times, [len(text) for _, text in told], start_s, end_s)
    return [Word(*span, text, _probability(entry)) for (entry, text), span in zip(told, spans, strict=True)]


def _times(entries: Sequence[Mapping[str, Any]], chunk: SpeechChunk, scale: float) -> list[TimeSpan]:
    """On the recording's clock. Where most begin after the chunk's end, none is used."""
    times = [_span(entry, chunk, scale) for entry in entries]
    beyond = sum(start_s is not None and start_s > chunk.end_s for start_s, _ in times)
    if 2 * beyond > len(times):
        return [(None, None)] * len(times)
    return [
        (None, None) if start_s is not None and start_s > chunk.end_s else (start_s, end_s) for start_s, end_s in times
    ]


def _span(entry: Mapping[str, Any], chunk: SpeechChunk, scale: float) -> TimeSpan:
    start, end = _number(entry.get("start")), _number(entry.get("end"))
    if start is not None and end is not None and end < start:
        end = None
    start_s, end_s = (None if at is None else round(chunk.start_s + at * scale, 3) for at in (start, end))
    return start_s, end_s


def _joined(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """whisper.cpp writes tokens as words: those that don't begin with the space before a word are parts of one."""
    texts = [entry.get("word") for entry in entries]
    if not any(isinstance(text, str) and text.startswith(" ") for text in texts):
        return list(entries)
    words: list[list[Mapping[str, Any]]] = []
    for entry, text in zip(entries, texts, strict=True):
        if words and isinstance(text, str) and not text.startswith(" "):
            words[-1].append(entry)
        else:
            words.append([entry])
    return [
        {**parts[0], "word": "".join(str(part.get("word") or "") for part in parts), "end": parts[-1].get("end")}
        for parts in words
    ]


def _is_hallucinated(entry: Mapping[str, Any]) -> bool:
    """Whether it is text made out of silence, by the service's own figures."""
    silence, confidence = _number(entry.get("no_speech_prob")), _number(entry.get("avg_logprob"))
    if silence is None or confidence is None:
        return False
    return silence > _LIKELY_SILENCE and confidence < _LEAST_CONFIDENCE


def _scale(entries: Iterable[Mapping[str, Any]], chunk: SpeechChunk) -> float:
    """How many seconds the answer's unit of time is."""
    latest = max((end for entry in entries if (end := _number(entry.get("end"))) is not None), default=0.0)
    return 1e-9 if latest > _NANOSECONDS_FROM * max(1.0, chunk.duration_s) else 1.0


def _entries(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = answer.get(name)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _number(value: object) -> float | None:
    """A number, which vLLM writes as text; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _is_text(entry: Mapping[str, Any]) -> bool:
    return isinstance(entry.get("text"), str) or isinstance(entry.get("word"), str)


def _text(entry: Mapping[str, Any], name: str) -> str:
    text = entry.get(name)
    return sanitized(text).strip() if isinstance(text, str) else ""


def _letters(texts: Iterable[str]) -> int:
    return sum(character.isalnum() for text in texts for character in text)


def _probability(entry: Mapping[str, Any]) -> float:
    probability = _number(entry.get("probability"))
    return 1.0 if probability is None else between(probability, 0.0, 1.0)


def _speaker(entry: Mapping[str, Any]) -> str | None:
    return " ".join(_text(entry, "speaker").split())[:_LONGEST_NAME] or None
