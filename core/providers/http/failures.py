"""Turns a service's refusals and broken connections into the errors of `core.domain.errors`."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from core.domain.errors import (
    AddressRedirected,
    AddressUnusable,
    AddressWrong,
    CreditExhausted,
    KeyRefused,
    KeyRequired,
    ModelRefused,
    PlaceRefused,
    ProviderError,
    ProviderFailing,
    ProviderOverloaded,
    ProviderUnreachable,
    RecordingFormatRefused,
    UploadTooLarge,
)
from core.domain.graphemes import grapheme_start
from core.observability.redaction import Redactor, key_ending
from core.providers.answers.sanitizing import sanitized
from core.providers.http.endpoint import OPENAI_CODES, ErrorCodes
from core.providers.http.refusal_reasons import Refusal, refusal_error

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

LONGEST_RETRY_AFTER_S = 300.0
"""A longer Retry-After is cut to this."""

_KEY = re.compile(r"[!-~]+")
_URL = re.compile(r"\w+://\S+")
_LONGEST_REASON = 300
_LONGEST_READ_REASON = 2000
_NO_REASON = "no reason that can be read"

_OVERLOADED = (HTTPStatus.TOO_MANY_REQUESTS, 498)
"""Groq says the latter where its cheaper tier is full (https://console.groq.com/docs/errors)."""

_TRANSIENT = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY)

_TOO_LARGE = re.compile(
    r"request_too_large|(?:maximum|max|allowed) (?:file|content|upload|request|body) size"
    r"|(?:file|upload|payload|body|content) (?:is |was )?too (?:large|big)|exceeds? the (?:file |upload )?size limit"
    r"|(?:file|content|upload|request|body) size\b.{0,60}\bexceed",
    re.IGNORECASE,
)
"""What some services say with status 400."""

_PLACE = re.compile(
    r"unsupported_country|(?:country|region|territory|location)\b[^.]{0,40}(?:not (?:supported|available)|unsupported)"
    r"|(?:not available|unavailable) in your (?:country|region|location)|check your network settings",
    re.IGNORECASE,
)
"""What OpenAI says to some countries, and Groq to some networks, with status 403."""

_NO_PATH = re.compile(r"unknown_url|not found\.?", re.IGNORECASE)
"""All that OpenAI, Starlette and Flask say of a path that they don't have."""

_MAY_MEAN_THE_FILE = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class HttpFailures:
    """Makes errors for one service and key. `provider` is what people call it, `codes` are its own error codes.

    `now` is for dates in Retry-After. What it logs holds neither the key nor an address. What it returns is to be
    raised outside of the `except` block: the errors of httpx and of the services' own clients hold the request, and so
    the key and the recording.
    """

    provider: str
    key: str | None = field(repr=False)
    codes: ErrorCodes = field(default=OPENAI_CODES, repr=False)
    now: Callable[[], datetime] = field(default=_now, repr=False)

    def check_key(self) -> None:
        """Raises `KeyRefused` for what can't be a key and wouldn't fit into a header: spaces, line ends, umlauts."""
        if self.key is not None and not _KEY.fullmatch(self.key):
            raise KeyRefused(provider=self.provider, ending=key_ending(self.key.strip()))

    def refused(self, response: "httpx.Response", *, model: str = "", language: str | None = None) -> ProviderError:
        """The error for a response that isn't a success. `model` and `language` are what was requested."""
        status = response.status_code
        code, part, reason = _reason_in(response.content)
        told = self._redacted(reason or _NO_REASON)
        logger.warning("%s answered %d: %s", self.provider, status, told)
        if response.has_redirect_location:  # Not followed: the key is for this address alone.
            return AddressRedirected(provider=self.provider)
        if status == HTTPStatus.PAYMENT_REQUIRED or code in self.codes.no_credit:
            return CreditExhausted(provider=self.provider, ending=key_ending(self.key))
        if status in _OVERLOADED:
            return ProviderOverloaded(provider=self.provider, retry_after_s=self._retry_after_s(response))
        if status in _TRANSIENT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return ProviderFailing(provider=self.provider, retry_after_s=self._retry_after_s(response))
        refusal = Refusal(code, part, reason[:_LONGEST_READ_REASON], told if reason else "")
        return self._permanent_refusal(status, refusal, model, language)

    def unreachable(self, error: Exception) -> ProviderError:
        """The error for a connection that failed, timed out or broke, and for an answer that can't be unpacked."""
        import httpx

        causes = [error, *_causes(error)]
        logger.warning("%s: %s", self.provider, type(causes[min(1, len(causes) - 1)]).__name__)
        if any(isinstance(cause, httpx.DecodingError) for cause in causes):
            return ProviderFailing(provider=self.provider)
        if any(isinstance(cause, httpx.InvalidURL | httpx.UnsupportedProtocol) for cause in causes):
            return AddressUnusable(provider=self.provider)
        return ProviderUnreachable(provider=self.provider)

    def unreadable(self, error: ValueError) -> ProviderFailing:
        """The error for a success that can't be read. What was said is not logged."""
        logger.warning("%s sent an unreadable answer: %s", self.provider, type(error).__name__)
        return ProviderFailing(provider=self.provider)

    def _permanent_refusal(self, status: int, refusal: Refusal, model: str, language: str | None) -> ProviderError:
        code, reason = refusal.code, refusal.reason
        if model and self._says_model_unavailable(code, reason):
            return ModelRefused(provider=self.provider, model=model)
        if status == HTTPStatus.FORBIDDEN and _PLACE.search(f"{code} {reason}"):
            return PlaceRefused(provider=self.provider)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) or code in self.codes.key_refused:
            if self.key is None:
                return KeyRequired(provider=self.provider)
            return KeyRefused(provider=self.provider, ending=key_ending(self.key))
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return UploadTooLarge(provider=self.provider)
        if status in _MAY_MEAN_THE_FILE and _TOO_LARGE.search(f"{code} {reason}"):
            return UploadTooLarge(provider=self.provider)
        if status == HTTPStatus.NOT_FOUND and model:
            if _NO_PATH.fullmatch(code) or _NO_PATH.fullmatch(reason.strip()):
                return AddressWrong(provider=self.provider)
            if model in reason:
                return ModelRefused(provider=self.provider, model=model)
        if status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
            return RecordingFormatRefused(provider=self.provider)
        return refusal_error(refusal, provider=self.provider, model=model, language=language)

    def _says_model_unavailable(self, code: str, reason: str) -> bool:
        words = self.codes.model_unavailable_words
        return code in self.codes.model_unavailable or any(word.search(reason) for word in words)

    def _redacted(self, reason: str) -> str:
        if self.key:
            reason = reason.replace(self.key, f"…{key_ending(self.key)}")
        reason = " ".join(sanitized(reason).split())[:_LONGEST_READ_REASON]
        reason = _URL.sub("…", Redactor().redact(reason))
        return reason[: grapheme_start(reason, _LONGEST_REASON)]

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


def _causes(error: BaseException) -> Iterator[BaseException]:
    while error.__cause__ is not None:
        error = error.__cause__
        yield error


def _reason_in(body: bytes) -> tuple[str, str, str]:
    """The code, the request's part and the words of an error as OpenAI, Groq, Deepgram, FastAPI and others write it.

    Nothing of a body that isn't JSON: in a cut message the rest of a key wouldn't be recognised and redacted. Nothing
    but the known fields either: FastAPI sends back the request.
    """
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        return "", "", ""
    error = (answer.get("error") or answer) if isinstance(answer, dict) else answer
    if not isinstance(error, dict):
        return "", "", error if isinstance(error, str) else ""
    code = _first_text(error, "code", "err_code", "category")
    part = error.get("param") or _named_part(error.get("detail"))
    words = _first_text(error, "message", "err_msg", "detail", "details")
    return code, part if isinstance(part, str) else "", words


def _named_part(detail: object) -> object:
    """The field that FastAPI finds wrong first."""
    first = detail[0] if isinstance(detail, list) and detail else None
    place = first.get("loc") if isinstance(first, dict) else None
    return place[-1] if isinstance(place, list) and place else ""


def _first_text(error: dict[str, Any], *names: str) -> str:
    """The first of these that is text, or FastAPI's list of what it finds wrong."""
    for name in names:
        found = error.get(name)
        if isinstance(found, list):
            wrong = (one.get("msg") for one in found if isinstance(one, dict))
            found = "; ".join(message for message in wrong if isinstance(message, str))
        if isinstance(found, str) and found:
            return found
    return ""
