"""A repository of the hub: its name, and what it says of its files."""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from core.domain import TranslatableText
from core.domain.errors import (
    HubAnswerUnusable,
    ModelDownloadFailed,
    ModelNeedsConversion,
    OwnModelUnusable,
)
from core.providers.on_device.models.catalogue import CatalogueModel, PinnedFile
from core.providers.on_device.models.hub import Hub
from core.providers.on_device.models.hub_refusal import refusal_of
from core.providers.on_device.models.own.inspection import (
    LARGEST_BYTES,
    MISSING,
    TOO_LARGE,
    WEIGHTS,
    conversion_source,
    form_of_names,
)

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_REPOSITORY = re.compile(rf"(?P<repository>{_NAME}/{_NAME})(?:@(?P<revision>[A-Za-z0-9][A-Za-z0-9._/-]{{0,99}}))?")
_HUB = re.compile(r"^(?:https://)?(?:www\.)?(?:huggingface\.co|hf\.co)/")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST_ANSWER = 10_000_000
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Repository:
    """A model at the hub: `owner/name`, and a branch, tag or commit."""

    name: str
    revision: str = "main"

    def __str__(self) -> str:
        return self.name if self.revision == "main" else f"{self.name}@{self.revision}"


def parse_repository(text: str) -> Repository | None:
    """What `owner/name` or `owner/name@revision` means, also as an address of the hub; None for anything else."""
    plain = _HUB.sub("", text.strip()).rstrip("/").replace("/tree/", "@", 1)
    found = _REPOSITORY.fullmatch(plain)
    if found is None or ".." in plain:
        return None
    return Repository(found["repository"], found["revision"] or "main")


async def model_at_hub(client: "httpx.AsyncClient", hub: Hub, repository: Repository, name: str) -> CatalogueModel:
    """What is to be fetched of a repository, each file with the hub's own hash and all of one commit.

    Raises as `refusal_of` and `HubAnswerUnusable`, `ModelDownloadFailed`, `ModelNeedsConversion` or `OwnModelUnusable`.
    """
    described = await _description(client, hub, repository, name)
    commit, siblings = described.get("sha"), described.get("siblings")
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit) or not isinstance(siblings, list):
        raise HubAnswerUnusable(place=str(repository))
    found = {entry["rfilename"]: entry for entry in siblings if isinstance(entry, dict) and _has_name(entry)}
    if WEIGHTS not in found:
        form = form_of_names(found)
        if form is not None:
            source = conversion_source(repository.name, form)
            raise ModelNeedsConversion(place=str(repository), kind=form.value, source=source)
        raise OwnModelUnusable(place=str(repository), reason=TranslatableText(MISSING, {"file": WEIGHTS}))
    files = [_pinned(repository, entry) for file, entry in found.items() if file in LARGEST_BYTES]
    # The small ones first: where one of them is wrong, the weights are never fetched.
    files.sort(key=lambda file: file.size_bytes)
    return CatalogueModel(name, repository.name, commit, False, tuple(files))


async def _description(client: "httpx.AsyncClient", hub: Hub, repository: Repository, name: str) -> Mapping[str, Any]:
    import httpx

    url = f"{hub.url}/api/models/{repository.name}/revision/{quote(repository.revision, safe='')}?blobs=true"
    try:
        async with client.stream("GET", url, headers=hub.headers | {"Accept-Encoding": "identity"}) as response:
            if response.status_code != HTTPStatus.OK:
                raise refusal_of(response, hub, str(repository), name)
            data = b""
            async for block in response.aiter_raw():
                data += block
                if len(data) > _LARGEST_ANSWER:
                    raise HubAnswerUnusable(place=str(repository))
    except httpx.HTTPError as error:
        logger.info("asking for %s failed: %r", repository, error)
        raise ModelDownloadFailed(model=name) from error
    try:
        described = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise HubAnswerUnusable(place=str(repository)) from error
    if not isinstance(described, dict):
        raise HubAnswerUnusable(place=str(repository))
    return described


def _has_name(entry: Mapping[str, Any]) -> bool:
    return isinstance(entry.get("rfilename"), str)


def _pinned(repository: Repository, entry: Mapping[str, Any]) -> PinnedFile:
    """A file as the hub describes it. Large ones have a SHA-256, the others Git's name for their content."""
    name, size_bytes, stored, blob = entry["rfilename"], entry.get("size"), entry.get("lfs"), entry.get("blobId")
    sha256 = stored.get("sha256") if isinstance(stored, dict) else ""
    git_sha1 = "" if sha256 else blob
    is_pinned = _matches(_SHA256, sha256) or _matches(_COMMIT, git_sha1)
    if type(size_bytes) is not int or size_bytes < 0 or not is_pinned:
        raise HubAnswerUnusable(place=str(repository))
    if size_bytes > LARGEST_BYTES[name]:
        values: dict[str, str | int] = {"file": name, "megabytes": LARGEST_BYTES[name] // _MEGABYTE}
        raise OwnModelUnusable(place=str(repository), reason=TranslatableText(TOO_LARGE, values))
    return PinnedFile(name, size_bytes, str(sha256 or ""), git_sha1=str(git_sha1 or ""))


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and bool(pattern.fullmatch(value))
