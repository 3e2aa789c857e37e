"""Which certificates a server is believed for: those of the system, where a company or school adds its own."""

import logging
import os
import ssl
from collections.abc import Mapping, Sequence

_VARIABLES = (("SSL_CERT_FILE", "SSL_CERT_DIR"), ("REQUESTS_CA_BUNDLE",), ("CURL_CA_BUNDLE",))

logger = logging.getLogger(__name__)


def tls_context(environment: Mapping[str, str] = os.environ) -> ssl.SSLContext:
    """A context for clients. Blocks, as it reads certificates.

    The variables SSL_CERT_FILE and SSL_CERT_DIR come first, as with OpenSSL, then those of requests and curl; then the
    system's own store; on a Linux that has none, such as a small container, Mozilla's list. Variables that can't be
    used are left out and logged.
    """
    for names in _VARIABLES:
        named = [path for name in names if (path := environment.get(name))]
        try:
            if named:
                return _context_of(named)
        except OSError as error:  # `ssl.SSLError` is one: there is no such file, or no certificate in it.
            logger.warning("%s can't be used: %s", " or ".join(names), error)
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not _has_system_certificates():
        import certifi

        context.load_verify_locations(cafile=certifi.where())
    return context


def _context_of(named: Sequence[str]) -> ssl.SSLContext:
    """A context that believes the certificates of these files and folders alone. Raises OSError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for path in named:
        if os.path.isdir(path):  # noqa: PTH112
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    return context


def _has_system_certificates() -> bool:
    """On macOS and Windows there always are, and OpenSSL isn't asked."""
    places = ssl.get_default_verify_paths()
    if not hasattr(os, "geteuid") or places.cafile:
        return True
    try:
        return bool(places.capath and os.listdir(places.capath))  # noqa: PTH208
    except OSError:
        return False
