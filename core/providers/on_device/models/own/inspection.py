"""Whether a folder holds a Whisper model that the engine can load, and what it knows.

Nothing of the folder is run and no library that loads models sees it here: JSON is read within bounds, and of the
weights only the shapes. What is loaded later is loaded by the sandboxed engine, which can read these files alone.
"""

import json
import os
import re
import stat
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from core.domain import TranslatableText, mark
from core.domain.errors import ModelNeedsConversion, OwnModelUnusable
from core.domain.languages import language_code
from core.providers.on_device.models.own.fitting import (
    config_fits,
    features_fit,
    special_tokens,
    tokenizer_fits,
    tokens_fit,
    vocabulary_fits,
)
from core.providers.on_device.models.own.json_files import fits_vocabulary, parsed_json, words_of
from core.providers.on_device.models.own.weights import (
    ForeignForm,
    UnreadableWeights,
    Weights,
    foreign_form,
    read_weights,
)

WEIGHTS, CONFIG, TOKENIZER, PREPROCESSOR = "model.bin", "config.json", "tokenizer.json", "preprocessor_config.json"
VOCABULARIES = ("vocabulary.json", "vocabulary.txt")

_MEGABYTE = 1_000_000
LARGEST_BYTES: Mapping[str, int] = {
    WEIGHTS: 10_000 * _MEGABYTE,
    CONFIG: _MEGABYTE,
    TOKENIZER: 20 * _MEGABYTE,
    PREPROCESSOR: 5 * _MEGABYTE,
    **dict.fromkeys(VOCABULARIES, 10 * _MEGABYTE),
}
"""The files that a model may have, and what each may take: large-v3 in 32 bits has weights of 6.2 GB."""

SpareTokenizer = Callable[[int], Path | None]

_MELS = (80, 128)
_USUAL_MELS = 80
"""What the engine takes where no preprocessor_config.json says otherwise."""

_LANGUAGE_TOKEN = re.compile(r"<\|([a-z]{2,3})\|>")

_NO_FOLDER = mark("there is no such folder.")
_UNREADABLE = mark("its files can't be read. Check the folder's permissions.")
MISSING = mark("it lacks {file}. A model for CTranslate2 has model.bin, config.json, tokenizer.json and a vocabulary.")
_NO_TOKENIZER = mark("it lacks tokenizer.json. Copy that file there from the model that it was converted from.")
_OUTSIDE = mark("{file} is a link that leads out of the folder. Put the file itself there.")
_NO_FILE = mark("{file} is no ordinary file.")
TOO_LARGE = mark("{file} is larger than {megabytes} MB, which no Whisper model is.")
NOT_VALID = mark("{file} isn't what it should be. Copy or download it again.")
_OTHER_MODELS = mark("{file} belongs to another model than model.bin does.")
_VOCABULARY_LACKS_TOKENS = mark(
    "its vocabulary lacks tokens that tokenizer.json has. Copy it again from where the model was converted."
)
_OTHER_MELS = mark(
    "model.bin hears {mels} bands of sound and preprocessor_config.json says {told}. Copy that file there from the "
    "model that it was converted from."
)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A model that was looked at: its files by name, and what it knows. `languages` are those it has tokens for.

    `config` is what config.json has to say where it lacks something that the engine needs; empty where nothing is.
    """

    files: Mapping[str, Path]
    size_bytes: int
    mels: int
    english_only: bool
    languages: tuple[str, ...]
    translates: bool
    config: str = ""


def _no_spare(tokens: int) -> Path | None:
    return None


def inspect_model(
    place: str, folder: Path, *, also_in: Path | None = None, spare_tokenizer: SpareTokenizer = _no_spare
) -> ModelFacts:
    """Look at the files of a folder, called `place` in sentences.

    Links may lead to files of the folder itself and of `also_in`. `spare_tokenizer` gives one for a vocabulary of so
    many tokens, where the folder has none. Blocking. Raises `OwnModelUnusable` or
    `ModelNeedsConversion`.
    """
    try:
        inspection = _Inspection(place)
        return inspection.facts(inspection.files_of(folder, also_in, spare_tokenizer))
    except OSError as error:
        raise OwnModelUnusable(place=place, reason=TranslatableText(_UNREADABLE)) from error


def inspect_files(place: str, files: Mapping[str, Path]) -> ModelFacts:
    """Look again at files that were found before, none of which may have become a link. Raises as `inspect_model`."""
    try:
        inspection = _Inspection(place)
        for name, path in files.items():
            inspection.check_file(name, path, (path,))
        return inspection.facts(files)
    except OSError as error:
        raise OwnModelUnusable(place=place, reason=TranslatableText(_UNREADABLE)) from error


class _Inspection:
    def __init__(self, place: str) -> None:
        self._place = place

    def files_of(self, folder: Path, also_in: Path | None, spare_tokenizer: SpareTokenizer) -> dict[str, Path]:
        """The files themselves, after all links."""
        if os.path.isfile(folder):  # noqa: PTH113 - pathlib's raises errors for names that no system takes.
            self._refuse_file(folder)
        if not os.path.isdir(folder):  # noqa: PTH112
            self._refuse(_NO_FOLDER)
        roots = tuple(root.resolve() for root in (folder, also_in) if root is not None)
        found = {}
        for name in LARGEST_BYTES:
            path = folder / name
            if path.exists() or path.is_symlink():
                found[name] = self.check_file(name, path, roots)
        if WEIGHTS not in found and (form := form_of_names({entry.name for entry in folder.iterdir()})) is not None:
            self._refuse_form(form)
        if WEIGHTS in found and TOKENIZER not in found:
            spare = spare_tokenizer(self._weights(found[WEIGHTS]).tokens)
            names = [name for name in VOCABULARIES if name in found]
            if spare is not None and any(fits_vocabulary(spare, words_of(name, found[name])) for name in names):
                found[TOKENIZER] = spare
        self._check_complete(found)
        for name in [name for name in VOCABULARIES if name in found][1:]:  # The engine takes the first.
            del found[name]
        return found

    def check_file(self, name: str, path: Path, roots: Collection[Path]) -> Path:
        """The file itself, which is one of `roots` or in one of them."""
        real = Path(os.path.realpath(path, strict=True))  # Unlike `Path.resolve` it has one error for a loop of links.
        if not any(real.is_relative_to(root) for root in roots):
            self._refuse(_OUTSIDE, file=name)
        found = real.stat()
        if not stat.S_ISREG(found.st_mode):
            self._refuse(_NO_FILE, file=name)
        if found.st_size > LARGEST_BYTES[name]:
            self._refuse(TOO_LARGE, file=name, megabytes=LARGEST_BYTES[name] // _MEGABYTE)
        return real

    def facts(self, files: Mapping[str, Path]) -> ModelFacts:
        """What these files are, of which none is missing."""
        self._check_complete(files)
        weights = self._weights(files[WEIGHTS])
        if weights.mels not in _MELS:
            self._refuse(NOT_VALID, file=WEIGHTS)
        config = self._config(files[CONFIG], weights)
        self._check_preprocessor(files.get(PREPROCESSOR), weights)
        tokens = self._language_tokens(files[TOKENIZER], self._vocabulary(files, weights), weights)
        languages = tuple(sorted(tokens)) if weights.is_multilingual else ("en",)
        if not languages:
            self._refuse(_OTHER_MODELS, file=TOKENIZER)
        if lacking := _lacking(config, tokens, weights):
            config = {**config, **lacking}
        size_bytes = sum(path.stat().st_size for path in files.values())
        is_english = not weights.is_multilingual
        translates = not is_english and not weights.is_distilled
        completed = json.dumps(config) if lacking else ""
        return ModelFacts(files, size_bytes, weights.mels, is_english, languages, translates, completed)

    def _check_complete(self, files: Collection[str]) -> None:
        for name in (WEIGHTS, CONFIG):
            if name not in files:
                self._refuse(MISSING, file=name)
        if TOKENIZER not in files:
            self._refuse(_NO_TOKENIZER)
        if not set(VOCABULARIES) & set(files):
            self._refuse(MISSING, file=VOCABULARIES[0])

    def _weights(self, file: Path) -> Weights:
        try:
            return read_weights(file)
        except UnreadableWeights as error:
            if error.form is not None:
                self._refuse_form(error.form)
            self._refuse(error.reason)

    def _config(self, file: Path, weights: Weights) -> dict[str, Any]:
        config = self._json(file, CONFIG)
        if not config_fits(config, weights):
            self._refuse(NOT_VALID, file=CONFIG)
        return config

    def _check_preprocessor(self, file: Path | None, weights: Weights) -> None:
        preprocessor = {} if file is None else self._json(file, PREPROCESSOR)
        told = preprocessor.get("feature_size", _USUAL_MELS)
        if told != weights.mels:
            shown = told if isinstance(told, int) and abs(told) < _MEGABYTE else "?"
            self._refuse(_OTHER_MELS, mels=weights.mels, told=shown)
        if not features_fit(preprocessor):
            self._refuse(NOT_VALID, file=PREPROCESSOR)

    def _language_tokens(self, file: Path, vocabulary: Sequence[str], weights: Weights) -> dict[str, int]:
        """The number of the token for each language that is known, by the code that is kept for it."""
        tokenizer = self._json(file, TOKENIZER)
        tokens = special_tokens(tokenizer)
        if tokens is None:
            self._refuse(NOT_VALID, file=TOKENIZER)
        if not tokens_fit(tokens, weights) or not tokenizer_fits(tokenizer, vocabulary):
            self._refuse(_OTHER_MODELS, file=TOKENIZER)
        if not vocabulary_fits(vocabulary, tokens):
            self._refuse(_VOCABULARY_LACKS_TOKENS)
        found = ((_LANGUAGE_TOKEN.fullmatch(content), token) for content, token in tokens.items())
        named = {language_code(language[1]): token for language, token in found if language}
        return {code: token for code, token in named.items() if code}

    def _vocabulary(self, files: Mapping[str, Path], weights: Weights) -> list[str]:
        name = next(name for name in VOCABULARIES if name in files)  # The engine takes the first.
        words = words_of(name, files[name])
        if not words:
            self._refuse(NOT_VALID, file=name)
        if len(words) > weights.tokens:
            self._refuse(_OTHER_MODELS, file=name)
        return words

    def _json(self, file: Path, name: str) -> dict[str, Any]:
        value = parsed_json(file)
        if not isinstance(value, dict):
            self._refuse(NOT_VALID, file=name)
        return value

    def _refuse_file(self, file: Path) -> NoReturn:
        with file.open("rb") as opened:
            form = foreign_form(opened.read(64))
        if form is not None:
            self._refuse_form(form)
        self._refuse(_NO_FOLDER)

    def _refuse_form(self, form: ForeignForm) -> NoReturn:
        raise ModelNeedsConversion(place=self._place, kind=form.value, source=conversion_source(self._place, form))

    def _refuse(self, reason: str, **values: str | int) -> NoReturn:
        raise OwnModelUnusable(place=self._place, reason=TranslatableText(reason, values))


def _lacking(config: Mapping[str, Any], tokens: Mapping[str, int], weights: Weights) -> dict[str, Any]:
    """What older converters didn't write: without it the engine times no words and recognises no language."""
    lacking: dict[str, Any] = {}
    if not config.get("alignment_heads"):
        lacking["alignment_heads"] = weights.usual_alignment_heads
    if weights.is_multilingual and not config.get("lang_ids"):
        lacking["lang_ids"] = sorted(tokens.values())
    return lacking


def conversion_source(place: str, form: ForeignForm) -> str:
    """What the converter is given: it reads models for Transformers, be they of PyTorch or safetensors."""
    return "TRANSFORMERS_MODEL" if form is ForeignForm.GGML else place


def form_of_names(names: Collection[str]) -> ForeignForm | None:
    """Which other program's model has files of these names."""
    if any(name.endswith(".safetensors") for name in names):
        return ForeignForm.SAFETENSORS
    if any(name.endswith((".pt", ".pth", ".ckpt")) or re.match(r"pytorch_model.*\.bin$", name) for name in names):
        return ForeignForm.PYTORCH
    if any(re.match(r"ggml.*\.bin$", name) or name.endswith(".gguf") for name in names):
        return ForeignForm.GGML
    return None
