"""`model = "auto"`: which of the models on this computer turns which language into text.

English is done by the best model for it, every other language by the largest multilingual one that keeps up with
speech on this computer. A person's own models are used only where they are named.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from core.domain.model import ModelUse

SLOWEST_REAL_TIME_FACTOR = 1.0
"""A model keeps up where an engine takes no longer for speech than it lasts."""

_ENGLISH_ONLY_COUNTS = 2
"""A model for English alone is taken to do English as well as a multilingual one of up to twice its size, in less time:
tiny.en as base."""

_BETWEEN = "+"


class Model(Protocol):
    """What has to be known of a model; `size_bytes` grows with the number of its weights."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def english_only(self) -> bool:
        """Whether it knows no other language."""

    @property
    def size_bytes(self) -> int:
        """Of its files."""

    @property
    def translates(self) -> bool:
        """Whether it writes English for speech in another language."""


@dataclass(frozen=True, slots=True)
class AutomaticModels:
    """The models that "auto" stands for, each empty where there is none here.

    `others` is for all languages but English, and tells languages apart. `translating` writes English for those.
    """

    english: str = ""
    others: str = ""
    translating: str = ""

    @property
    def version(self) -> str:
        """The same as text, for cache keys: another choice makes other transcripts."""
        return _BETWEEN.join((self.english, self.others, self.translating))

    @classmethod
    def of_version(cls, version: str) -> "AutomaticModels":
        """What this `version` stands for. Raises ValueError."""
        english, others, translating = version.split(_BETWEEN)
        return cls(english, others, translating)

    @property
    def names(self) -> tuple[str, ...]:
        """The models for speech as it is, each once."""
        return tuple(dict.fromkeys(filter(None, (self.english, self.others))))

    def uses_of(self, name: str) -> tuple[ModelUse, ...]:
        """What a model is used for."""
        uses = ((ModelUse.ENGLISH, self.english), (ModelUse.OTHERS, self.others))
        return tuple(use for use, used in uses if used == name)

    def model_for(self, language: str, *, to_english: bool = False) -> str:
        """The model for speech in a language; empty where there is none."""
        if language == "en":
            return self.english
        return self.translating if to_english else self.others


def automatic_models(here: Iterable[Model], real_time_factor: Callable[[Model], float]) -> AutomaticModels:
    """The choice among the models that are here. `real_time_factor` is measured or estimated.

    Where no multilingual model keeps up, the smallest is used: slow text is better than none.
    """
    models = sorted(here, key=lambda model: model.size_bytes)
    fast = [model for model in models if real_time_factor(model) <= SLOWEST_REAL_TIME_FACTOR]
    others = _largest_of([model for model in models if not model.english_only], fast)
    translating = _largest_of([model for model in models if model.translates and not model.english_only], fast)
    english_only = _largest_of([model for model in models if model.english_only], fast)
    return AutomaticModels(_name(_better_at_english(english_only, others)), _name(others), _name(translating))


def _largest_of(models: list[Model], fast: list[Model]) -> Model | None:
    """Of models that begin with the smallest: the last of the fast ones, else the first."""
    return next((model for model in reversed(models) if model in fast), models[0] if models else None)


def _better_at_english(english_only: Model | None, multilingual: Model | None) -> Model | None:
    if english_only is None or multilingual is None:
        return english_only or multilingual
    is_larger = multilingual.size_bytes > _ENGLISH_ONLY_COUNTS * english_only.size_bytes
    return multilingual if is_larger else english_only


def _name(model: Model | None) -> str:
    return model.name if model is not None else ""
