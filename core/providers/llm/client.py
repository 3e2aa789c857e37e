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
from core.providers.answers.plain_text import plain_text
from core.providers.http.address import checked_address
from core.providers.http.failures import HttpFailures
from core.providers.http.upload import timeouts

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_PATIENCE_S = 300.0
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
"""What DeepSeek's and Qwen's models say to themselves first, where their server doesn't take it out."""


@dataclass(frozen=True, slots=True)
class _Manners:
    """What the server is known to understand. Older ones know the answer's limit only by its old name."""

    answer_limit: str = _OLD_ANSWER_LIMIT
    takes_temperature: bool = True
    takes_format: bool = True


class LlmClient:
    """One model of one service, asked with one key. The connections are the giver's.

    `name` is what settings and cache keys call the service, `title` what people do. What the server refuses to be told
    (a temperature, the answer's format) is found out with the first request and left out then.
    """

    def __init__(
        self,
        name: str,
        title: str,
        base_url: str,
        model: str,
        key: str | None,
        client: "httpx.AsyncClient",
        *,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        """Raises `AddressUnusable`."""
        from core.providers.http.bounded_client import bounded

        self.name = name
        self.model = model
        self._title = title
        self._base_url = checked_address(title, base_url)
        self._key = key
        self._client = bounded(client)
        self._patience_s = patience_s
        self._failures = HttpFailures(title, key)
        self._manners = _Manners()

    async def ask(self, request: LlmRequest) -> str:
        """The answer's text.

        Raises `LlmTextTooLong` where the text or the answer is too long, `LlmRefused`, `ProviderUnreachable`,
        `ProviderOverloaded`, `ProviderFailing`, `KeyRefused` and `CreditExhausted`.
        """
        manners = self._manners
        while True:
            response = await self._post(request, manners)
            if response.is_success:
                return self._read(response.content)
            if _is_too_long(response):
                raise LlmTextTooLong(provider=self._title, model=self.model)
            if request.json_answer and _JSON_FAILED in response.text:
                request = replace(request, json_answer=False)
                continue
            poorer = _poorer(manners, request, response) if response.status_code in _REFUSALS else None
            if poorer is None:
                raise self._refused(response)
            logger.info("%s doesn't know %s", self._title, manners)
            self._manners = manners = poorer

    async def _post(self, request: LlmRequest, manners: _Manners) -> "httpx.Response":
        self._failures.check_key()
        import httpx

        failure: ProviderError
        try:
            async with asyncio.timeout(self._patience_s):
                return await self._client.post(
                    f"{self._base_url}/chat/completions",
                    json=self._fields(request, manners),
                    headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
                    timeout=timeouts(self._patience_s),
                )
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            failure = self._failures.unreachable(error)
        raise failure  # Not in the block above: httpx's own errors hold the address and the request.

    def _fields(self, request: LlmRequest, manners: _Manners) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": request.system},
                {"role": "user", "content": request.user},
            ],
            manners.answer_limit: request.most_answer_tokens,
        }
        if manners.takes_temperature:
            fields[_TEMPERATURE] = request.temperature
        if request.json_answer and manners.takes_format:
            fields[_FORMAT] = {"type": "json_object"}
        return fields

    def _refused(self, response: "httpx.Response") -> ProviderError:
        failure = self._failures.refused(response)
        return LlmRefused(provider=self._title, model=self.model) if type(failure) is RecordingRefused else failure

    def _read(self, body: bytes) -> str:
        failure: ProviderError
        try:
            text, ending = _answer_in(body)
        except ValueError as error:
            failure = self._failures.nonsense(error)
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
    text = plain_text(_THINKING.sub("", text, count=1)).strip() if isinstance(text, str) else ""
    if not text:
        raise ValueError("a message without text")
    return text, ending


def _is_too_long(response: "httpx.Response") -> bool:
    """Groq says 413, too, where a single request is more than a minute's tokens; less is the remedy for both."""
    if response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return True
    return response.status_code in _REFUSALS and _TOO_LONG.search(response.text) is not None


def _poorer(manners: _Manners, request: LlmRequest, response: "httpx.Response") -> _Manners | None:
    """What to say instead, where the refusal names what it refuses."""
    if manners.answer_limit == _OLD_ANSWER_LIMIT and _ANSWER_LIMIT in response.text:
        return replace(manners, answer_limit=_ANSWER_LIMIT)
    if manners.takes_format and request.json_answer and _FORMAT in response.text:
        return replace(manners, takes_format=False)
    if manners.takes_temperature and _TEMPERATURE in response.text:
        return replace(manners, takes_temperature=False)
    return None
