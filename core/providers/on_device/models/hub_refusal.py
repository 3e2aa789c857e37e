"""What a hub means by a status that is no success.

https://huggingface.co/docs/hub/api has no list; `hf_raise_for_status` of
https://github.com/huggingface/huggingface_hub/blob/main/src/huggingface_hub/utils/_http.py shows what its tools read.
"""

import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from core.domain.errors import HubBusy, HubModelNotFound, HubTokenRefused, ModelDownloadFailed, ModelError
from core.providers.on_device.models.hub import Hub

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_LONGEST_RETRY_AFTER_S = 3600.0
_HIDDEN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)

_ABOUT_THE_MODEL = ("RepoNotFound", "GatedRepo", "RevisionNotFound", "EntryNotFound", "DisabledRepo")
"""Values of the header X-Error-Code; without one of them the status 401 is about the token."""


def refusal_of(response: "httpx.Response", hub: Hub, place: str, model: str) -> ModelError:
    """The error for it. `place` is what was asked for, `model` what the model is or will be called.

    What the hub redirects to, a server for large files, knows of no rights: there everything may be better next time.
    """
    status = response.status_code
    logger.info("%s answered %d", response.url, status)
    retry_after_s = _retry_after_s(response.headers.get("Retry-After", ""))
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return HubBusy(model=model, retry_after_s=retry_after_s)
    if _is_of_hub(response, hub):
        is_about_model = response.headers.get("X-Error-Code", "") in _ABOUT_THE_MODEL
        if hub.token and status == HTTPStatus.UNAUTHORIZED and not is_about_model:
            return HubTokenRefused(place=place)
        if status in _HIDDEN:
            return HubModelNotFound(place=place)
    return ModelDownloadFailed(model=model, retry_after_s=retry_after_s)


def _is_of_hub(response: "httpx.Response", hub: Hub) -> bool:
    import httpx

    url = httpx.URL(hub.url)
    return (response.url.scheme, response.url.host, response.url.port) == (url.scheme, url.host, url.port)


def _retry_after_s(seconds: str) -> float | None:
    return min(float(seconds), _LONGEST_RETRY_AFTER_S) if re.fullmatch(r"[0-9]{1,9}", seconds) else None
