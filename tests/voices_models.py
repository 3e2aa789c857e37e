"""The models that tell voices apart, as exported for tests: the published weights in files with other hashes."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core.providers import ModelLibrary
from core.providers.on_device.models.catalogue import CatalogueModel, PinnedFile
from core.providers.on_device.models.download import sha256_of
from core.providers.on_device.models.voice_models import PRINT_FILE, SEGMENTATION_FILE, VOICES
from tests.conftest import REPOSITORY

MODELS = REPOSITORY.parent / "shared" / "testdata" / "models"

_FILES = {SEGMENTATION_FILE: MODELS / "segmentation-3.0.onnx", PRINT_FILE: MODELS / "campplus_zh_en.onnx"}


def exported_model() -> CatalogueModel:
    """Their entry for a catalogue. Skips the test where they aren't there."""
    if not MODELS.is_dir():
        pytest.skip(f"no models in {MODELS}")
    pinned = (PinnedFile(name, file.stat().st_size, sha256_of(file)) for name, file in _FILES.items())
    return replace(VOICES, files=tuple(pinned))


def put_in_place(folder: Path) -> None:
    """The files where a library with this folder keeps them."""
    place = folder / VOICES.name
    place.mkdir(parents=True)
    for name, file in _FILES.items():
        shutil.copyfile(file, place / name)


def library_with_voices(folder: Path) -> ModelLibrary:
    """A library that has them. Skips the test where they aren't there."""
    model = exported_model()
    put_in_place(folder)
    return ModelLibrary(folder, models=(model,))
