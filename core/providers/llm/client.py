"""A language model of any service with OpenAI's `/chat/completions`: Groq, vLLM, Ollama, LocalAI, OpenAI itself.

Their common ground is https://platform.openai.com/docs/api-reference/chat/create.
"""

import asyncio
import json
import logging
import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from core.domain.errors import LlmRefused, LlmTextTooLong, ProviderError, RecordingRefused
from core.domain.llm import LlmRequest
from core.providers.answers.sanitizing import sanitized
from core.providers.http.address import checked_address
from core.providers.http.endpoint import Endpoint
from core.providers.http.failures import HttpFailures
from core.providers.http.upload import bearer, timeouts

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_TIMEOUT_S = 300.0
"""A server at home may write ten tokens a second."""

_TOO_LONG = re.compile(
    r"context_length_exceeded|string_above_max_length|exceed_context_size|context (?:length|size|window)"
    r"|max(?:_completion)?_tokens\W+(?:is too large|must be less)",
    re.IGNORECASE,
)
"""OpenAI and Groq name it by a code, llama.cpp's server by a type, vLLM only in its sentence. The limit of the answer
is less for less text."""

_JSON_FAILED = "json_validate_failed"
"""Groq's model has written something else (https://console.groq.com/docs/structured-outputs)."""

_REFUSALS = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
_ANSWER_LIMIT, _OLD_ANSWER_LIMIT = "max_completion_tokens", "max_tokens"
_FORMAT, _TEMPERATURE = "response_format", "temperature"

_CUT_OFF = "length"
_FILTERED = "content_filter"
_THINKING = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
"""The reasoning block of DeepSeek's and Qwen's models, where their server doesn't remove it."""


@dataclass(frozen=True, slots=True)
class _Features:
    """What the server is known to take. Older ones know the answer's limit only by its old name."""

    answer_limit: str = _OLD_ANSWER_LIMIT
    takes_temperature: bool = True
    takes_format: bool = True


class LlmClient:
    """One model of one service, asked with one key. The connections are the caller's.

    A feature that the server refuses (a temperature, the answer's format) is found out with the first request and left
    out from then on.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        model: str,
        key: str | None,
        client: "httpx.AsyncClient",
        *,
        timeout_s: float = _TIMEOUT_S,
    ) -> None:
        """Raises `AddressUnusable`."""
        from core.providers.http.bounded_client import bounded

        self.name = endpoint.name
        self.model = model
        self._title = endpoint.title
        self._base_url = checked_address(endpoint.title, endpoint.base_url)
        self._key = key
        self._client = bounded(client)
        self._timeout_s = timeout_s
        self._failures = HttpFailures(endpoint.title, key, endpoint.error_codes)
        self._features = _Features()

    async def ask(self, request: LlmRequest) -> str:
        """The answer's text.

        Raises `LlmTextTooLong` where the text or the answer is too long, `LlmRefused`, `ProviderUnreachable`,
        `ProviderOverloaded`, `ProviderFailing`, `KeyRefused` and `CreditExhausted`.
        """
        features = self._features
        while True:
            response = await self._post(request, features)
            if response.is_success:
                return self._read(response.content)
            if _is_too_long(response):
                raise LlmTextTooLong(provider=self._title, model=self.model)
            if request.json_answer and _JSON_FAILED in response.text:
                request = replace(request, json_answer=False)
                continue
            fewer = _without_refused(features, request, response) if response.status_code in _REFUSALS else None
            if fewer is None:
                raise self._refused(response)
            logger.info("%s refuses a feature: %s instead of %s", self._title, fewer, features)
            self._features = features = fewer

    async def _post(self, request: LlmRequest, features: _Features) -> "httpx.Response":
        self._failures.check_key()
        import httpx

        failure: ProviderError
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._client.post(
                    f"{self._base_url}/chat/completions",
                    json=self._fields(request, features),
                    headers=bearer(self._key),
                    timeout=timeouts(self._timeout_s),
                )
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            failure = self._failures.unreachable(error)
        raise failure  # Not in the block above: httpx's own errors hold the address and the request.

    def _fields(self, request: LlmRequest, features: _Features) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": request.system},
                {"role": "user", "content": request.user},
            ],
            features.answer_limit: request.most_answer_tokens,
        }
        if features.takes_temperature:
            fields[_TEMPERATURE] = request.temperature
        if request.json_answer and features.takes_format:
            fields[_FORMAT] = {"type": "json_object"}
        return fields

    def _refused(self, response: "httpx.Response") -> ProviderError:
        failure = self._failures.refused(response)
        return LlmRefused(provider=self._title, model=self.model) if isinstance(failure, RecordingRefused) else failure

    def _read(self, body: bytes) -> str:
        failure: ProviderError
        try:
            text, ending = _answer_in(body)
        except ValueError as error:
            failure = self._failures.unreadable(error)
        else:
            if ending == _CUT_OFF:
                failure = LlmTextTooLong(provider=self._title, model=self.model)
            elif ending == _FILTERED:
                failure = LlmRefused(provider=self._title, model=self.model)
            else:
                return text
        raise failure


def _answer_in(body: bytes) -> tuple[str, str]:
    """The first choice's text and why it ends. Raises ValueError for what isn't an answer."""
    try:
        answer: Any = json.loads(body)
        choice = answer["choices"][0]
        text = choice["message"]["content"]
        ending = str(choice.get("finish_reason") or "")
    except (LookupError, TypeError, AttributeError, RecursionError):
        raise ValueError("no choice with a message") from None
    if ending in (_CUT_OFF, _FILTERED):
        return "", ending
    text = sanitized(_THINKING.sub("", text, count=1)).strip() if isinstance(text, str) else ""
    if not text:
        raise ValueError("a message without text")
    return text, ending


def _is_too_long(response: "httpx.Response") -> bool:
    """Groq says 413, too, where a single request is more than a minute's tokens; less is the remedy for both."""
    if response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return True
    return response.status_code in _REFUSALS and _TOO_LONG.search(response.text) is not None


def _without_refused(features: _Features, request: LlmRequest, response: "httpx.Response") -> _Features | None:
    """The features without the one that the refusal names; None where it names none."""
    if features.answer_limit == _OLD_ANSWER_LIMIT and _ANSWER_LIMIT in response.text:
        return replace(features, answer_limit=_ANSWER_LIMIT)
    if features.takes_format and request.json_answer and _FORMAT in response.text:
        return replace(features, takes_format=False)
    if features.takes_temperature and _TEMPERATURE in response.text:
        return replace(features, takes_temperature=False)
    return None
