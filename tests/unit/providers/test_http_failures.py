"""Retry-After in all its forms, keys and addresses in what a service says, and what fits into a header."""

import logging
from datetime import UTC, datetime

import httpx
import pytest

from core.domain.errors import KeyRefused, ProviderOverloaded
from core.providers.http_failures import LONGEST_RETRY_AFTER_S, HttpFailures, key_ending

NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
KEY = "sk-0123456789abcdef3f2a"


def failures(key: str | None = KEY) -> HttpFailures:
    return HttpFailures("Groq", key, now=lambda: NOW)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("17", 17.0),
        (" 2.5 ", 2.5),
        ("3600", LONGEST_RETRY_AFTER_S),
        ("Mon, 23 Nov 2026 10:00:42 GMT", 42.0),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 12:00:00 -0000", LONGEST_RETRY_AFTER_S),
        ("Wed, 21 Oct 2099 07:28:00 GMT", LONGEST_RETRY_AFTER_S),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("nan", None),
        ("Mon, 99 Nov 2026 10:00:00 GMT", None),
    ],
)
def test_the_time_to_wait(value: str, seconds: float | None) -> None:
    error = failures().refused(httpx.Response(429, headers={"Retry-After": value}))
    assert isinstance(error, ProviderOverloaded)
    assert error.retry_after_s == seconds


def test_what_a_service_says_is_logged_without_key_and_address(caplog: pytest.LogCaptureFixture) -> None:
    said = {"error": {"message": f"Bad key {KEY}.\nSee https://example.org/keys?id=5 for more." + "x" * 1000}}
    with caplog.at_level(logging.DEBUG):
        failures().refused(httpx.Response(401, json=said))
    (record,) = caplog.records
    assert record.getMessage().startswith("Groq answered 401: Bad key …3f2a. See … for more.")
    assert len(record.getMessage()) < 400


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'"x"', b'{"error": "x"}', b'{"detail": [{}]}', b"\xff"])
def test_any_body_will_do(body: bytes) -> None:
    assert isinstance(failures().refused(httpx.Response(403, content=body)), KeyRefused)


@pytest.mark.parametrize(("key", "ending"), [(KEY, "3f2a"), ("short", ""), ("", ""), (None, "")])
def test_only_of_a_long_key_the_ending_is_shown(key: str | None, ending: str) -> None:
    assert key_ending(key) == ending


@pytest.mark.parametrize("key", ["", "two words", "line\n", "schlüssel-0123456789", "\x7f"])
def test_what_cannot_be_a_key_is_refused_before_it_is_sent(key: str) -> None:
    with pytest.raises(KeyRefused):
        failures(key).check_key()
    failures(None).check_key()
    failures().check_key()


def test_the_key_is_not_in_its_repr() -> None:
    assert KEY not in repr(failures())
