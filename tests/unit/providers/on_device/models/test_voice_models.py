"""The models that tell voices apart are pinned, fetched and checked like all others, and transcribe nothing."""

import dataclasses
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain import ModelKind, ModelState
from core.domain.errors import ModelDownloadFailed, ModelUnknown
from core.providers import ModelLibrary
from core.providers.on_device.models.catalogue import CATALOGUE
from core.providers.on_device.models.voice_models import ALL_MODELS, VOICES
from tests.fakes.model_hub import ModelHub, Trouble, made_up_model

FILES = {"segmentation.onnx": b"s" * 100, "voice-print.onnx": b"p" * 300}
PINNED = made_up_model("voices", FILES)
MADE_UP = dataclasses.replace(
    VOICES,
    files=tuple(
        dataclasses.replace(file, size_bytes=made.size_bytes, sha256=made.sha256)
        for file, made in zip(VOICES.files, PINNED.files, strict=True)
    ),
)


@pytest.fixture
async def hub() -> AsyncIterator[ModelHub]:
    async with ModelHub({MADE_UP: FILES}).running() as running:
        yield running


@pytest.fixture
def library(tmp_path: Path, hub: ModelHub) -> ModelLibrary:
    return ModelLibrary(tmp_path / "models", hub.tools(), models=(CATALOGUE[1], MADE_UP))


def test_every_file_is_pinned_with_its_place() -> None:
    assert VOICES.kind is ModelKind.VOICES
    for file in VOICES.files:
        place = VOICES.place_of(file)
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert re.fullmatch(r"[0-9a-f]{40}", place.revision)
        assert re.fullmatch(r"[\w-]+/[\w.-]+", place.repository)
    assert VOICES.size_bytes == 34_274_077
    assert len({model.name for model in ALL_MODELS}) == len(ALL_MODELS)


async def test_they_are_listed_and_fetched_each_from_its_place(library: ModelLibrary, hub: ModelHub) -> None:
    await library.download("voices", lambda done, total: None)

    assert {request.file for request in hub.requests} == {
        "model.onnx",
        "3dspeaker_speech_campplus_sv_zh_en_16k-common_advanced.onnx",
    }
    found = await library.locate("voices", ModelKind.VOICES)
    assert {file.name: file.read_bytes() for file in found.folder.iterdir()} == FILES
    assert [(one.name, one.state) for one in library.status() if one.kind is ModelKind.VOICES] == [
        ("voices", ModelState.DOWNLOADED)
    ]


async def test_files_with_another_hash_are_refused(library: ModelLibrary, hub: ModelHub, tmp_path: Path) -> None:
    hub.troubles["model.onnx"] = Trouble(wrong_bytes=True)

    with pytest.raises(ModelDownloadFailed):
        await library.download("voices", lambda done, total: None)

    assert not (tmp_path / "models" / "voices").exists()


async def test_they_are_no_model_that_transcribes(library: ModelLibrary) -> None:
    await library.download("voices", lambda done, total: None)

    with pytest.raises(ModelUnknown):
        await library.locate("voices")
    with pytest.raises(ModelUnknown):
        await library.locate("tiny", ModelKind.VOICES)
    assert "voices" not in [model.name for model in library.catalogue()]
