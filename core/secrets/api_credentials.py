"""What Telegram wants of a program that speaks its own protocol.

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
    """One registered application. https://my.telegram.org gives both to whoever logs in there."""

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
