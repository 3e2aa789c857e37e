"""What the owner may set about one provider that is online."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Empty, or 0, means as usual for this provider.

    `base_url` is where a server is, or a proxy in front of a service; it isn't shown, for people write passwords into
    addresses, although no provider takes such a one. `largest_megabytes` is the largest upload, in millions of bytes.
    `price_per_minute` is in US dollars; `chat_model` translates and sums up transcripts.
    """

    model: str = ""
    base_url: str = field(default="", repr=False)
    largest_megabytes: int = 0
    price_per_minute: float = 0.0
    chat_model: str = ""
