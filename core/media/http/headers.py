"""Parsing of a web server's untrusted headers: numbers of bounded length, valid dates only."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

_NUMBER = re.compile(r"\d{1,13}", re.ASCII)
"""Of bytes: ten terabytes are more than any recording has."""

_CONTENT_RANGE = re.compile(r"bytes (\d{1,13})-(\d{1,13})/(\d{1,13}|\*)", re.ASCII)
_LONGEST_RETRY_AFTER_S = 300.0
_STRONG_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Version:
    """The version of a file on a server, by its validators. `size_bytes` is None where the server doesn't send it."""

    size_bytes: int | None
    etag: str
    last_modified: str

    @classmethod
    def of(cls, response: "httpx.Response") -> "Version":
        """The version in the headers of a response with the file or a range of it."""
        if response.status_code == HTTPStatus.PARTIAL_CONTENT:
            span = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
            size = span[3] if span else ""
        else:
            size = response.headers.get("Content-Length", "")
        etag, last_modified = (response.headers.get(name, "") for name in ("ETag", "Last-Modified"))
        return cls(int(size) if _NUMBER.fullmatch(size) else None, etag, last_modified)

    def state_at(self, date: str) -> str | None:
        """A name for this state that no other one has, at the server's `date`; None where it vouches for none.

        https://www.rfc-editor.org/rfc/rfc9110#section-8.8
        """
        if self.etag.startswith('"'):
            return self.etag
        written, now = date_in(self.last_modified), date_in(date)
        if written is None or now is None or now - written < _STRONG_AFTER:
            return None
        return f"{self.last_modified} {self.size_bytes}"


def range_in(response: "httpx.Response") -> tuple[int, int] | None:
    """The first and the last byte that an answer holds."""
    span = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    return (int(span[1]), int(span[2])) if span else None


def begins_file(response: "httpx.Response", size_bytes: int) -> bool:
    """Whether what an answer holds can be the beginning of a file of this size. True for one of no bytes."""
    span = range_in(response)
    return size_bytes == 0 or (span is not None and span[0] == 0 and span[1] < size_bytes)


def retry_after_s(response: "httpx.Response", now: datetime) -> float | None:
    """Seconds or a date (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3); None where it makes no sense."""
    value = response.headers.get("Retry-After", "").strip()
    if _NUMBER.fullmatch(value):
        seconds = float(value)
    else:
        date = date_in(value)
        if date is None:
            return None
        seconds = (date - now).total_seconds()
    return max(0.0, min(seconds, _LONGEST_RETRY_AFTER_S))


def date_in(text: str) -> datetime | None:
    """The moment that a header names; None for what is none, such as a year of 13 digits."""
    try:
        date = parsedate_to_datetime(text)
        return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
