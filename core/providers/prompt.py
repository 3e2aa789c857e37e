"""Makes Whisper's prompt of a recording's vocabulary."""

from collections.abc import Sequence

from core.providers.answers.sanitizing import sanitized

_LONGEST_BYTES = 800
"""Whisper reads 224 tokens of a prompt, of about four bytes each; Groq refuses more than 896 characters."""


def prompt_of(vocabulary: Sequence[str]) -> str:
    """The terms in a row, as many whole ones as Whisper reads; those that come first matter most."""
    prompt = ""
    for term in (" ".join(sanitized(term).split()) for term in vocabulary):
        longer = f"{prompt}, {term}" if prompt else term
        if term and len(longer.encode()) <= _LONGEST_BYTES:
            prompt = longer
    return prompt
