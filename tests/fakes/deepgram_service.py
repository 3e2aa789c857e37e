"""Deepgram's `/v1/listen`, as strict as it is.

What it refuses is refused with its status and in its words; what it would let pass, but no careful client sends, is a
complaint.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tests.fakes.speech_server import Answer, Request

_TYPES = {
    "audio/ogg": re.compile(rb"OggS"),
    "audio/flac": re.compile(rb"fLaC"),
    "audio/mpeg": re.compile(rb"ID3|\xff[\xe0-\xff]"),
    "audio/wav": re.compile(rb"RIFF....WAVE", re.DOTALL),
    "audio/mp4": re.compile(rb"....ftyp", re.DOTALL),
    "video/mp4": re.compile(rb"....ftyp", re.DOTALL),
    "video/webm": re.compile(rb"\x1aE\xdf\xa3"),
    "audio/webm": re.compile(rb"\x1aE\xdf\xa3"),
}
_SWITCHES = frozenset({"detect_language", "diarize", "paragraphs", "punctuate", "smart_format", "utterances"})
_SINGLE = _SWITCHES | {"model", "language", "diarize_model"}
_MOST_TERMS = 100
_MOST_KEYTERM_TOKENS = 500
_BYTES_PER_TOKEN = 2
_LONGEST_TARGET = 8192


@dataclass(frozen=True, slots=True)
class Asked:
    """A request taken apart."""

    query: Mapping[str, list[str]]
    media_type: str
    audio: bytes = field(repr=False)

    def one(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]

    def is_on(self, name: str) -> bool:
        return self.one(name) == "true"


@dataclass(frozen=True, slots=True)
class _Refusal(Exception):
    answer: Answer


Sentence = tuple[float, float, str, int]
"""Begin and end in seconds, the text, and who says it, counted from 0."""


class DeepgramService:
    """Deepgram, as far as recordings go. `asked` are the requests that were understood, in order.

    `speech` is what it hears; `language` what is spoken. Without `spaced` the language is one for which there are no
    paragraphs.
    """

    speech: Sequence[Sentence] = (
        (0.08, 2.4, "It was the best of times,", 0),
        (2.4, 4.9, "it was the worst of times,", 0),
        (5.2, 9.5, "it was the age of wisdom.", 1),
    )

    def __init__(self, key: str, *, largest_bytes: int = 50_000_000) -> None:
        self.key = key
        self.largest_bytes = largest_bytes
        self.language = "en"
        self.spaced = True
        self.asked: list[Asked] = []
        self.complaints: list[str] = []

    def answer(self, request: Request) -> Answer:
        try:
            asked = self._understood(request)
            self.asked.append(asked)
            return Answer(200, json.dumps(self._written(asked)).encode())
        except _Refusal as refusal:
            return refusal.answer

    def failure(self, status: int) -> Answer:
        codes = {401: "INVALID_AUTH", 402: "ASR_PAYMENT_REQUIRED", 403: "INSUFFICIENT_PERMISSIONS"}
        code = codes.get(status, "Bad Request" if status < 500 else "INTERNAL_SERVER_ERROR")
        return _refused(status, code, "Something is the matter, see https://example.org/errors?request=1")

    def too_large(self) -> Answer:
        return Answer(413, b"<html><body><h1>413 Request Entity Too Large</h1></body></html>", "text/html")

    def _understood(self, request: Request) -> Asked:
        path, _, query = request.path.partition("?")
        if request.method != "POST" or path != "/v1/listen":
            raise _Refusal(_refused(404, "NOT_FOUND", "Not found."))
        given = request.headers.get("authorization")
        if given != f"Token {self.key}":
            details = {
                "category": "INVALID_AUTH",
                "message": f"Invalid credentials: {given}",
                "details": "",
                "request_id": "1",
            }
            raise _Refusal(Answer(401, json.dumps(details).encode()))
        self._complain(len(request.path) > _LONGEST_TARGET, "an address that proxies refuse")
        asked = Asked(
            parse_qs(query, keep_blank_values=True, strict_parsing=True),
            request.headers.get("content-type", ""),
            request.body,
        )
        self._check_query(asked)
        self._check_terms(asked)
        beginning = _TYPES.get(asked.media_type)
        self._complain(beginning is None, f"audio sent as {asked.media_type}")
        if beginning is None or not beginning.match(asked.audio):
            message = "Bad Request: failed to process audio: corrupt or unsupported data"
            raise _Refusal(_refused(400, "Bad Request", message))
        return asked

    def _check_query(self, asked: Asked) -> None:
        query = asked.query
        self._complain(not query.keys() <= _SINGLE | {"keyterm", "keywords"}, f"unknown parameters: {query.keys()}")
        self._complain(any(len(query.get(name, "1")) > 1 for name in _SINGLE), f"repeated parameters: {query}")
        self._complain(any("" in values for values in query.values()), f"empty parameters: {query}")
        wrong = [name for name in _SWITCHES & query.keys() if asked.one(name) not in ("true", "false")]
        if wrong:
            raise _Refusal(_refused(400, "Bad Request", f"Failed to deserialize query parameters: {wrong}"))
        self._complain("language" in query and asked.is_on("detect_language"), "a language named and recognised")
        self._complain("language" not in query and not asked.is_on("detect_language"), "English for any language")
        self._complain("diarize" in query and "diarize_model" in query, "two ways to tell speakers apart")
        model, language = asked.one("model"), asked.one("language", "en")
        knows_several = model.startswith("nova")
        if not re.fullmatch(r"(nova-[23]|whisper)(-[a-z]+)?", model) or not (
            re.fullmatch(r"[a-z]{2}(-\w+)?", language) or (language == "multi" and knows_several)
        ):
            message = "Bad Request: No such model/language/tier combination found."
            raise _Refusal(_refused(400, "Bad Request", message))
        if model.startswith("whisper") and "diarize_model" in query:
            raise _Refusal(_refused(400, "Bad Request", "diarize_model is not supported for this model."))

    def _check_terms(self, asked: Asked) -> None:
        model = asked.one("model")
        terms, keywords = asked.query.get("keyterm", []), asked.query.get("keywords", [])
        if terms and not model.startswith("nova-3"):
            raise _Refusal(_refused(400, "Bad Request", "Keyterm Prompting is only supported for Nova-3."))
        if keywords and not model.startswith("nova-2"):
            raise _Refusal(_refused(400, "Bad Request", "Keywords are not supported for this model."))
        tokens = sum(len(term.encode()) for term in terms) / _BYTES_PER_TOKEN
        if tokens > _MOST_KEYTERM_TOKENS or max(len(terms), len(keywords)) > _MOST_TERMS:
            raise _Refusal(_refused(400, "Bad Request", "Keyterm limit exceeded."))
        self._complain(any(re.search(r"[\s:]", word) for word in keywords), f"keywords: {keywords}")

    def _written(self, asked: Asked) -> dict[str, Any]:
        tells_speakers = asked.is_on("diarize") or "diarize_model" in asked.query
        sentences = [
            (begin, end, text, speaker if tells_speakers else None) for begin, end, text, speaker in self.speech
        ]
        words = [word for sentence in sentences for word in _words(*sentence)]
        if asked.one("language") == "multi":
            words = [{**word, "language": self.language} for word in words]
        alternative: dict[str, Any] = {
            "transcript": " ".join(text for _, _, text, _ in sentences),
            "confidence": 0.99,
            "words": words,
        }
        if asked.one("language") == "multi":
            alternative["languages"] = [self.language]
        if asked.is_on("paragraphs") and self.spaced:
            paragraphs = [_paragraph(*sentence) for sentence in sentences]
            alternative["paragraphs"] = {"transcript": f"\n{alternative['transcript']}", "paragraphs": paragraphs}
        channel: dict[str, Any] = {"alternatives": [alternative]}
        if asked.is_on("detect_language"):
            channel |= {"detected_language": self.language, "language_confidence": 0.98}
        results: dict[str, Any] = {"channels": [channel]}
        if asked.is_on("utterances"):
            results["utterances"] = [_utterance(*sentence) for sentence in sentences]
        metadata = {
            "transaction_key": "deprecated",
            "request_id": "2479c8c8-8185-40ac-9ac6-f0874419f793",
            "sha256": "154e291ecfa8be6ab8343560bcc109008fa7853eb5372533e8efdefc9b504c33",
            "created": "2026-11-20T10:00:00.000Z",
            "duration": max((end for _, end, _, _ in sentences), default=0.0),
            "channels": 1,
            "models": ["1ed36bac-f71c-4f3f-a31f-02fd6525c489"],
            "model_info": {"1ed36bac-f71c-4f3f-a31f-02fd6525c489": {"name": "general-nova-3", "arch": "nova-3"}},
        }
        return {"metadata": metadata, "results": results}

    def _complain(self, wrong: bool, what: str) -> None:
        if wrong:
            self.complaints.append(what)


def _words(begin: float, end: float, text: str, speaker: int | None) -> list[dict[str, Any]]:
    said = text.split()
    each = (end - begin) / len(said)
    words: list[dict[str, Any]] = []
    for index, word in enumerate(said):
        words.append(
            {
                "word": re.sub(r"[^\w']", "", word).lower(),
                "start": round(begin + index * each, 4),
                "end": round(begin + (index + 1) * each, 4),
                "confidence": 0.98,
                "punctuated_word": word,
            }
        )
        if speaker is not None:
            words[-1] |= {"speaker": speaker, "speaker_confidence": 0.7}
    return words


def _paragraph(begin: float, end: float, text: str, speaker: int | None) -> dict[str, Any]:
    paragraph: dict[str, Any] = {
        "sentences": [{"text": text, "start": begin, "end": end}],
        "num_words": len(text.split()),
        "start": begin,
        "end": end,
    }
    return paragraph if speaker is None else paragraph | {"speaker": speaker}


def _utterance(begin: float, end: float, text: str, speaker: int | None) -> dict[str, Any]:
    utterance = {
        "start": begin,
        "end": end,
        "confidence": 0.99,
        "channel": 0,
        "transcript": text,
        "words": _words(begin, end, text, speaker),
        "id": "a9e0d1a3-6bfb-4c0e-8b7e-6a1e6a0a8f11",
    }
    return utterance if speaker is None else utterance | {"speaker": speaker}


def _refused(status: int, code: str, message: str) -> Answer:
    return Answer(status, json.dumps({"err_code": code, "err_msg": message, "request_id": "1"}).encode())
