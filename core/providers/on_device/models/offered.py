"""The models that the provider offers: those of the catalogue, a person's own, and "auto"."""

from collections.abc import Iterable

from core.domain.model import AUTOMATIC
from core.providers.on_device.models.automatic_model import AutomaticModels
from core.providers.on_device.models.catalogue import CatalogueModel
from core.providers.on_device.models.own.records import OwnModel
from core.providers.provider import OfferedModel

_NEARLY_ALL = 90
"""Languages that multilingual Whisper models have tokens for; the few that one lacks are hardly spoken to it."""


def offered_models(
    own: Iterable[OwnModel], automatic: AutomaticModels, catalogue: Iterable[CatalogueModel]
) -> tuple[OfferedModel, ...]:
    """All, "auto" first. Which models that is at the moment is its version: another choice makes other transcripts."""
    known = (OfferedModel(model.name, languages=model.languages) for model in catalogue)
    return (OfferedModel(AUTOMATIC, version=automatic.version), *known, *map(_offered, own))


def _offered(model: OwnModel) -> OfferedModel:
    languages = frozenset(model.languages)
    return OfferedModel(
        model.name, languages=languages if len(languages) < _NEARLY_ALL else frozenset(), version=model.content
    )
