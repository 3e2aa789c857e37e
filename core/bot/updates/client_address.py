"""Where a request really comes from, when it may have passed proxies."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

TELEGRAM_NETWORKS = (IPv4Network("149.154.160.0/20"), IPv4Network("91.108.4.0/22"))
"""Where Telegram posts updates from (https://core.telegram.org/bots/webhooks#the-short-version)."""


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Networks, or single addresses. Raises ValueError."""
    return tuple(ip_network(text.strip(), strict=False) for text in texts)


def is_in_networks(address: Address, ranges: Sequence[Network]) -> bool:
    """Whether the address is in any of these."""
    return any(address.version == network.version and address in network for network in ranges)


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> Address | None:
    """Who has sent a request: the last one before the proxies that are trusted. None where nobody can say.

    Each proxy appends whom it was called by to `X-Forwarded-For`, so only what a trusted one has appended counts: the
    header is read from its right, and what is left of the first stranger was written by that stranger.
    """
    address = _address(peer)
    entries = [entry for entry in forwarded_for.split(",") if entry.strip()]
    while address is not None and entries and is_in_networks(address, trusted):
        address = _address(entries.pop())
    return address


def _address(text: str) -> Address | None:
    """An address, perhaps with a port behind it, as some proxies write it; IPv4 in IPv6's clothes is IPv4."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
