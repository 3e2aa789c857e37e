"""Checks the address of a server or proxy that a person has entered."""

import ipaddress
import re
from urllib.parse import urlsplit

from core.domain.errors import AddressUnusable


def checked_address(provider: str, address: str) -> str:
    """The address without spaces around it and without a slash at its end.

    Raises `AddressUnusable` for what is no address on the web, and for one with a password or a query in it: addresses
    are kept in a plain file, so secrets don't belong there, and the provider's own paths come after it.
    """
    import httpx

    try:
        url = httpx.URL(address.strip())
    except (httpx.InvalidURL, UnicodeError):
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host or any(mark in address for mark in "@?#\\"):
        raise AddressUnusable(provider=provider)
    return address.strip().rstrip("/")


_NEARBY = (".localhost", ".local", ".localdomain", ".lan", ".home", ".internal", ".intranet", ".home.arpa")


def is_nearby(address: str) -> bool:
    """Whether it is an address of this computer or its local network, by its name or number alone."""
    try:
        host = (urlsplit(address.strip()).hostname or "").rstrip(".")
    except ValueError:
        return False
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return bool(host) and (not re.search(r"[.:]", host) or host.endswith(_NEARBY))
    return number.is_loopback or number.is_private or number.is_link_local
