"""What Telegram wants of a program that speaks its own protocol.

https://core.telegram.org/api/obtaining_api_id
"""

import re
from dataclasses import dataclass, field

from core.domain.errors import KeyUnusable

_PAIR = re.compile(r"(\d{1,9}):([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class ApiCredentials:
    """One registered application. https://my.telegram.org gives both to whoever logs in there."""

    api_id: int
    api_hash: str = field(repr=False)


def api_credentials(text: str, name: str) -> tuple[ApiCredentials, ...]:
    """Pairs such as `12345:0123456789abcdef0123456789abcdef`, with spaces between them; each application once.

    Raises `KeyUnusable`, which calls them `name`, for anything else.
    """
    pairs = [_PAIR.fullmatch(word.lower()) for word in text.split()]
    found = tuple(dict.fromkeys(ApiCredentials(int(pair[1]), pair[2]) for pair in pairs if pair))
    if len(pairs) != sum(pair is not None for pair in pairs) or not all(known.api_id for known in found):
        raise KeyUnusable(name=name)
    return found
