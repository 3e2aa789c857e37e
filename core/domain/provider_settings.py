"""What the owner may set about one provider that is online."""

from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Empty, or 0, means as usual for this provider.

    `base_url` is where a server is, or a proxy in front of a service; it isn't shown, for people write passwords into
    addresses, although no provider takes such a one. `largest_megabytes` is the largest upload, in millions of bytes.
    `price_per_minute` is in US dollars; `chat_model` translates and sums up transcripts.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "allow_inf_nan": False}
    """What isn't known here is refused: in TOML, all that follows `[services.home]` belongs to that table."""

    model: str = ""
    base_url: str = field(default="", repr=False)
    largest_megabytes: int = 0
    price_per_minute: float = 0.0
    chat_model: str = ""


def becomes_zero(value: object) -> bool:
    """Whether a text names a number that isn't 0, but so near to it that it would be read as 0, which is no limit."""
    try:
        return (
            isinstance(value, str) and float(value) == 0 and bool(set(value.lower().split("e")[0]) & set("123456789"))
        )
    except ValueError:
        return False


def is_web_address(text: str) -> bool:
    """Whether it can be a provider's address: http or https, a host, and neither a user name nor a query."""
    try:
        parts = urlsplit(text.strip())
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not set(text) & set("@?#\\")
    except ValueError:
        return False
