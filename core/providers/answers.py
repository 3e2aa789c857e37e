"""What services in the manner of OpenAI answer, read into segments and words on the recording's clock.

They differ: words may stand beside the segments or in them, or be missing; so may the segments, the language, and in
the end everything but the text. See https://platform.openai.com/docs/api-reference/audio/verbose-json-object
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from core.domain import Segment, SpeechChunk, Word
from core.domain.languages import language_code
from core.providers.clock import between, on_clock
from core.providers.provider import ChunkTranscript
from core.providers.repetition import without_loops
from core.providers.sentences import sentences_of
from core.providers.words import with_words


class AnswerFormat(StrEnum):
    """What can be asked for, from the richest to the poorest."""

    VERBOSE_JSON = "verbose_json"
    JSON = "json"
    TEXT = "text"


_LIKELY_SILENCE = 0.6
_LEAST_CONFIDENCE = -1.0
"""Whisper's own rule for text made out of silence: https://github.com/openai/whisper/blob/main/whisper/transcribe.py"""

_NANOSECONDS_FROM = 1000.0
"""LocalAI writes times in nanoseconds (https://github.com/mudler/LocalAI/issues/5327): no segment ends a thousand
times later than its chunk."""


def read_answer(
    body: bytes, answer_format: AnswerFormat, chunk: SpeechChunk, *, language: str | None
) -> ChunkTranscript:
    """The text of a chunk. `language` is what was asked for, and counts where the answer names none.

    Where there are no segments, sentences are given the times that they have if all letters take equally long. Raises
    ValueError for what is no such answer.
    """
    if answer_format is AnswerFormat.TEXT:
        return ChunkTranscript(without_loops(sentences_of(body.decode().strip(), chunk)), language or "")
    try:
        answer: Any = json.loads(body)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(answer, dict):
        raise ValueError("no object")
    named = answer.get("language")
    spoken = language_code(named) if isinstance(named, str) else ""
    return ChunkTranscript(without_loops(_segments_in(answer, chunk)), spoken or language or "")


def _segments_in(answer: Mapping[str, Any], chunk: SpeechChunk) -> Sequence[Segment]:
    entries, text = _entries(answer, "segments"), answer.get("text")
    words = _entries(answer, "words")
    if not entries and not words:
        if not isinstance(text, str):
            raise ValueError("neither text nor segments")
        return sentences_of(text.strip(), chunk)
    scale = _scale(entries or words, chunk)
    spoken = _words_in(words, chunk, scale)
    if not entries:
        text = text.strip() if isinstance(text, str) else ""
        segments = sentences_of(text or " ".join(word.text for word in spoken), chunk)
        return with_words(segments, spoken, fit_times=True)
    segments = _segments_of(entries, chunk, scale)
    if spoken:
        segments = with_words(segments, spoken)
    return [segment for segment, entry in zip(segments, entries, strict=True) if segment.text and _is_heard(entry)]


def _segments_of(entries: Sequence[Mapping[str, Any]], chunk: SpeechChunk, scale: float) -> list[Segment]:
    """One for each entry, also where it has no text."""
    segments: list[Segment] = []
    for entry in entries:
        not_before = segments[-1].end_s if segments else chunk.start_s
        start, end = _time(entry, "start") * scale, _time(entry, "end") * scale
        span = on_clock(start, end, chunk.start_s, not_before, chunk.end_s)
        words = _words_in(_joined(_entries(entry, "words")), chunk, scale)
        within = tuple(
            replace(word, start_s=between(word.start_s, *span), end_s=between(word.end_s, *span)) for word in words
        )
        segments.append(Segment(*span, _text(entry, "text"), within, _speaker(entry)))
    return segments


def _words_in(entries: Sequence[Mapping[str, Any]], chunk: SpeechChunk, scale: float) -> list[Word]:
    words = []
    at = chunk.start_s
    for entry in entries:
        span = on_clock(_time(entry, "start") * scale, _time(entry, "end") * scale, chunk.start_s, at, chunk.end_s)
        word = Word(*span, _text(entry, "word" if "word" in entry else "text"), _probability(entry))
        if word.text:
            words.append(word)
            at = span[1]
    return words


def _joined(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """whisper.cpp writes tokens as words: those that don't begin with the space before a word are parts of one."""
    texts = [entry.get("word") for entry in entries]
    if not any(isinstance(text, str) and text.startswith(" ") for text in texts):
        return list(entries)
    joined: list[Mapping[str, Any]] = []
    for entry, text in zip(entries, texts, strict=True):
        if joined and isinstance(text, str) and not text.startswith(" "):
            joined[-1] = {**joined[-1], "word": f"{joined[-1].get('word')}{text}", "end": entry.get("end")}
        else:
            joined.append(entry)
    return joined


def _is_heard(entry: Mapping[str, Any]) -> bool:
    silence, confidence = entry.get("no_speech_prob"), entry.get("avg_logprob")
    if not isinstance(silence, int | float) or not isinstance(confidence, int | float):
        return True
    return silence <= _LIKELY_SILENCE or confidence >= _LEAST_CONFIDENCE


def _scale(entries: Sequence[Mapping[str, Any]], chunk: SpeechChunk) -> float:
    """How many seconds the answer's unit of time is."""
    latest = max(_time(entry, "end") for entry in entries)
    return 1e-9 if latest > _NANOSECONDS_FROM * max(1.0, chunk.duration_s) else 1.0


def _entries(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = answer.get(name) or []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ValueError(name)
    return found


def _time(entry: Mapping[str, Any], name: str) -> float:
    """A number, which vLLM writes as text."""
    value = entry.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(name)
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError(name) from error


def _text(entry: Mapping[str, Any], name: str) -> str:
    text = entry.get(name)
    if not isinstance(text, str):
        raise ValueError(name)
    return text.strip()


def _probability(entry: Mapping[str, Any]) -> float:
    probability = entry.get("probability")
    return between(float(probability), 0.0, 1.0) if isinstance(probability, float) else 1.0


def _speaker(entry: Mapping[str, Any]) -> str | None:
    speaker = entry.get("speaker")
    return (speaker.strip() or None) if isinstance(speaker, str) else None
