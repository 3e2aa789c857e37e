"""Reading the JSON of a model, which may be anything. Files are within their bounds by then. Blocking."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn


def parsed_json(file: Path) -> Any:
    """The JSON of a file, None where it is none. NaN and Infinity are none."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(constant)

    try:
        return json.loads(file.read_bytes(), parse_constant=refuse)
    except (ValueError, RecursionError):
        return None


def words_of(name: str, vocabulary: Path) -> list[str]:
    """The words of a vocabulary in order, as JSON or lines by its name in the model; none where it is no vocabulary.

    The file itself may be called otherwise, as those of the Hugging Face cache are.
    """
    if not name.endswith(".json"):
        text = vocabulary.read_bytes().decode("utf-8", "replace").removesuffix("\n")
        return text.split("\n") if text else []
    words = parsed_json(vocabulary)
    return words if isinstance(words, list) and all(type(word) is str for word in words) else []


def fits_vocabulary(tokenizer: Path, words: Sequence[str]) -> bool:
    """Whether each token of a sound tokenizer is at its place in the vocabulary."""
    tokens = json.loads(tokenizer.read_bytes())["model"]["vocab"]
    return all(place < len(words) and words[place] == token for token, place in tokens.items())
