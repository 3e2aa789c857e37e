"""Proxies, as the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY or the system say it.

httpx reads the same, but takes some of what curl and browsers understand for a bug of the program: a proxy of a kind
that it doesn't know, and networks and addresses of IPv6 in NO_PROXY.
"""

import ipaddress
import ssl
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.domain.errors import ProxyUnusable

if TYPE_CHECKING:
    import httpx


def proxy_mounts(
    certificates: ssl.SSLContext,
    limits: "httpx.Limits | None" = None,
    settings: Callable[[], Mapping[str, str]] | None = None,
) -> "dict[str, httpx.AsyncHTTPTransport | None]":
    """The `mounts` of a client that is made with `trust_env=False`. Blocks on systems that have to be asked.

    `settings` gives the address for each scheme, by default as this system says it. Raises `ProxyUnusable`: what was
    meant to go through a proxy must not go past it.
    """
    from urllib.request import getproxies  # With what it imports a megabyte, for clients alone.

    import httpx

    told = (settings or getproxies)()
    excluded = [name.strip() for name in told.get("no", "").split(",") if name.strip()]
    mounts: dict[str, httpx.AsyncHTTPTransport | None] = {}
    if "*" in excluded:
        return mounts
    for scheme in ("http", "https", "all"):
        if address := told.get(scheme, "").strip():
            try:
                mounts[f"{scheme}://"] = _through(address, certificates, limits or httpx.Limits())
            except (ValueError, ImportError, httpx.InvalidURL) as error:
                raise ProxyUnusable(variable=f"{scheme}_proxy".upper()) from error
    if mounts:
        mounts.update({pattern: None for name in excluded if (pattern := _pattern(name))})
    return mounts


def _through(address: str, certificates: ssl.SSLContext, limits: "httpx.Limits") -> "httpx.AsyncHTTPTransport":
    import httpx

    url = httpx.URL(address if "://" in address else f"http://{address}")
    if not url.host:
        raise ValueError("no host")
    proxy = httpx.Proxy(url, ssl_context=certificates if url.scheme == "https" else None)
    return httpx.AsyncHTTPTransport(verify=certificates, proxy=proxy, limits=limits)


def _pattern(name: str) -> str:
    """What httpx calls the addresses that are meant; empty for a network, which it can't tell by its names."""
    if "://" in name:
        return name
    try:
        number = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        if "/" in name or name.count(":") > 1:
            return ""
        return f"all://{name}" if name.lower() == "localhost" else f"all://*{name.lstrip('*')}"
    return f"all://[{number}]" if number.version == 6 else f"all://{number}"
