"""Reads Deepgram's answers into segments and words on the recording's clock.

Its paragraphs hold sentences, but only of languages with spaces between words; of the others there are utterances,
which end at a pause. See https://developers.deepgram.com/docs/paragraphs and https://developers.deepgram.com/docs/utterances
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.domain import Segment, SpeechChunk, Word
from core.domain.languages import language_code
from core.domain.scripts import join_prose
from core.domain.word_places import word_places
from core.providers.answers.recording_clock import between, on_clock
from core.providers.answers.repetition import without_loops
from core.providers.answers.sanitizing import sanitized
from core.providers.answers.sentences import sentences_of
from core.providers.answers.word_alignment import align_words
from core.providers.provider import ChunkTranscript

LONGEST_SEGMENT_S = 12.0
"""Longer sentences are cut at a pause, as far as it is known where their words are."""

_EDGE_SHARE = 0.2
"""Of a sentence that is cut, neither part is to be shorter than this."""

_CODE = re.compile(r"([a-z]{2})(?:-\w+)*")


def read_deepgram(body: bytes, chunk: SpeechChunk, *, language: str | None, keep_words: bool) -> ChunkTranscript:
    """The text of a chunk. `language` is the requested one, used where the answer names none.

    Raises ValueError for what is no such answer.
    """
    try:
        answer: Any = json.loads(body)
    except RecursionError as error:
        raise ValueError("too deep") from error
    results = _object(answer, "results")
    channel = _first(results, "channels")
    spoken = _first(channel, "alternatives")
    words = _words_of(spoken, chunk)
    sentences = [segment for segment in _sentences(spoken, results, words, chunk) if segment.text]
    segments = without_loops([piece for sentence in sentences for piece in _subtitles(sentence)])
    if not keep_words:
        segments = tuple(replace(segment, words=()) for segment in segments)
    return ChunkTranscript(segments, _language(channel, spoken) or language or "")


def _sentences(
    spoken: Mapping[str, Any], results: Mapping[str, Any], words: Sequence[Word], chunk: SpeechChunk
) -> list[Segment]:
    """From the best that there is: sentences with times, utterances with times, or the bare text."""
    if segments := list(_of_paragraphs(spoken, chunk)):
        return align_words(segments, words)
    if segments := list(_of_utterances(results, chunk)):
        return align_words(segments, words, fit_times=True)
    text = _text(spoken, "transcript") or join_prose(word.text for word in words)
    segments = sentences_of(text, chunk)
    return align_words(segments, words, fit_times=True) if segments else []


def _of_paragraphs(spoken: Mapping[str, Any], chunk: SpeechChunk) -> Iterator[Segment]:
    if spoken.get("paragraphs") is None:
        return
    at = chunk.start_s
    for paragraph in _objects(_object(spoken, "paragraphs"), "paragraphs"):
        speaker = _speaker(paragraph, chunk)
        for sentence in _objects(paragraph, "sentences"):
            span = _span(sentence, chunk, at)
            yield Segment(*span, _text(sentence, "text"), speaker=speaker)
            at = span[1]


def _of_utterances(results: Mapping[str, Any], chunk: SpeechChunk) -> Iterator[Segment]:
    """Their sentences: a long speech without a pause is one utterance."""
    at = chunk.start_s
    for utterance in _objects(results, "utterances"):
        start_s, at = _span(utterance, chunk, at)
        speaker = _speaker(utterance, chunk)
        within = replace(chunk, start_s=start_s, duration_s=at - start_s, data=b"")
        for segment in sentences_of(_text(utterance, "transcript"), within):
            yield replace(segment, speaker=speaker)


def _subtitles(segment: Segment) -> Iterator[Segment]:
    """The segment in pieces that aren't too long, cut where there is the longest pause."""
    waiting = [segment]
    while waiting:
        piece = waiting.pop()
        cut = _cut(piece) if piece.end_s - piece.start_s > LONGEST_SEGMENT_S else None
        if cut is None:
            yield piece
        else:
            waiting += reversed(cut)


def _cut(segment: Segment) -> tuple[Segment, Segment] | None:
    """Two pieces, none where no word but the first is found behind other text of the segment."""
    words = segment.words
    places = word_places(segment.text, (word.text for word in words))
    begins = {
        index: place[0]
        for index, place in enumerate(places)
        if index and place is not None and segment.text[: place[0]].strip()
    }
    if not begins:
        return None
    edge_s = (segment.end_s - segment.start_s) * _EDGE_SHARE
    middle_s = (segment.start_s + segment.end_s) / 2
    inner = [i for i in begins if segment.start_s + edge_s <= words[i].start_s <= segment.end_s - edge_s]

    def pause_s(index: int) -> float:
        return words[index].start_s - words[index - 1].end_s

    cut = max(inner or begins, key=lambda index: (pause_s(index), -abs(words[index].start_s - middle_s)))
    before, after = segment.text[: begins[cut]].strip(), segment.text[begins[cut] :].strip()
    return (
        replace(segment, end_s=words[cut - 1].end_s, text=before, words=words[:cut]),
        replace(segment, start_s=words[cut].start_s, text=after, words=words[cut:]),
    )


def _words_of(spoken: Mapping[str, Any], chunk: SpeechChunk) -> list[Word]:
    words = []
    at = chunk.start_s
    for entry in _objects(spoken, "words"):
        span = _span(entry, chunk, at)
        word = Word(
            *span, _text(entry, "punctuated_word" if "punctuated_word" in entry else "word"), _confidence(entry)
        )
        if word.text:
            words.append(word)
            at = span[1]
    return words


def _language(channel: Mapping[str, Any], spoken: Mapping[str, Any]) -> str:
    """What was recognised; of several languages the one with the most words. Empty where nothing is said of it."""
    named = channel.get("detected_language")
    if not isinstance(named, str):
        several = spoken.get("languages")
        names = [entry.get("language") for entry in _objects(spoken, "words")]
        names += several if isinstance(several, list) else []
        codes = Counter(language_code(name) or name for name in names if isinstance(name, str))
        named = next((code for code, _ in codes.most_common(1)), "")
    found = _CODE.fullmatch(named)
    return language_code(named) or (found[1] if found else "")


def _speaker(entry: Mapping[str, Any], chunk: SpeechChunk) -> str | None:
    """Deepgram numbers speakers from 0, anew in each chunk: speakers of different chunks can't be matched."""
    number = entry.get("speaker")
    if isinstance(number, bool) or not isinstance(number, int):
        return None
    return f"Speaker {chunk.index + 1}.{number + 1}" if chunk.index else f"Speaker {number + 1}"


def _object(answer: object, name: str) -> Mapping[str, Any]:
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, dict):
        raise ValueError(name)
    return found


def _objects(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = answer.get(name) or []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ValueError(name)
    return found


def _first(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = _objects(answer, name)
    if not found:
        raise ValueError(name)
    return found[0]


def _span(entry: Mapping[str, Any], chunk: SpeechChunk, not_before_s: float) -> tuple[float, float]:
    return on_clock(_number(entry, "start"), _number(entry, "end"), chunk.start_s, not_before_s, chunk.end_s)


def _number(entry: Mapping[str, Any], name: str) -> float:
    value = entry.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(name)
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError(name) from error


def _text(entry: Mapping[str, Any], name: str) -> str:
    text = entry.get(name)
    if not isinstance(text, str):
        raise ValueError(name)
    return sanitized(text).strip()


def _confidence(entry: Mapping[str, Any]) -> float:
    return between(_number(entry, "confidence"), 0.0, 1.0) if "confidence" in entry else 1.0
