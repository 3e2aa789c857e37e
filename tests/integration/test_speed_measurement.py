"""How fast this computer is, by the real model on the bundled sample."""

from collections.abc import AsyncIterator

import pytest

from core.app.speed_measurement import MEASURED_S, SpeedMeasurement
from core.config import Folders
from core.domain.errors import ModelError, SourceMissing
from core.media import Decoder
from core.providers import ModelLibrary, OnDeviceProvider
from core.providers.on_device.models.automatic_model import AutomaticModels
from tests.conftest import SAMPLES

SAMPLE = SAMPLES / "two_cities.wav"


class Seconds:
    """A clock on which the work between two looks takes two seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 2.0
        return self.now


@pytest.fixture
async def measuring(folders: Folders) -> AsyncIterator[SpeedMeasurement]:
    provider, decoder = OnDeviceProvider(ModelLibrary(folders.models), children=1), Decoder()
    yield SpeedMeasurement(provider, decoder, Seconds())
    await provider.close()
    await decoder.close()


async def test_the_model_for_english_is_measured_for_english_alone(measuring: SpeedMeasurement) -> None:
    english = await measuring.measure(SAMPLE, is_english=True)
    assert english.model == "tiny.en"
    assert english.seconds_per_second == pytest.approx(MEASURED_S / 2)


async def test_a_missing_sample_is_an_error(measuring: SpeedMeasurement) -> None:
    with pytest.raises(SourceMissing):
        await measuring.measure(SAMPLES / "nowhere.wav", is_english=True)


async def test_without_a_model_for_other_languages_nothing_is_measured(
    measuring: SpeedMeasurement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OnDeviceProvider, "automatic", AutomaticModels(english="tiny.en"))
    with pytest.raises(ModelError):
        await measuring.measure(SAMPLE, is_english=False)
