"""A translation as it is kept with a transcript: each line beside the text that it was made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class TranslatedLine:
    """The text of one segment when it was translated, and what that is in the other language."""

    source: str
    text: str


UNTRANSLATED = TranslatedLine("", "")
"""Stands beside a text of which there is no translation."""


@dataclass(frozen=True)
class Translation:
    """The lines of a whole transcript in one language, by its code; `provider` and `model` have translated it."""

    language: str
    lines: tuple[TranslatedLine, ...]
    provider: str
    model: str

    @cached_property
    def by_source(self) -> Mapping[str, TranslatedLine]:
        """A line for each text."""
        return {line.source: line for line in self.lines}


@dataclass(frozen=True, slots=True)
class TranslationService:
    """Who would be sent a text to translate it: a provider's name, what people call it, and its language model."""

    name: str
    title: str
    model: str
