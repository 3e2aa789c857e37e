"""The vocabulary of a recording as the prompt that Whisper takes."""

from collections.abc import Sequence

_LONGEST_BYTES = 800
"""Whisper reads 224 tokens of a prompt, of about four bytes each; Groq refuses more than 896 characters."""


def prompt_of(vocabulary: Sequence[str]) -> str:
    """The terms in a row, as many whole ones as Whisper reads; those that come first matter most."""
    prompt = ""
    for term in vocabulary:
        longer = f"{prompt}, {term.strip()}" if prompt else term.strip()
        if term.strip() and len(longer.encode()) <= _LONGEST_BYTES:
            prompt = longer
    return prompt
