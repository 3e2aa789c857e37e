"""A model that an engine can load."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model that was found and checked.

    `memory_bytes` is about what an engine takes to work with it. `languages` are the codes of those it knows, empty
    where that isn't known. `version` tells states of a model apart that may change, as a person's own may; empty for
    all others.
    """

    name: str
    folder: Path
    english_only: bool
    translates: bool
    memory_bytes: int
    languages: frozenset[str] = frozenset()
    version: str = ""
