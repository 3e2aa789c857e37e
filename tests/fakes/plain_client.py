"""A client for servers on the loopback, which are asked without TLS."""

import ssl
from typing import Any

import httpx

_BELIEVES_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def plain_client(**options: Any) -> httpx.AsyncClient:
    """As httpx makes it, but without Mozilla's list of certificates, which takes longer to read than most tests do."""
    return httpx.AsyncClient(verify=_BELIEVES_NOBODY, **options)
