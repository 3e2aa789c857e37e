"""On-device models, as the settings page lists them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.domain.translatable_text import TranslatableText, mark

AUTOMATIC = "auto"
"""In place of a model's name: the best one that is here for the language that is spoken."""


class ModelState(StrEnum):
    """Whether a model can be used now."""

    BUNDLED = "bundled"
    DOWNLOADED = "downloaded"
    CACHED = "cached"
    """Another program has it in the Hugging Face cache."""
    OWN = "own"
    """A person has added it."""
    LOST = "lost"
    """A person has added it, and its files are gone."""
    FOUND = "found"
    """Another program has it in the Hugging Face cache, and it can be added."""
    MISSING = "missing"

    @property
    def is_here(self) -> bool:
        """Whether it can be used without a download."""
        return self not in (ModelState.MISSING, ModelState.LOST, ModelState.FOUND)


class ModelKind(StrEnum):
    """What a model does: turn speech into text, or tell voices apart."""

    SPEECH = "speech"
    VOICES = "voices"


class ModelUse(StrEnum):
    """What "auto" uses a model for."""

    ENGLISH = "english"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One model. `size_bytes` is about what a download takes.

    `place` is where a person's own model comes from: a folder or `owner/name@revision`. `is_changed` is whether its
    files have changed since it was added. `automatic_for` is what "auto" uses it for now.
    """

    name: str
    english_only: bool
    size_bytes: int
    state: ModelState
    kind: ModelKind = ModelKind.SPEECH
    place: str = ""
    is_changed: bool = False
    automatic_for: tuple[ModelUse, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasuredSpeed:
    """`model` transcribes so many seconds of speech in a second on this computer."""

    model: str
    seconds_per_second: float


def automatic_title(models: Iterable[ModelStatus]) -> TranslatableText:
    """What "auto" stands for, with the models that it uses now."""
    used = {use: model.name for model in models for use in model.automatic_for}
    english, others = used.get(ModelUse.ENGLISH, ""), used.get(ModelUse.OTHERS, "")
    if not english:
        return TranslatableText(mark("Automatic"))
    if not others:
        return TranslatableText(mark("Automatic ({model}, for English alone)"), {"model": english})
    if english == others:
        return TranslatableText(mark("Automatic ({model})"), {"model": english})
    template = mark("Automatic ({english} for English, {others} for others)")
    return TranslatableText(template, {"english": english, "others": others})
