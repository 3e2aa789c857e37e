"""Whether a model's small files fit its weights: the engine's native code takes the numbers in them as they are.

A head that there isn't ends the engine in the middle of a recording, and so does a token that the tokenizer lacks.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.providers.on_device.models.own.weights import Weights

_TOKEN_LISTS = ("lang_ids", "suppress_ids", "suppress_ids_begin")

_EVERY_TOKEN = -1
"""In a list of suppressed tokens: those that are no speech, as in OpenAI's own options."""

_FEATURES = {"sampling_rate": 16_000, "hop_length": 160, "chunk_length": 30, "n_fft": 400}
"""How every Whisper model hears (https://github.com/openai/whisper/blob/main/whisper/audio.py)."""

_NEEDED = ("<|endoftext|>", "<|startoftranscript|>", "<|transcribe|>", "<|startofprev|>", "<|notimestamps|>")
"""What the engine asks the tokenizer for (`Tokenizer` in
https://github.com/SYSTRAN/faster-whisper/blob/master/faster_whisper/tokenizer.py)."""

_TIMES = 1501
"""Tokens for times, from 0 to 30 s by 20 ms, right behind the last of `_NEEDED`."""

_LEAST_SHARE = 0.5
"""Of the vocabulary. Another tokenizer has hardly any token at the same place; one that was trained further, nearly all
of them."""


def config_fits(config: Mapping[str, Any], weights: Weights) -> bool:
    """Whether all heads and tokens in config.json are there."""
    heads = config.get("alignment_heads") or []
    lists = [config.get(name) or [] for name in _TOKEN_LISTS]
    if not isinstance(heads, list) or not _are_numbers(*heads, *lists):
        return False
    are_heads = all(
        len(head) == 2 and 0 <= head[0] < weights.decoder_layers and 0 <= head[1] < weights.heads for head in heads
    )
    return are_heads and all(
        0 <= token < weights.tokens or token == _EVERY_TOKEN for tokens in lists for token in tokens
    )


def features_fit(preprocessor: Mapping[str, Any]) -> bool:
    """Whether preprocessor_config.json asks for what the engine computes; `feature_size` is for others to judge."""
    return all(preprocessor.get(name, usual) == usual for name, usual in _FEATURES.items())


def special_tokens(tokenizer: Mapping[str, Any]) -> dict[str, int] | None:
    """The number of each token that stands for no text; None where tokenizer.json has another shape."""
    model, added = tokenizer.get("model"), tokenizer.get("added_tokens")
    if not isinstance(model, dict) or not isinstance(model.get("vocab"), dict) or not isinstance(added, list):
        return None
    found = {}
    for token in added:
        if not isinstance(token, dict) or type(token.get("id")) is not int or type(token.get("content")) is not str:
            return None
        found[token["content"]] = token["id"]
    return found


def tokens_fit(tokens: Mapping[str, int], weights: Weights) -> bool:
    """Whether the weights have a place for each of these tokens, and these are all that the engine needs."""
    if not set(_NEEDED) <= set(tokens) or not all(0 <= token < weights.tokens for token in tokens.values()):
        return False
    return tokens["<|notimestamps|>"] + _TIMES < weights.tokens


def vocabulary_fits(words: Sequence[str], tokens: Mapping[str, int]) -> bool:
    """Whether the vocabulary has these tokens at their places, and those for times behind them.

    The engine looks tokens up in it by name, and what the model writes by number: it would fail at one that is missing.
    """
    if tokens["<|notimestamps|>"] + _TIMES >= len(words):
        return False
    return all(words[tokens[name]] == name for name in _NEEDED)


def tokenizer_fits(tokenizer: Mapping[str, Any], words: Sequence[str]) -> bool:
    """Whether most words of the vocabulary are tokens of this tokenizer, with the same numbers."""
    places = tokenizer["model"]["vocab"]
    same = sum(1 for place, word in enumerate(words) if places.get(word) == place)
    return same >= _LEAST_SHARE * len(words)


def _are_numbers(*values: object) -> bool:
    return all(isinstance(value, list) and all(type(one) is int for one in value) for value in values)
