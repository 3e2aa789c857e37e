"""Models that other programs have fetched into the Hugging Face cache of this computer.

`models--owner--name/refs/main` names a commit, `snapshots/<commit>/` has links to the files, which are in `blobs/`
under the hub's names for their contents
(https://huggingface.co/docs/huggingface_hub/guides/manage-cache#understand-caching). Nothing in there is ever changed.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from core.providers.on_device.models.catalogue import CatalogueModel
from core.providers.on_device.models.hub import hub_home, named_folder

_COMMIT = re.compile(r"[0-9a-f]{40}")
_MOST_REPOSITORIES = 2_000
_MOST_COMMITS = 100
_WEIGHTS = "model.bin"


@dataclass(frozen=True, slots=True)
class CachedSnapshot:
    """A repository as it was at a commit. Links in `folder` may lead to anywhere in `home`."""

    repository: str
    commit: str
    folder: Path
    home: Path


def hub_cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the hub's own tools put what they fetch."""
    named = environment.get("HF_HUB_CACHE") or environment.get("HUGGINGFACE_HUB_CACHE")
    return named_folder(named) if named else hub_home(environment) / "hub"


class HubCache:
    """All calls block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def files_of(self, model: CatalogueModel) -> dict[str, Path] | None:
        """The files themselves of a model of the catalogue by name; None unless all are there in the right size.

        They may have been fetched at another commit, as most commits change nothing but the description.
        """
        found = {}
        for file in model.files:
            place = model.place_of(file)
            home = self._home(place.repository)
            commits = (place.revision, *(commit for commit in _commits(home) if commit != place.revision))
            path = next(filter(None, (_file(home, commit, place.path, file.size_bytes) for commit in commits)), None)
            if path is None:
                return None
            found[file.name] = path
        return found

    def snapshot(self, repository: str, revision: str = "main") -> CachedSnapshot | None:
        """A repository at a branch, tag or commit, if it was fetched.

        What was only fetched by its commit has no branch; its latest one stands for the main branch then.
        """
        home = self._home(repository)
        commit = revision if _COMMIT.fullmatch(revision) else _read_reference(home, revision)
        if revision == "main" and not os.path.lexists(home / "refs" / revision):
            commit = next(iter(_commits(home)), "")
        folder = home / "snapshots" / commit
        if not commit or not folder.is_dir():
            return None
        return CachedSnapshot(repository, commit, folder, home)

    def snapshots(self) -> Iterator[CachedSnapshot]:
        """The newest of each repository that has weights for CTranslate2."""
        try:
            entries = sorted(islice(self._folder.glob("models--*--*"), _MOST_REPOSITORIES))
        except OSError:
            return
        for entry in entries:
            owner, _, name = entry.name.removeprefix("models--").partition("--")
            found = self.snapshot(f"{owner}/{name}")
            if found is not None and (found.folder / _WEIGHTS).is_file():
                yield found

    def _home(self, repository: str) -> Path:
        return self._folder / f"models--{repository.replace('/', '--')}"


def _commits(home: Path) -> list[str]:
    """Those that were fetched of a repository, the latest first."""
    try:
        found = [(entry.stat().st_mtime, entry.name) for entry in islice((home / "snapshots").iterdir(), _MOST_COMMITS)]
    except OSError:
        return []
    return [name for _, name in sorted(found, reverse=True) if _COMMIT.fullmatch(name)]


def _file(home: Path, commit: str, inner: str, size_bytes: int) -> Path | None:
    """A file of a repository after all links, if it is as large as this."""
    try:
        path = Path(os.path.realpath(home / "snapshots" / commit / inner, strict=True))
        is_inside = path.is_file() and path.is_relative_to(os.path.realpath(home))
        return path if is_inside and path.stat().st_size == size_bytes else None
    except OSError:
        return None


def _read_reference(home: Path, revision: str) -> str:
    """The commit that a branch or tag stood for when it was fetched; empty where it wasn't."""
    try:
        file = (home / "refs" / revision).resolve()
        if not file.is_relative_to((home / "refs").resolve()) or file.stat().st_size > 100:
            return ""
        commit = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError, RuntimeError):
        return ""
    return commit if _COMMIT.fullmatch(commit) else ""
