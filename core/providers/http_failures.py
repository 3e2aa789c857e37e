"""What a service's refusal or a broken line means, as errors that the rest of Notula knows."""

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from core.domain.errors import (
    CreditExhausted,
    KeyRefused,
    ProviderError,
    ProviderFailing,
    ProviderOverloaded,
    ProviderUnreachable,
    RecordingRefused,
    UploadTooLarge,
)

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

LONGEST_RETRY_AFTER_S = 300.0
"""Whoever names a longer time is asked again after this one."""

_SHOWN_OF_KEY = 4
_SHORTEST_SHOWN_KEY = 16
"""Of a shorter key four characters would be too large a part."""

_KEY = re.compile(r"[!-~]+")
_URL = re.compile(r"\w+://\S+")
_LONGEST_REASON = 300

_TOO_MANY = (HTTPStatus.TOO_MANY_REQUESTS, 498)
"""Groq says the latter where its cheaper tier is full (https://console.groq.com/docs/errors)."""

_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY)

_NO_CREDIT = frozenset({"insufficient_quota", "blocked_api_access"})
"""OpenAI answers 429, Groq 400 where the money or the spend limit is used up
(https://platform.openai.com/docs/guides/error-codes, https://console.groq.com/docs/spend-limits)."""


def key_ending(key: str | None) -> str:
    """The last characters, by which its owner knows a key again."""
    return key[-_SHOWN_OF_KEY:] if key and len(key) >= _SHORTEST_SHOWN_KEY else ""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class HttpFailures:
    """Makes errors for one service and key. `provider` is what people call it; `now` is for dates in Retry-After.

    What it logs holds neither the key nor an address. What it returns is to be raised outside of the `except` block:
    the errors of httpx and of the services' own clients hold the request, and so the key and the recording.
    """

    provider: str
    key: str | None = field(repr=False)
    now: Callable[[], datetime] = field(default=_now, repr=False)

    def check_key(self) -> None:
        """Raises `KeyRefused` for what can't be a key and wouldn't fit into a header: spaces, line ends, umlauts."""
        if self.key is not None and not _KEY.fullmatch(self.key):
            raise KeyRefused(provider=self.provider, ending=key_ending(self.key.strip()))

    def refused(self, response: "httpx.Response") -> ProviderError:
        """The error for an answer, read to its end, that isn't a success."""
        status = response.status_code
        code, reason = _reason_in(response.content)
        logger.warning("%s answered %d: %s", self.provider, status, self._harmless(reason))
        if status == HTTPStatus.PAYMENT_REQUIRED or code in _NO_CREDIT:
            return CreditExhausted(provider=self.provider, ending=key_ending(self.key))
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return KeyRefused(provider=self.provider, ending=key_ending(self.key))
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return UploadTooLarge(provider=self.provider)
        if status in _TOO_MANY:
            return ProviderOverloaded(provider=self.provider, retry_after_s=self._retry_after_s(response))
        if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return ProviderFailing(provider=self.provider, retry_after_s=self._retry_after_s(response))
        return RecordingRefused(provider=self.provider)

    def unreachable(self, error: Exception) -> ProviderUnreachable:
        """The error for a line that wasn't there, was too slow or was cut."""
        cause = error.__cause__ or error
        logger.warning("%s: %s", self.provider, type(cause).__name__)
        return ProviderUnreachable(provider=self.provider)

    def nonsense(self, error: ValueError) -> ProviderFailing:
        """The error for a success that can't be read. What was said is not logged."""
        logger.warning("%s answered nonsense: %s", self.provider, type(error).__name__)
        return ProviderFailing(provider=self.provider)

    def _harmless(self, reason: str) -> str:
        if self.key:
            reason = reason.replace(self.key, f"…{key_ending(self.key)}")
        return _URL.sub("…", " ".join(reason.split()))[:_LONGEST_REASON]

    def _retry_after_s(self, response: "httpx.Response") -> float | None:
        """Seconds or a date (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3); None where it makes no sense."""
        value = response.headers.get("Retry-After", "").strip()
        if re.fullmatch(r"\d{1,9}(\.\d*)?", value, re.ASCII):
            seconds = float(value)
        else:
            try:
                date = parsedate_to_datetime(value)
            except (ValueError, TypeError, OverflowError):
                return None
            seconds = (date.replace(tzinfo=date.tzinfo or UTC) - self.now()).total_seconds()
        return max(0.0, min(seconds, LONGEST_RETRY_AFTER_S))


def _reason_in(body: bytes) -> tuple[str, str]:
    """The code and the words of an error as OpenAI, Groq, FastAPI and others write it.

    Nothing of what can't be read: in a torn message a part of the key wouldn't be known for one.
    """
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        return "", "no reason that can be read"
    error = answer.get("error", answer) if isinstance(answer, dict) else answer
    if not isinstance(error, dict):
        return "", str(error)
    reason = error.get("message") or error.get("detail") or error
    return str(error.get("code") or ""), str(reason)
