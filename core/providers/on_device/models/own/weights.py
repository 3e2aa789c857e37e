"""Reads what a file of weights says of itself, without loading it.

The format is CTranslate2's: a version, the name of the kind of model, then each variable with its name, shape and
bytes (https://github.com/OpenNMT/CTranslate2/blob/v4.6.0/python/ctranslate2/specs/model_spec.py, `_serialize`). The
bytes are skipped, so that gigabytes take milliseconds; every length is checked against the file's.
"""

import re
import struct
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from core.domain import mark

_OLDEST, _NEWEST = 5, 6
"""The versions of the format that Whisper models were ever written in."""

_SPEC = b"WhisperSpec"
_MOST_VARIABLES = 100_000
_LONGEST_NAME = 1_000
_MOST_DIMENSIONS = 8
_MULTILINGUAL_TOKENS = 51_865
"""From so many tokens on CTranslate2 takes a model for multilingual; OpenAI's English models have one less."""

_HEAD_WIDTH = 64
"""Of every Whisper model."""

_LAYER = re.compile(r"(encoder|decoder)/layer_([0-9]{1,3})/")


class ForeignForm(Enum):
    """A file of weights of another program."""

    PYTORCH = "PyTorch"
    SAFETENSORS = "Transformers (safetensors)"
    GGML = "whisper.cpp (ggml)"


class UnreadableWeights(Exception):
    """Not weights of a Whisper model. `reason` is a marked sentence; `form` is set where another program reads them."""

    def __init__(self, reason: str, form: ForeignForm | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.form = form


_CUT_OFF = mark("model.bin is cut off or damaged. Copy or download it again.")
_OTHER_KIND = mark("model.bin isn't a Whisper model that CTranslate2 has written.")
_TOO_NEW = mark("model.bin was written by a CTranslate2 that is newer than Notula's.")
_POINTER = mark("model.bin is only a pointer of Git LFS. Get the file itself, with: git lfs pull")
_FOREIGN = mark("it has to be converted.")


@dataclass(frozen=True, slots=True)
class Weights:
    """What the weights are for: `mels` bands of sound, `tokens` in the vocabulary, and the layers of both halves."""

    mels: int
    tokens: int
    width: int
    encoder_layers: int
    decoder_layers: int

    @property
    def is_multilingual(self) -> bool:
        """Whether it has tokens for languages."""
        return self.tokens >= _MULTILINGUAL_TOKENS

    @property
    def heads(self) -> int:
        """Of each layer."""
        return max(1, self.width // _HEAD_WIDTH)

    @property
    def usual_alignment_heads(self) -> list[list[int]]:
        """Layer and head of those that tell when a word is said, where nobody has chosen better ones.

        All heads of the decoder's upper half, as the converter takes them then (`WhisperLoader` in
        https://github.com/OpenNMT/CTranslate2/blob/v4.6.0/python/ctranslate2/converters/transformers.py).
        """
        layers = range(self.decoder_layers // 2, self.decoder_layers)
        return [[layer, head] for layer in layers for head in range(self.heads)]

    @property
    def is_distilled(self) -> bool:
        """Whether most of its decoder was left out, as in turbo and distilled models, which don't translate."""
        return 2 * self.decoder_layers <= self.encoder_layers


def foreign_form(beginning: bytes) -> ForeignForm | None:
    """Which other program's weights begin like this."""
    if beginning[:4] in (b"lmgg", b"ggml", b"GGUF"):
        return ForeignForm.GGML
    if beginning[:4] == b"PK\x03\x04" or re.match(rb"\x80[\x02-\x05]", beginning):
        return ForeignForm.PYTORCH
    if re.match(rb".{5}\0\0\0\{\s*\"", beginning, re.DOTALL):
        return ForeignForm.SAFETENSORS
    return None


def read_weights(file: Path) -> Weights:
    """Raises `UnreadableWeights`, and OSError where the file can't be read."""
    size_bytes = file.stat().st_size
    with file.open("rb") as opened:
        beginning = opened.read(64)
        if (form := foreign_form(beginning)) is not None:
            raise UnreadableWeights(_FOREIGN, form)
        if beginning.startswith(b"version https://git-lfs"):
            raise UnreadableWeights(_POINTER)
        opened.seek(0)
        return _Reader(opened, size_bytes).weights()


class _Reader:
    def __init__(self, opened: BinaryIO, size_bytes: int) -> None:
        self._opened = opened
        self._size_bytes = size_bytes

    def weights(self) -> Weights:
        version = self._number("I")
        if not _OLDEST <= version <= _NEWEST:
            is_newer = _NEWEST < version < 100 and self._text(_OTHER_KIND) == _SPEC.decode()
            raise UnreadableWeights(_TOO_NEW if is_newer else _OTHER_KIND)
        if self._text(_OTHER_KIND) != _SPEC.decode():
            raise UnreadableWeights(_OTHER_KIND)
        self._number("I")  # The revision of the kind, which the engine judges.
        shapes = self._shapes()
        return _weights_of(shapes)

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {}
        count = self._number("I")
        if count > _MOST_VARIABLES:
            raise UnreadableWeights(_CUT_OFF)
        for _ in range(count):
            name = self._text(_CUT_OFF)
            rank = self._number("B")
            if rank > _MOST_DIMENSIONS:
                raise UnreadableWeights(_CUT_OFF)
            shapes[name] = tuple(self._number("I") for _ in range(rank))
            self._number("B")  # The type of the numbers.
            self._skip(self._number("I"))
        for _ in range(2 * min(self._number("I"), _MOST_VARIABLES)):  # Other names for variables: pairs of names.
            self._text(_CUT_OFF)
        if self._opened.tell() != self._size_bytes:
            raise UnreadableWeights(_CUT_OFF)
        return shapes

    def _number(self, kind: str) -> int:
        data = self._bytes(struct.calcsize(f"<{kind}"))
        return int(struct.unpack(f"<{kind}", data)[0])

    def _text(self, otherwise: str) -> str:
        length = self._number("H")
        if not 1 <= length <= _LONGEST_NAME:
            raise UnreadableWeights(otherwise)
        try:
            return self._bytes(length).rstrip(b"\0").decode("ascii")
        except UnicodeDecodeError as error:
            raise UnreadableWeights(otherwise) from error

    def _bytes(self, count: int) -> bytes:
        data = self._opened.read(count)
        if len(data) != count:
            raise UnreadableWeights(_CUT_OFF)
        return data

    def _skip(self, count: int) -> None:
        place = self._opened.tell() + count
        if place > self._size_bytes:
            raise UnreadableWeights(_CUT_OFF)
        self._opened.seek(place)


def _weights_of(shapes: dict[str, tuple[int, ...]]) -> Weights:
    first_layer = shapes.get("encoder/conv1/weight", ())
    embeddings = shapes.get("decoder/embeddings/weight", ())
    layers: dict[str, set[str]] = {"encoder": set(), "decoder": set()}
    for name in shapes:
        if found := _LAYER.match(name):
            layers[found[1]].add(found[2])
    if len(first_layer) != 3 or len(embeddings) != 2:
        raise UnreadableWeights(_OTHER_KIND)
    return Weights(first_layer[1], embeddings[0], embeddings[1], len(layers["encoder"]), len(layers["decoder"]))
