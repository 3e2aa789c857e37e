"""Retry-After in all its forms, keys and addresses in what a service says, and what fits into a header."""

import json
import logging
import ssl
import time
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import (
    AddressRedirected,
    AddressUnusable,
    AddressWrong,
    CreditExhausted,
    KeyRefused,
    KeyRequired,
    LanguageRefused,
    ModelRefused,
    PlaceRefused,
    ProviderError,
    ProviderFailing,
    ProviderOverloaded,
    ProviderUnreachable,
    RecordingEmptyForProvider,
    RecordingFormatRefused,
    RecordingRefused,
    RecordingRefusedWithReason,
    RecordingTooLongForProvider,
    RecordingTooShortForProvider,
    RecordingUnreadableForProvider,
    UploadTooLarge,
)
from core.providers.http.failures import LONGEST_RETRY_AFTER_S, HttpFailures
from core.providers.services import deepgram, groq

NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
KEY = "sk-0123456789abcdef3f2a"


def failures(key: str | None = KEY) -> HttpFailures:
    return HttpFailures("Groq", key, groq.ERROR_CODES | deepgram.ERROR_CODES, now=lambda: NOW)


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
        ("Mon, 23 Nov 2026 10:00:42 +9999", None),
        ("9" * 5000, None),
        ("17, 18", None),
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


@pytest.mark.parametrize("key", ["", "two words", "line\n", "schlüssel-0123456789", "\x7f"])
def test_what_cannot_be_a_key_is_refused_before_it_is_sent(key: str) -> None:
    with pytest.raises(KeyRefused):
        failures(key).check_key()
    failures(None).check_key()
    failures().check_key()


def test_the_key_is_not_in_its_repr() -> None:
    assert KEY not in repr(failures())


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40))
def test_no_time_to_wait_is_too_long(value: str) -> None:
    response = httpx.Response(429, headers=[(b"Retry-After", value.encode("latin-1"))])
    retry_after_s = failures().refused(response).retry_after_s
    assert retry_after_s is None or 0.0 <= retry_after_s <= LONGEST_RETRY_AFTER_S


@pytest.mark.parametrize(
    ("status", "said", "error"),
    [
        (
            402,
            {"err_code": "ASR_PAYMENT_REQUIRED", "err_msg": "Project does not have enough credits."},
            CreditExhausted,
        ),
        (400, {"category": "ASR_PAYMENT_REQUIRED", "message": "Not enough credits."}, CreditExhausted),
        (429, {"error": {"code": "insufficient_quota", "message": "You exceeded your quota."}}, CreditExhausted),
        (403, {"err_code": "INSUFFICIENT_PERMISSIONS", "err_msg": "User can't do this."}, KeyRefused),
        (403, {"error": {"code": "unsupported_country_region_territory", "message": "Not supported"}}, PlaceRefused),
        (403, {"error": {"message": "Country, region, or territory not supported"}}, PlaceRefused),
        (403, {"error": {"message": "Access denied. Please check your network settings."}}, PlaceRefused),
        (400, {"error": {"message": "File size 30.5 MB exceeds the limit of 25 MB"}}, UploadTooLarge),
        (400, {"message": "duration of the audio exceeds limit of 30 seconds"}, RecordingTooLongForProvider),
        (400, {"error": {"message": "Unrecognized file format. Supported formats: ['flac']"}}, RecordingFormatRefused),
        (
            403,
            {"err_code": "INSUFFICIENT_PERMISSIONS", "err_msg": "Project does not have access to the requested model."},
            ModelRefused,
        ),
        (400, {"error": {"code": "invalid_api_key", "message": "Incorrect key."}}, KeyRefused),
        (413, {"error": {"code": "request_too_large", "message": "Request Entity Too Large"}}, UploadTooLarge),
        (400, {"error": {"message": "file is too large, maximum file size is 25 MB"}}, UploadTooLarge),
        (422, {"detail": [{"msg": "Maximum content size limit (26214400) exceeded"}]}, UploadTooLarge),
        (
            400,
            {"error": {"message": "could not process file - is it a valid media file?"}},
            RecordingUnreadableForProvider,
        ),
        (404, {"error": {"code": "model_not_found", "message": "It does not exist."}}, ModelRefused),
        (400, {"error": {"code": "model_decommissioned", "message": "It was."}}, ModelRefused),
        (404, {"detail": "Model 'tiny.en' is not installed locally."}, ModelRefused),
        (404, {"object": "error", "message": "The model `tiny.en` does not exist.", "code": 404}, ModelRefused),
        (404, {"detail": "Not Found"}, AddressWrong),
        (404, {"error": {"code": "unknown_url", "message": "Unknown request URL"}}, AddressWrong),
        (404, {"error": "something else"}, RecordingRefusedWithReason),
        (503, {"error": {"code": "model_not_found", "message": "Loading."}}, ProviderFailing),
    ],
)
def test_the_reason_counts_besides_the_status(status: int, said: object, error: type[ProviderError]) -> None:
    refusal = failures().refused(httpx.Response(status, json=said), model="tiny.en")
    assert type(refusal) is error
    if error is ModelRefused:
        assert str(refusal) == "Groq has no model called tiny.en. Choose another one in Notula under Settings."


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"err_code": "BAD", "err_msg": "Bad audio.", "request_id": "1"}, "Bad audio."),
        ({"category": "INVALID_JSON", "message": "Bad.", "details": "Worse.", "request_id": "1"}, "Bad."),
        ({"detail": [{"msg": "Field required", "input": {"text": "private"}}, 5, {"msg": 7}]}, "Field required"),
        ({"error": {"input": "private"}}, "no reason that can be read"),
        ({"error": "a\x1b[2J\ud800b"}, "a[2J\ufffdb"),
        ({"error": {"message": {"private": 1}}}, "no reason that can be read"),
    ],
)
def test_only_words_of_a_reason_are_logged(said: object, reason: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        failures().refused(httpx.Response(422, content=json.dumps(said).encode()))
    (record,) = caplog.records
    assert record.getMessage() == f"Groq answered 422: {reason}"


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": ' + b"[" * 700 + b"]" * 700 + b"}",
        b"[" * 100_000,
        json.dumps({"error": "a" * 250_000}).encode(),
        json.dumps({"error": "a:/" * 80_000}).encode(),
        json.dumps({"error": "\x00" * 40_000}).encode(),
    ],
)
def test_no_reason_takes_long_to_read(body: bytes) -> None:
    begun = time.process_time()
    assert isinstance(failures().refused(httpx.Response(400, content=body), model="x"), RecordingRefused)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("status", [401, 403])
def test_who_gave_no_key_is_asked_for_one(status: int) -> None:
    refusal = failures(None).refused(httpx.Response(status))
    assert type(refusal) is KeyRequired
    assert str(refusal) == "Groq wants a key. Add one in Notula under Settings, or with 'notula keys set Groq'."


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_means_that_the_address_is_wrong(status: int) -> None:
    refusal = failures().refused(httpx.Response(status, headers={"Location": "https://example.org/login?to=x"}))
    assert type(refusal) is AddressRedirected
    assert not refusal.transient
    assert str(refusal).startswith(
        "Groq isn't found at the address in Notula under Settings: what answers there sends on"
    )
    assert "/v1" not in str(refusal)  # No advice about the path, which may well be right.


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (httpx.DecodingError("bad gzip"), ProviderFailing),
        (caused(httpx.DecodingError("bad gzip"), ValueError("-3")), ProviderFailing),
        (caused(RuntimeError("Connection error."), httpx.DecodingError("bad gzip")), ProviderFailing),
        (httpx.InvalidURL("secret"), AddressUnusable),
        (caused(RuntimeError("Connection error."), httpx.UnsupportedProtocol("secret")), AddressUnusable),
        (caused(httpx.ConnectError("secret"), ssl.SSLCertVerificationError("secret")), ProviderUnreachable),
        (httpx.RemoteProtocolError("secret"), ProviderUnreachable),
        (TimeoutError(), ProviderUnreachable),
    ],
)
def test_a_line_that_fails_is_told_for_what_it_is(
    error: Exception, told: type[ProviderError], caplog: pytest.LogCaptureFixture
) -> None:
    failure = failures().unreachable(error)
    assert type(failure) is told
    assert failure.transient is (told is not AddressUnusable)
    assert "secret" not in caplog.text + str(failure)


def openai(message: str, code: str | None = None, param: str | None = None) -> dict[str, object]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (
            openai("Audio file is too short. Minimum audio length is 0.1 seconds.", "audio_too_short", "file"),
            RecordingTooShortForProvider,
        ),
        (openai("Audio file is too short. Minimum audio length is 0.01 seconds."), RecordingTooShortForProvider),
        ({"detail": "The recording must not be shorter than 0.5 s: minimum duration"}, RecordingTooShortForProvider),
        (
            openai("audio duration 1812.4 seconds is longer than 1500 seconds which is the maximum", "invalid_value"),
            RecordingTooLongForProvider,
        ),
        (openai("file is empty"), RecordingEmptyForProvider),
        ({"err_code": "Bad Request", "err_msg": "Bad Request: the body is empty"}, RecordingEmptyForProvider),
        ({"detail": "The uploaded file contains no audio."}, RecordingEmptyForProvider),
        (
            openai("file must be one of the following types: [flac mp3 ogg]", "unsupported_audio_format"),
            RecordingFormatRefused,
        ),
        (openai("Invalid file format. Supported formats: ['flac', 'm4a']"), RecordingFormatRefused),
        (openai("Audio file might be corrupted or unsupported", "invalid_value"), RecordingUnreadableForProvider),
        (openai("The audio file could not be decoded or its format is odd."), RecordingUnreadableForProvider),
        (
            {"err_code": "Bad Request", "err_msg": "Bad Request: failed to process audio: corrupt or unsupported data"},
            RecordingUnreadableForProvider,
        ),
        (
            {"detail": "Failed to decode audio: Invalid data found"},
            RecordingUnreadableForProvider,
        ),
        (openai("Language 'id' is not supported by this model."), LanguageRefused),
        (openai("Invalid value", "invalid_value", "language"), LanguageRefused),
        ({"detail": [{"loc": ["body", "language"], "msg": "Input should be 'en'"}]}, LanguageRefused),
        ({"err_msg": "Bad Request: No such model/language/tier combination found."}, LanguageRefused),
        (openai("invalid model ID", None, "model"), ModelRefused),
        (openai("prompt length must be 896 characters or fewer", None), RecordingRefusedWithReason),
        ({}, RecordingRefused),
    ],
)
def test_what_is_wrong_with_a_recording_is_told_as_it_is(said: object, error: type[ProviderError]) -> None:
    refusal = failures().refused(httpx.Response(400, json=said), model="tiny.en", language="id")
    assert type(refusal) is error
    assert not refusal.transient


def test_a_language_that_nobody_asked_for_is_not_blamed() -> None:
    said = {"err_msg": "Bad Request: No such model/language/tier combination found."}
    assert type(failures().refused(httpx.Response(400, json=said), model="nova-3")) is ModelRefused


def test_a_sentence_of_the_service_is_quoted_without_control_characters_and_secrets() -> None:
    said = f"Tier \x1b[31mlow\u202e: {KEY} and gsk_abcdefghijklmnop at https://example.org/?user=me"
    refusal = failures().refused(httpx.Response(400, json={"error": {"message": said}}))
    assert type(refusal) is RecordingRefusedWithReason
    for secret in (KEY, "abcdefghijklmnop", "user=me", "\x1b", "\u202e"):
        assert secret not in str(refusal)
    assert str(refusal).startswith("Groq refuses this recording. Its words: Tier")
