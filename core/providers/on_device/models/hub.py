"""The hub that models are fetched from, as the variables of its own tools say it.

https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
"""

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.domain.errors import HubAddressUnusable, HubNotAsked, HubTokenUnprotected
from core.providers.http.address import is_nearby
from core.system.certificates import tls_context
from core.system.proxies import proxy_mounts

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

HUB_URL = "https://huggingface.co"

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LONGEST_TOKEN = 500
_TOKEN = re.compile(r"[\x21-\x7e]+")
_TRUE = ("1", "ON", "YES", "TRUE")
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")


@dataclass(frozen=True, slots=True)
class Hub:
    """An address without a slash at its end, and the token that is sent to it and to nobody else."""

    url: str = HUB_URL
    token: str = field(default="", repr=False)
    forbidden_by: str = ""
    """The variable that says that nothing is to be fetched; empty where none does."""

    @property
    def headers(self) -> dict[str, str]:
        """What goes with each request to the hub. httpx takes it off a request that is redirected elsewhere."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def check(self) -> None:
        """Raises `HubNotAsked`, `HubAddressUnusable` or `HubTokenUnprotected`.

        Without encryption anybody on the way could read the token and change what is said of a file: that is allowed
        on this computer, and without a token in its own network.
        """
        if self.forbidden_by:
            raise HubNotAsked(variable=self.forbidden_by)
        try:
            parts = urlsplit(self.url)
            is_address = bool(parts.hostname) and parts.scheme in ("http", "https") and not parts.query
            is_address = is_address and not parts.fragment and "@" not in parts.netloc and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address:
            raise HubAddressUnusable(address=_shown(self.url))
        if parts.scheme == "https" or parts.hostname in _LOOPBACK:
            return
        if self.token:
            raise HubTokenUnprotected(address=_shown(self.url))
        if not is_nearby(self.url):
            raise HubAddressUnusable(address=_shown(self.url))


def hub_of_environment(environment: Mapping[str, str] = os.environ) -> Hub:
    """The hub of HF_ENDPOINT, with the token of HF_TOKEN or of the file that `hf auth login` writes. Blocks."""
    url = environment.get("HF_ENDPOINT", "").strip().rstrip("/")
    forbidden_by = next((name for name in _OFFLINE if environment.get(name, "").upper() in _TRUE), "")
    return Hub(url or HUB_URL, _token(environment), forbidden_by)


def hub_home(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the hub's own tools keep things."""
    if home := environment.get("HF_HOME"):
        return named_folder(home)
    return named_folder(environment.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"


def named_folder(name: str) -> Path:
    """What a variable means, with `~` and other variables in it, as the hub's own tools read it."""
    return Path(os.path.expandvars(os.path.expanduser(name)))  # noqa: PTH111 - pathlib's raises where there is no home.


def hub_client(hub: Hub) -> "httpx.AsyncClient":
    """A client for large files: no limit on the whole, but none of the pieces may take forever. Blocks.

    A redirect never leads away from encryption. Raises `ProxyUnusable`.
    """
    import httpx

    is_encrypted = hub.url.startswith("https://")
    certificates = tls_context()

    async def stay_encrypted(request: "httpx.Request") -> None:
        if is_encrypted and request.url.scheme != "https":
            raise httpx.UnsupportedProtocol("redirected away from encryption", request=request)

    return httpx.AsyncClient(
        follow_redirects=True,
        max_redirects=5,
        timeout=httpx.Timeout(30.0, connect=15.0),
        verify=certificates,
        trust_env=False,
        mounts=proxy_mounts(certificates),
        event_hooks={"request": [stay_encrypted]},
    )


def _token(environment: Mapping[str, str]) -> str:
    if environment.get("HF_HUB_DISABLE_IMPLICIT_TOKEN", "").upper() in _TRUE:
        return ""
    token = environment.get("HF_TOKEN") or environment.get("HUGGING_FACE_HUB_TOKEN") or _kept_token(environment)
    token = token.strip()
    if token and (len(token) > _LONGEST_TOKEN or not _TOKEN.fullmatch(token)):
        logger.warning("the token for the model hub has characters that none has, and isn't sent")
        return ""
    return token


def _kept_token(environment: Mapping[str, str]) -> str:
    file = environment.get("HF_TOKEN_PATH")
    try:
        with (named_folder(file) if file else hub_home(environment) / "token").open("rb") as opened:
            return opened.read(_LONGEST_TOKEN + 1).decode("ascii", "replace")
    except OSError:
        return ""


def _shown(address: str) -> str:
    """Without what a person may have written before the host: it could be a password."""
    return re.sub(r"//[^/]*@", "//…@", address)
