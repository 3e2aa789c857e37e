"""What the on-device provider says of itself."""

from pathlib import Path

import pytest

from core.domain import SpeechChunk, TranscriptionOptions
from core.domain.device import GRAPHICS_CARD, PROCESSOR, Device
from core.domain.errors import EngineNotInstalled
from core.providers import ModelLibrary, OnDeviceProvider
from core.providers.on_device.engine_pool import EngineRuntime
from core.providers.on_device.model_catalogue import BUNDLED_MODEL, CATALOGUE


def test_every_model_is_offered_with_its_languages(tmp_path: Path) -> None:
    capabilities = OnDeviceProvider(ModelLibrary(tmp_path), children=1).capabilities
    assert [offered.name for offered in capabilities.models] == [model.name for model in CATALOGUE]
    languages = {offered.name: offered.languages for offered in capabilities.models}
    assert languages["tiny.en"] == {"en"}
    assert languages["small"] == frozenset()
    assert capabilities.models[0].name == BUNDLED_MODEL
    assert capabilities.translates_to_english
    assert capabilities.takes_vocabulary


def test_the_models_for_many_languages_but_turbo_translate() -> None:
    translating = {model.name for model in CATALOGUE if model.translates}
    assert translating == {model.name for model in CATALOGUE if not model.english_only} - {"large-v3-turbo"}


def test_larger_models_take_more_memory_but_less_than_their_files_and_an_engine() -> None:
    by_size = sorted(CATALOGUE, key=lambda model: model.size_bytes)
    needs = [model.memory_bytes for model in by_size]
    assert needs == sorted(needs)
    assert 400_000_000 < needs[0] < 700_000_000
    assert 2_000_000_000 < needs[-1] < 3_500_000_000


@pytest.mark.parametrize(
    ("device", "told"),
    [
        (Device(PROCESSOR, "int8_float32", 4), "CPU (4 threads, int8_float32)"),
        (Device(PROCESSOR, "int8_float32", 1), "CPU (1 thread, int8_float32)"),
        (Device(GRAPHICS_CARD, "float16"), "CUDA (float16)"),
    ],
)
def test_a_device_is_told_in_a_line(device: Device, told: str) -> None:
    assert str(device) == told


async def test_without_the_engine_nothing_is_started_and_what_to_install_is_said(tmp_path: Path) -> None:
    provider = OnDeviceProvider(ModelLibrary(tmp_path), children=1, runtime=EngineRuntime(is_installed=lambda: False))
    assert not provider.capabilities.is_installed
    chunk = SpeechChunk.of_pcm(0, 0.0, bytes(3200))
    options = TranscriptionOptions(provider="on-device", model=BUNDLED_MODEL)
    for attempt in (
        provider.transcribe(chunk, options, lambda segment: None),
        provider.identify_language(chunk, options),
        provider.warm_up(BUNDLED_MODEL),
    ):
        with pytest.raises(EngineNotInstalled, match=r'pip install "\.\[device\]"'):
            await attempt
    assert provider.engine_pids == ()
    await provider.close()
