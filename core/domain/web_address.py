"""URLs of recordings on web servers: what of one may be stored and shown, and what its file is called.

The user info, the query and the fragment may hold a password, a signature or a token.
"""

import re
from pathlib import PurePosixPath
from urllib.parse import SplitResult, unquote, urlsplit

from core.domain.media_formats import MEDIA_SUFFIXES

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]+)://")
_VALUE = re.compile("[;&=]|%(?:3B|26|3D|3F|23|40|3A)", re.IGNORECASE)
_FETCHED = ("http", "https")
_HIDDEN = "…"
_LEFT_OUT = f"?{_HIDDEN}"


def is_address(text: str) -> bool:
    """Whether this is an address rather than a path, of whatever kind: it has a scheme and two slashes."""
    return _SCHEME.match(text) is not None


def is_fetchable(url: str) -> bool:
    """Whether it is an address of a web server."""
    return _parts_of(url) is not None


def without_secrets(url: str) -> str:
    """The address's server and path. Of a URL that can't be parsed reliably only the scheme."""
    parts = _parts_of(url)
    if parts is None or _may_hide_a_password(parts):
        scheme = _SCHEME.match(url)
        begin = f"{scheme[1].lower()}://" if scheme else ""
        rest = re.split("[?#]", url.strip()[len(begin) :], maxsplit=1)[0]
        has_no_secret = parts is None and not re.search("[@:;]", rest)  # It has no place for a password.
        return begin + (rest if has_no_secret else _HIDDEN)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port is not None else ""
    return f"{parts.scheme}://{host}{port}{_open_path(parts)}"


def marked_without_secrets(url: str) -> str:
    """The address's server and path, and a mark where more than that was removed."""
    kept = without_secrets(url)
    parts = _parts_of(url)
    is_all = parts is None or (not parts.query and parts.username is None and _open_path(parts) == parts.path)
    return kept if is_all or _HIDDEN in kept else kept + _LEFT_OUT


def is_incomplete(url: str) -> bool:
    """Whether it is an address of which something secret was left out, so that it may lead to something else."""
    return url.endswith((_LEFT_OUT, f"//{_HIDDEN}"))


def name_in(url: str) -> str:
    """What an address calls its file; where that isn't a recording's name, as for a page, the server goes before it."""
    kept = without_secrets(url)
    parts = _parts_of(kept)
    if parts is None or parts.hostname == _HIDDEN:
        return kept
    last = unquote(parts.path.rstrip("/").rpartition("/")[2])
    if PurePosixPath(last).suffix.lower() in MEDIA_SUFFIXES:
        return last
    server = (parts.hostname or "").removeprefix("www.")
    return " - ".join(part for part in (server, last) if part) or kept


def _open_path(parts: SplitResult) -> str:
    """The path, each segment as far as it holds no value and no other address: `;jsessionid=…`, `%3Ftoken%3D…`."""
    return "/".join(_VALUE.split(segment, maxsplit=1)[0] for segment in parts.path.split("/"))


def _parts_of(url: str) -> SplitResult | None:
    """The parts of an address that names a web server and, if any, a port that there can be."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _FETCHED or not parts.hostname or port == 0:
        return None
    return parts


def _may_hide_a_password(parts: SplitResult) -> bool:
    """Whether there may be a password with an unescaped slash, question mark or hash in it.

    What is before that then looks like a server and its port, and the rest like a path.
    """
    behind = f"{parts.path}{parts.query}{parts.fragment}"
    return "@" in behind and "@" not in parts.netloc and (":" in parts.netloc.rpartition("]")[2] or not parts.path)
