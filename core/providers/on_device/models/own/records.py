"""The record of each model that a person has added: what was looked at then, so that a change is noticed."""

import hashlib
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.providers.on_device.models.catalogue import ENGINE_BYTES
from core.system.private_files import make_folder, replace_text

logger = logging.getLogger(__name__)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""A subset of what the setting `model` takes: no name that is hidden, or that commands take for an option."""

_VERSION = 1
_LARGEST_RECORD = 100_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class OwnFile:
    """One file of a model where it lies, with its size, its time and the SHA-256 that it had when it was last read."""

    name: str
    path: str
    size_bytes: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class OwnModel:
    """A model that a person has added.

    `place` is what they named: a folder or `owner/name@revision`. `is_fetched` is whether its files were downloaded for
    it and go with it; others are never deleted. `is_changed` is whether they have changed since it was added.
    `config` is what the engine is given in place of an incomplete config.json.
    """

    name: str
    place: str
    files: tuple[OwnFile, ...]
    english_only: bool
    languages: tuple[str, ...]
    translates: bool
    is_fetched: bool = False
    is_changed: bool = False
    config: str = ""

    @property
    def size_bytes(self) -> int:
        """What all files take."""
        return sum(file.size_bytes for file in self.files)

    @property
    def memory_bytes(self) -> int:
        """What an engine takes at most, about: of a model in 8 bits nothing is saved by loading it."""
        return ENGINE_BYTES + self.size_bytes

    @property
    def content(self) -> str:
        """A SHA-256 of all files, which tells two states of the model apart."""
        described = [[file.name, file.sha256] for file in self.files]
        return hashlib.sha256(json.dumps(sorted(described)).encode()).hexdigest()


class OwnModelRecords:
    """The records in a folder, a file each, so that several processes can add and remove at once. All calls block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> dict[str, OwnModel]:
        """By name; one that can't be read is left out and logged."""
        try:
            files = sorted(self._folder.glob("*.json"))
        except OSError:
            return {}
        found = {}
        for file in files:
            try:
                model = _model_of(_json_of(file))
                if model.name == file.stem:
                    found[model.name] = model
            except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
                logger.warning("%s is no record of a model: %s", file, error)
        return found

    def write(self, model: OwnModel) -> None:
        """Keep the record, or replace the one of that name, all at once. Raises OSError."""
        make_folder(self._folder)
        text = json.dumps({"version": _VERSION, **asdict(model)})
        replace_text(self._file(model.name), text)

    def remove(self, name: str) -> None:
        """Forget the record of this name, if there is one. Raises OSError."""
        self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError(name)
        return self._folder / f"{name}.json"


def _json_of(file: Path) -> Mapping[str, Any]:
    with file.open("rb") as opened:
        data = opened.read(_LARGEST_RECORD)
    value = json.loads(data)
    if not isinstance(value, dict) or value.pop("version", None) != _VERSION:
        raise ValueError("of another version")
    return value


def _model_of(value: Mapping[str, Any]) -> OwnModel:
    files = tuple(OwnFile(**file) for file in value["files"])
    languages = tuple(value["languages"])
    model = OwnModel(**{**value, "files": files, "languages": languages})
    texts = [
        model.name,
        model.place,
        model.config,
        *languages,
        *(text for file in files for text in (file.name, file.path)),
    ]
    numbers = [number for file in files for number in (file.size_bytes, file.mtime_ns)]
    flags = (model.english_only, model.translates, model.is_fetched, model.is_changed)
    are_typed = (
        all(type(text) is str for text in texts)
        and all(type(number) is int for number in numbers)
        and all(type(flag) is bool for flag in flags)
    )
    if not are_typed or not NAME.fullmatch(model.name) or not files:
        raise ValueError("another shape")
    if any(Path(file.name).name != file.name or not _SHA256.fullmatch(file.sha256) for file in files):
        raise ValueError("other files")
    return model
