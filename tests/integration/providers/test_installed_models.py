"""Indonesian on this computer, with the model that is installed in two parts and with one of a person's own."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from core.domain import TranscriptionOptions
from core.domain.speech import SAMPLE_RATE_HZ
from core.providers import ModelLibrary, OnDeviceProvider
from core.providers.on_device.models.bundled import bundled_models
from core.providers.provider import ChunkTranscript
from tests.integration.providers.recordings import Samples, chunk, indonesian, two_cities

pytestmark = [
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.skipif(
        "base" not in {bundled.model.name for bundled in bundled_models()},
        reason="the packages of base aren't installed",
    ),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ModelLibrary:
    """Where base is put together."""
    return ModelLibrary(tmp_path_factory.mktemp("models"))


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def provider(library: ModelLibrary) -> AsyncIterator[OnDeviceProvider]:
    """Room for base and another model."""
    provider = OnDeviceProvider(library, children=2, threads=1)
    yield provider
    await provider.close()


async def transcribed(
    provider: OnDeviceProvider, model: str, samples: Samples, language: str | None = "id"
) -> ChunkTranscript:
    options = TranscriptionOptions(model=model, language=language, word_timestamps=True)
    return await provider.transcribe(chunk(samples), options, lambda segment: None)


def text_of(transcript: ChunkTranscript) -> str:
    return " ".join(segment.text for segment in transcript.segments).lower()


async def test_a_model_of_ones_own_hears_as_the_installed_one_does(
    library: ModelLibrary, provider: OnDeviceProvider, tmp_path: Path
) -> None:
    installed = await transcribed(provider, "base", indonesian())
    assert "sekolah" in text_of(installed)
    mine = tmp_path / "mine"
    mine.mkdir()
    for file in (await library.locate("base")).folder.iterdir():
        (mine / file.name).write_bytes(file.read_bytes())
    # Older converters left out which heads of the model tell the time of a word, and the tokens of languages.
    config = json.loads((mine / "config.json").read_text())
    del config["alignment_heads"], config["lang_ids"]
    (mine / "config.json").write_text(json.dumps(config))
    name = await library.add(str(mine), "", lambda done, total: None)
    own = await transcribed(provider, name, indonesian(), language=None)
    assert own.language == "id"
    assert text_of(own) == text_of(installed)
    assert any(segment.words for segment in own.segments)


async def test_what_is_said_again_and_again_is_written_as_often(provider: OnDeviceProvider) -> None:
    heard = await transcribed(provider, "base", np.tile(indonesian(), 10))  # More than the model reads at once.
    assert text_of(heard).count("lapar") == 10
    assert text_of(heard).count("sekolah") == 10


async def test_a_greeting_in_english_leaves_the_rest_its_language(library: ModelLibrary, tmp_path: Path) -> None:
    # How fast models were, which "auto" depends on, is kept in a library's folder: another one knows nothing of it.
    (tmp_path / "base").symlink_to((await library.locate("base")).folder)
    provider = OnDeviceProvider(ModelLibrary(tmp_path), children=1, threads=1)
    greeting = two_cities()[: 2 * SAMPLE_RATE_HZ]
    automatic = TranscriptionOptions(model="auto")
    try:
        english = await provider.identify_language(chunk(two_cities()), automatic)
        assert english is not None
        assert english.is_rather_than("id")
        mixed = await provider.identify_language(
            chunk(np.concatenate([greeting, np.tile(indonesian(), 14)])), automatic
        )
    finally:
        await provider.close()
    assert mixed is not None
    assert not mixed.is_for_all
    assert dict(mixed.likely)["id"] > dict(mixed.likely)["en"], "the multilingual model was asked"
