"""The client's address of a request that may have passed reverse proxies."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

TELEGRAM_NETWORKS = (IPv4Network("149.154.160.0/20"), IPv4Network("91.108.4.0/22"))
"""The networks that Telegram posts updates from (https://core.telegram.org/bots/webhooks#the-short-version)."""


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Parse networks and single addresses. Raises ValueError."""
    return tuple(ip_network(text.strip(), strict=False) for text in texts)


def is_in_networks(address: Address, ranges: Sequence[Network]) -> bool:
    """Whether the address is in any of these."""
    return any(address.version == network.version and address in network for network in ranges)


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> Address | None:
    """The address before the trusted proxies; None where it can't be determined.

    Each proxy appends its caller to `X-Forwarded-For`, so only the entries of trusted proxies can be relied on: the
    header is read from the right, and whatever is left of the first untrusted address may be forged.
    """
    address = _address(peer)
    entries = [entry for entry in forwarded_for.split(",") if entry.strip()]
    while address is not None and entries and is_in_networks(address, trusted):
        address = _address(entries.pop())
    return address


def _address(text: str) -> Address | None:
    """Parse an address, with or without a port, as some proxies add one; IPv4-mapped IPv6 becomes IPv4."""
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
