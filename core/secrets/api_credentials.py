"""The api_id and api_hash that Telegram requires of a program that uses MTProto.

https://core.telegram.org/api/obtaining_api_id
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.domain.errors import ApiCredentialsUnusable

TELEGRAM_API = "telegram-api"
"""What they are kept under, among the keys."""

_PAIR = re.compile(r"(\d{1,9}):([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class ApiCredentials:
    """One registered application. https://my.telegram.org shows both to an account that is logged in."""

    api_id: int
    api_hash: str = field(repr=False)


def api_credentials(pairs: Iterable[str]) -> tuple[ApiCredentials, ...]:
    """Each such as `12345:0123456789abcdef0123456789abcdef`; every application once.

    Raises `ApiCredentialsUnusable` for anything else.
    """
    found: dict[ApiCredentials, None] = {}
    for pair in pairs:
        match = _PAIR.fullmatch(pair.lower())
        if match is None or not int(match[1]):
            raise ApiCredentialsUnusable
        found[ApiCredentials(int(match[1]), match[2])] = None
    return tuple(found)
