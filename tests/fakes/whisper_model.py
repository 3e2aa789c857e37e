"""Folders as the converter for CTranslate2 writes them, of models that are too small to hear anything."""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.domain.languages import language_codes

MULTILINGUAL, ENGLISH = 51_865, 51_864


def weights(
    *, mels: int = 80, tokens: int = MULTILINGUAL, spec: str = "WhisperSpec", version: int = 6, numbers_bytes: int = 4
) -> bytes:
    """A file of weights with the shapes of a model, and with so many bytes of numbers for each of four variables."""
    shapes = {
        "decoder/embeddings/weight": (tokens, 2),
        "decoder/layer_0/attention/weight": (2, 2),
        "encoder/conv1/weight": (2, mels, 3),
        "encoder/layer_0/attention/weight": (2, 2),
    }
    parts = [struct.pack("<I", version), _text(spec), struct.pack("<II", 3, len(shapes))]
    for name, shape in shapes.items():
        parts += [
            _text(name),
            struct.pack(f"<B{len(shape)}I", len(shape), *shape),
            struct.pack("<BI", 1, numbers_bytes),
            (b"\1\2\3\4" * numbers_bytes)[:numbers_bytes],
        ]
    return b"".join(
        [*parts, struct.pack("<I", 1), _text("decoder/projection/weight"), _text("decoder/embeddings/weight")]
    )


_WORDS = 50_000
_SPECIAL = ("endoftext", "startoftranscript", "translate", "transcribe", "startofprev", "notimestamps")


def model_files(
    *, mels: int = 80, tokens: int = MULTILINGUAL, languages: tuple[str, ...] | None = None
) -> dict[str, bytes]:
    """The files of a model by name."""
    codes = language_codes() if languages is None else languages
    named = (*(codes if tokens == MULTILINGUAL else ()), *_SPECIAL)
    added = [{"id": _WORDS + number, "content": f"<|{name}|>"} for number, name in enumerate(named)]
    words = [f"word{number}" for number in range(_WORDS)]
    vocabulary = {word: number for number, word in enumerate(words)}
    times = range(tokens - _WORDS - len(added))
    words += [*(str(one["content"]) for one in added), *(f"<|{number * 0.02:.2f}|>" for number in times)]
    files = {
        "model.bin": weights(mels=mels, tokens=tokens),
        "config.json": _json({"lang_ids": [_WORDS], "alignment_heads": [[0, 0]], "suppress_ids": [1]}),
        "tokenizer.json": _json({"model": {"type": "BPE", "vocab": vocabulary}, "added_tokens": added}),
        "vocabulary.json": _json(words),
    }
    return files if mels == 80 else {**files, "preprocessor_config.json": _json({"feature_size": mels})}


def write_model(folder: Path, files: Mapping[str, bytes] | None = None) -> Path:
    """Write a model, or these files, into a new folder."""
    folder.mkdir(parents=True)
    for name, data in (model_files() if files is None else files).items():
        (folder / name).write_bytes(data)
    return folder


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _text(text: str) -> bytes:
    data = text.encode() + b"\0"
    return struct.pack("<H", len(data)) + data
