"""What a person may set about watched folders: those whose recordings are transcribed as they come."""

from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_serializer, field_validator
from pydantic.config import JsonDict

from core.config.routing_settings import PROVIDER_NAME
from core.domain import mark
from core.domain.languages import language_code
from core.domain.options import RECOGNIZED
from core.domain.speakers import MOST_PEOPLE
from core.domain.watching import WatchFolder
from core.export import FORMATS

MOST_FOLDERS = 50
"""Each has a thread of its own while it is looked into."""

_LONGEST_NAME = 64
_USUAL = {field.name: None if field.default is MISSING else field.default for field in fields(WatchFolder)}
_WATCHING: JsonDict = {"restricts": True, "section": "watching"}


class WatchSettings(BaseModel):
    """The watched folders' part of `Settings`.

    They restrict: what one folder has for itself, such as its provider, would be lost with a value that isn't
    understood, and a folder around it would take its recordings.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    watch_folders: dict[str, WatchFolder] = Field(
        default_factory=dict,
        title=mark("Watched folders"),
        description=mark("Recordings that come into these folders are transcribed by themselves."),
        json_schema_extra={
            **_WATCHING,
            "own_editor": True,
            "rule": mark(
                "a table for each folder, by its full path, with subfolders, existing, save_beside, provider, model, "
                "language, speakers, people and to_english; or full paths with commas"
            ),
        },
    )
    watch_paused: bool = Field(
        False,
        title=mark("Pause watching"),
        description=mark("What comes into watched folders meanwhile is transcribed once this is off again."),
        json_schema_extra={**_WATCHING},
    )

    @field_validator("watch_folders", mode="before")
    @classmethod
    def _paths_alone(cls, folders: object) -> object:
        """In an environment variable paths alone may be written, with commas between them."""
        if isinstance(folders, str):
            if folders.lstrip().startswith(("{", "[")):
                raise ValueError("a table that isn't written in JSON")
            folders = [path.strip() for path in folders.split(",") if path.strip()]
            if not folders:
                raise ValueError("no path")
        return {path: {} for path in folders} if isinstance(folders, list | tuple) else folders

    @field_validator("watch_folders")
    @classmethod
    def _possible_folders(cls, folders: dict[str, WatchFolder]) -> dict[str, WatchFolder]:
        if len(folders) > MOST_FOLDERS:
            raise ValueError("too many of them")
        return {path: _checked(path, folder) for path, folder in folders.items()}

    @field_serializer("watch_folders")
    def _only_what_is_chosen(self, folders: dict[str, WatchFolder]) -> dict[str, dict[str, Any]]:
        return {path: described(folder) for path, folder in folders.items()}


def described(folder: WatchFolder) -> dict[str, Any]:
    """What differs from the usual, in the types of JSON and TOML."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(folder).items()
        if value != _USUAL[name]
    }


def _checked(path: str, folder: WatchFolder) -> WatchFolder:
    """The folder with its language by code. Raises ValueError for what can't be."""
    if "\0" in path or not Path(path).is_absolute():
        raise ValueError("no full path")
    if any(name not in FORMATS for name in folder.save_beside):
        raise ValueError("a format that isn't known")
    if folder.provider and not PROVIDER_NAME.fullmatch(folder.provider):
        raise ValueError("a provider that can't be")
    if bool(folder.model) > bool(folder.provider) or len(folder.model) > _LONGEST_NAME:
        raise ValueError("a model without its provider, or one that can't be")
    if not 0 <= folder.people <= MOST_PEOPLE:
        raise ValueError("a number of people that can't be")
    return WatchFolder(**{**_shallow(folder), "language": _code(folder.language)})


def _code(language: str) -> str:
    if not language or language.strip().lower() == RECOGNIZED:
        return language.strip().lower()
    code = language_code(language)
    if not code:
        raise ValueError("a language that isn't known")
    return code


def _shallow(folder: WatchFolder) -> dict[str, Any]:
    return {field.name: getattr(folder, field.name) for field in fields(folder)}
