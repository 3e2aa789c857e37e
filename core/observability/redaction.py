"""Removes secrets from text before it is written: log lines, tracebacks, crash reports.

Two methods: the values that Notula knows, in every encoding in which libraries write them, and patterns for those that
it doesn't know. httpx logs addresses, and errors of httpx and aiogram contain them; a bot's token is part of one.
"""

import base64
import json
import re
import threading
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

_SHOWN = 4
_SHORTEST_SHOWN = 16
"""Four characters would be too large a part of a shorter key."""

_SHORTEST_LEARNT = 6
"""A shorter value occurs in other text too; replacing it would make a log unreadable."""

_SHORTEST_BASE64 = 12
"""Too little of a shorter value's Base64 is independent of its position in the encoded text."""

_SCHEME = r"\b([A-Za-z][A-Za-z0-9+.-]{1,15}:(?:\\?/){2})"
"""How an address begins, in JSON perhaps with backslashes."""

_PATTERNS = (
    # A bot's token (https://core.telegram.org/bots/api#authorizing-your-bot), also with its colon escaped.
    (re.compile(r"\d{6,14}(?::|%3[Aa])[A-Za-z0-9_-]{30,}"), "…"),
    # Headers, written as HTTP does, as a dict, or as a list of pairs of str or bytes.
    (
        re.compile(
            r"(?i)((?:proxy-)?authorization|x-api-key|api-key|x-telegram-bot-api-secret-token|(?:set-)?cookie)"
            r"(\\?['\"]?\s{0,3}[:=,]\s{0,3}(?:b?\\?['\"])?)[^'\"\r\n\\]+"
        ),
        r"\1\2…",
    ),
    (re.compile(r"(?i)\b(bearer|basic|token)\s{1,3}[A-Za-z0-9._~+/-]{16,}=*"), r"\1 …"),
    # Groq's and OpenAI's keys, and those of servers that imitate them: `key_prefixes` of the specs in core.providers.
    # They stand here because redaction works from the first line of the log on, before core.providers is imported.
    (re.compile(r"\b(gsk_|sk-)[A-Za-z0-9_-]{12,}"), r"\1…"),
    # Hugging Face's, with which models are fetched.
    (re.compile(r"\b(hf_)[A-Za-z0-9]{12,}"), r"\1…"),
    # In addresses: who logs in, and what comes after the question mark or the hash.
    (re.compile(rf"{_SCHEME}[^\s/?#'\"<>]{{1,500}}@"), r"\1…@"),
    # A password with a slash, a question mark or a hash in it: what is after the colon is no port.
    (re.compile(rf"{_SCHEME}[^\s/?#@:'\"<>]{{1,200}}:(?!\d{{1,5}}[/?#])[^\s'\"<>]{{1,200}}@"), r"\1…@"),
    (re.compile(rf"{_SCHEME}([^\s?#'\"<>]{{0,2000}}+[?#])[^\s'\"<>]+"), r"\1\2…"),
    (re.compile(r"\b((?:GET|HEAD|POST|PUT|PATCH|DELETE) /[^\s?'\"<>]{0,2000}+\?)[^\s'\"<>]+"), r"\1…"),
)


def key_ending(key: str | None) -> str:
    """The last characters, by which its owner knows a key again; empty for one too short to show any of it."""
    return key[-_SHOWN:] if key and len(key) >= _SHORTEST_SHOWN else ""


class Redactor:
    """Knows secrets and replaces them in text. One a process; any thread may use it."""

    def __init__(self) -> None:
        self._writing = threading.Lock()
        self._replacements: dict[str, str] = {}
        self._known: re.Pattern[str] | None = None
        """Matches every replacement; None where there is none, or one has come since."""

    def learn(self, secret: str) -> None:
        """Replace this from now on, wherever it occurs. What is shorter than six characters is left alone."""
        if len(secret) < _SHORTEST_LEARNT:
            return
        with self._writing:
            if secret not in self._replacements:
                self._replacements |= dict.fromkeys(_encodings(secret), f"…{key_ending(secret)}")
                self._known = None

    def redact(self, text: str) -> str:
        """The text with `…` for every secret, and `…3f2a` for a long one that is known."""
        with self._writing:
            if self._known is None and self._replacements:
                longest_first = sorted(self._replacements, key=len, reverse=True)
                self._known = re.compile("|".join(map(re.escape, longest_first)))
            known = self._known
        if known is not None:
            text = known.sub(lambda match: self._replacements[match[0]], text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


def _encodings(secret: str) -> Iterator[str]:
    """A secret in plain text, percent-encoded, in `repr`, in JSON and in Base64."""
    yield secret
    for escaped in (quote(secret), quote(secret, safe=""), quote_plus(secret)):
        yield escaped
        yield re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), escaped)
    yield repr(secret)[1:-1]
    yield json.dumps(secret)[1:-1]
    if len(secret) >= _SHORTEST_BASE64:
        yield from _base64_parts(secret.encode())


def _base64_parts(secret: bytes) -> Iterator[str]:
    """What the Base64 of any text with the secret in it holds, wherever the secret begins.

    Three bytes become four characters. Before the secret there may be 0, 1 or 2 bytes that share its first characters,
    as `user:` in basic authentication does; those characters and the shared ones at the end are left out.
    """
    for before in range(3):
        shared_at_start = (0, 2, 3)[before]
        whole = (before + len(secret)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(bytes(before) + secret).decode("ascii")[shared_at_start:whole]
