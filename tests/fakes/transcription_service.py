"""Groq's and OpenAI's `/audio/transcriptions` and `/audio/translations`, as strict as they are.

What they refuse is refused with their status and in their words; what they would let pass, but no careful client
sends, is a complaint.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.speech_server import Answer, Request

_TYPES = {
    "ogg": ("audio/ogg", re.compile(rb"OggS")),
    "flac": ("audio/flac", re.compile(rb"fLaC")),
    "mp3": ("audio/mpeg", re.compile(rb"ID3|\xff[\xe0-\xff]")),
    "wav": ("audio/wav", re.compile(rb"RIFF....WAVE", re.DOTALL)),
    "m4a": ("audio/mp4", re.compile(rb"....ftyp", re.DOTALL)),
    "mp4": ("video/mp4", re.compile(rb"....ftyp", re.DOTALL)),
    "webm": ("audio/webm", re.compile(rb"\x1aE\xdf\xa3")),
}
_DISPOSITION = re.compile(r'form-data; name="([^"]+)"(?:; filename="([^"]+)")?$')
_PART_OVERHEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the service, and what it knows."""

    formats: frozenset[str] = frozenset({"json", "text", "verbose_json"})
    translates: bool = True
    times_words: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """A request taken apart."""

    fields: Mapping[str, list[str]]
    file_name: str
    file_type: str
    audio: bytes = field(repr=False)

    def one(self, name: str, default: str = "") -> str:
        return self.fields.get(name, [default])[0]


@dataclass(frozen=True, slots=True)
class _Refusal(Exception):
    answer: Answer


class TranscriptionService:
    """One service. `key` None is one that asks for none. `forms` are the requests that were understood, in order.

    `speech` is what it hears: begin and end in seconds, and the text. `language` is how it calls what is spoken.
    """

    speech: Sequence[tuple[float, float, str]] = (
        (0.0, 2.4, "It was the best of times,"),
        (2.4, 4.9, "it was the worst of times,"),
        (5.2, 9.5, "it was the age of wisdom."),
    )

    def __init__(
        self,
        *,
        prefix: str,
        key: str | None,
        models: Mapping[str, Model],
        largest_bytes: int = 25_000_000,
        longest_prompt: int = 896,
        language: str | None = "English",
    ) -> None:
        self.prefix = prefix
        self.key = key
        self.models = models
        self.largest_file_bytes = largest_bytes
        self.largest_bytes = largest_bytes + _PART_OVERHEAD_BYTES
        self.longest_prompt = longest_prompt
        self.language = language
        self.forms: list[Form] = []
        self.complaints: list[str] = []

    def answer(self, request: Request) -> Answer:
        try:
            task = self._task(request)
            self._check_key(request)
            form = self._form(request)
            self.forms.append(form)
            return self._transcribe(task, form)
        except _Refusal as refusal:
            return refusal.answer

    def form_of(self, request: Request) -> Form:
        """A request taken apart, for whoever decides by it what happens."""
        return self._form(request)

    def failure(self, status: int) -> Answer:
        return _refused(status, "Something is the matter, see https://example.org/errors?request=req_1", "trouble")

    def too_large(self) -> Answer:
        return Answer(413, b"<html><body><h1>413 Request Entity Too Large</h1></body></html>", "text/html")

    def _task(self, request: Request) -> str:
        path, _, query = request.path.partition("?")
        task = path.removeprefix(f"{self.prefix}/audio/")
        if query or request.method != "POST" or task not in ("transcriptions", "translations"):
            raise _Refusal(_refused(404, f"Unknown request URL: {request.method} {path}", "unknown_url"))
        return task

    def _check_key(self, request: Request) -> None:
        given = request.headers.get("authorization")
        if self.key is None:
            self._complain(given is not None, "a key for a server that needs none")
        elif given != f"Bearer {self.key}":  # Some services repeat the key in their message.
            raise _Refusal(_refused(401, f"Incorrect API key provided: {given}", "invalid_api_key"))

    def _form(self, request: Request) -> Form:
        content_type = request.headers.get("content-type", "")
        found = re.fullmatch(r"multipart/form-data; boundary=([\w-]+)", content_type)
        if found is None:
            raise _Refusal(_refused(400, "request Content-Type isn't multipart/form-data"))
        first, *parts, last = (b"\r\n" + request.body).split(b"\r\n--" + found[1].encode())
        self._complain(first != b"" or last not in (b"--\r\n", b"--"), "a form without beginning or end")
        fields: dict[str, list[str]] = {}
        file: tuple[str, str, bytes] | None = None
        for part in parts:
            head, _, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            disposition = _DISPOSITION.match(headers["Content-Disposition"])
            assert disposition, headers
            if disposition[2] is None:
                fields.setdefault(disposition[1], []).append(value.decode())
            else:
                self._complain(disposition[1] != "file" or file is not None, "another file")
                file = (disposition[2], headers.get("Content-Type", ""), value)
        if file is None:
            raise _Refusal(_refused(400, "file is required"))
        return Form(fields, *file)

    def _transcribe(self, task: str, form: Form) -> Answer:
        model = self.models.get(form.one("model"))
        if model is None:
            raise _Refusal(_refused(404, f"The model `{form.one('model')}` does not exist", "model_not_found"))
        if task == "translations" and not model.translates:
            raise _Refusal(_refused(400, f"The model `{form.one('model')}` does not support translations"))
        self._check_fields(task, form)
        self._check_audio(form)
        answer_format, times = form.one("response_format", "json"), form.fields.get("timestamp_granularities[]", [])
        if answer_format not in model.formats:
            message = f"response_format '{answer_format}' is not compatible with model '{form.one('model')}'."
            raise _Refusal(_refused(400, message, "unsupported_value"))
        if times and (answer_format != "verbose_json" or not model.times_words):
            raise _Refusal(_refused(400, "timestamp_granularities is not supported here", "unsupported_value"))
        return self._written(task, answer_format, times or ["segment"])

    def _check_fields(self, task: str, form: Form) -> None:
        known = {"model", "response_format", "temperature", "prompt"}
        if task == "transcriptions":
            known |= {"language", "timestamp_granularities[]"}
        self._complain(not form.fields.keys() <= known, f"unknown fields: {form.fields.keys() - known}")
        repeated = [name for name, values in form.fields.items() if len(values) > 1 and not name.endswith("[]")]
        self._complain(bool(repeated), f"repeated fields: {repeated}")
        self._complain(any("" in values for values in form.fields.values()), f"empty fields: {form.fields}")
        if not 0 <= float(form.one("temperature", "0")) <= 1:
            raise _Refusal(_refused(400, "temperature must be between 0 and 1"))
        if len(form.one("prompt")) > self.longest_prompt:
            raise _Refusal(_refused(400, f"prompt must be at most {self.longest_prompt} characters"))
        if not re.fullmatch(r"[a-z]{2,3}", form.one("language", "en")):
            raise _Refusal(_refused(400, "language must be an ISO 639-1 code"))

    def _check_audio(self, form: Form) -> None:
        if len(form.audio) > self.largest_file_bytes:
            raise _Refusal(self.too_large())
        extension = form.file_name.rpartition(".")[2]
        if extension not in _TYPES:
            raise _Refusal(_refused(400, f"file must be one of the following types: {', '.join(_TYPES)}"))
        media_type, beginning = _TYPES[extension]
        self._complain(form.file_type != media_type, f"{form.file_name} is sent as {form.file_type}")
        if not beginning.match(form.audio):
            raise _Refusal(_refused(400, "could not process file - is it a valid media file?"))

    def _written(self, task: str, answer_format: str, times: Sequence[str]) -> Answer:
        text = " ".join(said for _, _, said in self.speech)
        if answer_format == "text":
            return Answer(200, f"{text}\n".encode(), "text/plain; charset=utf-8")
        answer: dict[str, Any] = {"text": f" {text}"}
        if answer_format == "verbose_json":
            answer["task"] = task.removesuffix("ions") + "e"
            answer["duration"] = max((end for _, end, _ in self.speech), default=0.0)
            if self.language:
                answer["language"] = self.language
            if "segment" in times:
                answer["segments"] = [self._segment(number, *said) for number, said in enumerate(self.speech)]
            if "word" in times:
                answer["words"] = [word for said in self.speech for word in _words(*said)]
        answer["x_groq"] = {"id": "req_01jbd6g2qdfw2adyrt2az8hz4w"}
        return Answer(200, json.dumps(answer).encode())

    def _segment(self, number: int, start: float, end: float, text: str) -> dict[str, Any]:
        return {
            "id": number,
            "seek": 0,
            "start": start,
            "end": end,
            "text": f" {text}",
            "tokens": [50364, 467, 390],
            "temperature": 0,
            "avg_logprob": -0.16,
            "compression_ratio": 1.6,
            "no_speech_prob": 0.01,
        }

    def _complain(self, wrong: bool, what: str) -> None:
        if wrong:
            self.complaints.append(what)


def groq_service(key: str, *, largest_bytes: int = 25_000_000) -> TranscriptionService:
    """Groq, as far as recordings go."""
    models = {"whisper-large-v3": Model(), "whisper-large-v3-turbo": Model(translates=False)}
    return TranscriptionService(prefix="/openai/v1", key=key, models=models, largest_bytes=largest_bytes)


def openai_service(key: str) -> TranscriptionService:
    """OpenAI, with the old model and the new one, which writes no times."""
    poor = Model(frozenset({"json", "text"}), translates=False, times_words=False)
    models = {"whisper-1": Model(), "gpt-4o-transcribe": poor}
    return TranscriptionService(prefix="/v1", key=key, models=models, language="english")


def _words(start: float, end: float, text: str) -> list[dict[str, Any]]:
    """As Groq and OpenAI write them: without punctuation, their times evenly spread here."""
    said = [re.sub(r"[^\w']", "", word) for word in text.split()]
    each = (end - start) / len(said)
    return [
        {"word": word, "start": round(start + index * each, 2), "end": round(start + (index + 1) * each, 2)}
        for index, word in enumerate(said)
    ]


def _refused(status: int, message: str, code: str = "") -> Answer:
    error = {"message": message, "type": "invalid_request_error", "code": code or None}
    return Answer(status, json.dumps({"error": error}).encode())
