"""Sentences for people, kept translatable until they are shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from core.domain.visible import visible

TranslatableValue: TypeAlias = "str | int | float | TranslatableText"
"""A part of a sentence may be translatable, too."""


def mark(template: str) -> str:
    """Mark a string constant for the translation catalogue and return it unchanged."""
    return template


@dataclass(frozen=True, slots=True)
class TranslatableText:
    """An English template with the values for its `{placeholders}`; translated where it is shown."""

    template: str
    values: Mapping[str, TranslatableValue] = field(default_factory=dict)

    def __str__(self) -> str:
        """The English sentence."""
        return self.template.format_map({name: _shown(value) for name, value in self.values.items()})


def distinct(messages: Iterable[TranslatableText]) -> tuple[TranslatableText, ...]:
    """Each of these once, in their order. They can't be hashed: their values may be any mapping."""
    found: list[TranslatableText] = []
    for message in messages:
        if message not in found:
            found.append(message)
    return tuple(found)


def _shown(value: TranslatableValue) -> TranslatableValue:
    if isinstance(value, str):
        return visible(value)
    return f"{value:g}" if isinstance(value, float) else value
