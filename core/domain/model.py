"""On-device models, as the settings page lists them."""

from dataclasses import dataclass
from enum import StrEnum


class ModelState(StrEnum):
    """Whether a model can be used now."""

    BUNDLED = "bundled"
    DOWNLOADED = "downloaded"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One model of the catalogue. `size_bytes` is about what a download takes."""

    name: str
    english_only: bool
    size_bytes: int
    state: ModelState
