"""OpenAI's and Groq's `/chat/completions`, as strict as they are.

What they refuse is refused with their status and in their words; what they would let pass, but no careful client
sends, is a complaint. What a question of ours is answered is in `tests/fakes/llm_answers.py`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.llm_answers import Question, obedient
from tests.fakes.speech_server import Answer, Request

_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "model": str,
    "messages": list,
    "temperature": (int, float),
    "max_tokens": int,
    "max_completion_tokens": int,
    "response_format": dict,
}
_ROLES = ("system", "user", "assistant")


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the service, and what it knows. It counts a token for every four characters."""

    context_tokens: int = 131_072
    most_answer_tokens: int = 32_768
    limits: frozenset[str] = frozenset({"max_tokens", "max_completion_tokens"})
    takes_temperature: bool = True
    takes_format: bool = True


@dataclass(frozen=True, slots=True)
class _Refusal(Exception):
    answer: Answer


class LlmService:
    """One service. `key` None is one that asks for none. `asked` are the requests that were understood, in order.

    `answering` writes the answer's text.
    """

    largest_bytes = 4_000_000

    def __init__(
        self,
        *,
        prefix: str,
        key: str | None,
        models: Mapping[str, Model],
        answering: Callable[[Question], str] = obedient,
    ) -> None:
        self.prefix = prefix
        self.key = key
        self.models = models
        self.answering = answering
        self.asked: list[dict[str, Any]] = []
        self.complaints: list[str] = []

    @property
    def questions(self) -> list[Question]:
        return [_question(fields) for fields in self.asked]

    def answer(self, request: Request) -> Answer:
        try:
            self._check_request(request)
            fields = self._fields(request)
            self._check_messages(fields)
            model = self._model(fields)
            return self._written(fields, model)
        except _Refusal as refusal:
            return refusal.answer

    def failure(self, status: int) -> Answer:
        return refused(status, "Something is the matter, see https://example.org/errors?request=req_1", "trouble")

    def too_large(self) -> Answer:
        return refused(413, "Request Entity Too Large", "request_too_large")

    def _check_request(self, request: Request) -> None:
        if request.method != "POST" or request.path != f"{self.prefix}/chat/completions":
            raise _Refusal(refused(404, f"Unknown request URL: {request.method} {request.path}", "unknown_url"))
        given = request.headers.get("authorization")
        if self.key is None:
            self._complain(given is not None, "a key for a server that needs none")
        elif given != f"Bearer {self.key}":  # Some services repeat the key in their message.
            raise _Refusal(refused(401, f"Incorrect API key provided: {given}", "invalid_api_key"))
        if request.headers.get("content-type") != "application/json":
            raise _Refusal(refused(415, "Content-Type must be application/json"))

    def _fields(self, request: Request) -> dict[str, Any]:
        try:
            fields = json.loads(request.body)
        except ValueError:
            raise _Refusal(refused(400, "We could not parse the JSON body of your request.")) from None
        if not isinstance(fields, dict):
            raise _Refusal(refused(400, "expected a JSON object"))
        for name, value in fields.items():
            if name not in _FIELDS:
                raise _Refusal(refused(400, f"Unrecognized request argument supplied: {name}", "unknown_parameter"))
            if not isinstance(value, _FIELDS[name]) or isinstance(value, bool):
                raise _Refusal(refused(400, f"Invalid type for '{name}'", "invalid_type"))
        return fields

    def _check_messages(self, fields: Mapping[str, Any]) -> None:
        messages = fields.get("messages")
        if not messages:
            raise _Refusal(refused(400, "'messages' is required and must not be empty"))
        for message in messages:
            if set(message) != {"role", "content"} or message["role"] not in _ROLES:
                raise _Refusal(refused(400, "Invalid value for 'messages'", "invalid_value"))
            if not isinstance(message["content"], str):
                raise _Refusal(refused(400, "Invalid type for 'messages.content'", "invalid_type"))
        self._complain([message["role"] for message in messages] != ["system", "user"], "other roles than expected")
        self._complain(not all(message["content"].strip() for message in messages), "an empty message")

    def _model(self, fields: Mapping[str, Any]) -> Model:
        model = self.models.get(fields.get("model", ""))
        if model is None:
            raise _Refusal(refused(404, f"The model `{fields.get('model')}` does not exist", "model_not_found"))
        limits = [name for name in ("max_tokens", "max_completion_tokens") if name in fields]
        self._complain(len(limits) != 1, f"{len(limits)} limits for the answer")
        for name in limits:
            if name not in model.limits:
                (other,) = model.limits
                message = f"Unsupported parameter: '{name}' is not supported with this model. Use '{other}' instead."
                raise _Refusal(refused(400, message, "unsupported_parameter"))
            if not 1 <= fields[name] <= model.most_answer_tokens:
                message = f"`{name}` must be less than or equal to `{model.most_answer_tokens}`"
                raise _Refusal(refused(400, message, "invalid_value"))
        temperature = fields.get("temperature", 1)
        if temperature != 1 and not model.takes_temperature:
            message = "Unsupported value: 'temperature' does not support 0.0 with this model."
            raise _Refusal(refused(400, message, "unsupported_value"))
        if not 0 <= temperature <= 2:
            raise _Refusal(refused(400, "'temperature' must be between 0 and 2"))
        self._check_format(fields, model)
        return model

    def _check_format(self, fields: Mapping[str, Any], model: Model) -> None:
        if "response_format" not in fields:
            return
        if not model.takes_format:
            raise _Refusal(refused(400, "'response_format.type' must be 'json_schema' or 'text'"))
        if fields["response_format"] != {"type": "json_object"}:
            raise _Refusal(refused(400, "Invalid value for 'response_format'"))
        if not any("json" in message["content"].lower() for message in fields["messages"]):
            message = (
                "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'"
            )
            raise _Refusal(refused(400, message))

    def _written(self, fields: dict[str, Any], model: Model) -> Answer:
        limit = fields.get("max_tokens", fields.get("max_completion_tokens", model.most_answer_tokens))
        given = sum(len(message["content"]) for message in fields["messages"]) // 4
        if given + limit > model.context_tokens:
            message = "Please reduce the length of the messages or completion."
            raise _Refusal(refused(400, message, "context_length_exceeded"))
        self.asked.append(fields)
        text = self.answering(_question(fields))
        is_cut = len(text) // 4 > limit
        message = {"role": "assistant", "content": text[: limit * 4] if is_cut else text}
        answer = {
            "id": "chatcmpl-01jbd6g2qdfw2adyrt2az8hz4w",
            "object": "chat.completion",
            "created": 1_795_000_000,
            "model": fields["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "length" if is_cut else "stop"}],
            "usage": {"prompt_tokens": given, "completion_tokens": len(text) // 4, "total_tokens": given},
        }
        return Answer(200, json.dumps(answer).encode())

    def _complain(self, wrong: bool, what: str) -> None:
        if wrong:
            self.complaints.append(what)


def groq_llm(key: str) -> LlmService:
    """Groq, as far as its language models go."""
    models = {"openai/gpt-oss-120b": Model(), "llama-3.3-70b-versatile": Model()}
    return LlmService(prefix="/openai/v1", key=key, models=models)


def openai_llm(key: str) -> LlmService:
    """OpenAI with one of its newer models, which knows fewer options."""
    model = Model(limits=frozenset({"max_completion_tokens"}), takes_temperature=False)
    return LlmService(prefix="/v1", key=key, models={"gpt-5-mini": model})


def refused(status: int, message: str, code: str = "") -> Answer:
    error = {"message": message, "type": "invalid_request_error", "code": code or None}
    return Answer(status, json.dumps({"error": error}).encode())


def _question(fields: Mapping[str, Any]) -> Question:
    system, user = (message["content"] for message in fields["messages"])
    return Question.of(system, user)
